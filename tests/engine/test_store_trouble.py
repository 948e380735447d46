"""A store that cannot be written for a while: nothing lost, doubled or acknowledged; the engine goes on by itself."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support import truth
from support.desk import agent_at, answer
from support.dovecot import Dovecot
from support.engines import QUICK, Running, eventually, running, settings_of, wait_until
from support.scripted import World
from support.shops import EngineProcess, mail, mail_table, write_config
from support.smtp import SmtpServer

from omni_tui.config.settings import Settings
from omni_tui.desk import replies
from omni_tui.model.errors import StoreError, StoreFull
from omni_tui.store import sqlite as sqlite_module

SHORT_LEASE = replace(QUICK, lease_ttl=0.4, lease_renew=0.1, store_retry=0.1)


@pytest.fixture
def settings(path: Path) -> Settings:
    return settings_of(path.parent, support={"kind": "scripted", "world": "world"})


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else writes and does not come to an end."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def epoch(path: Path) -> int:
    return int(truth.rows(path, "SELECT epoch FROM leases")[0][0])


def lease_ran_out(path: Path) -> bool:
    return not truth.rows(path, "SELECT 1 FROM leases WHERE until_at > ?", time.time_ns() // 1_000_000)


async def still_well(engine: Running, path: Path) -> None:
    assert not engine.task.done()
    await eventually(lambda: truth.health(path) == {"support": ("ok", "")})
    assert truth.sound(path)


async def test_a_lock_held_longer_than_the_lease(
    world: World, path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_module, "BUSY_MS", 50)
    async with running(settings, path, SHORT_LEASE) as engine:
        world.mail("before")
        await eventually(lambda: truth.bodies(path) == ["before"])
        before = epoch(path)
        on_its_way = asyncio.Event()
        world.answers.append(on_its_way)
        await answer(path, truth.conversations(path)[0], "sent while the store is locked")
        await eventually(lambda: truth.states(path) == ["sending"])
        with locked(path):
            world.mail("meanwhile")
            on_its_way.set()
            polled = world.polled
            await eventually(lambda: lease_ran_out(path) and world.polled > polled + 2)
            assert truth.bodies(path) == ["before"]
            assert not engine.task.done()
        await eventually(lambda: truth.bodies(path) == ["before", "meanwhile"])
        # It was known to have left: a lock must not make it uncertain.
        await eventually(lambda: truth.states(path) == ["sent"])
        assert epoch(path) == before
        await still_well(engine, path)
    assert len(world.tried) == 1


async def test_an_engine_that_finds_the_store_locked_waits(
    world: World, path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings, path):
        await eventually(lambda: truth.health(path) == {"support": ("ok", "")})
    monkeypatch.setattr(sqlite_module, "BUSY_MS", 50)
    with locked(path):
        async with running(settings, path, SHORT_LEASE) as engine:
            await asyncio.sleep(0.3)  # long enough to be refused; what counts is that it is there afterwards
            assert not engine.task.done()
    async with running(settings, path) as engine:
        world.mail("after")
        await eventually(lambda: truth.bodies(path) == ["after"])
        await still_well(engine, path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB, nearly empty."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none", str(disk)]).returncode
    ):
        pytest.skip("only root may mount a small disk")
    yield disk
    # Lazily: a connection that is still being closed must not keep it.
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Take all the space there is."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    return filler


async def test_a_disk_that_is_full_for_a_while(world: World, small_disk: Path) -> None:
    path = small_disk / "omni.db"
    async with running(
        settings_of(small_disk, support={"kind": "scripted", "world": "world"}), path, SHORT_LEASE
    ) as engine:
        world.mail("before")
        await eventually(lambda: truth.bodies(path) == ["before"])
        await eventually(lambda: truth.health(path) == {"support": ("ok", "")})
        conversation = truth.conversations(path)[0]
        filler = await asyncio.to_thread(fill, small_disk)
        large = "meanwhile " * 50_000
        world.mail(large)
        polled = world.polled
        await eventually(lambda: world.polled > polled + 3)
        assert truth.bodies(path) == ["before"]
        assert truth.rows(path, "SELECT cursor FROM streams") == [("1",)]

        def reply() -> None:
            with agent_at(path) as (store, agent):
                replies.reply(store, agent, conversation, "x" * 400_000)

        with pytest.raises(StoreFull, match="full"):
            await asyncio.to_thread(reply)
        assert truth.states(path) == []
        assert not engine.task.done()
        # Reading goes on.
        assert truth.sound(path)
        filler.unlink()
        await eventually(lambda: truth.bodies(path) == ["before", large.strip()])
        await still_well(engine, path)
    assert world.tried == []


def test_a_store_opened_on_a_full_disk_says_what_is_wrong(small_disk: Path) -> None:
    path = small_disk / "omni.db"
    with agent_at(path):
        pass
    filler = fill(small_disk)
    with pytest.raises(StoreFull, match="full"), agent_at(path):
        pass
    filler.unlink()
    with agent_at(path):
        pass


async def test_a_full_disk_never_makes_a_message_look_unreadable(
    world: World, path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what is wrong with the message itself may set it aside; the rest is tried again."""
    opened: list[sqlite3.Connection] = []
    limit = [100_000]
    plain = sqlite_module.connect

    def small(place: Path, role: sqlite_module.Role) -> sqlite3.Connection:
        connection = plain(place, role)
        connection.execute(f"PRAGMA max_page_count = {limit[0]}")
        opened.append(connection)
        return connection

    monkeypatch.setattr(sqlite_module, "connect", small)
    async with running(settings, path, SHORT_LEASE) as engine:
        world.mail("before")
        await eventually(lambda: truth.bodies(path) == ["before"])
        for connection in opened:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        text = "meanwhile " * 5_000
        world.mail(text)
        polled = world.polled
        await eventually(lambda: world.polled > polled + 3)
        assert truth.rows(path, "SELECT count(*) FROM fetch_ledger WHERE error <> ''") == [(0,)]
        assert truth.rows(path, "SELECT count(*) FROM messages WHERE notice <> ''") == [(0,)]
        assert "full" in truth.health(path)["support"][1]
        for connection in opened:
            connection.execute("PRAGMA max_page_count = 100000")
        await eventually(lambda: truth.bodies(path) == ["before", text.strip()])
        await still_well(engine, path)


@pytest.mark.long
def test_thirty_seconds_of_lock_with_real_time_outs(
    tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer, shop: str
) -> None:
    config = write_config(tmp_path / "config.toml", {"support": mail_table(dovecot, smtp, shop)})
    tmp_path.chmod(0o700)
    path = tmp_path / "omni.db"
    with EngineProcess(config, path, lease_s=15.0) as engine:
        wait_until(lambda: truth.health(path).get("support") == ("ok", ""))
        with locked(path):
            dovecot.deliver(shop, mail("lena@post.example", shop, "Are you there?"), sender="lena@post.example")
            time.sleep(30)
            assert engine.alive()
            assert truth.bodies(path) == []
            with pytest.raises(StoreError), agent_at(path):
                pass
        wait_until(lambda: truth.bodies(path) == ["Are you there?"])
        wait_until(lambda: truth.health(path) == {"support": ("ok", "")})
        assert engine.alive()
