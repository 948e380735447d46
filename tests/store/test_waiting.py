"""Waiting for SQLite's write lock."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.store.waiting import _LONG_S, begin, give_way, is_waited_for

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
            begin(connection, HANG_S, tmp_path / "a.db")
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
            begin(connection, 0.05, tmp_path / "a.db")
        assert not connection.in_transaction


def test_what_is_no_matter_of_waiting_is_told_at_once(holder: sqlite3.Connection, tmp_path: Path) -> None:
    holder.execute("COMMIT")
    with contextlib.closing(connect(tmp_path)) as connection:
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            begin(connection, HANG_S, tmp_path / "a.db")


def until_somebody_waits(path: Path) -> None:
    began = time.monotonic()
    while not is_waited_for(path):
        assert time.monotonic() - began < HANG_S
        time.sleep(0.001)


def test_who_waits_is_seen_by_whoever_has_the_lock(holder: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    (tmp_path / "elsewhere").mkdir()
    alias = tmp_path / "elsewhere" / "b.db"
    alias.symlink_to(path)
    assert not is_waited_for(path)

    def write() -> None:
        with contextlib.closing(connect(tmp_path)) as connection:
            begin(connection, HANG_S, alias)

    writer = threading.Thread(target=write)
    writer.start()
    until_somebody_waits(path)
    holder.execute("COMMIT")
    writer.join(HANG_S)
    assert not is_waited_for(path)


def test_who_waits_for_one_store_is_none_who_waits_for_its_neighbour(
    holder: sqlite3.Connection, tmp_path: Path
) -> None:
    path, neighbour = tmp_path / "a.db", tmp_path / "b.db"
    before = sorted(each.name for each in tmp_path.iterdir())

    def write() -> None:
        with contextlib.closing(connect(tmp_path)) as connection:
            begin(connection, HANG_S, path)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    until_somebody_waits(path)
    assert is_waited_for(neighbour) is False
    assert sorted(each.name for each in tmp_path.iterdir()) == before, "nothing lies about"
    holder.execute("COMMIT")
    for writer in writers:
        writer.join(HANG_S)
    assert is_waited_for(path) is False


def test_who_died_waiting_waits_no_longer(holder: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    program = (
        "import sqlite3, sys; from pathlib import Path; from omni_tui.store.waiting import begin;"
        " begin(sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None), 60, Path(sys.argv[1]))"
    )
    assert holder.in_transaction
    with subprocess.Popen([sys.executable, "-c", program, str(path)]) as waiting:
        try:
            until_somebody_waits(path)
        finally:
            waiting.kill()
    assert not is_waited_for(path)


def test_a_folder_that_cannot_be_looked_at_tells_nothing(tmp_path: Path) -> None:
    assert is_waited_for(tmp_path / "nowhere" / "a.db") is None
    give_way(tmp_path / "nowhere" / "a.db")


def test_who_gives_way_waits_while_somebody_waits_and_not_for_ever(holder: sqlite3.Connection, tmp_path: Path) -> None:
    path, begun = tmp_path / "a.db", threading.Event()

    def write() -> None:
        with contextlib.closing(connect(tmp_path)) as connection:
            begin(connection, HANG_S, path)
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    until_somebody_waits(path)
    # The lock is not let go: that is all it can do.
    looks = time.monotonic()
    give_way(path)
    assert time.monotonic() - looks >= _LONG_S
    assert not begun.is_set()
    holder.execute("COMMIT")
    writer.join(HANG_S)
    assert begun.is_set()
