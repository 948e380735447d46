"""The words of a message around the first hit, with the hits' places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
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

Marks = tuple[tuple[int, int], ...]


def excerpt(text: str, words: Iterable[Words]) -> tuple[str, Marks]:
    """One line of ``text`` around the first hit, and where in it the hits begin and end."""
    line = " ".join(text[:_LOOKED_AT].split())
    wanted = [term for group in words for term in terms(group)]
    first = next(_hits(line, wanted), None)
    if first is None:
        return " ".join(visible(text).split())[: 2 * AROUND], ()
    before = line[max(0, first[0] - AROUND // 3) : first[0]]
    # A character of Chinese is twice as wide, and says more.
    start = first[0] - (len(before) if before.isascii() else min(len(before), AROUND // 6))
    cut = line[start : start + 2 * AROUND]
    if start:
        # Begin at a word where one begins nearby; Chinese has no spaces, and needs none.
        begun = re.match(r"\S{1,12}\s", cut[: first[0] - start])
        cut = cut[begun.end() if begun else 0 :]
    return cut, tuple(_hits(cut, wanted))


def wanted(query: Query) -> tuple[Term, ...]:
    """The words of ``query`` that a text may show: not those of ``from:`` and ``customer:``, nor what may not be."""
    found = (term for branch in where(query, "").branches for group in branch.words for term in terms(group))
    return tuple(dict.fromkeys(term for term in found if term.tokens[0][0] not in (SENDER, CUSTOMER)))


def places(text: str, words: Sequence[Term]) -> Marks:
    """Where in ``text`` the ``words`` stand, as the search finds them."""
    return tuple(_hits(text, words))


def _hits(line: str, wanted: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where in ``line`` a word of ``wanted`` stands, from left to right."""
    whole, beginnings, pieces, plain, any_script = _spellings(tuple(wanted))
    if line.isascii():
        folded = line.lower()
        for match in plain.finditer(folded) if plain is not None else ():
            word = match.group()
            if stem(word) in whole or (beginnings and word.startswith(beginnings)):
                yield match.span()
        return
    for match in any_script.finditer(line):
        word = match.group()
        if not word.isascii():
            yield from _inside(word, match.start(), whole, beginnings, pieces)
        else:
            folded = word.lower()
            if stem(folded) in whole or (beginnings and folded.startswith(beginnings)):
                yield match.span()


def _inside(
    word: str, at: int, whole: Set[str], beginnings: tuple[str, ...], pieces: tuple[str, ...]
) -> Iterator[tuple[int, int]]:
    """Hits in a run of letters that is not plain ASCII: words with accents, and scripts without spaces."""
    folded = normalise(word)
    places: Sequence[int] = range(len(word))
    if len(folded) != len(word):
        # One letter may fold to several: each folded letter knows the one it came from.
        letters = [normalise(letter) for letter in word]
        folded, places = "".join(letters), [place for place, letter in enumerate(letters) for _ in letter]
    spans: list[tuple[int, int]] = []
    for piece in pieces:
        start = folded.find(piece)
        while start >= 0:
            spans.append((places[start], places[start + len(piece) - 1] + 1))
            start = folded.find(piece, start + len(piece))
    if not spans and (whole or beginnings):
        known = not whole.isdisjoint(index_tokens(word).split())
        if known or (beginnings and folded.startswith(beginnings)):
            spans.append((0, len(word)))
    end = -1
    for start, stop in sorted(spans):
        if start >= end:
            yield at + start, at + stop
            end = stop


@lru_cache(maxsize=16)
def _spellings(
    wanted: tuple[Term, ...],
) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...], re.Pattern[str] | None, re.Pattern[str]]:
    """Tokens that are a hit, beginnings of words that are, pieces of unspaced script that are, and which words may be:
    of a folded ASCII text, None if none, and of any other.
    """
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
    heads = {*beginnings, *(token.removesuffix("y") for token in whole)}
    plain = "|".join(map(re.escape, sorted(head for head in heads if head.isascii())))
    found = re.compile(rf"(?<![^\W_])(?:{plain})[^\W_]*") if plain else None
    others = r"[0-9A-Za-z]*[^\W_\x00-\x7f][^\W_]*"
    any_script = re.compile(
        rf"(?<![^\W_])(?:(?:{plain})[^\W_]*|{others})" if plain else rf"(?<![^\W_]){others}", re.IGNORECASE
    )
    return frozenset(whole), tuple(beginnings), tuple(pieces), found, any_script
