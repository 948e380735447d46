"""Many rows by one statement: the same rows as one by one, in the same order, and one part of the index of words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_tui.store import open_store, sqlite, sqlite_rows
from omni_tui.store.dialect import numbered
from omni_tui.store.statements import all_statements

ADD = "INSERT INTO t (a, b, c) VALUES (?1, ?2, ?2) ON CONFLICT (a) DO NOTHING"
LATER = (
    "-- the later one (of two) stays\nINSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT (a) DO UPDATE SET b = excluded.b"
)
WORKED_OUT = "INSERT INTO t (a, b) VALUES (?1, lower(?2))"
CHANGED = "UPDATE t SET b = ?2 WHERE a = ?1"
NAMES = ("a", "b")
INDEXED = numbered(all_statements("sqlite")["insert_search_words"])[0]


@pytest.fixture
def empty() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT)")
    connection.execute("CREATE VIRTUAL TABLE search_fts USING fts5 (tokens, content='')")
    yield connection
    connection.close()


def one_by_one(statement: str, rows: list[tuple[int, str | None]]) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT)")
    for row in rows:
        connection.execute(statement, row)
    return connection.execute("SELECT * FROM t ORDER BY a").fetchall()


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([ADD, LATER]),
    st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.text(max_size=3))), max_size=180),
)
def test_rows_are_those_that_one_by_one_would_be(statement: str, rows: list[tuple[int, str | None]]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT)")
    sqlite_rows.send(connection, statement, NAMES, iter(rows))
    assert connection.execute("SELECT * FROM t ORDER BY a").fetchall() == one_by_one(statement, rows)
    connection.close()


@pytest.mark.parametrize("statement", [WORKED_OUT, CHANGED])
def test_what_adds_no_rows_as_they_are_is_done_one_by_one(empty: sqlite3.Connection, statement: str) -> None:
    empty.executemany("INSERT INTO t (a, b) VALUES (?, ?)", [(n, "x") for n in range(50) if statement == CHANGED])
    sqlite_rows.send(empty, statement, NAMES, [(n, "W") for n in range(50)])
    assert {row[0] for row in empty.execute("SELECT lower(b) FROM t")} == {"w"}
    assert empty.execute("SELECT count(*) FROM t").fetchone() == (50,)


def test_a_row_that_fails_leaves_nothing_that_a_savepoint_would_not_take_back(empty: sqlite3.Connection) -> None:
    empty.execute("BEGIN")
    empty.execute("SAVEPOINT part")
    with pytest.raises(sqlite3.IntegrityError):
        sqlite_rows.send(empty, "INSERT INTO t (a, b) VALUES (?1, ?2)", NAMES, [(n % 40, "x") for n in range(50)])
    empty.execute("ROLLBACK TO part")
    empty.execute("COMMIT")
    assert empty.execute("SELECT count(*) FROM t").fetchone() == (0,)


@pytest.mark.parametrize("count", [1, 4, 5, 383, 384, 385, 800])
def test_words_are_indexed_and_those_of_a_transaction_are_one_part(empty: sqlite3.Connection, count: int) -> None:
    empty.execute("BEGIN")
    sqlite_rows.send(empty, INDEXED, ("doc_id", "tokens"), [(n, f"word{n} all") for n in range(1, count + 1)])
    empty.execute("COMMIT")
    found = empty.execute("SELECT rowid FROM search_fts WHERE search_fts MATCH 'all' ORDER BY rowid").fetchall()
    assert [row[0] for row in found] == list(range(1, count + 1))
    assert empty.execute("SELECT rowid FROM search_fts WHERE search_fts MATCH 'word1'").fetchall() == [(1,)]
    parts = empty.execute("SELECT count(DISTINCT segid) FROM search_fts_idx").fetchone()[0]
    assert parts == -(-count // sqlite_rows.INDEXED)


def test_large_pieces_of_files_go_one_by_one(empty: sqlite3.Connection) -> None:
    empty.execute("CREATE TABLE blob_chunks (sha256 TEXT, n INTEGER, data BLOB, PRIMARY KEY (sha256, n))")
    sql, names = numbered(all_statements("sqlite")["insert_blob_chunk"])
    large = sqlite_rows.TOGETHER + 1
    rows = [(f"{n}", 0, bytes(large if n % 8 == 0 else n)) for n in range(24)]
    ran: list[str] = []
    empty.set_trace_callback(ran.append)
    sqlite_rows.send(empty, sql, names, rows)
    assert len(ran) == 3 + 1 + 1 + 1  # one by one, sixteen, four, and the last one
    assert sorted(empty.execute("SELECT sha256, n, data FROM blob_chunks")) == sorted(rows)


def test_few_statements_are_run(empty: sqlite3.Connection) -> None:
    ran: list[str] = []
    empty.set_trace_callback(ran.append)
    sqlite_rows.send(empty, ADD, NAMES, [(n, "x") for n in range(70)])
    assert len(ran) == 1 + 1 + 2


@pytest.mark.parametrize(("length", "statements"), [(1, 1), (sqlite_rows.KEPT // 64, 1), (sqlite_rows.KEPT // 60, 4)])
def test_a_statement_keeps_no_more_than_some_long_texts(
    empty: sqlite3.Connection, length: int, statements: int
) -> None:
    ran: list[str] = []
    empty.set_trace_callback(ran.append)
    rows = [(n, "x" * length) for n in range(64)]
    sqlite_rows.send(empty, "INSERT INTO t (a, b) VALUES (?1, ?2)", ("id", "body"), rows)
    assert len(ran) == statements
    assert empty.execute("SELECT a, b FROM t").fetchall() == rows


@pytest.mark.parametrize("number", [-(1 << 63) + 1, -4, 0, 1 << 62])
def test_no_document_is_taken_for_nobodys(empty: sqlite3.Connection, number: int) -> None:
    sqlite_rows.send(empty, INDEXED, ("doc_id", "tokens"), [(number + n, "all") for n in range(8)])
    found = empty.execute("SELECT rowid FROM search_fts WHERE search_fts MATCH 'all' ORDER BY rowid").fetchall()
    assert [row[0] for row in found] == [number + n for n in range(8)]


@pytest.mark.parametrize(
    "name",
    ["insert_message", "insert_message_key", "insert_search_doc", "insert_in_ledger", "insert_change", "insert_blob"],
)
def test_what_is_taken_in_goes_together(tmp_path: Path, name: str) -> None:
    open_store(tmp_path / "store" / "omni.db").close()
    connection = sqlite.connect(tmp_path / "store" / "omni.db", "write")
    ran: list[str] = []
    connection.set_trace_callback(ran.append)
    sql, names = numbered(all_statements("sqlite")[name])
    with pytest.raises(sqlite3.IntegrityError):
        sqlite_rows.send(connection, sql, names, [(None,) * len(names)] * 16)
    connection.close()
    assert [text.count("(NULL") for text in ran] == [16]
