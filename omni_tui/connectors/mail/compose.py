"""Writes an answer as a mail (RFC 5322): the same bytes for the same command, at every attempt."""

from __future__ import annotations

import base64
import contextlib
import quopri
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime

from omni_tui.connectors.mail.headers import addr_spec, address_field, ids_field, one_line, text_field
from omni_tui.connectors.mail.multipart import multipart
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.address import Address
from omni_tui.model.commands import PassedOn, Quote, Send
from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _
from omni_tui.text.mail.subject import base_subject, reference_number

MAX_QUOTED_CHARS = 20_000


def compose(send: Send, settings: MailSettings) -> bytes:
    """The whole mail. Raises ``Permanent`` if it cannot be addressed."""
    message_id = ids_field("Message-ID", [send.key])
    if not message_id:
        raise Permanent(_("The message has no usable Message-ID ({key})").format(key=repr(send.key)))
    if not (send.to or send.cc):
        raise Permanent(_("The message has no recipient"))
    head = "Date: " + format_datetime(datetime.fromtimestamp(send.created_at / 1000, UTC)) + "\r\n"
    sender = settings.sender(send.sender)
    head += address_field("From", [Address(sender, settings.name_of(sender))])
    if send.to:
        head += address_field("To", send.to)
    if send.cc:
        head += address_field("Cc", send.cc)
    head += message_id + ids_field("In-Reply-To", send.reply_keys[-1:]) + ids_field("References", send.reply_keys)
    if send.passed_on is not None:
        head += text_field("Subject", forward_subject(send.subject, send.ref))
    else:
        head += text_field("Subject", subject(send.subject, send.ref, reply=bool(send.reply_keys)))
    if send.automatic:
        # RFC 3834, section 3.1.7: whoever keeps to it answers none of these, robots included.
        head += "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"
    head += "MIME-Version: 1.0\r\n"
    text = text_part(body(send, settings))
    content = multipart(text, send.files, send.key) if send.files else text
    # ASCII but for addresses that hold other letters (RFC 6532), which only some servers take.
    return head.encode("utf-8") + content


def text_part(text: str) -> bytes:
    """A plain text with the headers that say how it is written."""
    encoding, content = _encoded(text)
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + content


def recipients(send: Send) -> tuple[str, ...]:
    """Everybody the mail goes to who has not got it, each once, as SMTP takes them."""
    left = {each.lower() for each in send.only}
    return tuple(each for each in _each_once((*send.to, *send.cc)) if not left or each.lower() in left)


def meant_for(send: Send) -> tuple[str, ...]:
    """Those of them who must get it for anybody to; empty: any of them."""
    return () if send.only else _each_once(send.to)


def _each_once(parties: Iterable[Address]) -> tuple[str, ...]:
    specs = (addr_spec(each.address) for each in parties)
    found: dict[str, str] = {}
    for spec in specs:
        found.setdefault(spec.lower(), spec)
    return tuple(found.values())


def subject(given: str, ref: int, *, reply: bool) -> str:
    """``Re: …`` once, with the conversation's number once, whatever stood there before."""
    given = one_line(given)
    base = base_subject(given)
    if reply or reference_number(given) or base != given:
        base = f"Re: {base}"
    return one_line(f"{base} [#{ref}]") if ref else one_line(base)


def forward_subject(given: str, ref: int) -> str:
    """``Fwd: …`` once, with the conversation's number once, whatever stood there before."""
    base = base_subject(one_line(given))
    return one_line(f"Fwd: {base} [#{ref}]") if ref else one_line(f"Fwd: {base}")


def body(send: Send, settings: MailSettings) -> str:
    """Text, signature, and below them the quoted message or the one that is passed on."""
    parts = [_lines(send.text).rstrip()] if send.text.strip() else []
    signature = settings.signature_of(settings.sender(send.sender))
    if signature.strip():
        parts.append("-- \n" + _lines(signature).strip("\n"))
    if send.passed_on is not None:
        parts.append(passed_on(send.passed_on))
    elif settings.quote and send.quote is not None:
        parts.append(quoted(send.quote))
    return "\n\n".join(parts) + "\n"


def quoted(quote: Quote) -> str:
    """The customer's message behind ``> ``, under a line that says whose it is."""
    author = one_line(quote.author.name) or one_line(quote.author.address)
    text = _lines(quote.text).rstrip()
    if len(text) > MAX_QUOTED_CHARS:
        text = text[:MAX_QUOTED_CHARS].rpartition("\n")[0] + "\n[…]"
    marked = (f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.split("\n"))
    try:
        at = datetime.fromtimestamp(quote.sent_at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        lead = _("On {date}, {author} wrote:").format(date=at, author=author)
    except (ValueError, OverflowError, OSError):
        # A customer's Date may name a year no calendar has.
        lead = _("{author} wrote:").format(author=author)
    return lead + "\n" + "\n".join(marked)


def passed_on(message: PassedOn) -> str:
    """A message whole, under a block that says who wrote it to whom, when and about what; every value is one line."""
    lines = [_("---------- Forwarded message ----------")]
    lines.append(_("From: {who}").format(who=_parties([message.author])))
    with contextlib.suppress(ValueError, OverflowError, OSError):
        at = datetime.fromtimestamp(message.sent_at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        lines.append(_("Date: {date}").format(date=at))
    if message.subject.strip():
        lines.append(_("Subject: {subject}").format(subject=one_line(message.subject)))
    if message.to:
        lines.append(_("To: {who}").format(who=_parties(message.to)))
    if message.cc:
        lines.append(_("Cc: {who}").format(who=_parties(message.cc)))
    return "\n".join(lines) + "\n\n" + _lines(message.text).rstrip()


def _parties(parties: Iterable[Address]) -> str:
    written = ((one_line(each.name), one_line(each.address)) for each in parties)
    return ", ".join(f"{name} <{spec}>" if name and spec else name or spec for name, spec in written)


def _lines(text: str) -> str:
    """Text with LF line ends and nothing in it that mail cannot carry."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")


def _encoded(text: str) -> tuple[str, bytes]:
    """How the text travels: as it is where every server passes that on, else in the shorter safe form."""
    raw = text.encode("utf-8")
    lines = raw.split(b"\n")
    if raw.isascii() and all(len(line) <= 78 and not line.startswith(b"From ") for line in lines):
        return "7bit", raw.replace(b"\n", b"\r\n")
    if sum(byte > 126 for byte in raw) * 4 > len(raw):
        return "base64", base64.encodebytes(raw.replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
    printable = quopri.encodestring(raw)
    # Some servers put ">" before a line that begins with "From ", which no decoder takes away again.
    printable = re.sub(rb"(?m)^From ", b"=46rom ", printable)
    return "quoted-printable", printable.replace(b"\n", b"\r\n")
