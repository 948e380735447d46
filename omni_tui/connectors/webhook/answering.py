"""What is posted to the shop for an answer, and when to come again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.connectors.webhook.templates import FORM, NoPlace, filled, in_address, in_form, in_header, in_json
from omni_tui.model.commands import Send
from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _

_LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One POST: address, headers and body."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: str = field(repr=False)


def answer_of(channel: str, settings: WebhookSettings, send: Send) -> Answer:
    """What to post for ``send``. Raises ``Permanent`` where a value cannot stand in the address."""
    prefix = f"{channel}:"
    thread = next((key for key in send.reply_keys if key.startswith(prefix)), "")
    values = {
        "sender": send.to[0].address.removeprefix(prefix) if send.to else "",
        "name": send.to[0].name if send.to else "",
        "thread": thread.removeprefix(prefix),
        "subject": send.subject,
        "text": send.text,
        "id": hashlib.sha256(send.key.encode()).hexdigest()[:32],
        "ref": str(send.ref),
    }
    try:
        return filled_in(settings, values)
    except NoPlace as error:
        raise Permanent(
            _("The address of the reply needs a value that this conversation does not have."),
            _("Put that place into reply_body instead of reply_url, or answer on another channel."),
        ) from error


def filled_in(settings: WebhookSettings, values: Mapping[str, str]) -> Answer:
    """The templates with ``values`` in their places. Raises ``NoPlace``."""
    own = {name: filled(template, values, in_header) for name, template in settings.reply_headers.items()}
    named = {name.lower() for name in own}
    ours = {"Content-Type": settings.reply_type, "Idempotency-Key": values.get("id", "")}
    headers = {**{name: value for name, value in ours.items() if name.lower() not in named}, **own}
    escape = in_form if settings.reply_type == FORM else in_json
    return Answer(filled(settings.reply_url, values, in_address), headers, filled(settings.reply_body, values, escape))


def retry_after_s(header: str, now_s: float) -> float | None:
    """Seconds to wait by ``Retry-After`` (RFC 9110, 10.2.3: seconds or a date), an hour at most; None without one."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:6]), _LONGEST_WAIT_S)
    try:
        return min(max(0.0, parsedate_to_datetime(text).timestamp() - now_s), _LONGEST_WAIT_S)
    except (ValueError, OverflowError):
        return None
