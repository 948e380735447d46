"""What a preview is made of. Nothing in it is clean yet: skins clean what they show."""

from __future__ import annotations

from dataclasses import dataclass

MAX_OCTETS = 25_000_000
MAX_LINES = 5_000
MAX_CHARS = 400_000
MAX_PIXELS = 50_000_000
"""Of a picture: what the largest telephones make. A kilobyte can claim a thousand times that."""


@dataclass(frozen=True, slots=True)
class Room:
    """Cells there are to show something in."""

    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots from the top left, three bytes each (red, green, blue); two of them, one above the other, make a cell."""

    columns: int
    rows: int
    dots: bytes


@dataclass(frozen=True, slots=True)
class Preview:
    """A file in short. ``facts`` say what it is; ``remark`` what is missing here, and what to do about it."""

    facts: str
    lines: tuple[str, ...] = ()
    remark: str = ""
    picture: Picture | None = None
    prose: bool = True
    """Whether long lines may be broken anywhere; rows of a table may not."""
