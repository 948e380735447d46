"""Whether work grows with its input and no faster: by how many times as long it takes for eight times as much."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 8
LIMIT = 24.0
"""Linear work takes eight times as long, quadratic sixty-four times; between them is room for a busy machine."""


def grows_like_its_size(work: Callable[[str], object], piece: str, size: int) -> None:
    """Fail if ``work`` on eight times ``size`` characters of ``piece`` takes much more than eight times as long."""
    small = piece * max(1, size // len(piece))
    ratios: list[float] = []
    while not ratios or (ratios[-1] >= LIMIT and len(ratios) < 3):
        ratios.append(_seconds(work, small * TIMES) / max(_seconds(work, small), 1e-4))
    assert ratios[-1] < LIMIT, f"{TIMES} times the text takes {min(ratios):.0f} times as long"


def _seconds(work: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started
