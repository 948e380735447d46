"""A light stemmer for English and German: plural, tense and case endings, nothing that changes the meaning.

It need not find roots, only the same token for the forms people write: ``refund``, ``refunds``,
``refunded``; ``Bestellung``, ``Bestellungen``.
"""

from __future__ import annotations

from functools import lru_cache

# Tried in this order; the first that leaves a stem is taken, and up to three come off one after another.
_SUFFIXES = (
    ("ungen", "ung"),
    ("eln", "el"),
    ("ern", "er"),
    ("ies", "y"),
    ("ied", "y"),
    ("ing", ""),
    ("ed", ""),
    ("en", ""),
    ("es", ""),
    ("e", ""),
    ("s", ""),
)
_BY_END = {
    end: tuple(each for each in _SUFFIXES if each[0].endswith(end)) for end in {each[0][-1] for each in _SUFFIXES}
}
_VOWELS = frozenset("aeiouy")
_DOUBLED = frozenset("bdfgmnprt")


def stemmed(word: str) -> str:
    """The stem of a folded word; words with digits, other scripts and short words are left as they are."""
    if len(word) < 4 or word[-1] not in _BY_END or not (word.isascii() and word.isalpha()):
        return word
    for _ in range(3):
        shorter = _strip(word)
        if shorter == word:
            break
        word = shorter
    return word


stem = lru_cache(maxsize=16384)(stemmed)


def _strip(word: str) -> str:
    for suffix, replacement in _BY_END.get(word[-1], ()):
        if not word.endswith(suffix):
            continue
        if suffix == "s" and word[-2] in "sui":
            continue
        base = word[: -len(suffix)] + replacement
        if len(base) < 3 or _VOWELS.isdisjoint(base):
            continue
        if len(base) > 3 and base[-1] == base[-2] and base[-1] in _DOUBLED:
            base = base[:-1]
        return base
    return word


def completions(start: str) -> tuple[str, ...]:
    """The stems of words that begin with ``start`` and are not found by it as a prefix, sorted.

    ``shippi`` may become ``shipping``, which is indexed as ``ship``.
    """
    stems = {stem(start)}
    for suffix, _ in _SUFFIXES:
        for length in range(len(suffix)):
            if start.endswith(suffix[:length]):
                stems.add(stem(start + suffix[length:]))
    return tuple(sorted(found for found in stems if not found.startswith(start)))
