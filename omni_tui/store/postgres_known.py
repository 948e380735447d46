"""What this process was told lately, kept for the acts that are decided on it: a screen asked it all to show it.

Whether it is still so is asked when the act is stored, so what is out of date costs a second try and is never believed.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from omni_tui.store.postgres_link import Statement
from omni_tui.store.session import Row

MOST = 400
"""Answers kept: those of some thirty conversations."""
LARGE = 16 * 1024
"""Bytes of an answer that is worth keeping."""
_EVERYWHERE = frozenset({"agent", "channel"})
"""A change of one of these concerns answers that do not name it."""

Answered = psycopg.Cursor[Any]
_Key = tuple[str, tuple[tuple[str, Any], ...]]


class Known:
    """Answers, and how clock and counters of the server stood. For all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[_Key, tuple[list[Row], Answered]] = OrderedDict()
        self._clock: tuple[int, float] | None = None
        self._counters: dict[str, int] = {}

    def told(self, now: int) -> None:
        """The server's clock shows ``now``."""
        with self._lock:
            self._clock = now, time.monotonic()

    def told_at(self, now: int, at: float, counters: Mapping[str, int]) -> None:
        """The server's clock showed ``now`` when ours (``time.monotonic``) showed ``at``, and its counters these."""
        with self._lock:
            self._clock, self._counters = (now, at), dict(counters)

    def state(self) -> tuple[int, dict[str, int]] | None:
        """Clock and counters by now, as far as can be known here; the clock is never ahead of the server's."""
        with self._lock:
            if self._clock is None or not self._counters:
                return None
            now, at = self._clock
            return now + int((time.monotonic() - at) * 1000), dict(self._counters)

    def keep(self, asked: Statement, rows: list[Row], answered: Answered) -> None:
        """Keep an answer that came just now, unless it is a large one."""
        if _bytes(answered) > LARGE:
            return
        with self._lock:
            self._answers[_key(asked)] = rows, answered
            self._answers.move_to_end(_key(asked))
            if len(self._answers) > MOST:
                self._answers.popitem(last=False)

    def find(self, asked: Statement) -> tuple[list[Row], Answered] | None:
        """The answer that was kept, and what it came with."""
        with self._lock:
            return self._answers.get(_key(asked))

    def forget(self, changes: Iterable[tuple[str, str]] | None = None) -> None:
        """Forget what these changes (entity and id) may concern; None: everything."""
        changed = None if changes is None else list(changes)
        with self._lock:
            if changed is None or any(entity in _EVERYWHERE for entity, _id in changed):
                self._answers.clear()
                return
            ids = {id for _entity, id in changed}
            for key in [key for key in self._answers if any(value in ids for _name, value in key[1])]:
                del self._answers[key]


def _key(asked: Statement) -> _Key:
    sql, values = asked
    return sql, tuple(sorted(values.items()))


def _bytes(answered: Answered) -> int:
    result = answered.pgresult
    assert result is not None
    places = ((row, column) for row in range(result.ntuples) for column in range(result.nfields))
    return sum(len(result.get_value(*place) or b"") for place in places)
