"""What there are sets of conversations for: tokens of the search, first characters of words, and words that follow
one another.

Of two words that stand together often there is a set of their own. All other pairs of words with sets share some
thousand *buckets*: who has two words in this order is told among others, but never left out. Scripts without spaces
come as overlapping pairs of characters already, and have no pairs of these.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from omni_tui.text.segment import CUSTOMER, SENDER, beginnings

LONGEST = 4
"""Characters of a beginning that has a set of its own; a longer one has that of its first ones."""
ANY = "*"
"""Behind a beginning: no token has it."""
BREAK = "."
"""Stands in a row of words where one document ends and another begins: no token, and part of no pair."""
BUCKETS = 1024
FIGURES = 2
"""Characters of a number that has a set of its own behind a word."""
_MARKS = (SENDER, CUSTOMER)


def mapped(tokens: str) -> set[str]:
    """The keys a document with these tokens, between spaces, counts for by each of them."""
    found = set(tokens.split())
    for word in beginnings(tokens):
        found.update(_begun(word))
    return found


def told_of(words: Sequence[str], chosen: Container[str]) -> set[str]:
    """Those of the ``chosen`` keys that documents with these words in a row count for."""
    found = {key for key in mapped(" ".join(set(words) - {BREAK})) if key in chosen}
    for first, second in pairwise(words):
        found.update(paired(first, second, chosen))
    return found


def beginning(token: str) -> tuple[str, bool]:
    """The key for what begins so, and whether that is the very beginning, not a shorter one."""
    length = _length(token)
    return token[:length] + ANY, len(token) <= length


def pair(first: str, second: str) -> str:
    """The key of two words that follow one another; the second may be a beginning."""
    return f"{first} {second}"


def bucket(first: str, second: str) -> str:
    """The key of all pairs of words without one of their own that fall together with this one."""
    return f" {(31 * crc32(first.encode()) + crc32(second.encode())) % BUCKETS}"


def buckets() -> Iterator[str]:
    """All of their keys."""
    return (f" {number}" for number in range(BUCKETS))


def begun_pair(first: str, start: str) -> tuple[str, str] | None:
    """The keys for a number that begins so behind a word: the very beginning or the longest one there may be, and one
    that stands for it. None where there is none of either.
    """
    if not start[:1].isdecimal() or not is_pairable(first):
        return None
    return pair(first, start[:FIGURES] + ANY), pair(first, start[0] + ANY)


def pairs(first: str, second: str) -> list[str]:
    """The keys of their own that two words in a row may have."""
    if not is_pairable(first) or not is_pairable(second):
        return []
    return [pair(first, second), *_numbers(first, second)]


def paired(first: str, second: str, chosen: Container[str]) -> Iterator[str]:
    """Those of the ``chosen`` keys that two words in a row count for."""
    if first not in chosen or not is_pairable(first):
        return
    if second in chosen and is_pairable(second):
        own = pair(first, second)
        yield from (key for key in ((own,) if own in chosen else (bucket(first, second),)) if key in chosen)
    yield from (key for key in _numbers(first, second) if key in chosen)


@lru_cache(maxsize=4096)
def is_pairable(word: str) -> bool:
    """Whether a word has pairs with others."""
    return word != BREAK and word[0] not in _MARKS and word in beginnings(word)


def _numbers(first: str, second: str) -> list[str]:
    if not second[:1].isdecimal():
        return []
    return [pair(first, second[:length] + ANY) for length in range(1, min(FIGURES, len(second)) + 1)]


def _begun(word: str) -> Iterable[str]:
    marked = word[0] in _MARKS
    return [word[: marked + n] + ANY for n in range(1, min(LONGEST, len(word) - marked) + 1)]


def _length(token: str) -> int:
    return LONGEST + (token[0] in _MARKS)
