"""When somebody answers a chat, as a shop writes it: ``mon-fri 9:00-18:00``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from omni_tui.text.i18n import _

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = re.compile(
    r"(?P<days>[a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*)\s+"
    r"(?P<h1>\d{1,2})(?::(?P<m1>\d\d))?\s*-\s*(?P<h2>\d{1,2})(?::(?P<m2>\d\d))?"
)


@dataclass(frozen=True, slots=True)
class Hours:
    """On ``days`` (0 is Monday) from minute ``first`` of the day until before minute ``until``."""

    days: frozenset[int]
    first: int
    until: int

    def hold(self, at: datetime) -> bool:
        """Whether ``at``, in the shop's time, is among them."""
        return at.weekday() in self.days and self.first <= at.hour * 60 + at.minute < self.until


def read_hours(line: str) -> Hours:
    """``mon-fri 9:00-18:00``, ``sat,sun 10-14``. Raises ValueError with a sentence for people."""
    found = _LINE.fullmatch(line.strip().lower())
    if found is None:
        raise ValueError(_("{line} are no hours; write mon-fri 9:00-18:00").format(line=repr(line)))
    first, until = (int(found[f"h{n}"]) * 60 + int(found[f"m{n}"] or 0) for n in (1, 2))
    minutes = [int(found[f"m{n}"] or 0) for n in (1, 2)]
    if max(minutes) > 59 or not 0 <= first < until <= 24 * 60:
        raise ValueError(_("{line}: the hours end after they begin, within a day").format(line=repr(line)))
    days: set[int] = set()
    for part in found["days"].split(","):
        begin, _dash, end = part.partition("-")
        if begin not in DAYS or (end or begin) not in DAYS:
            raise ValueError(_("{line}: days are {days}").format(line=repr(line), days=", ".join(DAYS)))
        at, last = DAYS.index(begin), DAYS.index(end or begin)
        days |= {(at + n) % 7 for n in range((last - at) % 7 + 1)}
    return Hours(frozenset(days), first, until)


def open_at(hours: Iterable[Hours], at: datetime) -> bool:
    """Whether any of the hours hold then; without any it is always open."""
    every = tuple(hours)
    return not every or any(each.hold(at) for each in every)
