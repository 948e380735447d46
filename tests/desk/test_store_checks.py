"""What goes wrong in a store is found, mended where it can be, and a store in order is left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from support.filled import fill
from support.shop import Shop

from omni_tui.desk import replies, undo
from omni_tui.desk.query import parse
from omni_tui.desk.search import search
from omni_tui.desk.store_checks import look
from omni_tui.store import Writer, open_store


def wrong(shop: Shop, *, repair: bool = False) -> dict[str, tuple[int, int]]:
    """What was found and what of it was mended, by the check's name."""
    return {each.name: (each.count, each.mended) for each in look(shop.store, repair=repair) if each.count}


def run(tx: Writer, sql: str, **values: object) -> None:
    tx.execute_many(sql, [values])


@pytest.fixture
def filled(shop: Shop) -> Shop:
    fill(shop)
    return shop


def test_a_store_in_order_has_nothing_wrong(filled: Shop) -> None:
    row = filled.rows()[-1]
    replies.note(filled.store, filled.agent, row.id, "Note")
    replies.reply(filled.store, filled.agent, row.id, "Reply", delay_ms=60_000)
    undo.undo(filled.store, filled.agent)
    undo.undo(filled.store, filled.agent)
    undo.redo(filled.store, filled.agent)
    filled.sent_elsewhere("new@example.com", "We wrote first")
    filled.receive("news@example.com", "News", automatic=True)
    before = filled.rows()
    assert wrong(filled) == {}
    assert wrong(filled, repair=True) == {}
    assert filled.rows() == before


def _unlike(tx: Writer) -> None:
    run(tx, "UPDATE conversations SET snippet = 'x' WHERE ref = 1001")
    run(tx, "UPDATE conversations SET last_at = last_at + 1 WHERE ref = 1002")
    run(tx, "UPDATE conversations SET waiting_since = 5 WHERE ref = 1003")


FLAWS: dict[str, tuple[Callable[[Writer], None], str, int]] = {
    "conversations": (_unlike, "conversations", 3),
    "unused sources": (
        lambda tx: run(tx, "INSERT INTO blobs (sha256, size, created_at) VALUES (:sha, 0, 1)", sha="0" * 64),
        "unused sources",
        1,
    ),
    "messages without a document": (
        lambda tx: run(tx, "DELETE FROM search_docs WHERE kind = 'message'"),
        "search: messages",
        9,
    ),
    "customers without a document": (
        lambda tx: run(tx, "DELETE FROM search_docs WHERE kind = 'customer'"),
        "search: customers",
        2,
    ),
    "documents of nothing": (
        lambda tx: run(tx, "UPDATE messages SET deleted_at = 1 WHERE direction = 'note'"),
        "search: left over",
        1,
    ),
    "counters": (
        lambda tx: run(tx, "UPDATE counters SET value = 0 WHERE name IN ('conversation', 'act')"),
        "counters",
        2,
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_what_is_wrong_is_found_and_mended(filled: Shop, flaw: str) -> None:
    spoil, name, count = FLAWS[flaw]
    with filled.store.write() as tx:
        spoil(tx)
    assert wrong(filled)[name] == (count, 0)
    assert wrong(filled, repair=True)[name] == (count, count)
    assert wrong(filled) == {}


def test_other_words_than_the_message_has(filled: Shop) -> None:
    with filled.store.write() as tx:
        run(tx, "UPDATE messages SET body = 'zebra' WHERE direction = 'note'")
    assert wrong(filled) == {"search: words": (1, 0)}
    assert wrong(filled, repair=True) == {"search: words": (1, 1)}
    with filled.store.read() as tx:
        query = parse("zebra", tx.now)
    assert len(search(filled.store, filled.agent, query)) == 1


def test_a_damaged_source_cannot_be_mended(filled: Shop) -> None:
    with filled.store.write() as tx:
        run(tx, "UPDATE blob_chunks SET data = :data WHERE n = 1", data=b"other")
    count, mended = wrong(filled, repair=True)["sources"]
    assert count >= 1
    assert mended == 0


@pytest.mark.parametrize("location", ["sqlite"], indirect=True)
def test_an_index_without_its_words_is_built_anew(filled: Shop) -> None:
    with filled.store.write() as tx:
        run(tx, "INSERT INTO search_fts (search_fts) VALUES ('delete-all')")
    with filled.store.read() as tx:
        query = parse("parcel", tx.now)
    assert search(filled.store, filled.agent, query) == ()
    assert wrong(filled) == {"search: index": (1, 0)}
    assert wrong(filled, repair=True) == {"search: index": (1, 1)}
    assert wrong(filled) == {}
    assert len(search(filled.store, filled.agent, query)) == 7
    assert [file.name for file in filled.folder.iterdir() if ".check" in file.name] == []


@pytest.mark.parametrize("location", ["sqlite"], indirect=True)
def test_rows_whose_owner_is_gone(filled: Shop) -> None:
    """Only a store written with foreign keys off has them: by hand, or by another program."""
    path = filled.store.path
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM messages WHERE direction = 'note'")
        other.execute("DELETE FROM messages WHERE id = (SELECT message_id FROM attachments LIMIT 1)")
        other.execute("DELETE FROM agents")
    other.close()
    found = wrong(filled)
    assert {"attachments.message_id", "drafts.agent_id", "search: left over"} <= set(found)
    mended = wrong(filled, repair=True)
    assert mended["attachments.message_id"] == (1, 1)
    # A draft is nobody's to throw away.
    assert mended["drafts.agent_id"] == (1, 0)
    assert "attachments.message_id" not in wrong(filled)


@pytest.mark.parametrize("location", ["sqlite"], indirect=True)
def test_pages_that_do_not_fit_are_told(filled: Shop, tmp_path: Path) -> None:
    path = filled.store.path
    filled.store.close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        (root,) = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'journal_act'").fetchone()
        (size,) = other.execute("PRAGMA page_size").fetchone()
    other.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 200)
    filled.store = open_store(path)
    said = next(iter(look(filled.store)))
    assert said.count > 0
    assert not said.mendable
