"""Joins the parts SQLite's index of words is made of, when little comes in or when there are too many.

Each commit with words adds a part to the index, and a question looks into every part. FTS5 joins them within the
commits that follow, which in a first sync is a fifth of what is spent on words. So it is told to leave them
(0018_index_joins_settings.sqlite.sql), and they are joined here, beside the work of an engine: one short transaction
after the other. Each leaves an index that is whole, so whoever is killed loses nothing, and another goes on with it.

How many parts there are, and how large, stands in the index's structure record (``fts5StructureDecode`` in
fts5_index.c), and where their pages lie in ``FTS5_SEGMENT_ROWID`` there. Which are joined next is FTS5's choice
(``fts5IndexMerge``), and is guessed here the same way: to know whether it is worth it, and what it will read. A large
index is not all in memory, and nobody should wait for the disk with the lock: its pages are read before, without it.
PostgreSQL keeps its index in order by itself.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from omni_tui.store.store import Store, Tx

QUIET_S = 3.0
"""How long little must have come in."""
LITTLE = 40
"""Pages of new words within that time: some messages each second. A first sync writes hundreds."""
FEW = 4
"""Parts of a level that are left alone; FTS5 joins no fewer either (its ``usermerge``)."""
MANY = 16
"""Parts of a level from which on they are joined even if one of them is nearly all there is."""
CROWDED = 256
"""Parts of a level that are joined whatever comes in: with 100 of them a question takes a millisecond longer than with
40, and of 400 (``crisismerge``) FTS5 makes one within whichever commit comes next.
"""
PAGES = 64
"""Pages that one command may write: each begins by looking into all parts anew, and lasts milliseconds."""
WRITE_SHARE = 0.2
"""Of the time a write may last where it indexes words."""
LONG_S = 0.1
"""The same by the clock: whoever waits for the disk works little."""
AHEAD = 512
"""Pages that are read before: more than one transaction joins, for a frequent word is written at once, however long."""
_ID_BITS = 37
"""The number of a page has 31 bits, what tells its kind 6 (0 here); before them is its part's."""
_OTHER_LAYOUT = b"\xff\x00\x00\x01"
"""What stands before the structure of indexes of another kind (``FTS5_STRUCTURE_V2``)."""


@dataclass(frozen=True, slots=True)
class Level:
    """Parts of about the same age, in pages each; ``joining``: how many of them are being joined.

    ``begins``: the row of each part's first page.
    """

    joining: int
    pages: tuple[int, ...]
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """What the index is made of."""

    levels: tuple[Level, ...]

    @property
    def parts(self) -> int:
        return sum(len(level.pages) for level in self.levels)

    @property
    def pages(self) -> int:
        return sum(sum(level.pages) for level in self.levels)

    def is_crowded(self) -> bool:
        """Whether joining cannot wait."""
        return any(len(level.pages) >= CROWDED for level in self.levels)

    def is_worth_joining(self) -> bool:
        """Whether what FTS5 would join next is worth what it costs.

        A part that is much larger than the others of its level is written again for few of them, else a store of a
        million messages would be with every hundred that come.
        """
        following = self._following()
        if following is None:
            return False
        number, largest = len(following.pages), max(following.pages)
        if following.joining or number >= MANY:
            return True
        return number >= FEW and largest <= 2 * (sum(following.pages) - largest)

    def read_next(self) -> list[tuple[int, int]]:
        """What joining will read next, of each part as much as it is of all: first rows, and how many."""
        following = self._following()
        if following is None:
            return []
        number = following.joining or len(following.pages)
        some = list(zip(following.begins[:number], following.pages[:number], strict=True))
        whole = sum(pages for _begin, pages in some)
        return [(begin, min(pages, 2 + AHEAD * pages // whole)) for begin, pages in some]

    def _following(self) -> Level | None:
        """The level FTS5 would take: the one with most parts, if none above it is at it already."""
        best: Level | None = None
        for level in self.levels:
            most = 0 if best is None else best.joining or len(best.pages)
            if (level.joining or len(level.pages)) > most:
                best = level
            if level.joining:
                break
        return best


def structure(tx: Tx) -> Structure | None:
    """What the index is made of; None where that cannot be told."""
    if tx.dialect != "sqlite":
        return None
    record = tx.value("index_structure")
    if not isinstance(record, bytes):
        return None
    try:
        return _decoded(record)
    except IndexError:
        return None


class Joining:
    """One process's work at it. ``clock`` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._pages = 0
        self._quiet = False
        self._in_vain: Structure | None = None

    def look(self, store: Store) -> bool:
        """Whether there is something to join, and little came in for some time or it cannot wait. Reads one row."""
        found = _found(store)
        if found is None:
            return False
        now = self._clock()
        self._pages = min(self._pages, found.pages)  # somebody else joins some
        if self._since is None or found.pages - self._pages > LITTLE:
            self._since, self._pages, self._quiet = now, found.pages, False
        elif now - self._since >= QUIET_S:
            self._since, self._pages, self._quiet = now, found.pages, True
        return (self._quiet or found.is_crowded()) and found != self._in_vain and found.is_worth_joining()

    def join(self, store: Store) -> None:
        """One short transaction; shorter where somebody waits."""
        with store.read() as tx:
            _read_ahead(tx)
        with store.write() as tx:
            began, found = self._clock(), structure(tx)
            had = found.pages if found is not None else 0
            while found is not None and found.is_worth_joining():
                before = found
                tx.run("join_index_parts", pages=PAGES)
                found = structure(tx)
                if found == before:
                    self._in_vain = before
                    break
                if tx.is_long(WRITE_SHARE) or self._clock() - began > LONG_S:
                    break
            # What we wrote did not come in.
            self._pages += (found.pages if found is not None else 0) - had
        store.tidy()


def relieve(store: Store) -> None:
    """Join some if it cannot wait: for whoever takes in much where no engine may be at work. Mostly reads one row."""
    found = _found(store)
    if found is not None and found.is_crowded():
        Joining().join(store)


def _found(store: Store) -> Structure | None:
    if store.dialect != "sqlite":
        return None
    with store.read() as tx:
        return structure(tx)


def _read_ahead(tx: Tx) -> None:
    """Have what is joined next in the machine's memory."""
    found = structure(tx)
    if found is not None and found.is_worth_joining():
        tx.value("index_pages", parts=json.dumps(found.read_next()))


def _decoded(record: bytes) -> Structure | None:
    """The structure of a record: numbers behind four bytes. Raises IndexError where it ends too early."""
    if record[4:8] == _OTHER_LAYOUT:
        return None
    at = 4

    def number() -> int:
        nonlocal at
        found = 0
        for _place in range(8):
            byte = record[at]
            at += 1
            found = found << 7 | byte & 0x7F
            if byte < 0x80:
                return found
        at += 1
        return found << 8 | record[at - 1]

    def part() -> tuple[int, int]:
        id, first, last = number(), number(), number()
        return last - first + 1, (id << _ID_BITS) + first

    def level() -> Level:
        joining, parts = number(), number()
        found = [part() for _part in range(parts)]
        return Level(joining, tuple(pages for pages, _row in found), tuple(row for _pages, row in found))

    # The third tells the pages of new words only where FTS5 joins by itself.
    levels, _parts, _written = number(), number(), number()
    return Structure(tuple(level() for _level in range(levels)))
