"""Delivery reports (RFC 3464, RFC 6533): to whom what could not be delivered, why, and which mail it was.

Servers that know no such reports write a letter instead; of those the common forms are read too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from omni_tui.text.clean import storable_line
from omni_tui.text.mail.addresses import parse_addresses
from omni_tui.text.mail.headers import Headers, decode_value, first, split
from omni_tui.text.mail.model import MailUnreadable
from omni_tui.text.mail.structure import Leaf, content

MAX_RECIPIENTS = 50
_MAX_CHARS = 20_000
_MAX_DIAGNOSTIC = 500

_STATUS_TYPES = frozenset(("message/delivery-status", "message/global-delivery-status"))
_HEADER_TYPES = frozenset(("text/rfc822-headers", "message/global-headers", "message/rfc822", "message/global"))
_GROUPS = re.compile(rb"\r?\n[ \t]*\r?\n")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ANSWER = re.compile(r"\b[45]\d\d[ -][^\n]{3,}")
_MESSAGE_ID = re.compile(r"^[ \t>]{0,8}Message-ID:\s{0,8}<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"<([^<>\s]{1,998})>")
_IN_ANGLES = re.compile(r"<([^<>\s@]{1,64}@[^<>\s@]{1,255})>")
_LETTER = re.compile(
    r"could not be delivered|couldn't be delivered|not able to deliver|unable to deliver|wasn't able to deliver"
    r"|delivery (?:to the following|has failed|failed)|permanent(?: fatal)? error|undeliver|returned to sender"
    r"|konnte nicht zugestellt werden|unzustellbar|n'a pas pu être (?:remis|distribué)"
    r"|no se (?:pudo|ha podido) entregar"
    r"|退信|无法(?:送达|投递)|投递失败|發送失敗|配信できません|配信不能",
    re.IGNORECASE,
)
_SAID = re.compile(r"^[ \t]{0,8}<?([^\s<>:@]{1,64}@[^\s<>:@]{1,255})>?:[ \t]{1,8}\"?([^\s\"][^\n]*)", re.MULTILINE)
_SYSTEM = frozenset(("mailer-daemon", "postmaster", "mail-daemon"))


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of one recipient. ``action`` is ``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded``.

    ``status`` is an enhanced code (RFC 3463) such as ``5.1.1``, ``diagnostic`` the remote server's own words.
    """

    address: str
    action: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a server says about a mail of ours; ``original_id`` is that mail's Message-ID, where it is told."""

    recipients: tuple[Recipient, ...]
    original_id: str = ""
    reporter: str = ""


def read_report(raw: bytes, headers: Headers, found: Sequence[Leaf], text: str) -> DeliveryReport | None:
    """The report in the parts ``found`` of a mail, else the one its ``text`` is."""
    status = next((leaf for leaf in found if leaf.mime in _STATUS_TYPES), None)
    original = _named_id(raw, found) or next(iter(_MESSAGE_ID.findall(text[:_MAX_CHARS])), "")
    if status is None:
        return _letter(headers, text[:_MAX_CHARS], original)
    groups = [
        _fields(group) for group in _GROUPS.split(content(raw, status)[:_MAX_CHARS].strip())[: MAX_RECIPIENTS + 1]
    ]
    about = [group for group in groups if "final-recipient" in group or "original-recipient" in group]
    reporter = next((_value(group, "reporting-mta") for group in groups if "reporting-mta" in group), "")
    recipients = [_recipient(group) for group in about]
    if not all(each.diagnostic for each in recipients):
        said = _said(text[:_MAX_CHARS])
        recipients = [replace(each, diagnostic=each.diagnostic or said.get(each.address, "")) for each in recipients]
    return DeliveryReport(tuple(recipients), original, reporter)


def _said(text: str) -> dict[str, str]:
    """What the letter beside a report says of each recipient: OpenSMTPD gives a server's words there alone."""
    lines = reversed(_SAID.findall(text))  # the first word counts
    return {address: storable_line(words.rstrip().removesuffix('"')[:_MAX_DIAGNOSTIC]) for address, words in lines}


def _fields(group: bytes) -> Headers:
    try:
        return split(group + b"\n\n", 0, len(group) + 2)[0]
    except MailUnreadable:
        return {}


def _value(group: Headers, name: str) -> str:
    """A field without the type before its semicolon."""
    value = decode_value(first(group, name))
    return value.partition(";")[2].strip() if ";" in value else value


def _recipient(group: Headers) -> Recipient:
    address = _value(group, "original-recipient") or _value(group, "final-recipient")
    action = first(group, "action").partition(" ")[0].partition(";")[0].strip().lower()[:20]
    status = _STATUS.search(first(group, "status"))
    return Recipient(
        address=storable_line(address.strip("<> "))[:320],
        action=action or ("failed" if status and status[1].startswith("5") else ""),
        status=status[1] if status else "",
        diagnostic=_value(group, "diagnostic-code")[:_MAX_DIAGNOSTIC],
    )


def _named_id(raw: bytes, found: Sequence[Leaf]) -> str:
    for leaf in found:
        if leaf.mime in _HEADER_TYPES:
            data = content(raw, leaf).lstrip(b"\r\n")
            try:
                headers, _body = split(data, 0, len(data))
            except MailUnreadable:
                continue
            if match := _ID.search(first(headers, "message-id")):
                return match[1]
    return ""


def _letter(headers: Headers, text: str, original: str) -> DeliveryReport | None:
    """A report in words: from the mail system, about a mail it names or a recipient it names."""
    sender = parse_addresses(first(headers, "from")[:1000])
    system = bool(sender) and sender[0].address.partition("@")[0].lower() in _SYSTEM
    named = first(headers, "x-failed-recipients")[:1900]
    if not (named or (system and original and _LETTER.search(f"{first(headers, 'subject')}\n{text}"))):
        return None
    addresses = [each.address for each in parse_addresses(named)] or _IN_ANGLES.findall(text)[:1]
    status, answer = _STATUS.search(text), _ANSWER.search(text)
    diagnostic = storable_line(answer.group()[:_MAX_DIAGNOSTIC]) if answer else ""
    recipients = tuple(
        Recipient(storable_line(address)[:320], "failed", status[1] if status else "", diagnostic)
        for address in addresses[:MAX_RECIPIENTS]
    )
    return DeliveryReport(recipients, original, decode_value(first(headers, "reporting-mta")))
