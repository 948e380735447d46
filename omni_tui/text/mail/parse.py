"""One mail, read: headers, addresses, the best text, the attachments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz

from omni_tui.text.clean import storable
from omni_tui.text.html import html_to_text
from omni_tui.text.i18n import _
from omni_tui.text.mail.addresses import parse_addresses
from omni_tui.text.mail.charset import decode
from omni_tui.text.mail.headers import Headers, decode_value, first, split, unfold
from omni_tui.text.mail.model import (
    MAX_ADDRESSES,
    MAX_BYTES,
    MAX_REFERENCES,
    MailAddress,
    MailPart,
    MailUnreadable,
    ParsedMail,
)
from omni_tui.text.mail.params import parse_params
from omni_tui.text.mail.structure import Leaf, content, content_size, leaves

_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_STUB = re.compile(r"html|browser|mime|显示|客户端|浏览器|anzeige", re.IGNORECASE)
_STUB_CHARS = 200
_LATEST_MS = 4_102_444_800_000  # 2100: no clock is that wrong


def parse(raw: bytes) -> ParsedMail:
    """The mail in ``raw`` (RFC 5322), as far as it can be understood.

    Raises:
        MailUnreadable: it is beyond 25 MB, 64 KB of headers, 30 levels, 500 parts or 500 addresses.
    """
    raw = _prepared(raw)
    headers, body = split(raw, 0, len(raw))
    _mime, params = parse_params(first(headers, "content-type"))
    hint = params.get("charset", "")
    addresses = _addresses(headers, hint)
    found = leaves(raw, headers, body)
    text, html_only, used = _best_text(raw, found)
    from_ = addresses["from"][0] if addresses["from"] else None
    auto_submitted = first(headers, "auto-submitted").partition(";")[0].strip().lower()
    precedence = first(headers, "precedence").lower()
    return ParsedMail(
        message_id=next(iter(_ids(first(headers, "message-id"))), ""),
        in_reply_to=_ids(first(headers, "in-reply-to")),
        references=_ids(first(headers, "references")),
        subject=decode_value(first(headers, "subject"), hint),
        from_=from_,
        sender=addresses["sender"][0] if addresses["sender"] else None,
        reply_to=addresses["reply-to"],
        to=addresses["to"],
        cc=addresses["cc"],
        date_ms=_date_ms(first(headers, "date")),
        text=storable(text),
        html_only=html_only,
        attachments=tuple(_attachment(raw, leaf) for leaf in found if leaf.part not in used),
        auto_submitted=decode_value(auto_submitted),
        precedence=decode_value(precedence),
        list_id=decode_value(first(headers, "list-id"), hint),
        is_automatic=_is_automatic(headers, auto_submitted, precedence, from_),
        delivered_to=_delivered_to(headers),
    )


def part_bytes(raw: bytes, part: str) -> tuple[str, str, bytes]:
    """Name, MIME type and decoded bytes of the attachment ``part`` of a mail :func:`parse` could read.

    Raises:
        KeyError: there is no such part.
        MailUnreadable: as :func:`parse`.
    """
    raw = _prepared(raw)
    headers, body = split(raw, 0, len(raw))
    for leaf in leaves(raw, headers, body):
        if leaf.part == part:
            return _name(leaf), leaf.mime, content(raw, leaf)
    raise KeyError(part)


def _prepared(raw: bytes) -> bytes:
    if len(raw) > MAX_BYTES:
        raise MailUnreadable(_("it is larger than {mb} MB").format(mb=MAX_BYTES // 1_000_000))
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw


def _addresses(headers: Headers, hint: str) -> dict[str, tuple[MailAddress, ...]]:
    total = 0
    found: dict[str, tuple[MailAddress, ...]] = {}
    for name in ("from", "sender", "reply-to", "to", "cc"):
        value = ", ".join(headers.get(name, ()))
        found[name] = parse_addresses(value, hint) if value else ()
        total += len(found[name])
    if total > MAX_ADDRESSES:
        raise MailUnreadable(_("it names more than {count} addresses").format(count=MAX_ADDRESSES))
    return found


def _ids(value: str) -> tuple[str, ...]:
    """Message-IDs in order, each once; of very many the first ten and the last."""
    if not value:
        return ()
    found = _MESSAGE_ID.findall(value) or [word for word in value.split() if "@" in word and len(word) < 998]
    unique = tuple(dict.fromkeys(decode_value(identifier) for identifier in found))
    if len(unique) > MAX_REFERENCES:
        return unique[:10] + unique[10 - MAX_REFERENCES :]
    return unique


def _date_ms(value: str) -> int | None:
    if not value or len(value) > 200:
        return None
    try:
        fields = parsedate_tz(value)
        if fields is None:
            return None
        # Checked as a calendar date first: what follows would silently carry the 31st of April over.
        datetime(*fields[:6], tzinfo=UTC)
        moment = mktime_tz(fields) * 1000
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return int(moment) if 0 <= moment < _LATEST_MS else None


def _best_text(raw: bytes, found: list[Leaf]) -> tuple[str, bool, set[str]]:
    """The text to show, whether it was made from HTML, and the parts it stands for."""
    groups: dict[str, list[Leaf]] = {}
    for leaf in found:
        if _is_body(leaf):
            groups.setdefault(leaf.alternative or leaf.part, []).append(leaf)
    texts: list[str] = []
    used: set[str] = set()
    from_html = False
    for group in groups.values():
        used.update(leaf.part for leaf in group)
        html = [leaf for leaf in group if leaf.mime == "text/html"]
        plain = "\n".join(_text(raw, leaf) for leaf in group if leaf.mime != "text/html")
        if html and (len(plain) < _STUB_CHARS) and (not plain.strip() or _STUB.search(plain)):
            converted = "\n".join(html_to_text(_text(raw, leaf)) for leaf in html)
            if len(converted.strip()) > len(plain.strip()):
                plain, from_html = converted, True
        if plain.strip():
            texts.append(plain)
    return "\n".join(texts), from_html, used


def _is_body(leaf: Leaf) -> bool:
    return (
        leaf.mime in ("text/plain", "text/html", "text/enriched", "text/markdown")
        and leaf.disposition != "attachment"
        and not leaf.filename
    )


def _text(raw: bytes, leaf: Leaf) -> str:
    return storable(decode(content(raw, leaf), leaf.params.get("charset", "")))


def _attachment(raw: bytes, leaf: Leaf) -> MailPart:
    content_id = decode_value(first(leaf.headers, "content-id")).strip("<>")
    inline = leaf.disposition != "attachment" and (leaf.disposition == "inline" or bool(content_id))
    return MailPart(leaf.part, _name(leaf), leaf.mime, content_size(raw, leaf), content_id, inline)


def _name(leaf: Leaf) -> str:
    if leaf.filename:
        return leaf.filename
    if leaf.mime == "message/rfc822":
        return "message.eml"
    return ""


def _is_automatic(headers: Headers, auto_submitted: str, precedence: str, from_: MailAddress | None) -> bool:
    """Whether no person wrote it to us alone (RFC 3834, sections 2 and 5; RFC 2919; RFC 3462)."""
    local = from_.address.partition("@")[0].lower() if from_ is not None else ""
    return (
        auto_submitted not in ("", "no")
        or precedence in ("bulk", "list", "junk")
        or any(name.startswith("list-") for name in headers)
        or first(headers, "return-path").replace(" ", "") == "<>"
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or local in ("mailer-daemon", "postmaster")
        or first(headers, "content-type").lower().startswith("multipart/report")
    )


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
    values = (unfold(value) for name in names for value in headers.get(name, ()))
    return tuple(dict.fromkeys(found.address for value in values for found in parse_addresses(value)))
