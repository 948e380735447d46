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
    counts = [_counts(documents, term) for term in terms]
    average = sum(map(len, documents.values())) / len(documents) or 1.0
    found = dict.fromkeys(documents, 0.0)
    for by_document in counts:
        having = sum(1 for count in by_document.values() if count)
        weight = math.log(1.5 + (len(documents) - having + 0.5) / (having + 0.5))
        for id, count in by_document.items():
            if count:
                length = _K1 * (1 - _B + _B * len(documents[id]) / average)
                found[id] += weight * count * (_K1 + 1) / (count + length)
    return found


def _counts(documents: Mapping[int, str], term: Term) -> dict[int, int]:
    """How often the term stands in each document: as it was asked for, or else as the others of it."""
    asked, *others = [" ".join((*term.tokens[:-1], last)) for last in (term.tokens[-1], *term.others)]
    found = {id: tokens.count(asked) for id, tokens in documents.items()}
    if others:
        for id, number in found.items():
            if not number:
                found[id] = sum(map(documents[id].count, others))
    return found
