"""A mail inside an S/MIME signature (RFC 8551, section 3.5.2): the content of a CMS SignedData, in the clear.

Nothing is verified and no key is needed: what is wrapped this way is only wrapped. Just as much of BER (X.690) is read
as leads to it, indefinite lengths and octet strings in pieces included, without recursion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from omni_tui.text.mail.structure import Leaf, content

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2 (RFC 5652, section 5.1)
_SEQUENCE, _SET, _INTEGER, _OID, _OCTETS, _PIECES, _FIRST = 0x30, 0x31, 0x02, 0x06, 0x04, 0x24, 0xA0
_MOST_PIECES = 100_000
# What the inner mail says anew.
_OUTER = re.compile(rb"^content-[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)


class NoContent(Exception):
    """It is no SignedData, or damaged, or has its content elsewhere."""


@dataclass(frozen=True, slots=True)
class _Element:
    """One element: its content begins at ``start`` and ends at ``end``, -1 where only its end mark tells."""

    tag: int
    start: int
    end: int


def opened(raw: bytes, body: int, leaf: Leaf) -> bytes | None:
    """The mail with what is inside the signed part ``leaf`` in its place; None where nothing is.

    The body of ``raw`` begins at ``body``. Where all of it is signed, the headers of the mail stay above.
    """
    try:
        inner = signed_content(content(raw, leaf))
    except NoContent:
        return None
    if not inner.strip():
        return None
    if leaf.start == body:
        return _OUTER.sub(b"", raw[:body].rstrip(b"\r\n") + b"\n") + inner
    # A line end of its own, which belongs to the boundary behind it.
    return raw[: leaf.head] + inner.rstrip(b"\r\n") + b"\r\n" + raw[leaf.end :]


def signed_content(data: bytes) -> bytes:
    """What a SignedData carries (RFC 5652, sections 3, 5.1 and 5.2). Raises :class:`NoContent`."""
    kind = _expect(data, _expect(data, 0, _SEQUENCE).start, _OID)
    if data[kind.start : kind.end] != _SIGNED_DATA:
        raise NoContent
    signed = _expect(data, _expect(data, kind.end, _FIRST).start, _SEQUENCE)
    version = _expect(data, signed.start, _INTEGER)
    carried = _expect(data, _past(data, _expect(data, version.end, _SET)), _SEQUENCE)
    content_kind = _expect(data, carried.start, _OID)
    return _octets(data, _expect(data, content_kind.end, _FIRST).start)


def _octets(data: bytes, at: int) -> bytes:
    whole = _element(data, at)
    if whole.tag == _OCTETS and whole.end >= 0:
        return data[whole.start : whole.end]
    if whole.tag != _PIECES:
        raise NoContent
    pieces: list[bytes] = []
    at = whole.start
    while at != whole.end and len(pieces) < _MOST_PIECES:
        piece = _element(data, at)
        if whole.end < 0 and piece.tag == 0:
            break
        if piece.tag != _OCTETS or piece.end < 0:
            raise NoContent
        pieces.append(data[piece.start : piece.end])
        at = piece.end
    return b"".join(pieces)


def _expect(data: bytes, at: int, tag: int) -> _Element:
    found = _element(data, at)
    if found.tag != tag:
        raise NoContent
    return found


def _past(data: bytes, element: _Element) -> int:
    """Where the next element begins."""
    if element.end >= 0:
        return element.end
    at, open_ones = element.start, 1
    while open_ones:
        inside = _element(data, at)
        if inside.end < 0:
            open_ones, at = open_ones + 1, inside.start
        else:
            open_ones, at = open_ones - (inside.tag == 0), inside.end
    return at


def _element(data: bytes, at: int) -> _Element:
    """The element at ``at`` (X.690, section 8.1); tags of one byte are all there are here."""
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise NoContent
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:
        return _Element(tag, start, -1)
    if length > 0x80:
        octets = length & 0x7F
        length, start = int.from_bytes(data[start : start + octets], "big"), start + octets
        if octets > 8:
            raise NoContent
    if start + length > len(data):
        raise NoContent
    return _Element(tag, start, start + length)
