"""What a setting's type cannot say."""

from __future__ import annotations

from typing import NamedTuple


class Range(NamedTuple):
    """``Annotated[int, Range(0, 60)]``: both ends are allowed."""

    low: float
    high: float
