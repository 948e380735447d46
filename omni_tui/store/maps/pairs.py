"""Which maps the words of documents count for by what follows on what, worked out once for each pair of words.

A conversation has some thousand words, most of them in pairs that were met before. So words become numbers, and pairs
of numbers are looked up: a tenth of a microsecond each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import compress, pairwise

from omni_tui.store.maps.tokens import FIGURES, is_pairable, paired

MOST_PAIRS = 40_000
"""Pairs that are remembered: some 7 MB."""
_NONE = 0


class Pairs:
    """The pairs of words with maps. What a pair counts for is a *sum*: a number for some maps together."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._words = ["", *filter(is_pairable, numbers)]
        self._places = {word: place for place, word in enumerate(self._words) if word}
        self._begun: dict[str, int] = {}
        self._sums = _Sums(numbers, self._words)

    def of(self, words: list[str], others: Iterable[str]) -> set[int]:
        """The sums that words in a row count for; ``others`` are those of them that have no map."""
        # Of orders' numbers each is another one: they are known while they are looked at.
        numbers = {word: self._beginning(word) for word in others if word[0].isdecimal()}
        self._places.update(numbers)
        places = list(map(self._places.get, words))
        for word in numbers:
            del self._places[word]
        found = set(map(self._sums.__getitem__, compress(pairwise(places), places)))
        found.discard(_NONE)
        return found

    def numbers(self, found: int) -> tuple[int, ...]:
        """The maps that a sum stands for."""
        return self._sums.of[found]

    def _beginning(self, word: str) -> int:
        """The place of all numbers that begin so: that of no word."""
        head = word[:FIGURES] + " "
        known = self._begun.get(head)
        if known is None:
            known = self._begun[head] = len(self._words)
            self._words.append(head)
        return known


class _Sums(dict[tuple[int | None, int | None], int]):
    """What each pair of places of ``words`` counts for; a word without a map has none."""

    def __init__(self, numbers: Mapping[str, int], words: list[str]) -> None:
        super().__init__()
        self._numbers, self._words = numbers, words
        self.of: list[tuple[int, ...]] = [()]
        self._known: dict[tuple[int, ...], int] = {(): _NONE}

    def __missing__(self, pair: tuple[int | None, int | None]) -> int:
        found: tuple[int, ...] = ()
        one, other = pair
        if one and other:
            first, second = self._words[one], self._words[other]
            found = tuple([self._numbers[key] for key in paired(first, second, self._numbers)])
        known = self._known.get(found)
        if known is None:
            known = self._known[found] = len(self.of)
            self.of.append(found)
        if len(self) >= MOST_PAIRS:
            self.clear()
        self[pair] = known
        return known
