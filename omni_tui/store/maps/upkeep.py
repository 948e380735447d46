"""Keeping the maps: made when a store is large enough to need them, and brought up to what has changed since."""

from __future__ import annotations

from collections.abc import Mapping as Values

from omni_tui.store.maps.bits import PART
from omni_tui.store.maps.choosing import MADE_OF, Choosing
from omni_tui.store.maps.mapping import Mapping
from omni_tui.store.maps.pieces import Piecework, Turn
from omni_tui.store.maps.sets import Words
from omni_tui.store.search_docs import is_current, reindex
from omni_tui.store.store import Row, Store, Tx, Writer

WORTH = 30_000
"""Conversations from which on a store has maps: in a smaller one looking is quick."""
UNMAPPED = 500
"""Conversations without a map that are put up with: each is a candidate of every question."""
LASTING = 1000
"""The same for those whose bits only making their part anew puts right."""
TOGETHER = 300
"""Conversations of one part taken in together."""
MANY = 1500
"""Conversations of a part for which it is as well made anew."""
GROWN = 2
"""Times as many conversations as when the words were chosen: other words are frequent by now."""


class Upkeep:
    """One process's work at the maps, a piece at a time; several processes never spoil each other's."""

    def __init__(self, worth: int | None = None) -> None:
        self._worth = WORTH if worth is None else worth
        self._work: Piecework | None = None
        self._may_write = False
        self._taking_in = False
        self._known: Words | None = None
        self._turn = 0

    def look(self, store: Store) -> bool:
        """Decide what to do, or read for some milliseconds; whether there is anything to do."""
        with store.read() as tx:
            if self._work is None:
                self._work = self._next(tx)
            work, self._work = self._work, None
            if work is None:
                return False
            self._may_write = not work.look(tx)
            self._work = work  # not where it raised
        return True

    def write(self, store: Store) -> None:
        """One short transaction, if it is time for one."""
        if self._work is None or not self._may_write:
            return
        work, self._work = self._work, None
        with store.write() as tx:
            work.write(tx)
        self._turn = work.turn.number
        if not work.is_over:
            self._work = work

    def _next(self, tx: Tx) -> Piecework | None:
        counters = {row["name"]: row["value"] for row in tx.all("counters")}
        span = tx.one("span_of_refs")
        if span is None or span["first"] is None or span["first"] < 0 or not is_current(tx):
            return None  # while documents are made anew it is for nothing
        first, last = span["first"], span["last"]
        turn = Turn(counters["maps_turn"])
        if turn.number != self._turn:
            self._known = None  # others have been at it
        size, following = last - first + 1, counters["maps_next"]
        is_chosen = following > 0 and counters["maps_segmentation"] == MADE_OF
        if counters["maps_ready"]:
            if is_chosen and size < GROWN * counters["maps_size"]:
                return self._changed(tx, turn)
        elif is_chosen:
            return self._made(turn, following - 1, last)
        if size < self._worth and not counters["maps_ready"]:
            return None
        self._known = None
        return Choosing(turn, first, last)

    def _made(self, turn: Turn, part: int, last: int) -> Piecework:
        """The next part, or the end: what is begun from here on is known by its trigger."""
        if part * PART > last:
            return _Ready(turn)
        return Mapping(turn, part, self._words, done=lambda tx: _set(tx, "maps_next", part + 2))

    def _changed(self, tx: Tx, turn: Turn) -> Piecework | None:
        """What takes in the part with most of what has changed since."""
        parts = tx.all("unmapped_by_part")
        lasting = sum(row["lasting"] for row in parts)
        if lasting > LASTING:
            return Mapping(turn, max(parts, key=lambda row: row["lasting"])["part"], self._words)
        left = sum(map(_added, parts))
        self._taking_in = left > (0 if self._taking_in else UNMAPPED)
        if not self._taking_in:
            return None
        most = max(parts, key=_added)
        part = most["part"]
        if _added(most) > MANY:
            return Mapping(turn, part, self._words)
        rows = tx.all("unmapped", first=part * PART, beyond=(part + 1) * PART, limit=TOGETHER)
        return Mapping(turn, part, self._words, only=[row["ref"] for row in rows])

    def _words(self, tx: Tx) -> Words:
        if self._known is None:
            self._known = Words({row["word"]: row["number"] for row in tx.all("map_words")})
        return self._known


class _Ready:
    """From now on the maps are whole."""

    def __init__(self, turn: Turn) -> None:
        self.is_over = False
        self.turn = turn

    def look(self, tx: Tx) -> bool:
        return False

    def write(self, tx: Writer) -> None:
        if self.turn.take(tx):
            _set(tx, "maps_ready", 1)
        self.is_over = True


def _added(row: Row | Values[str, int]) -> int:
    return int(row["all_of_them"]) - int(row["lasting"])


def _set(tx: Writer, counter: str, value: int) -> None:
    tx.run("set_counter", name=counter, value=value)


def forget(tx: Writer) -> None:
    """Have all maps made anew; whoever is at them finds that his turn is over."""
    Turn(int(tx.value("counter", name="maps_turn") or 0)).take(tx)
    _set(tx, "maps_ready", 0)
    _set(tx, "maps_next", 0)


def build(store: Store) -> None:
    """Make the maps of a store of any size, and take in what has changed since, in one go."""
    while reindex(store):
        pass
    upkeep = Upkeep(worth=0)
    while upkeep.look(store):
        upkeep.write(store)
