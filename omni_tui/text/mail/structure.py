"""The parts of a mail, found by their place in the raw bytes: no recursion, no copies, bounded."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import NamedTuple

from omni_tui.text.i18n import _
from omni_tui.text.mail.headers import Headers, base64_bytes, first, split
from omni_tui.text.mail.model import MAX_DEPTH, MAX_PART_HEADERS_BYTES, MAX_PARTS, MailUnreadable
from omni_tui.text.mail.params import Params, parse_params

_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
# Lines that begin like a boundary and are none; honest mail has a handful.
_MAX_NEAR_MISSES = 50_000
_LOOK = 500
_SAID_AGAIN = 80
"""Characters of what parts say of themselves in words that come again; a file's name makes it longer."""
_SHORT = 80
_WORD_GAP = re.compile(rb"[A-Za-z]{2} [A-Za-z]{2}")
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BLANKS = (b"\r", b"\n", b" ", b"\t")
_MIME = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


# A tuple is made in a third of the time a frozen dataclass takes, and every mail makes some.
class Leaf(NamedTuple):
    """One part without parts: where it is, what it says it is, and the alternatives it belongs to.

    It begins with its headers at ``head``, its content lies from ``start`` to ``end``.
    """

    part: str
    headers: Headers
    start: int
    end: int
    mime: str
    params: Params
    disposition: str
    filename: str
    alternative: str
    head: int = 0

    @property
    def encoding(self) -> str:
        """The transfer encoding, in lower case."""
        return first(self.headers, "content-transfer-encoding").lower().strip(" ;\"'")


def leaves(raw: bytes, headers: Headers, body: int) -> list[Leaf]:
    """The parts of a mail in order, multiparts opened; attached messages stay closed.

    Raises:
        MailUnreadable: deeper than 30 multiparts, more than 500 parts or 1 MB of headers in them.
    """
    mime, params, boundary, disposition, filename = _said(headers, "text/plain")
    if not mime.startswith("multipart/"):
        return [Leaf("1", headers, body, len(raw), mime, params, disposition, filename, "")]
    found: list[Leaf] = []
    count = 0
    header_bytes = 0
    near_misses = [0]
    # What is still to be looked at: number, headers, body, default type, depth, enclosing alternative.
    stack: list[tuple[str, Headers | None, int, int, str, int, str]] = [
        ("", headers, body, len(raw), "text/plain", 0, "")
    ]
    while stack:
        part, own, start, end, default, depth, alternative = stack.pop()
        head = start if own is None else 0
        if own is None:
            own, body = split(raw, start, end)
            header_bytes += body - start
            if header_bytes > MAX_PART_HEADERS_BYTES:
                raise MailUnreadable(_("the headers of its parts are larger than {mb} MB").format(mb=1))
            start = min(body, end)
        mime, params, boundary, disposition, filename = _said(own, default)
        if mime.startswith("multipart/") and boundary:
            ranges = _split_parts(raw, start, end, boundary, MAX_PARTS - count, near_misses)
            count += len(ranges)
            if count > MAX_PARTS:
                raise MailUnreadable(_("it has more than {count} parts").format(count=MAX_PARTS))
            if ranges:
                if depth == MAX_DEPTH:
                    raise MailUnreadable(_("its parts are nested more than {count} deep").format(count=MAX_DEPTH))
                inner = "message/rfc822" if mime == "multipart/digest" else "text/plain"
                group = part or "0" if mime == "multipart/alternative" else alternative
                prefix = part + "." if part else ""
                stack.extend(
                    (f"{prefix}{len(ranges) - i}", None, low, high, inner, depth + 1, group)
                    for i, (low, high) in enumerate(reversed(ranges))
                )
                merged = _merged_headers(own)
                if merged is not None:
                    last = max(start, raw.rfind(b"\n--", start, ranges[0][0]))
                    stack.append((f"{prefix}0", merged, start, last, inner, depth + 1, group))
                continue
        if mime.startswith("multipart/"):
            mime = "text/plain"
        found.append(Leaf(part or "1", own, start, end, mime, params, disposition, filename, alternative, head))
    return found


def _said(headers: Headers, default: str) -> tuple[str, Params, str, str, str]:
    """What a part says it is: type, parameters and boundary, disposition and the name of a file."""
    kind, disposition = first(headers, "content-type"), first(headers, "content-disposition")
    if len(kind) + len(disposition) > _SAID_AGAIN:
        return _told(kind, disposition, default)
    return _known(kind, disposition, default)


def _told(kind: str, disposition: str, default: str) -> tuple[str, Params, str, str, str]:
    mime, params = parse_params(kind)
    if not _MIME.fullmatch(mime):
        mime = default
    disposition, disposition_params = parse_params(disposition)
    filename = disposition_params.get("filename") or params.get("name", "")
    return mime, params, params.get("boundary", "").rstrip(), disposition, base_name(filename) if filename else ""


