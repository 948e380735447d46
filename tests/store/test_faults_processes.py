"""Processes killed, stopped or slow in the middle of writing: nothing told is lost, nothing is there twice."""

from __future__ import annotations

import contextlib
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import writer, writers
from support.writers import WriterProcess

from omni_tui.desk import lease
from omni_tui.model.errors import StoreBusy
from omni_tui.store import Store, open_store
from omni_tui.store import sqlite as sqlite_module
from omni_tui.store.feed import Feed

DOORS = ("write", "write_durable") * 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    open_store(tmp_path / "omni.db").close()
    return tmp_path / "omni.db"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        other.execute("ROLLBACK")


def add(store: Store, name: str) -> None:
    with store.write() as tx:
        writer.add(tx, name)


@pytest.mark.parametrize("rounds", [2, pytest.param(12, marks=pytest.mark.long)])
def test_kill_9_of_eight_writers(rounds: int, path: Path) -> None:
    chance = random.Random(rounds)
    told: set[str] = set()
    for number in range(rounds):
        with writers.writers(path, DOORS, f"r{number}w") as all_of_them:
            for each in all_of_them:
                each.wait_for("stored")
            time.sleep(chance.uniform(0.1, 0.4))
            chance.shuffle(all_of_them)
            for each in all_of_them:
                assert each.kill() == ""
        told |= {name for each in all_of_them for name in each.stored}
        assert not [said for each in all_of_them for said in each.refused]
        kept = writers.check(path, told)
        # What was stored and not yet told is one commit a process at most.
        assert len(kept) <= len(told) + (number + 1) * len(DOORS)
    assert len(told) > 20 * rounds


def test_readers_see_a_gapless_feed_while_writers_are_killed(path: Path) -> None:
    store = open_store(path)
    feed = Feed(store)
    seqs: list[int] = []
    with writers.writers(path, DOORS[:4]) as four:
        for each in four:
            each.wait_for("stored")
        for victim in four:
            until = len(seqs) + 20
            deadline = time.monotonic() + 30
            while len(seqs) < until and time.monotonic() < deadline:
                changes = feed.poll(store)
                if changes is not None and not changes.everything:
                    seqs += [row.seq for row in changes.rows]
            victim.kill()
    store.close()
    assert len(seqs) > 40
    assert len(seqs) == len(set(seqs)) and seqs == sorted(seqs)
    writers.check(path)


def test_one_stopped_inside_a_write_holds_the_others_up_and_nothing_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop asleep with the lock: everybody else reads on, is told, and writes when it is awake again."""
    monkeypatch.setattr(sqlite_module, "BUSY_MS", 300)
    store = open_store(path)
    asleep = WriterProcess(path, "asleep-1", "hold")
    try:
        asleep.wait_for("inside")
        asleep.signal(signal.SIGSTOP)
        for _ in range(2):
            with pytest.raises(StoreBusy) as told:
                add(store, "awake-1")
            assert told.value.hint
        with store.read() as tx:
            assert tx.all("agents") == []
        asleep.signal(signal.SIGCONT)
        asleep.go_on()
        asleep.wait_for("stored")
        add(store, "awake-1")
        assert asleep.rest() == ""
    finally:
        asleep.kill()
    store.close()
    assert writers.check(path) == {"asleep-1", "awake-1"}


def test_one_killed_inside_a_write_leaves_nothing_and_holds_nobody_up(path: Path) -> None:
    store = open_store(path)
    process = WriterProcess(path, "dead-1", "hold")
    process.wait_for("inside")
    process.signal(signal.SIGSTOP)
    process.kill()
    add(store, "alive-1")
    store.close()
    assert writers.check(path) == {"alive-1"}


def test_one_that_slept_through_its_lease_is_refused(path: Path) -> None:
    store = open_store(path)
    asleep = WriterProcess(path, "old-1", "fenced")
    try:
        asleep.wait_for("leased")
        asleep.signal(signal.SIGSTOP)
        deadline = time.monotonic() + 30
        while (epoch := lease.take(store, "new", 60_000)) is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert epoch == 2
        asleep.signal(signal.SIGCONT)
        asleep.go_on()
        assert asleep.rest() == ""
    finally:
        asleep.kill()
    assert asleep.refused == ["LeaseLost"]
    store.close()
    assert writers.check(path) == set()


def test_a_lock_of_two_seconds_is_waited_out(path: Path) -> None:
    process = WriterProcess(path, "patient", "write", "3")
    process.wait_for("open")
    store = open_store(path)
    done = threading.Event()

    def write() -> None:
        add(store, "patient-9")
        done.set()

    with locked(path):
        thread = threading.Thread(target=write)
        thread.start()
        time.sleep(2)
        assert not done.is_set()
    thread.join(30)
    assert process.rest() == ""
    assert not process.refused
    store.close()
    assert writers.check(path) >= {"patient-9", "patient-0", "patient-1", "patient-2"}


@pytest.mark.long
def test_a_lock_of_thirty_seconds_is_told_and_then_over(path: Path) -> None:
    with writers.writers(path, DOORS[:3]) as three:
        for each in three:
            each.wait_for("stored")
        with locked(path):
            time.sleep(30)
        for each in three:
            each.wait_for("refused StoreBusy")
            each.wait_for("stored")
            assert each.kill() == ""
        assert {said.partition(":")[0] for each in three for said in each.refused} == {"StoreBusy"}
        told = {name for each in three for name in each.stored}
    writers.check(path, told)
