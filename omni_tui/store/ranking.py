"""BM25 over the documents of one question (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).

FTS5's own would count every document of every word first, which for a frequent word takes longer than the search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_tui.text.segment import Term

_K1, _B = 1.2, 0.75


def bm25(documents: Mapping[int, str], terms: Sequence[Term]) -> dict[int, float]:
    """The score of each document (tokens joined by spaces) by its number.

    How rare a word is, is taken from these documents: what stands in all of them tells none from another.
    """
    if not documents:
        return {}
    texts = list(documents.values())
    lengths = [len(text) for text in texts]
    average = sum(lengths) / len(texts) or 1.0
    # What its length takes from a document, whatever the term.
    longer = [_K1 * (1 - _B + _B * length / average) for length in lengths]
    found = [0.0] * len(texts)
    for term in terms:
        counts = _counts(texts, term)
        having = len(texts) - counts.count(0)
        weight = (_K1 + 1) * math.log(1.5 + (len(texts) - having + 0.5) / (having + 0.5))
        found = [
            score + weight * count / (count + length) if count else score
            for score, count, length in zip(found, counts, longer, strict=True)
        ]
    return dict(zip(documents, found, strict=True))


def _counts(texts: Sequence[str], term: Term) -> list[int]:
    """How often the term stands in each text: as it was asked for, or else as the others of it."""
    asked, *others = [" ".join((*term.tokens[:-1], last)) for last in (term.tokens[-1], *term.others)]
    found = [text.count(asked) for text in texts]
    if others:
        found = [count or sum(map(text.count, others)) for count, text in zip(found, texts, strict=True)]
    return found
