"""The store: who may open it, one way to write, a gapless feed, and errors in words."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from omni_tui.model.errors import NotFound, StoreBusy, StoreError, StoreExposed, StoreFull, StoreTooNew
from omni_tui.store import Interrupted, Store, Writer, blobs, open_store
from omni_tui.store import sqlite as sqlite_module
from omni_tui.store.backup import backup
from omni_tui.store.feed import Changes, Feed
from omni_tui.store.statements import all_statements
from omni_tui.store.store import SCHEMA
from omni_tui.store.threads import StoreThreads


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """For what only a file has: modes, a group, pragmas, a lock of the file system."""
    made = open_store(tmp_path / "data" / "omni.db")
    yield made
    made.close()


def add_agent(store: Store, login: str) -> None:
    with store.write() as tx:
        tx.run("insert_agent", id=login, login=login, name=login, now=tx.now)
        tx.changed("agent", login)


def logins(store: Store) -> list[str]:
    with store.read() as tx:
        return [row["login"] for row in tx.all("agents")]


def test_only_its_owner_can_read_it(file_store: Store) -> None:
    add_agent(file_store, "ana")
    assert file_store.path.parent.stat().st_mode & 0o777 == 0o700
    for file in file_store.path.parent.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600, file


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_store_open_to_others_is_refused(file_store: Store, what: str) -> None:
    target = file_store.path.parent if what == "folder" else file_store.path
    target.chmod(0o755 if what == "folder" else 0o644)
    with pytest.raises(StoreExposed) as error:
        open_store(file_store.path)
    assert "chmod" in error.value.hint


def test_a_directory_others_live_in_is_not_to_be_closed() -> None:
    """Whoever did as told would lock everybody out of the system's own directories."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o1777)
        for path in (Path(made, "omni.db"), Path("/omni.db")):
            with pytest.raises(StoreExposed) as error:
                open_store(path)
            assert "chmod" not in error.value.hint and "directory of its own" in error.value.hint


def test_a_directory_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="is a directory") as error:
        open_store(tmp_path)
    assert str(tmp_path / "omni.db") in error.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to any group")
def test_a_group_shares_it(tmp_path: Path) -> None:
    shared = open_store(tmp_path / "team" / "omni.db", group="users")
    assert shared.path.parent.stat().st_mode & 0o7777 == 0o2770
    assert shared.path.stat().st_mode & 0o777 == 0o660
    open_store(shared.path, group="users")
    with pytest.raises(StoreExposed):
        open_store(shared.path)


def test_an_unknown_group_and_a_missing_store_are_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no Unix group"):
        open_store(tmp_path / "a" / "omni.db", group="no-such-group")
    with pytest.raises(NotFound):
        open_store(tmp_path / "b" / "omni.db", create=False)


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    file = tmp_path / "omni.db"
    file.write_bytes(b"this is no database at all" * 100)
    tmp_path.chmod(0o700)
    file.chmod(0o600)
    with pytest.raises(StoreError, match="damaged"):
        open_store(file)


def test_an_older_process_stops_when_the_store_was_upgraded(store: Store) -> None:
    add_agent(store, "ana")
    newer = open_store(store.location)
    with newer.write() as tx:
        tx.run("set_counter", name="schema", value=SCHEMA + 1)
    newer.close()
    with pytest.raises(StoreTooNew, match="upgraded") as told:
        add_agent(store, "wei")
    assert "please restart" in told.value.hint
    with pytest.raises(StoreTooNew):
        open_store(store.location)
    assert logins(store) == ["ana"]


def _open_and_write(path: str, name: str) -> None:
    add_agent(open_store(Path(path)), name)


def test_several_processes_may_make_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "omni.db"
    path.parent.mkdir(mode=0o700)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open_and_write, args=(str(path), f"agent{n}")) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0] * 4
    assert logins(open_store(path)) == [f"agent{n}" for n in range(4)]


def test_a_failed_write_leaves_nothing_not_even_a_change(store: Store) -> None:
    feed = Feed(store)
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        tx.run("insert_agent", id="a", login="a", name="a", now=tx.now)
        tx.changed("agent", "a")
        raise ZeroDivisionError
    assert logins(store) == []
    assert feed.poll(store) is None


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(StoreFull), store.read() as tx:
        tx.one("insert_agent", id="a", login="a", name="a", now=1)


def told(feed: Feed, store: Store) -> Changes:
    """What the feed tells next: on PostgreSQL a notification takes a moment."""
    give_up = time.monotonic() + 30
    while (found := feed.poll(store)) is None:
        assert time.monotonic() < give_up
    return found


def test_the_feed_is_gapless_and_says_when_it_cannot_tell_all(store: Store) -> None:
    feed = Feed(store)
    assert feed.poll(store) is None
    add_agent(store, "ana")
    add_agent(store, "wei")
    changes = told(feed, store)
    assert [(row.seq, row.entity_id) for row in changes.rows] == [(1, "ana"), (2, "wei")]
    with store.write() as tx:
        for n in range(501):
            tx.changed("agent", str(n))
    assert told(feed, store).everything
    add_agent(store, "max")
    with store.write() as tx:
        tx.run("prune_changes", before=tx.now + 1)
    assert told(feed, store).everything
    assert feed.poll(store) is None


def in_a_write(store: Store, work: Callable[[Writer], None]) -> None:
    with store.write() as tx:
        work(tx)


def in_an_act(store: Store, work: Callable[[Writer], None]) -> None:
    store.act(work)


