"""Beginnings of words (``ship*``) as words there are, which the index gives in order of time; a beginning's are not.

A beginning that few words have is asked for as these words. What words with figures begin with has a token of its own
(``text.segment``): a shop has as many of them as orders, and half a number is what is often typed. Of any other
beginning every match is found as well, but from the newest documents down, looked at one by one while enough of them
match, and by FTS5, which gathers all of them first, where few do.
"""

from __future__ import annotations

from dataclasses import replace

from omni_tui.store.store import Tx
from omni_tui.store.words import AllOf, AnyOf, Words, all_of, any_of, terms

MOST_WORDS = 200
"""Words with one beginning that are asked for one by one."""
SINGLES, BEGINNINGS = 2, 3
"""The segmentations since which single characters, and what words with figures begin with, have tokens of their own."""


def spelled_out(tx: Tx, node: Words, known: int) -> Words:
    """Beginnings as the words there are, where these are few; ``known`` is the segmentation of all documents."""
    if isinstance(node, AllOf | AnyOf):
        return type(node)(tuple(spelled_out(tx, inner, known) for inner in node.nodes))
    if not node.prefix:
        return node
    from omni_tui.text.segment import Term, begun_by

    *before, beginning = node.tokens
    if before and known >= BEGINNINGS and not node.others and begun_by(beginning) is not None:
        return (
            node  # the documents with the beginning's token are fewer than it takes time to ask for a hundred phrases
        )
    found = tx.all("search_words", beginning=beginning, beyond=beginning + "\U0010ffff", limit=MOST_WORDS + 1)
    if len(found) > MOST_WORDS:
        return node
    return any_of(Term((*before, word)) for word in dict.fromkeys((*(row["word"] for row in found), *node.others)))


def begun(node: Words) -> Words:
    """Beginnings that have a token of their own as that one."""
    if isinstance(node, AllOf | AnyOf):
        return type(node)(tuple(map(begun, node.nodes)))
    if not node.prefix or node.others or len(node.tokens) > 1:
        return node
    from omni_tui.text.segment import Term, begun_by

    token = begun_by(node.tokens[0])
    return Term((token[0],)) if token is not None and token[1] else node


def anchor(node: Words, segmentation: int, *, whole: bool = True) -> Words | None:
    """Words without beginnings that every document with the words of ``node`` has; None if there are none.

    If not the ``whole``, a beginning that has a token stands for what goes before it as well: nearly every document may
    have that, and FTS5 would walk through all of these.
    """
    if isinstance(node, AllOf):
        each = [anchor(one, segmentation, whole=whole) for one in node.nodes]
        found = [inner for inner in each if inner is not None]
        return all_of(found) if found else None
    if isinstance(node, AnyOf):
        each = [anchor(inner, segmentation, whole=whole) for inner in node.nodes]
        return None if None in each or not each else any_of(inner for inner in each if inner is not None)
    if not node.prefix:
        return node
    from omni_tui.text.segment import Term, begun_by

    token = begun_by(node.tokens[-1]) if segmentation >= BEGINNINGS and not node.others else None
    parts = [Term(node.tokens[:-1])] if len(node.tokens) > 1 and (whole or token is None) else []
    if token is not None:
        parts.append(Term((token[0],)))
    return all_of(parts) if parts else None


def sieve(node: Words, segmentation: int) -> tuple[Words | None, Words | None]:
    """What PostgreSQL's index is asked for in place of beginnings and phrases: words as they are, which every document
    has that has those of ``node``; and the beginnings that they do not stand for. None where there is nothing.
    """
    from omni_tui.text.segment import Term, begun_by

    every = list(terms(node))
    begun = [term for term in every if term.prefix]
    if not begun and all(len(term.tokens) == 1 for term in every):
        return None, None
    held = anchor(node, segmentation)
    told = segmentation >= BEGINNINGS and all(not term.others and begun_by(term.tokens[-1]) for term in begun)
    left = None if held is not None and told else any_of(Term(term.tokens[-1:], prefix=True) for term in begun)
    return _apart(held) if held is not None else None, left


def _apart(node: Words) -> Words:
    """Phrases as their words anywhere in the same document."""
    if isinstance(node, AllOf | AnyOf):
        return all_of(map(_apart, node.nodes)) if isinstance(node, AllOf) else any_of(map(_apart, node.nodes))
    from omni_tui.text.segment import Term

    return all_of((*(Term((token,)) for token in node.tokens[:-1]), replace(node, tokens=node.tokens[-1:])))


def as_indexed(node: Words) -> Words:
    """The same for documents of which some are still segmented as a program without :data:`SINGLES` did it."""
    if isinstance(node, AllOf | AnyOf):
        return type(node)(tuple(map(as_indexed, node.nodes)))
    from omni_tui.text.segment import SINGLE, Term

    if node.tokens[-1].startswith(SINGLE):
        return AnyOf((node, Term((node.tokens[-1][1:],), prefix=True)))
    return node
