"""Chance that comes out the same every time."""

from __future__ import annotations

from random import Random


def dice(seed: int | str) -> Random:
    """A source of chance for the demo's story; nothing secret is made from it."""
    return Random(seed)  # noqa: S311
