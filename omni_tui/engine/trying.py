"""What a sample payload would become on a webhook channel, without a relay, an engine or a store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from omni_tui.config.settings import Settings
from omni_tui.connectors.relayed import host_of
from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.answering import answer_of
from omni_tui.connectors.webhook.arriving import message_of
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.connectors.webhook.tracing import TracedField, traced
from omni_tui.engine.probe import configured_channel
from omni_tui.model.commands import Send
from omni_tui.model.errors import Permanent, UsageError
from omni_tui.model.events import RemoteMessage
from omni_tui.text.i18n import _

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class TriedMessage:
    """The message as it would be stored. ``sender`` is a name within the channel; times are epoch milliseconds."""

    external_id: str
    sender: str
    name: str
    subject: str
    text: str
    thread: str
    sent_at: int | None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TriedAnswer:
    """What an answer to it would post. Of address and headers no more than holds no secret: the host, and names."""

    host: str
    headers: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Trial:
    """``message`` is None where the payload does not fit the map; ``problem`` then says why in one sentence."""

    channel: str
    content_type: str
    message: TriedMessage | None
    fields: tuple[TracedField, ...]
    problem: str = ""
    answer: TriedAnswer | None = None
    """None where the channel cannot be answered, or ``answer_problem`` says why this message could not."""
    answer_problem: str = ""


def try_payload(settings: Settings, name: str, body: bytes, content_type: str, overrides: Mapping[str, str]) -> Trial:
    """``body`` read by the map of a configured channel, with ``overrides`` in its place.

    ``content_type`` empty: JSON where it is JSON, else a form. Raises ``NotFound``, ``ConfigError``, ``UsageError``.
    """
    channel = configured_channel(settings, name)
    own = channel.settings
    if not isinstance(own, WebhookSettings):
        raise UsageError(
            _("Channel {name} is no webhook channel.").format(name=name),
            _("Only those have a map that a payload can be tried with: docs/relay.md"),
        )
    try:
        own = replace(own, map={**own.map, **overrides})
    except ValueError as error:
        raise UsageError(str(error)) from error
    kind = content_type or _guessed(body)
    found = message_of(name, own.paths(), body, kind, event_id="", locator="1", received_at=time.time_ns() // 1_000_000)
    try:
        payload: Any = mapping.read(body, kind)
    except mapping.Unmapped as error:
        return Trial(name, kind, None, (), str(error))
    fields = traced(payload, own.paths(), ("sender", "text", *own.map))
    if found.unreadable:
        return Trial(name, kind, None, fields, found.unreadable)
    prefix = f"{name}:"
    message = TriedMessage(
        external_id="" if found.external_id == "1" else found.external_id,
        sender=found.author.address.removeprefix(prefix),
        name=found.author.name,
        subject=found.subject,
        text=found.text,
        thread=found.reply_keys[0].removeprefix(prefix) if found.reply_keys else "",
        sent_at=found.sent_at,
        files=tuple(one.name for one in found.attachments),
    )
    # A picture without words is a message; that the text is missing is no problem then.
    quiet = tuple(
        replace(one, problem="", near="") if one.name == "text" and not one.found_at else one for one in fields
    )
    answer, why_not = _answered(name, own, found)
    return Trial(name, kind, message, quiet, answer=answer, answer_problem=why_not)


def _answered(name: str, own: WebhookSettings, message: RemoteMessage) -> tuple[TriedAnswer | None, str]:
    if not own.reply_url:
        return None, ""
    send = Send(
        key="try",
        ref=1042,
        to=(message.author,),
        subject=message.subject,
        text=_("[what you answer]"),
        created_at=0,
        reply_keys=message.reply_keys,
    )
    try:
        made = answer_of(name, own, send)
    except Permanent as error:
        return None, f"{error.message} {error.hint}"
    return TriedAnswer(host_of(own.reply_url), tuple(made.headers), made.body), ""


def _guessed(body: bytes) -> str:
    try:
        mapping.read(body, JSON)
    except mapping.Unmapped:
        first = body.split(b"\r\n", 1)[0]
        if first.startswith(b"--") and len(first) < 200:
            return f'multipart/form-data; boundary="{first[2:].decode("latin-1")}"'
        return FORM if b"=" in body else JSON
    return JSON
