"""What a sample payload would become on a webhook channel, without a relay, an engine or a store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from omni_tui.config.settings import Settings
from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.arriving import message_of
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.connectors.webhook.tracing import TracedField, traced
from omni_tui.engine.probe import configured_channel
from omni_tui.model.errors import UsageError
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


@dataclass(frozen=True, slots=True)
class Trial:
    """``message`` is None where the payload does not fit the map; ``problem`` then says why in one sentence."""

    channel: str
    content_type: str
    message: TriedMessage | None
    fields: tuple[TracedField, ...]
    problem: str = ""


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
    )
    # A picture without words is a message; that the text is missing is no problem then.
    quiet = tuple(
        replace(one, problem="", near="") if one.name == "text" and not one.found_at else one for one in fields
    )
    return Trial(name, kind, message, quiet)


def _guessed(body: bytes) -> str:
    try:
        mapping.read(body, JSON)
    except mapping.Unmapped:
        first = body.split(b"\r\n", 1)[0]
        if first.startswith(b"--") and len(first) < 200:
            return f'multipart/form-data; boundary="{first[2:].decode("latin-1")}"'
        return FORM if b"=" in body else JSON
    return JSON
