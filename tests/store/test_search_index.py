"""The full-text index keeps step with its documents, whatever a transaction does to them on the way."""

from __future__ import annotations

import pytest

from omni_tui.model.ids import uuid7
from omni_tui.store import Store, Writer, search_docs
from omni_tui.store.matching import Matcher
from omni_tui.text.segment import Term


def found(store: Store, word: str) -> list[str]:
    """Oldest first."""
    with store.read() as tx:
        rows = Matcher(tx, Term((word,))).newest(100)
        named = {row[0]: row[1] for row in tx.query("SELECT doc_id, entity_id FROM search_docs", {})}
    return [named[row["doc_id"]] for row in reversed(rows)]


def sound(store: Store) -> None:
    """SQLite compares the index with the documents word by word, and raises if they differ; PostgreSQL has no second
    copy of them."""
    if store.dialect != "sqlite":
        return
    with store.write() as tx:
        tx.query("INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)", {})


def put(tx: Writer, id: str, at: int, words: str) -> None:
    search_docs.put(tx, id, uuid7(), at, words)


def test_newest_first_or_oldest_first(store: Store) -> None:
    with store.write() as tx:
        put(tx, "late", 3_000_000, "lamp")
        put(tx, "early", 1_000_000, "lamp")
    with store.write() as tx:
        put(tx, "between", 2_000_000, "lamp")
    assert found(store, "lamp") == ["early", "between", "late"]
    sound(store)


def test_dropped_in_the_transaction_that_put_it(store: Store) -> None:
    with store.write() as tx:
        put(tx, "kept", 1_000_000, "lamp")
        put(tx, "gone", 2_000_000, "lamp")
        search_docs.drop(tx, "gone")
    assert found(store, "lamp") == ["kept"]
    sound(store)


def test_a_part_that_fails_takes_only_its_own_words_along(store: Store) -> None:
    with store.write() as tx:
        put(tx, "kept", 2_000_000, "lamp")
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            put(tx, "gone", 1_000_000, "lamp")
            search_docs.drop(tx, "kept")
            raise ZeroDivisionError
    assert found(store, "lamp") == ["kept"]
    sound(store)


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        put(tx, "gone", 1_000_000, "lamp")
        raise ZeroDivisionError
    assert found(store, "lamp") == []
    sound(store)
