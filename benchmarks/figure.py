"""One measured figure beside its limit, and the few statistics figures are made of."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


class Unmeasured(Exception):
    """A figure that could not be taken, with the reason in words."""


@dataclass(frozen=True, slots=True)
class Figure:
    """``limit`` is the most ``measured`` may be; None for a figure that is only told."""

    name: str
    measured: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Within its limit, or without one."""
        return self.limit is None or self.measured <= self.limit

    def line(self) -> str:
        """The figure as one line of the table."""
        limit = "" if self.limit is None else f"{self.limit:g}"
        verdict = "-" if self.limit is None else ("pass" if self.holds else "FAIL")
        return f"{self.name:<52} {short(self.measured):>9} {limit:>7} {self.unit:<6} {verdict:<5} {self.note}".rstrip()


HEADING = f"{'figure':<52} {'measured':>9} {'limit':>7} {'unit':<6} {'':<5}".rstrip()


def short(value: float) -> str:
    """Three digits that count."""
    if value and abs(value) < 1:
        return f"{value:.3f}"
    return f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"


def percentile(values: Iterable[float], part: float) -> float:
    """The smallest value that at least ``part`` (0 to 1) of them do not exceed. ValueError without values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(len(ordered) * part) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def spread(values: Sequence[float], unit: str) -> str:
    """Smallest and largest, and of how many, for a note."""
    return f"{short(min(values))}–{short(max(values))} {unit} in {len(values)} runs"


def times_ms(call: Callable[[], Any], runs: int) -> list[float]:
    """Milliseconds of each of ``runs`` calls, after one that is not counted."""
    call()
    gc.collect()
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        found.append((time.perf_counter() - began) * 1000)
    return found
