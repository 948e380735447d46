"""Rounds of making search documents anew: each reaches every document, whatever rounds were broken off before it."""

from __future__ import annotations

import pytest

from omni_tui.model.ids import uuid7
from omni_tui.store import Store, Writer, search_docs
from omni_tui.text import segment

FIRST, SECOND, THIRD = segment.SEG_VERSION, segment.SEG_VERSION + 1, segment.SEG_VERSION + 2


@pytest.fixture
def filled(store: Store) -> Store:
    """Six documents of this program's segmentation."""
    with store.write() as tx:
        for second in range(6):
            search_docs.put(tx, uuid7(), uuid7(), 1_000_000 + 1000 * second, "lamp")
        tx.run("set_counter", name="segmentation", value=FIRST)
    return store


def versions(store: Store) -> list[int]:
    """The newest document's first."""
    with store.read() as tx:
        return [row[0] for row in tx.query("SELECT seg_version FROM search_docs ORDER BY doc_id DESC", {})]


def test_a_round_that_another_version_overtakes_begins_from_the_top(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "SEG_VERSION", SECOND)
    monkeypatch.setattr(Writer, "is_long", lambda _tx, _share=1.0: False)
    for _ in range(2):
        search_docs.reindex(filled, 2)
    assert versions(filled) == [SECOND] * 4 + [FIRST] * 2
    monkeypatch.setattr(segment, "SEG_VERSION", THIRD)
    with filled.read() as tx:
        assert search_docs.left(tx).number == 6
    while search_docs.reindex(filled, 2):
        pass
    assert versions(filled) == [THIRD] * 6
    with filled.read() as tx:
        assert search_docs.is_current(tx)
        assert search_docs.left(tx).number == 0


def test_a_round_goes_on_where_it_stopped(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "SEG_VERSION", SECOND)
    monkeypatch.setattr(Writer, "is_long", lambda _tx, _share=1.0: False)
    assert search_docs.reindex(filled, 4) == 4
    with filled.read() as tx:
        assert search_docs.left(tx).number == 2
    assert search_docs.reindex(filled, 4) == 2


@pytest.mark.parametrize("done", [2, 100])
def test_an_older_program_leaves_a_newer_ones_documents_alone(
    filled: Store, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    monkeypatch.setattr(segment, "SEG_VERSION", SECOND)
    while search_docs.reindex(filled, done) and done > 6:
        pass
    known = versions(filled)
    monkeypatch.setattr(segment, "SEG_VERSION", FIRST)
    assert search_docs.reindex(filled, 2) == 0
    assert versions(filled) == known


def test_a_transaction_that_is_long_ends_and_the_round_goes_on(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "SEG_VERSION", SECOND)
    monkeypatch.setattr(Writer, "is_long", lambda _tx, _share=1.0: True)
    assert [search_docs.reindex(filled) for _ in range(7)] == [1] * 6 + [0]
    assert versions(filled) == [SECOND] * 6
