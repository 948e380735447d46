"""What a setting's type cannot say."""

from __future__ import annotations

from typing import NamedTuple


class Range(NamedTuple):
    """``Annotated[int, Range(0, 60)]``: both ends are allowed."""

    low: float
    high: float


class Named(NamedTuple):
    """``Annotated[Mapping[str, str], Named(("text", "base"))]``: which keys there are."""

    names: tuple[str, ...]


class Written(NamedTuple):
    """``Annotated[str, Written(pattern, sentence)]``: how a text, or each value of a table, has to be written."""

    pattern: str
    sentence: str
