"""Pictures: what they are by their own header, and their dots by Pillow where it is installed."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from typing import Any

from omni_tui.text.i18n import _
from omni_tui.text.preview.kinds import picture_format
from omni_tui.text.preview.model import MAX_PIXELS, Picture, Preview, Room

_GROUND = (128, 128, 128)
"""What shows through where a picture is transparent: neither its dark nor its light parts vanish on it."""
_MAX_SEGMENTS = 2_000


def picture_of(data: bytes, room: Room) -> Preview:
    """The picture made small enough for ``room``; what it is, where it cannot be drawn here."""
    name = picture_format(data)
    size = _size(data, name)
    facts = _("{format} picture, {width} x {height}").format(format=name, width=size[0], height=size[1])
    if not all(size):
        facts = _("{format} picture").format(format=name)
    if size[0] * size[1] > MAX_PIXELS:
        megapixels = MAX_PIXELS // 1_000_000
        return Preview(facts, remark=_("More than {count} million dots are not drawn here.").format(count=megapixels))
    try:
        pillow = importlib.import_module("PIL.Image")
        operations = importlib.import_module("PIL.ImageOps")
    except ImportError:
        return Preview(facts, remark=_("To see it here, install Pillow beside omni-tui."))
    try:
        with pillow.open(io.BytesIO(data), formats=(name.upper(),)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(image.size)
            return Preview(facts, picture=_dots(image, operations, room))
    except (OSError, ValueError, SyntaxError, EOFError, pillow.DecompressionBombError, pillow.DecompressionBombWarning):
        return Preview(facts, remark=_("The picture is broken and cannot be drawn."))


def _dots(image: Any, operations: Any, room: Room) -> Picture:
    image.draft("RGB", (room.columns * 2, room.rows * 4))  # a JPEG is then read at a fraction of its size
    image.thumbnail((room.columns * 4, room.rows * 8))
    upright = operations.exif_transpose(image).convert("RGBA")
    ground = upright.copy()
    ground.paste((*_GROUND, 255), (0, 0, *ground.size))
    ground.alpha_composite(upright)
    # Dots are as wide as high: a cell is twice as high as wide and has two of them.
    scale = min(room.columns / ground.width, room.rows * 2 / ground.height, 1.0)
    columns, rows = max(1, round(ground.width * scale)), max(1, round(ground.height * scale))
    small = ground.convert("RGB").resize((columns, rows))
    return Picture(columns, rows, small.tobytes())


def _size(data: bytes, name: str) -> tuple[int, int]:
    """Width and height by the header of the file; zeros where it does not say."""
    if name == "PNG":  # W3C PNG, 11.2.1
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if name == "GIF":  # GIF89a, 18
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if name == "BMP":  # BITMAPINFOHEADER; a negative height is a picture from the top down
        height = int.from_bytes(data[22:26], "little", signed=True)
        return int.from_bytes(data[18:22], "little"), abs(height)
    if name == "WebP":
        return _webp_size(data)
    return next(_jpeg_sizes(data), (0, 0)) if name == "JPEG" else (0, 0)


def _jpeg_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """The sizes frame headers tell (ITU-T T.81, B.2.2)."""
    at = 2
    for _segment in range(_MAX_SEGMENTS):
        if data[at : at + 1] != b"\xff":
            return
        marker, length = data[at + 1 : at + 2], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker and 0xC0 <= marker[0] <= 0xCF and marker[0] not in (0xC4, 0xC8, 0xCC):
            yield int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + max(2, length)


def _webp_size(data: bytes) -> tuple[int, int]:
    """As its first chunk says (RFC 9649, sections 2.5 to 2.7)."""
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
