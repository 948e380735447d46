"""The bits of conversations of one part: their documents are read, and what they tell is stored.

Why nothing that changes meanwhile is lost: the first write marks those of them that stand in ``search_unmapped``
(``lasting`` 2 or 3). Every document is read in a snapshot behind that write, and writes come one after the other. So
whatever is missing in what was read was written behind the first write, and its trigger has either put the conversation
there without a mark or taken the mark away; the last write takes out those that still have theirs, and no others. Bits
of one that stands there count for nothing, so they may be stored in several writes on the way; those of the others are
made from the same documents as before, and come out the same. Whoever dies on the way leaves marks, which the next one
takes as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from omni_tui.store.maps import bits
from omni_tui.store.maps.documents import Documents
from omni_tui.store.maps.pieces import WRITE_SHARE, Turn, until_long
from omni_tui.store.maps.sets import Sets, Words
from omni_tui.store.store import Tx, Writer

NUMBER = 1 << 20
"""What a map's number is multiplied by in the places of its parts."""
_ROWS, _MOST = 100, 300
"""Parts of maps worked out or written between two looks at the clock, and in one write."""


class Mapping:
    """A part: all of it made anew, or bits added for some conversations in it (``only``).

    ``words`` gives those that have maps; ``done`` is called in the last write.
    """

    def __init__(
        self,
        turn: Turn,
        part: int,
        words: Callable[[Tx], Words],
        only: Iterable[int] | None = None,
        done: Callable[[Writer], None] | None = None,
    ) -> None:
        self.is_over = False
        self.turn = turn
        self._part = part
        self._words = words
        self._only = None if only is None else sorted(only)
        self._done = done
        self._documents = Documents(self._ranges())
        self._sets: Sets | None = None
        self._found: dict[int, int] | None = None
        self._there: dict[int, bytes] = {}
        self._is_compared = False
        self._rows: list[tuple[int, bytes | None]] = []

    def look(self, tx: Tx) -> bool:
        """Read some documents, or work out some of what is to be stored."""
        if not self.turn.is_taken:
            return False  # the marks come first
        if not self._documents.is_over:
            self._read(tx)
            return True
        if self._found is None:
            self._found = self._sums()
            return True
        if not self._is_compared:
            self._compare(tx, self._found)
        for _ in until_long():
            for number in list(self._found)[-_ROWS:]:
                self._rows.append((self._place(number), bits.stored(self._found.pop(number), self._there.get(number))))
            if not self._found:
                return False
        return True

    def write(self, tx: Writer) -> None:
        """Mark the conversations, or store some of their bits, and at the end that they are mapped."""
        if not self.turn.is_taken:
            self.is_over = not self.turn.take(tx)
            if not self.is_over:
                self._mark(tx)
        elif not self.turn.is_ours(tx):
            self.is_over = True
        else:
            for _ in range(_MOST // _ROWS):
                some, self._rows = self._rows[-_ROWS:], self._rows[:-_ROWS]
                tx.run_many("set_map", [{"place": place, "bits": made} for place, made in some if made is not None])
                tx.run_many("delete_map", [{"place": place} for place, made in some if made is None])
                if tx.is_long(WRITE_SHARE):
                    return
            if not self._rows:
                self._take_out(tx)
                self.is_over = True

    def _read(self, tx: Tx) -> None:
        if self._sets is None:
            self._sets = Sets(self._words(tx))
        self.turn.note(tx)
        for _ in until_long():
            for ref, tokens in self._documents.page(tx).items():
                self._sets.add(ref, tokens)
            if self._documents.is_over:
                return

    def _sums(self) -> dict[int, int]:
        sets, self._sets = self._sets, None
        return sets.by_number() if sets is not None else {}

    def _compare(self, tx: Tx, found: Container[int]) -> None:
        """Look what stands there."""
        self._is_compared = True
        there = {row["number"]: row["bits"] for row in tx.all("maps_of_part", part=self._part)}
        if self._only is None:
            # What stands there without reason goes.
            self._rows = [(self._place(number), None) for number in there if number not in found]
        else:
            self._there = there

    def _place(self, number: int) -> int:
        return number * NUMBER + self._part

    def _ranges(self) -> list[tuple[int, int]]:
        if self._only is None:
            return [self._span]
        found: list[tuple[int, int]] = []
        for ref in self._only:
            if found and found[-1][1] == ref:
                found[-1] = (found[-1][0], ref + 1)
            else:
                found.append((ref, ref + 1))
        return found

    @property
    def _span(self) -> tuple[int, int]:
        return self._part * bits.PART, (self._part + 1) * bits.PART

    def _mark(self, tx: Writer) -> None:
        if self._only is None:
            first, beyond = self._span
            tx.run("begin_mapping_part", first=first, beyond=beyond)
        else:
            tx.run_many("begin_mapping", [{"ref": ref} for ref in self._only])

    def _take_out(self, tx: Writer) -> None:
        if self._only is None:
            first, beyond = self._span
            tx.run("end_mapping_part", first=first, beyond=beyond)
        else:
            tx.run_many("end_mapping", [{"ref": ref} for ref in self._only])
        if self._done is not None:
            self._done(tx)
