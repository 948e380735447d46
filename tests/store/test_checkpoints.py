"""What large writes leave in the log comes into the file beside them, and the log does not grow for ever."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from omni_tui.store import blobs, checkpoints, open_store, sqlite

GUARD_S = 30
SIZE = 1 << 20


def _in_the_file(path: Path, copy: Path) -> int:
    """Sources in the file itself, without its log."""
    shutil.copyfile(path, copy)
    with contextlib.closing(sqlite3.connect(f"{copy.as_uri()}?immutable=1", uri=True)) as alone:
        try:
            return int(alone.execute("SELECT count(*) FROM blobs").fetchone()[0])
        except sqlite3.DatabaseError:
            return 0  # it was copied in the middle of a write


def test_large_writes_come_into_the_file_beside_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "LARGE_S", 0)
    path = tmp_path / "omni.db"
    store = open_store(path)
    began = time.monotonic()
    number = 0
    # The writer itself would do so at sixty times as much.
    while not _in_the_file(path, tmp_path / "copy"):
        assert time.monotonic() - began < GUARD_S
        if number < 9:
            with store.write() as tx:
                blobs.put(tx, number.to_bytes(2, "big") * (SIZE // 8))
            number += 1
        time.sleep(0.01)
    store.close()
    assert _in_the_file(path, tmp_path / "copy") == number


def test_one_large_write_comes_into_the_file_though_nothing_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LARGE_S", 0)
    path = tmp_path / "omni.db"
    store = open_store(path)
    with store.write() as tx:
        blobs.put(tx, b"source" * SIZE)
    began = time.monotonic()
    while not _in_the_file(path, tmp_path / "copy"):
        assert time.monotonic() - began < GUARD_S
        time.sleep(0.01)
    store.close()


def test_some_large_writes_come_into_the_file_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time, what follows at once writes the same pages into the file once more."""
    monkeypatch.setattr(checkpoints, "REST_S", 3600)
    path = tmp_path / "omni.db"
    store = open_store(path)
    asked: list[str] = []

    def connect() -> sqlite3.Connection:
        connection = sqlite.connect(path, "write")
        connection.set_trace_callback(lambda said: asked.append(said) if "checkpoint" in said else None)
        return connection

    thread = checkpoints.Checkpoints(connect)
    began = time.monotonic()
    for number in range(1, 9):
        for part in range(2):
            with store.write() as tx:
                blobs.put(tx, bytes((number, part)) * SIZE)
            thread.grew(checkpoints.TOGETHER_S / 2)
        while len(asked) < number:
            assert time.monotonic() - began < GUARD_S
            time.sleep(0.001)
    thread.close()
    assert len(asked) == 8
    assert _in_the_file(path, tmp_path / "copy") == 16
    store.close()


@pytest.mark.parametrize("role", ["write", "write_durable"])
def test_many_small_writes_come_into_the_file_beside_them(tmp_path: Path, role: str) -> None:
    """Else the commit that finds the log long enough waits for the disk: an agent's, for all of them."""
    path = tmp_path / "omni.db"
    store = open_store(path)
    for number in range(sqlite.SMALL):
        with getattr(store, role)() as tx:
            blobs.put(tx, bytes((number,)))
    began = time.monotonic()
    while _in_the_file(path, tmp_path / "copy") < sqlite.SMALL:
        assert time.monotonic() - began < GUARD_S
        time.sleep(0.01)
    store.close()


def test_few_small_writes_start_no_thread(tmp_path: Path) -> None:
    store = open_store(tmp_path / "omni.db")
    for number in range(9):
        with store.write() as tx:
            blobs.put(tx, bytes((number,)))
    assert store._checkpoints is None  # type: ignore[attr-defined]
    store.close()


def test_the_last_to_close_takes_the_log_away_whatever_was_opened_last(tmp_path: Path) -> None:
    store = open_store(tmp_path / "omni.db")
    with store.write() as tx:
        blobs.put(tx, b"source")
    with store.write_durable() as tx:
        blobs.put(tx, b"another")
    with store.read() as reading:
        assert reading.value("counter", name="schema")
    store.close()
    assert [each.name for each in tmp_path.iterdir()] == ["omni.db"]
