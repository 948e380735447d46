"""Changes are heard of: nobody looks ten times a second, and nobody waits for the next look."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.watched import GUARD_S, NEVER_S, watching

from omni_tui.desk import agents
from omni_tui.store import Store, open_store
from omni_tui.store import ear as ears
from omni_tui.store.threads import StoreThreads

A_WRITE = "from omni_tui.desk import agents; agents.who(store, 'bo')"
A_DURABLE_WRITE = "from omni_tui.desk import lease; lease.take(store, 'one', 1000)"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "store" / "omni.db")
    yield made
    made.close()


@pytest.fixture
def unlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by themselves: what is found was heard of."""
    monkeypatch.setattr("omni_tui.store.ear.Ear.trusted_s", NEVER_S)


async def elsewhere(store: Store, act: str) -> None:
    """Another process does something to the store."""
    opened = f"from omni_tui.store import open_store; store = open_store(pathlib.Path({str(store.path)!r}))"
    code = f"import pathlib\n{opened}\n{act}"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("act", [A_WRITE, A_DURABLE_WRITE])
async def test_what_another_process_commits_is_heard_of(store: Store, act: str, unlooked: None) -> None:
    async with watching(store, NEVER_S) as following:
        await elsewhere(store, act)
        assert (await following()).rows


async def test_every_one_of_many_commits_is_heard_of(store: Store, unlooked: None) -> None:
    async with watching(store, 0.01) as following:
        found: list[str] = []
        for number in range(20):
            await asyncio.to_thread(agents.who, store, f"agent{number}")
        while len(found) < 20:
            found += [row.entity for row in (await following()).rows]
        assert found == ["agent"] * 20


async def test_a_log_made_anew_is_heard(store: Store, unlooked: None) -> None:
    """Once nobody has the store open, its log is taken away; the next to write makes another."""
    other = open_store(store.path)
    store.close()
    other.close()
    assert not store.path.with_name("omni.db-wal").exists()
    told = threading.Event()
    ear = store.ear(told.set)
    assert ear is not None
    ear.listen()
    await asyncio.to_thread(agents.who, store, "bo")
    assert await asyncio.to_thread(told.wait, GUARD_S)
    ear.close()


async def test_where_nothing_can_be_heard_it_is_looked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "ear_at", lambda _path, _told: None)
    async with watching(store, 0.01) as following:
        await elsewhere(store, A_WRITE)
        assert (await following()).rows


async def test_a_file_system_that_tells_nothing_is_found_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After two changes nobody was told of, it is looked for as often as where there is no ear."""
    monkeypatch.setattr("omni_tui.store.ear.Ear.trusted_s", 0.01)
    real = ears.ear_at
    monkeypatch.setattr(ears, "ear_at", lambda path, told: real(path.with_name("another"), told))
    async with watching(store, 0.02) as following:
        for number in range(2):
            await asyncio.to_thread(agents.who, store, f"agent{number}")
            assert (await following()).rows
        monkeypatch.setattr("omni_tui.store.ear.Ear.trusted_s", NEVER_S)
        await asyncio.to_thread(agents.who, store, "bo")
        assert (await following()).rows
        await asyncio.to_thread(until_nobody_listens)


async def test_who_watches_no_longer_listens_no_longer(store: Store) -> None:
    async with watching(store, NEVER_S):
        assert _listening() == 1
    await asyncio.to_thread(until_nobody_listens)


async def test_what_was_not_heard_of_ends_with_the_question_that_fails(store: Store) -> None:
    def fail(_store: Store) -> int | None:
        raise ValueError("broken")

    threads = StoreThreads(store)
    async with contextlib.aclosing(threads.watch(fail, NEVER_S)) as found:
        with pytest.raises(ValueError, match="broken"):
            await anext(found)
    threads.close()


async def test_who_could_not_begin_to_watch_does_not_look_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    def look(_store: Store) -> int | None:
        nonlocal looked
        looked += 1
        return None

    def deaf(_told: Callable[[], None]) -> None:
        raise OSError("too many open files")

    monkeypatch.setattr(store, "ear", deaf)
    threads = StoreThreads(store)
    with pytest.raises(OSError, match="too many"):
        await anext(threads.watch(look, 0.0))
    await threads.read(lambda _store: None)
    before = looked
    for _ in range(3):
        await threads.read(lambda _store: None)
    assert looked == before
    threads.close()


def until_nobody_listens() -> None:
    deadline = time.monotonic() + GUARD_S
    while _listening():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _listening() -> int:
    """How many inotify instances this process has."""
    found = 0
    for fd in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found += str(fd.readlink()) == "anon_inode:inotify"
    return found
