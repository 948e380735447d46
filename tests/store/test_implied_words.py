"""Words that are known to stand wherever others do: what is asked for and barred at once is never looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.desk.query import parse
from omni_tui.store.filter import where
from omni_tui.store.words import AllOf, AnyOf, Words, implies
from omni_tui.text.segment import Term

TERMS = st.sampled_from([Term((word,)) for word in "abc"])
TREES = st.recursive(
    TERMS,
    lambda inner: st.builds(
        lambda kind, nodes: kind(tuple(nodes)), st.sampled_from([AllOf, AnyOf]), st.lists(inner, max_size=3)
    ),
    max_leaves=6,
)
DOCUMENTS = [frozenset(word for n, word in enumerate("abc") if bits >> n & 1) for bits in range(8)]


def stands_in(node: Words, document: frozenset[str]) -> bool:
    if isinstance(node, AllOf):
        return all(stands_in(inner, document) for inner in node.nodes)
    if isinstance(node, AnyOf):
        return any(stands_in(inner, document) for inner in node.nodes)
    return node.tokens[0] in document


@given(TREES, TREES)
def test_what_is_implied_stands_in_every_such_document(node: Words, other: Words) -> None:
    if implies(node, other):
        assert all(stands_in(other, document) for document in DOCUMENTS if stands_in(node, document))


@pytest.mark.parametrize(
    "text", ["order -order", "order refund -refund", "(a OR b) -(a OR b)", "from:ana -from:ana", "order -(order OR x)"]
)
def test_what_is_asked_for_and_barred_is_not_looked_for(text: str) -> None:
    assert not where(parse(text, 0), "me").worded


@pytest.mark.parametrize("text", ["order -refund", "(a OR b) -a", "order -orders*", "from:ana -from:an"])
def test_what_may_be_there_is_looked_for(text: str) -> None:
    assert where(parse(text, 0), "me").worded
