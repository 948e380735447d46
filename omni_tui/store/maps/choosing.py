"""Which words are to have maps: those that one in two hundred of the conversations looked at has, and pairs of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from omni_tui.store.maps.bits import PART
from omni_tui.store.maps.documents import Documents
from omni_tui.store.maps.pieces import WRITE_SHARE, Turn, until_long
from omni_tui.store.maps.tokens import ANY, BREAK, buckets, mapped, pairs
from omni_tui.store.store import Tx, Writer
from omni_tui.text.segment import SEG_VERSION

MADE_OF = SEG_VERSION + 1000
"""What words, and which sets of them, the maps are made of: 1 for pairs, behind it the segmentation. Maps of anything
else hold as well, but tell less, and are made anew."""
LOOKED_AT = 2000
"""Conversations, spread over all numbers."""
SHARE = 0.005
PAIR_SHARE = 0.04
"""The same of two words that follow one another: of others is told in buckets."""
FEWEST = 2
"""Conversations that must have it, however few were looked at."""
LONGEST = 40
"""Characters of a word with a map: no longer one is frequent, and PostgreSQL cuts what is very long."""
_PAGES = 3
"""Pages of documents looked at of one conversation."""
_MOST_PAIRS = 30_000
"""Pairs that are counted: where there are more, those that were met once are forgotten."""
_ROWS = 100
"""Old parts of maps taken away at once."""


class Choosing:
    """Choose the words, and take away all maps there are: none holds from the first write on.

    ``first`` and ``last`` are the lowest and the highest number of a conversation.
    """

    def __init__(self, turn: Turn, first: int, last: int) -> None:
        self.is_over = False
        self.turn = turn
        self._first = first
        self._size = last - first + 1
        step = max(1, self._size // LOOKED_AT)
        self._wanted = list(range(first, last + 1, step))[::-1]
        self._seen: set[int] = set()
        self._counted: Counter[str] = Counter()
        self._pairs: Counter[str] = Counter()
        self._cleared = False

    def look(self, tx: Tx) -> bool:
        """Read some conversations' documents."""
        for _ in until_long():
            if not self._wanted:
                return False
            ref = tx.value("ref_from", ref=self._wanted.pop())
            if ref is not None and ref not in self._seen:
                self._seen.add(ref)
                self._count(tx, ref)
        return True

    def write(self, tx: Writer) -> None:
        """Say that there are no maps, take away some of the old, or store the words where none is left."""
        if not self.turn.is_taken:
            self.is_over = not self.turn.take(tx)
            if not self.is_over:
                tx.run("set_counter", name="maps_ready", value=0)
                tx.run("set_counter", name="maps_next", value=0)
        elif not self.turn.is_ours(tx):
            self.is_over = True
        elif self._cleared:
            tx.run("delete_map_words")
            tx.run_many("insert_map_word", [{"word": word, "number": n} for n, word in enumerate(self._words())])
            tx.run("set_counter", name="maps_size", value=self._size)
            tx.run("set_counter", name="maps_segmentation", value=MADE_OF)
            tx.run("set_counter", name="maps_next", value=1 + self._first // PART)
            self.is_over = True
        else:
            while not tx.is_long(WRITE_SHARE):
                if tx.touched("delete_maps", limit=_ROWS) < _ROWS:
                    self._cleared = True
                    break

    def _count(self, tx: Tx, ref: int) -> None:
        words = _read(tx, ref)
        self._counted.update(mapped(" ".join(set(words) - {BREAK})))
        self._pairs.update({key for first, second in set(pairwise(words)) for key in pairs(first, second)})
        if len(self._pairs) > _MOST_PAIRS:
            self._pairs = Counter({key: number for key, number in self._pairs.items() if number > 1})

    def _words(self) -> list[str]:
        words = set(_frequent(self._counted, max(FEWEST, SHARE * len(self._seen))))
        if not words:
            return []
        numbers, others = (max(FEWEST, share * len(self._seen)) for share in (SHARE, PAIR_SHARE))
        for key in _frequent(self._pairs, numbers):
            first, second = key.split()
            if first in words and (second.endswith(ANY) or (second in words and self._pairs[key] >= others)):
                words.add(key)
        return sorted(words.union(buckets()))


def _frequent(counted: Counter[str], least: float) -> Iterator[str]:
    return (key for key, number in counted.items() if number >= least and all(len(w) <= LONGEST for w in key.split()))


def _read(tx: Tx, ref: int) -> list[str]:
    documents, found = Documents([(ref, ref + 1)]), list[str]()
    for _ in range(_PAGES):
        if documents.is_over:
            break
        for words in documents.page(tx).values():
            found += (*words, BREAK)
    return found