@pytest.mark.parametrize("stored", [in_a_write, in_an_act])
def test_a_savepoint_fails_alone(store: Store, stored: Callable[[Store, Callable[[Writer], None]], None]) -> None:
    feed = Feed(store)

    def work(tx: Writer) -> None:
        tx.run("insert_agent", id="a", login="a", name="a", now=tx.now)
        with contextlib.suppress(ZeroDivisionError), tx.savepoint():
            tx.run("insert_agent", id="b", login="b", name="b", now=tx.now)
            tx.changed("agent", "b")
            raise ZeroDivisionError
        tx.changed("agent", "a")

    stored(store, work)
    assert logins(store) == ["a"]
    changes = feed.poll(store)
    assert changes is not None and [row.entity_id for row in changes.rows] == ["a"]


def test_a_row_that_is_refused_in_an_act_is_no_end_of_it(store: Store) -> None:
    nobodys = {"message_id": "none", "position": 0, "name": "a", "mime": "", "size": 0, "part": "", "content_id": ""}

    def act(tx: Writer) -> None:
        for login in ("a", "b"):
            with contextlib.suppress(sqlite3.IntegrityError, psycopg.IntegrityError), tx.savepoint():
                tx.run("insert_agent", id=login, login=login, name=login, now=tx.now)
                if login == "b":
                    tx.run("insert_attachment", id="file", **nobodys)

    store.act(act)
    assert logins(store) == ["a"]


def test_durable_writes_reach_the_disk_and_others_need_not(file_store: Store) -> None:
    def level(role: str) -> int:
        return int(file_store._using(role).connection.execute("PRAGMA synchronous").fetchone()[0])  # type: ignore[arg-type]

    assert (level("durable"), level("write")) == (2, 1)


def test_a_lock_held_elsewhere_is_told_and_nothing_changes(file_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store = file_store
    monkeypatch.setattr(sqlite_module, "BUSY_MS", 50)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        add_agent(store, "ana")
    other.execute("ROLLBACK")
    other.close()
    add_agent(store, "ana")


def test_a_full_disk_is_told_and_what_was_there_stays(file_store: Store) -> None:
    store = file_store
    add_agent(store, "ana")
    writer = store._using("write").connection
    pages = int(writer.execute("PRAGMA page_count").fetchone()[0])
    writer.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreFull, match="full"), store.write() as tx:
        blobs.put(tx, os.urandom(1 << 20))
    assert logins(store) == ["ana"]
    with store.read() as tx:
        assert tx.query("PRAGMA integrity_check", {})[0][0] == "ok"


def test_blobs_come_back_whole_and_are_kept_once(store: Store) -> None:
    data = os.urandom((1 << 20) * 2 + 17)
    with store.write() as tx:
        assert blobs.put(tx, data) == blobs.put(tx, data)
        sha = blobs.put(tx, data)
    with store.read() as tx:
        assert blobs.get(tx, sha) == data
        assert [len(row["data"]) for row in tx.all("blob_chunks", sha256=sha)] == [1 << 20, 1 << 20, 17]


def test_a_backup_is_whole_private_and_never_half_written(file_store: Store, tmp_path: Path) -> None:
    store = file_store
    add_agent(store, "ana")
    target = tmp_path / "copy.db"
    backup(store, target)
    assert target.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT login FROM agents").fetchall() == [("ana",)]
    with pytest.raises(StoreError):
        backup(store, tmp_path / "no" / "such" / "folder.db")
    assert [file.name for file in tmp_path.glob(".*.part")] == []


def test_every_statement_is_valid_sql(store: Store) -> None:
    with store.read() as tx:
        for name, sql in all_statements(store.dialect).items():
            values = dict.fromkeys(re.findall(r":(\w+)", sql))
            assert tx.query(f"EXPLAIN {sql}", values), name


async def test_the_event_loop_never_waits_for_the_store(store: Store) -> None:
    with pytest.raises(RuntimeError, match="event loop"), store.read():
        pass
    threads = StoreThreads(store)
    await threads.write(add_agent, "ana")
    assert await threads.read(logins) == ["ana"]
    threads.close()


async def test_a_newer_question_ends_the_older(store: Store) -> None:
    threads = StoreThreads(store)
    begun = threading.Event()

    def slow(store: Store) -> int:
        begun.set()
        with store.read() as tx:
            sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
            return int(tx.query(sql, {})[0][0])

    older = asyncio.ensure_future(threads.ask("list", slow))
    await asyncio.to_thread(begun.wait, 30)
    assert await asyncio.wait_for(threads.ask("list", logins), 30) == []
    with pytest.raises(asyncio.CancelledError):
        await older
    threads.close()


async def test_errors_come_back_as_themselves(store: Store) -> None:
    threads = StoreThreads(store)

    def broken(store: Store) -> None:
        raise Interrupted("never mind") if False else ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await threads.read(broken)
    threads.close()


def test_exit_does_not_wait_for_a_hanging_read(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys, threading\n"
        "from pathlib import Path\n"
        "from omni_tui.store import open_store\n"
        "from omni_tui.store.threads import StoreThreads\n"
        "async def main():\n"
        "    threads = StoreThreads(open_store(Path(sys.argv[1])))\n"
        "    asyncio.ensure_future(threads.read(lambda store: threading.Event().wait()))\n"
        "    await asyncio.sleep(0)\n"
        "    threads.close()\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "d" / "omni.db")], timeout=30, check=False)
    assert done.returncode == 0
