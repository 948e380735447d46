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
    counts = [{id: _count(tokens, term) for id, tokens in documents.items()} for term in terms]
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


def _count(tokens: str, term: Term) -> int:
    found = tokens.count(" ".join(term.tokens))
    return found or sum(tokens.count(" ".join((*term.tokens[:-1], other))) for other in term.others)
