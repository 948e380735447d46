"""Pictures made to hurt: a small file that is large when it is drawn takes no more than its share."""

from __future__ import annotations

import importlib.util
import struct
import zlib

import pytest

from omni_tui.desk import looking
from omni_tui.model.errors import OmniError
from omni_tui.text.preview.model import Room

ROOM = Room(60, 10)
pytestmark = pytest.mark.skipif(importlib.util.find_spec("PIL") is None, reason="Pillow is not installed")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(columns: int, rows: int, depth: int, colour: int, octets: int) -> bytes:
    """Nothing but zeros: a hundred kilobytes for hundreds of megabytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + columns * octets)
    packed = b"".join(packer.compress(row) for _row in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", columns, rows, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def tiff(columns: int, rows: int) -> bytes:
    """One strip that claims to be all of the picture (TIFF 6.0, section 2)."""
    tags = {256: columns, 257: rows, 258: 8, 259: 1, 262: 1, 273: 200, 277: 1, 278: rows, 279: 10}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return (b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)).ljust(200, b"\0") + bytes(10)


@pytest.mark.parametrize(
    "make",
    [
        lambda: png(7_000, 7_000, 8, 6, 4),
        lambda: png(7_000, 7_000, 16, 6, 8),
        lambda: tiff(100_000, 100_000),
        lambda: tiff(7_000, 7_000),
        lambda: b"GIF89a" + struct.pack("<HHBBB", 7_000, 7_000, 0xF7, 0, 0) + bytes(768) + b",\0\0\0\0" * 200_000,
        lambda: b"BM" + bytes(12) + b"(\0\0\0" + struct.pack("<iiHH", 7_000, -7_000, 1, 24) + bytes(24),
    ],
    ids=["png", "deep png", "tiff that claims much", "tiff", "gif", "bmp"],
)
def test_a_picture_made_to_hurt_is_drawn_small_or_a_sentence(make: object) -> None:
    assert callable(make)
    try:
        found = looking.look("a.bin", "", make(), ROOM)
    except OmniError as error:
        assert "too much time or memory" in error.message
        return
    assert found.remark if found.picture is None else found.picture.columns <= ROOM.columns
