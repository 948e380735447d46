"""What a mail tells beyond its text: a delivery report, a robot's answer, what it passes on, how to leave a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from omni_tui.model.address import Address
from omni_tui.model.events import Forwarded, Report, Reported
from omni_tui.text.clean import storable_line
from omni_tui.text.mail import MailUnreadable, ParsedMail
from omni_tui.text.mail.forward import forwarded
from omni_tui.text.mail.headers import decode_value, split
from omni_tui.text.mail.parse import prepared

if TYPE_CHECKING:
    from omni_tui.text.mail.dsn import DeliveryReport

_LINK = re.compile(r"<\s*(https?://[^<>\s]{1,1000}|mailto:[^<>\s]{1,500})\s*>", re.IGNORECASE)


def extras(mail: ParsedMail, raw: bytes) -> dict[str, Any]:
    """Fields of ``RemoteMessage`` beyond sender, recipients, text and files. Raises MailUnreadable."""
    found: dict[str, Any] = {"delivered_to": mail.delivered_to}
    passed_on = forwarded(raw, mail)
    if passed_on is not None:
        author = Address(passed_on.author.address, passed_on.author.name)
        found["forwarded"] = Forwarded(author, storable_line(passed_on.subject))
    if not mail.is_automatic:
        return found
    headers, _body = split(raw := prepared(raw), 0, len(raw))
    if mail.report is not None:
        found["report"] = _report(mail.report)
    else:
        found["auto_reply"] = mail.auto_submitted == "auto-replied" or "x-autoreply" in headers
        found["unsubscribe"] = unsubscribe(", ".join(headers.get("list-unsubscribe", ())))
    return found


def unsubscribe(value: str) -> str:
    """Where a list can be left (RFC 2369, section 3.2): its page, else its address; empty if it does not say."""
    links = _LINK.findall(decode_value(value))
    return next((link for link in links if link.lower().startswith("http")), links[0] if links else "")


def safe_extras(mail: ParsedMail, raw: bytes) -> dict[str, Any]:
    """The same, empty for a mail that carries more than may be looked at."""
    try:
        return extras(mail, raw)
    except MailUnreadable:
        return {}


def _report(dsn: DeliveryReport) -> Report:
    return Report(
        storable_line(dsn.original_id),
        tuple(
            Reported(storable_line(each.address), each.action, storable_line(_words(each.status, each.diagnostic)))
            for each in dsn.recipients
        ),
    )


def _words(status: str, diagnostic: str) -> str:
    return diagnostic if status in diagnostic else f"{status} {diagnostic}".strip()
