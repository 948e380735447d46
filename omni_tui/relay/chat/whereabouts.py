"""Which page of the shop each visitor has open, for the engine that asks; nothing of it outlives the process.

Only of visitors who have written: the engine was told their page with their message already.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

GONE_S = 45.0
"""A page nobody looks at asks every 30 s: whoever has not for so long has closed it."""
AGAIN_S = 2.0
"""How often an engine is woken for one visitor at most."""
MOST_TOLD = 150
_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """The page (its address and title) a visitor has open ``since`` (epoch ms), or (not ``here``) left then."""

    number: int
    page: str
    title: str
    since: int
    here: bool
    heard: float
    wakes: float
    """When an engine was, or will be, woken for it."""


class Whereabouts:
    """Of all chats of one process, used on its event loop. ``listens`` tells whether a visitor's page is connected."""

    def __init__(self, clock: Callable[[], float], listens: Callable[[str], bool]) -> None:
        self._clock, self._listens = clock, listens
        # The place changed last stands at the end, and its number is the highest.
        self._places: dict[str, OrderedDict[str, Place]] = {}
        # A number of another life means nothing.
        self._life, self._number = secrets.token_hex(4), 0

    def note(self, chat: str, visitor: str, page: str, title: str, now: int) -> float | None:
        """``visitor`` looks at a page: in how many seconds an engine is to be woken for it (None: not for this one).

        ``now`` is epoch milliseconds.
        """
        places, clock = self._places.setdefault(chat, OrderedDict()), self._clock()
        before = places.get(visitor)
        if before is not None and before.here and (before.page, before.title) == (page, title):
            places[visitor] = replace(before, heard=clock)
            return None
        coming = before is not None and before.wakes > clock
        wakes = clock if before is None else before.wakes if coming else max(clock, before.wakes + AGAIN_S)
        self._put(places, visitor, Place(0, page, title, now, here=True, heard=clock, wakes=wakes))
        while len(places) > _MOST:
            places.popitem(last=False)
        return None if coming else wakes - clock

    def heard(self, chat: str, visitor: str) -> None:
        """A page of the visitor's is still open."""
        places = self._places.get(chat)
        if places is not None and visitor in places:
            places[visitor] = replace(places[visitor], heard=self._clock())

    def told(self, chat: str, mark: str, now: int) -> tuple[str, list[tuple[str, Place]], bool]:
        """What changed since ``mark`` was told, the oldest first, the mark behind it, and whether there is more."""
        places = self._places.setdefault(chat, OrderedDict())
        self._look_after(places, now)
        life, _dot, number = mark.partition(".")
        after = int(number) if life == self._life and number.isdecimal() else 0
        found: list[tuple[str, Place]] = []
        for visitor in reversed(places):
            if places[visitor].number <= after:
                break
            found.append((visitor, places[visitor]))
        found.reverse()
        upto = found[MOST_TOLD - 1][1].number if len(found) > MOST_TOLD else self._number
        return f"{self._life}.{upto}", found[:MOST_TOLD], len(found) > MOST_TOLD

    def _look_after(self, places: OrderedDict[str, Place], now: int) -> None:
        """Note who has gone meanwhile."""
        clock = self._clock()
        gone = [
            visitor
            for visitor, place in places.items()
            if place.here and place.heard + GONE_S < clock and not self._listens(visitor)
        ]
        for visitor in gone:
            silent = round((clock - places[visitor].heard) * 1000)
            self._put(places, visitor, replace(places[visitor], here=False, since=now - silent))

    def _put(self, places: OrderedDict[str, Place], visitor: str, place: Place) -> None:
        self._number += 1
        places[visitor] = replace(place, number=self._number)
        places.move_to_end(visitor)
