"""The words of a message around the first hit, with the hits' places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from omni_tui.model.query import Query
from omni_tui.store.filter import where
from omni_tui.store.words import Words, terms
from omni_tui.text.folding import normalise
from omni_tui.text.quotes import visible
from omni_tui.text.segment import CUSTOMER, SENDER, SINGLE, Term, index_tokens
from omni_tui.text.stem import stem

AROUND = 70
"""Characters shown before and behind the first hit, about."""
_LOOKED_AT = 40_000
"""Characters of a text that are looked through."""

_OTHER_LETTERS = re.compile(r"[^\W_\x00-\x7f][^\W_]*")
_BEGUN = re.compile(r"\S{1,12}\s")
_REMEMBERED = 40
"""Letters of a run of which it is remembered what hits are in it: words with accents come again and again."""

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Spellings:
    """How a hit is spelled, folded: the tokens that are one, what one begins with, and pieces of unspaced script.

    What none of ``heads`` stands in has none of the tokens. ``plain`` finds words of lower case that may be a hit, None
    if none of plain ASCII may.
    """

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    pieces: tuple[str, ...]
    heads: tuple[str, ...]
    plain: re.Pattern[str] | None


def spellings(words: Iterable[Words]) -> Spellings:
    """How a text spells the hits of a search for ``words``."""
    return _spellings(tuple(term for group in words for term in terms(group)))


def excerpt(text: str, spelled: Spellings) -> tuple[str, Marks]:
    """One line of ``text`` around the first hit, and where in it the hits begin and end."""
    line = " ".join(text[:_LOOKED_AT].split())
    first = _first(line, spelled)
    if first is None:
        return " ".join(visible(text).split())[: 2 * AROUND], ()
    before = line[max(0, first[0] - AROUND // 3) : first[0]]
    # A character of Chinese is twice as wide, and says more.
    start = first[0] - (len(before) if before.isascii() else min(len(before), AROUND // 6))
    cut = line[start : start + 2 * AROUND]
    if start:
        # Begin at a word where one begins nearby; Chinese has no spaces, and needs none.
        begun = _BEGUN.match(cut, 0, first[0] - start)
        cut = cut[begun.end() if begun else 0 :]
    return cut, _hits(cut, spelled)


def wanted(query: Query) -> tuple[Term, ...]:
    """The words of ``query`` that a text may show: not those of ``from:`` and ``customer:``, nor what may not be."""
    found = (term for branch in where(query, "").branches for group in branch.words for term in terms(group))
    return tuple(dict.fromkeys(term for term in found if term.tokens[0][0] not in (SENDER, CUSTOMER)))


def places(text: str, words: Sequence[Term]) -> Marks:
    """Where in ``text`` the ``words`` stand, as the search finds them."""
    return _hits(text, _spellings(tuple(words)))


def _first(line: str, spelled: Spellings) -> tuple[int, int] | None:
    """The first of :func:`_hits`."""
    found = next(_plain_hits(line, spelled), None)
    return found if line.isascii() else next(_other_hits(line, spelled, found[0] if found else len(line)), found)


def _hits(line: str, spelled: Spellings) -> Marks:
    """Where in ``line`` a hit stands, from left to right."""
    found = tuple(_plain_hits(line, spelled))
    return found if line.isascii() else tuple(sorted((*found, *_other_hits(line, spelled, len(line)))))


def _plain_hits(line: str, spelled: Spellings) -> Iterator[tuple[int, int]]:
    """Hits among the words of plain ASCII."""
    if spelled.plain is None:
        return
    lowered = line.lower()
    if len(lowered) != len(line):
        # Every letter in its place.
        lowered = "".join([letter.lower() if letter.isascii() else letter for letter in line])
    whole, beginnings = spelled.whole, spelled.beginnings
    for match in spelled.plain.finditer(lowered):
        word = match.group()
        if stem(word) in whole or (beginnings and word.startswith(beginnings)):
            start, end = match.span()
            if line[start:end].isascii():
                yield start, end


def _other_hits(line: str, spelled: Spellings, end: int) -> Iterator[tuple[int, int]]:
    """Hits in the runs of letters before ``end`` that are not plain ASCII."""
    for match in _OTHER_LETTERS.finditer(line, 0, end):
        at, stop = match.span()
        while at and line[at - 1].isalnum():
            at -= 1
        run = line[at:stop]
        for start, after in _known(run, spelled) if len(run) <= _REMEMBERED else _inside(run, spelled):
            yield at + start, at + after


def _inside(run: str, spelled: Spellings) -> Marks:
    """Hits in a word with accents, or in a run of a script without spaces."""
    folded = normalise(run)
    # No token is worked out of a run that cannot have one: most runs of Chinese are none of the words asked for.
    known = any(map(folded.__contains__, spelled.heads)) and not spelled.whole.isdisjoint(index_tokens(run).split())
    places: Sequence[int] = range(len(run))
    if len(folded) != len(run):
        # One letter may fold to several: each folded letter knows the one it came from.
        letters = [normalise(letter) for letter in run]
        folded, places = "".join(letters), [place for place, letter in enumerate(letters) for _ in letter]
    spans: list[tuple[int, int]] = []
    for piece in spelled.pieces:
        start = folded.find(piece)
        while start >= 0:
            spans.append((places[start], places[start + len(piece) - 1] + 1))
            start = folded.find(piece, start + len(piece))
    if spans:
        return tuple(_apart(spans))
    begins = spelled.beginnings and folded.startswith(spelled.beginnings)
    return ((0, len(run)),) if known or begins else ()


_known = lru_cache(maxsize=4096)(_inside)


def _apart(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ``spans`` in order, without those that begin in another one."""
    end = -1
    for start, stop in sorted(spans):
        if start >= end:
            yield start, stop
            end = stop


@lru_cache(maxsize=16)
def _spellings(wanted: tuple[Term, ...]) -> Spellings:
    whole: set[str] = set()
    beginnings: list[str] = []
    pieces: list[str] = []
    for term in wanted:
        tokens = [token[1:] if "\ue000" <= token[:1] <= "\uf8ff" else token for token in term.tokens]
        single = term.tokens[0].startswith(SINGLE)
        pairs = [token for token in tokens if len(token) == 2 and not token.isascii()]
        if single:
            pieces.append(tokens[0])
        elif len(pairs) == len(tokens):
            pieces.append("".join(token[0] for token in tokens) + tokens[-1][1])
        else:
            whole.update(tokens[:-1] if term.prefix else tokens)
            pieces.extend(token for token in tokens if not token.isascii() and len(token) <= 2)
        if term.prefix:
            beginnings.append(tokens[-1])
            whole.update(term.others)
    # A stem is how its words begin, but for a last y.
    heads = {token.removesuffix("y") for token in whole}
    # Behind its letters is looked whether a word begins there: what begins with letters is found many times as quickly.
    plain = "|".join(
        rf"{head}(?<![^\W_]{head})" for head in map(re.escape, sorted({*beginnings, *heads})) if head.isascii()
    )
    found = re.compile(rf"(?:{plain})[^\W_]*") if plain else None
    return Spellings(frozenset(whole), tuple(beginnings), tuple(pieces), tuple(heads), found)
