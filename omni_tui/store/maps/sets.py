"""Which conversations of a part have which words, as their documents are read: by what they begin with only at the end.

A conversation has some hundred words, and four times as many keys. A bit is set for each of its words that has a map,
for the first characters of each other one, and for each pair of words (``pairs.py``); what these count for besides is
the sum of a few thousand sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from omni_tui.store.maps import bits
from omni_tui.store.maps.pairs import Pairs
from omni_tui.store.maps.tokens import BREAK, LONGEST, mapped
from omni_tui.text.segment import CUSTOMER, SENDER

MOST_HEADS = 40_000
"""First characters of words that are remembered: some 8 MB."""
_MARKS = frozenset((SENDER, CUSTOMER))


class Words:
    """The words that have maps, with the numbers of these."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self.all = frozenset(numbers)
        self.pairs = Pairs(numbers)
        self._heads: dict[str, tuple[int, ...]] = {}

    def numbers(self, token: str) -> tuple[int, ...]:
        """The maps a token counts for: its own, and those of what it begins with."""
        return tuple([self._numbers[key] for key in mapped(token) if key in self._numbers])

    def begun(self, head: str) -> tuple[int, ...]:
        """The maps of what a token with these first characters begins with."""
        known = self._heads.get(head)
        if known is None:
            if len(self._heads) >= MOST_HEADS:
                self._heads.clear()
            keys = mapped(head) - {head}
            known = self._heads[head] = tuple([self._numbers[key] for key in keys if key in self._numbers])
        return known


class Sets:
    """Sets of conversations of one part, by the numbers of maps."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._having: dict[str, bytearray] = defaultdict(bits.whole)
        self._begun: dict[str, bytearray] = {}
        self._following: dict[int, bytearray] = defaultdict(bits.whole)
        self._nobody = bits.whole()

    def add(self, ref: int, words: list[str]) -> None:
        """Documents of the conversation have these tokens, in this order, with :data:`BREAK` between two of them."""
        place = ref % bits.PART
        at, bit = place >> 3, 1 << (place & 7)
        having, begun, following = self._having, self._begun, self._following
        tokens = set(words)
        tokens.discard(BREAK)
        known = tokens & self._words.all
        others = tokens - known
        for token in known:
            having[token][at] |= bit
        for pair in self._words.pairs.of(words, others):
            following[pair][at] |= bit
        for head in {_head(token) for token in others}:
            if head not in begun:
                # What nothing with a map begins so has no use for a set of its own.
                begun[head] = bits.whole() if self._words.begun(head) else self._nobody
            begun[head][at] |= bit

    def by_number(self) -> dict[int, int]:
        """The sets as they are so far; those that are not there are empty."""
        found: dict[int, int] = {}
        words = self._words
        _join(found, ((words.numbers(token), having) for token, having in self._having.items()))
        _join(found, ((words.begun(head), having) for head, having in self._begun.items()))
        _join(found, ((words.pairs.numbers(pair), having) for pair, having in self._following.items()))
        return found


def _join(found: dict[int, int], sets: Iterable[tuple[tuple[int, ...], bytearray]]) -> None:
    for numbers, having in sets:
        some = int.from_bytes(having, "little")
        for number in numbers:
            found[number] = found.get(number, 0) | some


def _head(token: str) -> str:
    return token[: LONGEST + 1 if token[0] in _MARKS else LONGEST]
