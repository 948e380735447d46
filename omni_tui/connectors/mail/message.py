"""Turns the bytes of a mail into what the desk takes in. Never raises: an unreadable mail is still a message."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any

from omni_tui.connectors.mail.extras import safe_extras
from omni_tui.connectors.mail.facts import facts_of
from omni_tui.connectors.mail.parse_wire import RawMail, message_of, message_values, values_of
from omni_tui.model.address import Address
from omni_tui.model.events import RemoteAttachment, RemoteMessage
from omni_tui.model.facts import NO_FACTS
from omni_tui.text.clean import storable, storable_line
from omni_tui.text.i18n import _
from omni_tui.text.mail import MailAddress, MailUnreadable, ParsedMail, parse
from omni_tui.text.mail.mending import narrow

_HEADER_END = re.compile(rb"\r?\n\r?\n")
# The same place, found in a tenth of the time: a pattern that begins with one certain character.
_BLANK_LINE = re.compile(rb"\n\r?\n")
_CRUDE_HEADER_BYTES = 65536
_TAIL = 200
# What follows a header's name.
_CRUDE = re.compile(rb"[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)")
_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>|([^<>\s\"(),;:]+@[^<>\s\"(),;:]+)")


def read_mail(raw: bytes, *, locator: str, receipt_at: int, unreadable: str = "") -> RemoteMessage:
    """The message in ``raw``. ``unreadable`` says why that is not all of it: then it is read as far as it goes."""
    return message_of(read_values(raw, unreadable), RawMail(raw, locator, receipt_at, unreadable))


def read_values(raw: bytes, unreadable: str = "") -> dict[str, Any]:
    """The same as a frame carries it (:func:`omni_tui.connectors.mail.parse_wire.message_values`), without what lies in
    between: most messages are sent as soon as they are read.
    """
    try:
        mail = parse(raw)
    except MailUnreadable as error:
        reason = error.reason
    except Exception as error:
        # One mail must never stop the ones behind it, whatever it does to the parser.
        reason = _("The mail could not be read ({error})").format(error=type(error).__name__)
    else:
        return _values(mail, raw, unreadable)
    return message_values(_crude(raw, "", 0, unreadable or reason, cut=unreadable))


def unparsed_mail(raw: bytes, locator: str, receipt_at: int, unreadable: str) -> RemoteMessage:
    """A mail that nobody may try to understand: what a scan of its first lines tells, its source, and the reason."""
    return _crude(raw, locator, receipt_at, unreadable)


def unread_mail(locator: str, receipt_at: int, unreadable: str) -> RemoteMessage:
    """A mail the server has but does not hand over: all that is known is where it lies."""
    return RemoteMessage(
        external_id=f"#{locator}",
        locator=locator,
        author=Address(""),
        text="",
        receipt_at=receipt_at,
        unreadable=unreadable,
    )


def external_id(raw: bytes, message_id: str) -> str:
    """The same for one mail in two folders or under a new UID, different for mails that share a Message-ID.

    The Message-ID, ``#``, and a hash of From, Date, Subject and the body. Received lines, which differ from copy
    to copy, and the form of line ends and folding do not count.
    """
    end = _BLANK_LINE.search(raw)
    head, body = (raw[: end.start()].removesuffix(b"\r"), raw[end.end() :]) if end else (raw, b"")
    folded = _folded(head)
    digest = hashlib.sha256()
    for name in ("from", "date", "subject"):
        digest.update(b" ".join(_crude_header(head, name, folded).split()) + b"\0")
    digest.update(_without_end(_in_one_form(body)))
    return f"{message_id}#{digest.hexdigest()[:16]}"


def _without_end(body: bytes) -> memoryview:
    """``body`` without the blanks at its end, not copied."""
    tail = body[-_TAIL:]
    kept = len(tail.rstrip())
    return memoryview(body)[: len(body) - len(tail) + kept] if kept else memoryview(body.rstrip())


def _in_one_form(body: bytes) -> bytes:
    """``body`` with bare line feeds for line ends."""
    if b"\r" not in body:
        return body
    bare = body.replace(b"\r", b"")  # to take out one character costs a sixth of replacing two
    if len(body) - len(bare) == body.count(b"\r\n"):
        return bare
    return body.replace(b"\r\n", b"\n")


def by_the_name_we_gave(message: RemoteMessage) -> RemoteMessage:
    """A mail of ours under the Message-ID it was sent with, where the provider gave it another.

    Outlook.com and Exchange Online do, and keep ours in a header of their own. Others know the mail by theirs, so that
    stays one of its names.
    """
    end = _BLANK_LINE.search(message.raw, 0, _CRUDE_HEADER_BYTES)
    head = message.raw[: end.start() if end else _CRUDE_HEADER_BYTES]
    if b"original-message-id" not in head.lower():
        return message
    ours = _words(_crude_header(head, "x-microsoft-original-message-id")).strip("<> ")[:998]
    if not ours or ours == message.key:
        return message
    return replace(message, key=ours, other_keys=(message.key,) if message.key else ())


def _values(mail: ParsedMail, raw: bytes, unreadable: str) -> dict[str, Any]:
    author = mail.from_ or mail.sender
    files = mail.attachments
    if unreadable and files and files[-1].last:
        unreadable = _("{reason} Not all of the file {name} is here.").format(
            reason=unreadable, name=files[-1].name or files[-1].mime
        )
        files = files[:-1]
    found: dict[str, Any] = {
        "external_id": external_id(_known_of(raw, unreadable), mail.known_by),
        "author": _address(author) if author else values_of(Address("")),
        "text": mail.text,
        "subject": mail.subject,
        "key": mail.message_id,
    }
    if mail.date_ms is not None:
        found["sent_at"] = mail.date_ms
    for name, addresses in (("reply_to", mail.reply_to), ("to", mail.to), ("cc", mail.cc)):
        if addresses:
            found[name] = tuple(map(_address, addresses))
    if replies := (*mail.references, *mail.in_reply_to):
        found["reply_keys"] = tuple(dict.fromkeys(replies))
    if files:
        parts = (RemoteAttachment(p.name, p.mime, p.size, p.part, p.content_id) for p in files)
        found["attachments"] = tuple(map(values_of, parts))
    if mail.is_automatic:
        found["automatic"] = True
    if unreadable:
        found["unreadable"] = unreadable
    if mail.authentication:
        found["authentication"] = mail.authentication
    for name, value in safe_extras(mail, raw).items():
        if value:
            found[name] = values_of(value)
    if (facts := facts_of(mail)) is not NO_FACTS:
        found["facts"] = values_of(facts)
    return found


def _address(found: MailAddress) -> list[str]:
    return [Address.__name__, found.address, found.name]


def _known_of(raw: bytes, cut: str) -> bytes:
    """What a mail is known by: all of it, or where not all is here its headers, however much else is."""
    raw = narrow(raw)
    end = _HEADER_END.search(raw) if cut else None
    return raw if end is None else raw[: end.end()]


def _crude(raw: bytes, locator: str, receipt_at: int, unreadable: str, *, cut: str = "") -> RemoteMessage:
    """What a scan of the first header lines tells, without understanding them."""
    end = _HEADER_END.search(raw, 0, _CRUDE_HEADER_BYTES)
    head = raw[: end.start()] if end else raw
    sender = _words(_crude_header(head, "from"))
    found = _ADDRESS.search(sender)
    address = (found.group(1) or found.group(2)) if found else ""
    name = sender.split("<")[0].strip().strip('"').strip() if found and found.group(1) else ""
    key = _words(_crude_header(head, "message-id")).strip("<> ")
    return RemoteMessage(
        external_id=external_id(_known_of(raw, cut), key),
        locator=locator,
        author=Address(address[:320], name[:200]),
        text="",
        receipt_at=receipt_at,
        subject=_words(_crude_header(head, "subject"))[:500],
        key=key[:998],
        unreadable=storable(unreadable),
        raw=raw,
    )


def _crude_header(head: bytes, name: str, folded: bytes = b"") -> bytes:
    """The first header called ``name`` with its continuation lines, from the first 64 KB.

    ``folded`` is :func:`_folded` of ``head`` for whoever has it.
    """
    folded, line = folded or _folded(head), b"\n" + name.encode()
    at = folded.find(line)
    while at >= 0:
        found = _CRUDE.match(head, at + len(name), _CRUDE_HEADER_BYTES)
        if found is not None:
            return found.group(1).strip()
        at = folded.find(line, at + 1)
    return b""


def _folded(head: bytes) -> bytes:
    """The beginning of ``head`` in lower case behind a line end: to look for the beginnings of lines is quick in it."""
    return b"\n" + head[:_CRUDE_HEADER_BYTES].lower()


def _words(value: bytes) -> str:
    """A header's value as one line; encoded words are decoded where that is easy."""
    from email.header import decode_header  # for the few mails that nobody can read

    text = " ".join(value[:1000].decode("utf-8", "replace").split())
    try:
        parts = [
            part.decode(charset or "utf-8", "replace") if isinstance(part, bytes) else part
            for part, charset in decode_header(text)
        ]
        text = "".join(parts)
    except Exception:
        # What cannot be decoded is shown as it came: this scan is the last resort.
        return storable_line(text)
    return storable_line(text)
