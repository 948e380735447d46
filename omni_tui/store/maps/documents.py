"""The words of some conversations' documents, read a page at a time: each page may come from a snapshot of its own."""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.store.maps.positions import in_order
from omni_tui.store.maps.tokens import BREAK
from omni_tui.store.store import Tx

PAGE = 200
"""Documents read at once: some milliseconds."""
_BEFORE_ALL = -(1 << 63)


class Documents:
    """Those of the conversations in ``ranges`` of reference numbers: each from the first to before the second."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._left = [(kind, *each) for each in ranges for kind in ("map_messages", "map_customers")][::-1]
        self._behind = _BEFORE_ALL

    @property
    def is_over(self) -> bool:
        return not self._left

    def page(self, tx: Tx, most: int = PAGE) -> dict[int, list[str]]:
        """The tokens of the next documents, ``most`` at most, by their conversations' numbers: in the order in which
        the index has them, with :data:`BREAK` between two documents.
        """
        kind, first, beyond = self._left.pop()
        if kind == "map_messages":
            rows = tx.all(kind, first=first, beyond=beyond, behind=self._behind, limit=most)
        else:
            rows = tx.all(kind, first=first, beyond=beyond, limit=most)
        self._behind = _BEFORE_ALL
        if len(rows) == most:
            last = int(rows[-1]["ref"])
            if kind == "map_messages":
                self._behind = int(rows[-1]["doc_id"])
                self._left.append((kind, last, beyond))
            elif last + 1 < beyond:
                self._left.append((kind, last + 1, beyond))  # one has one customer
        found: dict[int, list[str]] = {}
        for row in rows:
            found.setdefault(row["ref"], []).append(row["tokens"])
        if tx.dialect != "sqlite":
            found = {ref: list(map(in_order, stored)) for ref, stored in found.items()}
        return {ref: f" {BREAK} ".join(tokens).split() for ref, tokens in found.items()}
