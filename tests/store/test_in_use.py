"""A store that is closed while other threads work in it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.store import Store, open_store
from omni_tui.store.store import Interrupted

GUARD_S = 30

_CLOSED_UNDER = """
import sys, threading
from pathlib import Path
from omni_tui.store import open_store
from omni_tui.store.store import Interrupted

FEW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT i FROM n"

def read(store, reading):
    try:
        with store.read() as tx:
            for _time in range(300):
                tx.query(FEW, {})
                reading.set()
    except Interrupted:
        pass

for _time in range(30):
    store, reading = open_store(Path(sys.argv[1]), create=False), threading.Event()
    thread = threading.Thread(target=read, args=(store, reading))
    thread.start()
    reading.wait(30)
    store.close()
    thread.join(30)
print("whole")
"""


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """One in SQLite: what is tested here is how its connections are closed."""
    store = open_store(tmp_path / "omni.db", create=True)
    yield store
    store.close()


def test_closing_takes_no_statement_from_under_a_thread(tmp_path: Path) -> None:
    """In a process of its own: it would end by a signal."""
    path = tmp_path / "omni.db"
    open_store(path, create=True).close()
    done = subprocess.run(
        [sys.executable, "-c", _CLOSED_UNDER, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "whole", "")


def test_a_long_question_stops_when_the_store_is_closed(file_store: Store) -> None:
    ended: list[str] = []
    began = threading.Event()

    def ask() -> None:
        try:
            with file_store.read() as tx:
                began.set()
                tx.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", {})
        except Interrupted:
            ended.append("interrupted")

    thread = threading.Thread(target=ask)
    thread.start()
    assert began.wait(GUARD_S)
    file_store.close()
    thread.join(GUARD_S)
    assert ended == ["interrupted"]


def test_who_writes_longer_than_anybody_waits_ends_it_and_closes(file_store: Store) -> None:
    """Nothing of it is lost, and no connection stays: the last one takes the log away."""
    inside, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with file_store.write() as tx:
            inside.set()
            go_on.wait(GUARD_S)
            tx.run("insert_agent", id="a", login="ana", name="ana", now=tx.now)
            tx.changed("agent", "a")

    thread = threading.Thread(target=write)
    thread.start()
    assert inside.wait(GUARD_S)
    file_store.close()
    go_on.set()
    thread.join(GUARD_S)
    assert isinstance(file_store.path, Path)
    wal = file_store.path.with_name(f"{file_store.path.name}-wal")
    assert not wal.exists()
    with file_store.read() as tx:
        assert [row["login"] for row in tx.query("SELECT login FROM agents", {})] == ["ana"]