# Most parts say the same few things.
_known = lru_cache(maxsize=256)(_told)


def content(raw: bytes, leaf: Leaf) -> bytes:
    """The decoded bytes of a part; damaged encodings are decoded as far as they go."""
    data = raw[leaf.start : leaf.end]
    encoding = leaf.encoding
    if encoding == "base64":
        return data if _is_prose(data) else base64_bytes(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uu_bytes(data)
    return data


def content_size(raw: bytes, leaf: Leaf) -> int:
    """How many bytes :func:`content` gives, counted without decoding base64."""
    if leaf.encoding == "base64" and not _is_prose(raw[leaf.start : leaf.start + _LOOK]):
        letters = raw[leaf.start : leaf.end]
        # One character after the other: that copies whole lines, and takes half the time of a look at each byte.
        for blank in _BLANKS:
            letters = letters.replace(blank, b"")
        return len(letters.rstrip(b"=")) * 3 // 4
    return len(content(raw, leaf))


def _is_prose(data: bytes) -> bool:
    """Whether what is labelled base64 is plainly none: words with spaces between them, or no beginning of any."""
    head = data[:_LOOK]
    if _FOREIGN.search(head) is None:
        return False
    begins = head.lstrip()
    # A few letters after a character base64 does not have, and not in groups of four: a word, not data.
    word = (
        len(data) < _SHORT and _FOREIGN.match(begins) is not None and len(_FOREIGN.sub(b"", b"".join(data.split()))) % 4
    )
    return bool(word) or (b" " in head and len(_WORD_GAP.findall(head)) > 2)


def _merged_headers(own: Headers) -> Headers | None:
    """The headers of a first part that ran together with its multipart's, for want of the boundary between them.

    Some programs leave that line out: two Content-Types stand in one header, and the first part's text is where a
    preamble would be.
    """
    types = own.get("content-type", ())
    if len(types) < 2 or not types[1].lower().startswith("text/"):
        return None
    return {**own, "content-type": types[1:2]}


def _split_parts(
    raw: bytes, start: int, end: int, boundary: str, room: int, near_misses: list[int]
) -> list[tuple[int, int]]:
    """Where the parts between boundary lines begin and end (RFC 2046, section 5.1.1), one over ``room`` at most.

    The last one ends at the closing line or, where that is missing, with the enclosing part.
    """
    mark = b"\n--" + boundary.encode("utf-8", "surrogateescape")
    ranges: list[tuple[int, int]] = []
    low = -1
    # The line end before a boundary; before the first one it may lie outside.
    found: int | None = start - 1 if raw.startswith(mark[1:], start, end) else _find(raw, mark, start, end)
    while found is not None:
        after = found + len(mark)
        match = _AFTER_BOUNDARY.match(raw, after, end)
        if match is not None:
            if low >= 0:
                ranges.append((low, _before_line_end(raw, low, found + 1)))
            low = match.end()
            if match[1] or len(ranges) > room:
                return ranges
            # The line end just passed may be the one before the next boundary.
            after = low - 1
        else:
            near_misses[0] += 1
            if near_misses[0] > _MAX_NEAR_MISSES:
                raise MailUnreadable(_("it has more than {count} lines like a boundary").format(count=_MAX_NEAR_MISSES))
        found = _find(raw, mark, after, end)
    if 0 <= low < end:
        ranges.append((low, end))
    return ranges


def _find(raw: bytes, mark: bytes, start: int, end: int) -> int | None:
    found = raw.find(mark, start, end)
    return found if found >= 0 else None


def _before_line_end(raw: bytes, low: int, high: int) -> int:
    # The line end before a boundary belongs to the boundary.
    if high > low and raw[high - 1] == 0x0A:
        high -= 1
        if high > low and raw[high - 1] == 0x0D:
            high -= 1
    return high


def _uu_bytes(data: bytes) -> bytes:
    out = bytearray()
    for line in data.splitlines():
        letters = ((line[0] - 32 & 63) + 2) // 3 * 4 if line else 0
        # Trailing spaces, which stand for zeros, may have been lost on the way; more than that is no line.
        if not letters or len(line) < letters - 3 or line.startswith((b"begin ", b"end")):
            continue
        try:
            # Some encoders pad lines with characters their length byte does not count.
            out += binascii.a2b_uu(line[: letters + 1])
        except binascii.Error:
            continue
    return bytes(out)


def base_name(name: str) -> str:
    """A file's name without directories, at most 255 characters; empty where it is none."""
    name = name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    return "" if name in (".", "..") else name[:255]
