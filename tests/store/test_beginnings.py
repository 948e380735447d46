"""Half a number is found by a token of its own, so that its newest documents come without a look at all the others."""

from __future__ import annotations

import pytest

from omni_tui.model.ids import uuid7
from omni_tui.store import Store, beginnings, search_docs
from omni_tui.store.matching import Matcher
from omni_tui.text.segment import SEG_VERSION, Term

NUMBERS = range(7000, 7060)
HALF, BEHIND_A_WORD, TOO_SHORT = Term(("70",), True), Term(("so", "70"), True), Term(("70123",), True)


@pytest.fixture
def filled(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Orders, one in ten of another kind; more words begin alike than are asked for one by one."""
    monkeypatch.setattr(beginnings, "MOST_WORDS", 10)
    with store.write() as tx:
        for number in NUMBERS:
            kind = "rma" if number % 10 == 0 else "so"
            search_docs.put(tx, f"{number}", uuid7(), 1000 * number, f"{kind}-{number} velvet{chr(97 + number % 26)}")
        tx.run("set_counter", name="segmentation", value=SEG_VERSION)
    return store


def names(store: Store, term: Term, limit: int = 100) -> list[str]:
    """The newest first."""
    with store.read() as tx:
        rows = Matcher(tx, term).newest(limit)
        known = {row[0]: row[1] for row in tx.query("SELECT doc_id, entity_id FROM search_docs", {})}
    return [known[row["doc_id"]] for row in rows]


def test_its_newest_documents_come_first(filled: Store) -> None:
    assert names(filled, HALF, 3) == ["7059", "7058", "7057"]
    assert names(filled, BEHIND_A_WORD, 3) == ["7059", "7058", "7057"]
    assert names(filled, BEHIND_A_WORD) == [str(number) for number in reversed(NUMBERS) if number % 10]
    assert names(filled, TOO_SHORT) == []


def test_it_is_not_gathered(filled: Store) -> None:
    with filled.read() as tx:
        assert not Matcher(tx, HALF).gathered
        assert Matcher(tx, HALF).number() == len(NUMBERS)
        assert Matcher(tx, Term(("velvet",), True)).gathered
        if tx.dialect == "sqlite":
            behind = Matcher(tx, BEHIND_A_WORD)
            assert behind.ordered
            assert behind.anchored
            assert behind.number() == len(NUMBERS) - 6


def test_a_store_cut_by_an_older_program_finds_the_same(filled: Store) -> None:
    with filled.write() as tx:
        tx.run("set_counter", name="segmentation", value=SEG_VERSION - 1)
    with filled.read() as tx:
        assert Matcher(tx, HALF).gathered
    assert len(names(filled, HALF)) == len(NUMBERS)
    assert len(names(filled, BEHIND_A_WORD)) == len(NUMBERS) - 6
