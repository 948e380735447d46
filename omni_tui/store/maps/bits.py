"""The conversations that have a word, as bits by their reference number, and how they are stored.

In memory a set is an ``int`` whose bit ``ref`` tells of the conversation with that number. Stored it is cut into parts
of :data:`PART` numbers: the part's bits, the lowest first, deflated where that is shorter.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

PART = 4096
"""Reference numbers in a part."""
_WHOLE = PART // 8
_RAW = -15
"""What zlib calls a stream without head and check sum."""


def packed(refs: Iterable[int]) -> bytes:
    """A part as it is stored, of reference numbers that lie in it."""
    return stored(of_refs([ref % PART for ref in refs]))


def stored(part: int, before: bytes | None = None) -> bytes:
    """A part as it is stored, of the bits of its own; with those of what was stored ``before``."""
    if before is not None:
        part |= int.from_bytes(_bits(before), "little")
    bits = part.to_bytes(_WHOLE, "little")
    # Runs are all there is to find in bits, and quickly found. With little memory it takes a tenth of the time.
    deflate = zlib.compressobj(method=zlib.DEFLATED, wbits=-10, memLevel=4, strategy=zlib.Z_RLE)
    shorter = deflate.compress(bits) + deflate.flush()
    return shorter if len(shorter) < _WHOLE else bits


def whole() -> bytearray:
    """All bits of a part, to be set: the lowest first."""
    return bytearray(_WHOLE)


def unpacked(stored: bytes, part: int) -> list[int]:
    """The reference numbers in the ``part``-th part."""
    first = part * PART
    return [
        first + (at << 3) + bit for at, byte in enumerate(_bits(stored)) if byte for bit in range(8) if byte >> bit & 1
    ]


def together(parts: Iterable[tuple[int, bytes]]) -> int:
    """The set of which these are the stored parts, each with its number."""
    found = list(parts)
    whole = bytearray((max(part for part, _stored in found) + 1) * _WHOLE) if found else bytearray()
    for part, stored in found:
        whole[part * _WHOLE : (part + 1) * _WHOLE] = _bits(stored)
    return int.from_bytes(whole, "little")


def of_refs(refs: Iterable[int]) -> int:
    """The set of these reference numbers."""
    found = list(refs)
    whole = bytearray((max(found) >> 3) + 1) if found else bytearray()
    for ref in found:
        whole[ref >> 3] |= 1 << (ref & 7)
    return int.from_bytes(whole, "little")


def members(bits: int) -> list[int]:
    """The reference numbers in a set, in order."""
    flags, found = f"{bits:b}"[::-1], []
    ref = flags.find("1")
    while ref >= 0:
        found.append(ref)
        ref = flags.find("1", ref + 1)
    return found


def _bits(stored: bytes) -> bytes:
    return stored if len(stored) == _WHOLE else zlib.decompress(stored, _RAW, _WHOLE)
