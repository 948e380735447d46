"""Work at the maps in pieces: reading without the lock for some milliseconds, and short writes; others come between."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Protocol

from omni_tui.store.store import Row, Tx, Writer

LOOK_S = 0.03
"""After so long a piece of reading and computing should make an end."""
WRITE_SHARE = 0.2
"""Of the time a write may last where it indexes words."""


class Piecework(Protocol):
    """What is done by ``look``, until that returns False, and then ``write``, again and again until it ``is_over``.

    Where one of them raises, what it has in memory may be none of the store's any more: it is to be dropped.
    """

    is_over: bool
    turn: Turn

    def look(self, tx: Tx) -> bool:
        """Read and compute for some milliseconds; whether there is more of that before something is to be written."""
        ...

    def write(self, tx: Writer) -> None:
        """One short transaction."""
        ...


def until_long() -> Iterator[None]:
    """Once, and again until a piece of reading is long enough."""
    began = time.monotonic()
    yield
    while time.monotonic() - began < LOOK_S:
        yield


class Turn:
    """Whose turn at the maps it is: who takes it ends that of whoever had it, in this process or another.

    What was read is worth something only while the turn lasts, and while the store still has what it had then: a power
    cut may take the newest writes from a server that its clients go on working with, and the feed tells.
    """

    def __init__(self, before: int) -> None:
        """``before``: the number of the turn in which it was decided what to do."""
        self.number = before
        self.is_taken = False
        self._newest: tuple[int, tuple[object, ...]] | None = None

    def take(self, tx: Writer) -> bool:
        """Whether it is ours from now on: not if another one began one meanwhile."""
        if tx.value("counter", name="maps_turn") != self.number:
            return False
        # No number of others: a standby that took over may give the same ones again.
        self.number = secrets.randbits(62) | 1
        tx.run("set_counter", name="maps_turn", value=self.number)
        self.note(tx)
        self.is_taken = True
        return True

    def note(self, tx: Tx) -> None:
        """Remember the newest change that was there when something was read."""
        newest = int(tx.value("counter", name="change"))
        if self._newest is None or self._newest[0] != newest:
            self._newest = (newest, _change(tx, newest))

    def is_ours(self, tx: Writer) -> bool:
        """Whether it still is, and the store has what was read."""
        if tx.value("counter", name="maps_turn") != self.number or self._newest is None:
            return False
        newest, known = self._newest
        return int(tx.value("counter", name="change")) >= newest and _change(tx, newest) == known


def _change(tx: Tx, number: int) -> tuple[object, ...]:
    rows: list[Row] = tx.all("changes_after", seq=number - 1, limit=1)
    return (rows[0]["seq"], rows[0]["at"], rows[0]["entity"], rows[0]["entity_id"]) if rows else ()
