"""A mail somebody passed on: who wrote what is inside, as the forward claims. Nothing of it is proven."""

from __future__ import annotations

import re
from dataclasses import dataclass

from omni_tui.text.mail.addresses import parse_addresses
from omni_tui.text.mail.headers import decode_value, first, split
from omni_tui.text.mail.model import MailAddress, MailUnreadable, ParsedMail
from omni_tui.text.mail.parse import part_bytes, prepared

LOOKED_AT = 20_000
"""Characters of the text in which the inner header block is looked for."""
BLOCK_LINES = 10

_FORWARD = re.compile(r"\s*(?:fwd?|fw|wg|tr|rv|转发|轉寄|轉發|転送|전달)\s*[:：]", re.IGNORECASE)
_LINE = re.compile(
    r"[>|*\s]{0,20}([A-Za-zÀ-ÿ\u4e00-\u9fff]{1,14}(?: el)?)[\s*\u00a0]{0,4}[:：][\s*\u00a0]{0,4}(.{0,1000})"
)
# What mail programs call the lines of the block in English, German, French, Spanish, Chinese.
_FROM = frozenset(("from", "von", "de", "发件人", "寄件者", "寄件人", "發件人"))
_OTHER = frozenset(
    (
        *("date", "sent", "to", "cc", "subject"),
        *("datum", "gesendet", "an", "kopie", "betreff"),
        *("envoyé", "à", "objet", "répondre"),
        *("fecha", "enviado", "enviado el", "para", "asunto"),
        *(
            "日期",
            "发送时间",
            "发送日期",
            "时间",
            "收件人",
            "抄送",
            "主题",
            "寄件日期",
            "日期時間",
            "主旨",
            "收件者",
            "主題",
        ),
    )
)
_SUBJECT = frozenset(("subject", "betreff", "objet", "asunto", "主题", "主旨", "主題"))
_MAILTO = re.compile(r"\[(?:mailto:)?([^\[\]\s]{3,320})\]")


@dataclass(frozen=True, slots=True)
class Forward:
    """``author`` is who is said to have written the message passed on, ``subject`` what it is said to be about."""

    author: MailAddress
    subject: str


def forwarded(raw: bytes, mail: ParsedMail) -> Forward | None:
    """What ``mail`` passes on: a message attached whole, or a header block below a subject that says Fwd."""
    for attached in mail.attachments:
        if attached.mime == "message/rfc822" and (found := _attached(raw, attached.part)) is not None:
            return found
    return inner_block(mail.text) if _FORWARD.match(mail.subject) else None


def inner_block(text: str) -> Forward | None:
    """The first block of lines that says from whom, and when, to whom or about what."""
    author: MailAddress | None = None
    subject = ""
    others = since = 0
    for line in text[:LOOKED_AT].split("\n"):
        if not line.strip(" \t\r>|*"):
            continue
        match = _LINE.match(line)
        label = match[1].lower() if match else ""
        if match and label in _FROM and author is None:
            author = _mailbox(match[2])
        elif match and label in _OTHER:
            others += 1
            subject = subject or (match[2].strip(" *\r") if label in _SUBJECT else "")
        elif author is not None and others:
            break
        else:
            author, others, subject, since = None, 0, "", 0
            continue
        since += 1
        if since >= BLOCK_LINES:
            break
    return Forward(author, subject) if author is not None and others else None


def _mailbox(value: str) -> MailAddress | None:
    value = _MAILTO.sub(r"<\1>", value).strip(" ;*\r")
    try:
        found = parse_addresses(value)
    except MailUnreadable:
        return None
    return found[0] if len(found) == 1 and "@" in found[0].address else None


def _attached(raw: bytes, part: str) -> Forward | None:
    try:
        whole = prepared(part_bytes(raw, part)[2])
        headers, _body = split(whole, 0, len(whole))
        authors = parse_addresses(first(headers, "from"))
    except (KeyError, MailUnreadable):
        return None
    if len(authors) != 1:
        return None
    return Forward(authors[0], decode_value(first(headers, "subject")))
