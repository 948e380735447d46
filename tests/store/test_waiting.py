"""Waiting for SQLite's write lock."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.store.waiting import begin

HANG_S = 30


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that holds the lock of a store at ``tmp_path``."""
    with contextlib.closing(connect(tmp_path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (n INTEGER)")
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def connect(folder: Path, mode: str = "rwc") -> sqlite3.Connection:
    return sqlite3.connect(
        f"{(folder / 'a.db').as_uri()}?mode={mode}", uri=True, timeout=0, isolation_level=None, check_same_thread=False
    )


def test_everybody_who_waits_gets_the_lock(holder: sqlite3.Connection, tmp_path: Path) -> None:
    began = threading.Barrier(5)

    def write() -> None:
        with contextlib.closing(connect(tmp_path)) as connection:
            began.wait(HANG_S)
            begin(connection, HANG_S)
            connection.execute("INSERT INTO t VALUES (1)")
            connection.execute("COMMIT")

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    began.wait(HANG_S)
    assert holder.in_transaction
    holder.execute("COMMIT")
    for writer in writers:
        writer.join(HANG_S)
    assert holder.execute("SELECT count(*) FROM t").fetchone() == (4,)


def test_patience_ends(holder: sqlite3.Connection, tmp_path: Path) -> None:
    assert holder.in_transaction
    with contextlib.closing(connect(tmp_path)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            begin(connection, 0.05)
        assert not connection.in_transaction


def test_what_is_no_matter_of_waiting_is_told_at_once(holder: sqlite3.Connection, tmp_path: Path) -> None:
    holder.execute("COMMIT")
    with contextlib.closing(connect(tmp_path)) as connection:
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            begin(connection, HANG_S)
