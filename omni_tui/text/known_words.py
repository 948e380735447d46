"""The words seen so far and what is to be known of each: all texts say mostly the same ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

from omni_tui.text.stem import stemmed

BEGUN_LENGTHS = (1, 2, 3, 4, 6)
"""Characters of the beginning of a word with figures, counted from the first figure on."""
FIGURES = re.compile(r"[^\W\d_]{0,4}(?=\d)")
"""What stands before the first figure of a word that begins with one, or nearly so."""
MOST_WORDS, MOST_CHARACTERS = 40_000, 1_000_000
"""What is remembered, some 6 MB; as much again as one text has until the next one comes."""


Stemmed = tuple[list[str], set[str], set[str]]
"""Stems in order, each of them once, and what words with figures begin with."""


class _Known(dict[str, str]):
    """The stem of every word, worked out at its first use: half the time that asking a cache takes."""

    def __init__(self) -> None:
        self.characters = 0
        # Words with figures are their own stems, and few of a text's: to find out which costs next to nothing.
        self.begun: dict[str, tuple[str, ...]] = {}
        self.with_figures: set[str] = set()

    def __missing__(self, word: str) -> str:
        self[word] = found = stemmed(word)
        self.characters += len(word)
        if beginnings := _beginnings(word):
            self.begun[word] = beginnings
            self.with_figures.add(word)
        return found


_known = _Known()


def stems(words: list[str]) -> Stemmed:
    """The stem of each of ``words``, in order; each stem once; and what those with figures begin with."""
    global _known
    known = _known
    if len(known) > MOST_WORDS or known.characters > MOST_CHARACTERS:
        known = _known = _Known()  # another thread may still be asking the old ones
    found = list(map(known.__getitem__, words))
    kinds = set(found)
    return found, kinds, set().union(*map(known.begun.__getitem__, kinds & known.with_figures))


class Vocabulary(dict[str, str]):
    """The words somebody was told, each with its stem: to find out what is new in a text costs as much as is new in it.

    Of one thread. Words with figures are kept apart: a text has few of them, and is to have what they begin with.
    """

    def __init__(self) -> None:
        self._figured: dict[str, tuple[str, ...]] = {}
        self._told: set[str] = set()
        self._characters = 0
        # Of the text that is being cut: the stems of what was not there, and what its words with figures begin with.
        self._asked: set[str] = set()
        self._begun: set[str] = set()

    def __missing__(self, word: str) -> str:
        known = self._figured.get(word)
        if known is not None:
            self._begun.update(known)
            return word
        found = stemmed(word)
        self._asked.add(found)
        if beginnings := _beginnings(word):
            self._figured[word] = beginnings
            self._begun.update(beginnings)
        else:
            self[word] = found
        return found

    def stems(self, words: list[str]) -> Stemmed:
        """As :func:`stems`, but of the stems that come once those alone that may not have been told."""
        found = list(map(self.__getitem__, words))
        asked, begun = self._asked, self._begun
        self._asked, self._begun = set(), set()
        return found, asked, begun

    def tell(self, words: set[str]) -> set[str]:
        """Those of ``words`` that were not told yet; they are told by this."""
        new = words - self._told
        self._told |= new
        self._characters += sum(map(len, new))
        return new

    def is_new(self) -> bool:
        """Whether nothing was told."""
        return not self._told

    def is_beyond(self, words: int) -> bool:
        """Whether it holds more than so many words, or very long ones."""
        return max(len(self), len(self._told)) > words or self._characters > MOST_CHARACTERS

    def forget(self) -> None:
        """Begin anew: nothing was told."""
        for each in (self, self._figured, self._told, self._asked, self._begun):
            each.clear()
        self._characters = 0


def begun(words: Iterable[str]) -> set[str]:
    """What those of ``words`` that have a figure within their first five characters begin with."""
    return set().union(*map(_beginnings, words))


def _beginnings(word: str) -> tuple[str, ...]:
    head = FIGURES.match(word)
    if head is None:
        return ()
    places = [head.end() + length for length in BEGUN_LENGTHS]
    return tuple([word[:place] for place in places if place <= len(word)])
