"""Which words the index's list of words is known to have, so that they are not offered to it again and again."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from omni_tui.model.events import Beginnings

MOST = 100_000
"""Words that are remembered: some 10 MB."""


class Listed:
    """What one connection has written. No row of the list is ever taken away, so it stays true."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._told: WeakKeyDictionary[Beginnings, int] = WeakKeyDictionary()
        self._new: Set[str] = frozenset()
        self._new_told: dict[Beginnings, int] = {}

    def unknown(self, words: Set[str], told: Iterable[Beginnings]) -> Set[str]:
        """Those of ``words`` and of what readers ``told`` that the list may not have."""
        found = set(words)
        self._new_told = {}
        for each in told:
            pieces = each.pieces[self._told.get(each, 0) :]
            self._new_told[each] = self._told.get(each, 0) + len(pieces)
            found.update(*map(str.split, pieces))
        self._new = found - self._words
        return self._new

    def committed(self) -> None:
        """What was unknown is in the list now."""
        if len(self._words) > MOST:
            self._words.clear()
        self._words |= self._new
        self._told.update(self._new_told)
        self._new, self._new_told = frozenset(), {}
