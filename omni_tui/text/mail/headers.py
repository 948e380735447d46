"""Header blocks and header values: finding them, parsing them, decoding their words."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from omni_tui.text.clean import storable_line
from omni_tui.text.i18n import _
from omni_tui.text.mail.charset import decode
from omni_tui.text.mail.model import MAX_HEADER_BYTES, MailUnreadable

Headers = Mapping[str, Sequence[str]]
"""Lower-case names to values, each on one line, undecoded: ASCII, and raw 8-bit bytes as lone surrogates."""

_BLANK_LINE = re.compile(rb"\n\r?\n")
_NOT_A_HEADER = re.compile(rb"^(?!From |[!-9;-~]+[ \t]*:|[ \t])", re.MULTILINE)
_FIELD_NAME = re.compile(r"([!-9;-~]++)[ \t]*+")
_MOST_NAMES = 2_000
_KNOWN_BLOCK = 256
"""Bytes of a block of headers that is remembered: those of parts are the same few in most mails."""
_SPACED_NAME = re.compile(r"^([!-9;-~]+)[ \t]+:", re.MULTILINE)
_KNOWN_HEADER = re.compile(
    r"^(?:from|to|cc|subject|date|message-id|mime-version|content-type|received):", re.MULTILINE | re.IGNORECASE
)
_DAMAGED_LINE = re.compile(r"^(?!From |[!-9;-~]+:|[ \t]).*\n?", re.MULTILINE)
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_SURROGATE = re.compile("[\udc80-\udcff]")
# Encoded words (RFC 2047, section 2), with the spaces some senders leave in them; the limit keeps it linear.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,2000}?)\?=", re.DOTALL)
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def split(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The headers that begin at ``start``, and where the body after them begins.

    Raises:
        MailUnreadable: the block is larger than 64 KB.
    """
    if raw[start : start + 1] in (b"\r", b"\n"):
        return {}, start + (2 if raw[start : start + 2] == b"\r\n" else 1)
    limit = min(end, start + MAX_HEADER_BYTES)
    match = _BLANK_LINE.search(raw, start, min(end, limit + 4))
    if match is not None:
        stop, body = match.start() + 1, match.end()
    elif limit == end:
        stop = body = end
    else:
        other = _NOT_A_HEADER.search(raw, start, limit)
        if other is None:
            raise MailUnreadable(_("the headers are larger than {kb} KB").format(kb=MAX_HEADER_BYTES // 1024))
        stop = body = other.start()
    block = raw[start:stop]
    headers, rest = _known(block) if len(block) <= _KNOWN_BLOCK else _read(block)
    # Lines after the last header without a blank one before them are the first of the body.
    return headers, stop - rest if rest else body


class _Names(dict[str, str]):
    """A field's name in lower case, empty for what is none, worked out at its first use."""

    def __missing__(self, name: str) -> str:
        match = _FIELD_NAME.fullmatch(name)
        found = match[1].lower() if match is not None else ""
        if len(name) <= 80 and len(self) < _MOST_NAMES:
            self[name] = found
        return found


_NAMES = _Names()


def _read(block: bytes) -> tuple[Headers, int]:
    """The headers of a block, and how many characters at its end are no headers."""
    text = block.decode("ascii", "surrogateescape")
    lines = text.replace("\r\n", "\n")
    if "\r" in lines:
        return _patiently(text)
    # Where a field goes on in the next line stands a return from here on, of which there is no other.
    lines = lines.removesuffix("\n").replace("\n ", "\r ").replace("\n\t", "\r\t")
    headers: dict[str, list[str]] = {}
    for line in lines.split("\n"):
        name, colon, value = line.partition(":")
        if not colon or not (name := _NAMES[name]):
            return _patiently(text)
        if "\r" in value:
            value = _FOLD.sub(" ", value)
        if name in headers:
            headers[name].append(value.strip())
        else:
            headers[name] = [value.strip()]
    return headers, 0


_known = lru_cache(maxsize=256)(_read)


def _patiently(block: str) -> tuple[Headers, int]:
    """The headers of a damaged block, and how many characters at its end are no headers."""
    # Hardly any mail needs it, and a process that reads mail is there a tenth sooner without.
    from email.parser import Parser

    parser = Parser()
    # Space before the colon is an old form the standard library takes for the start of the body.
    block = _SPACED_NAME.sub(r"\1:", block)
    message = parser.parsestr(block, headersonly=True)
    payload = message.get_payload()
    rest = len(payload) if isinstance(payload, str) else 0
    if rest and _KNOWN_HEADER.search(block[-rest:]):
        # One damaged line among the headers: go on without it.
        message = parser.parsestr(_DAMAGED_LINE.sub("", block), headersonly=True)
        rest = 0
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(name.lower(), []).append(unfold(value))
    return headers, rest


def first(headers: Headers, name: str) -> str:
    """The first value of a header, undecoded; ``''`` if there is none."""
    values = headers.get(name)
    return values[0] if values else ""


def unfold(value: str) -> str:
    """The value on one line."""
    return _FOLD.sub(" ", value).strip() if "\n" in value or "\r" in value else value.strip()


def decode_value(value: str, hint: str = "") -> str:
    """A header value as people read it: raw 8-bit bytes and encoded words decoded, one storable line.

    ``hint`` is the charset to try for raw bytes that are not UTF-8.
    """
    if not value:
        return ""
    if "=?" in value:
        return storable_line(_decode_words(unfold(value), hint))
    if value.isascii() and value.isprintable():
        return value.strip()
    return storable_line(_decode_raw(unfold(value), hint))


def _decode_raw(value: str, hint: str) -> str:
    return decode(value.encode("utf-8", "surrogateescape"), "", hint) if _SURROGATE.search(value) else value


def _decode_words(value: str, hint: str) -> str:
    """Encoded words decoded; neighbours of one charset are joined as bytes, since senders cut characters."""
    out: list[str] = []
    charset = ""
    held = bytearray()
    end = 0
    for match in _WORD.finditer(value):
        gap = value[end : match.start()]
        label = match[1].partition("*")[0].lower()
        if held and (gap.strip() or label != charset):
            out.append(decode(bytes(held), charset))
            held.clear()
        if gap.strip() or not end:
            out.append(_decode_raw(gap, hint))
        charset = label
        held += _word_bytes(match[2], match[3])
        end = match.end()
    out.append(decode(bytes(held), charset))
    out.append(_decode_raw(value[end:], hint))
    return "".join(out)


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return _HEX.sub(lambda match: bytes((int(match[1], 16),)), data.replace(b"_", b" "))
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """Base64 decoded as far as it goes: foreign characters are skipped, missing padding is added."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    try:
        return binascii.a2b_base64(data + b"==")
    except binascii.Error:
        # One character too many: the last one carries no whole byte.
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
