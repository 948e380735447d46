"""Disks that are full, read-only or lie: told in words with what to do, nothing stored is lost, no traceback."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import writer, writers
from support.cli import Ran, run
from support.writers import WriterProcess

from omni_tui.model.errors import StoreError, StoreTooNew
from omni_tui.store import open_store

VERBS = (["list"], ["status"], ["search", "word"], ["doctor"], ["tag", "1001", "--tag", "x"], ["backup"])


def ask(path: Path, verb: list[str]) -> Ran:
    """One verb on the store; whatever happens is told in words."""
    ran = run("--store", path, *verb)
    assert "Traceback" not in ran.out + ran.err
    assert "met an error it does not know" not in ran.err, ran.err
    return ran


@pytest.fixture(autouse=True)
def nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home))


def filled(path: Path, agents: int = 40) -> set[str]:
    """A store with agents, closed; their logins."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    store = open_store(path)
    for number in range(agents):
        with store.write() as tx:
            writer.add(tx, f"a-{number}")
    store.close()
    return {f"a-{number}" for number in range(agents)}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=6m,mode=0700", "none", str(place)]
    if os.geteuid() or subprocess.run(options, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_writers_on_a_full_disk_are_refused_and_go_on_when_there_is_room(disk: Path) -> None:
    path = disk / "omni.db"
    had = filled(path)
    filler = disk / "filler"
    two = [WriterProcess(path, f"w{n}", door, "100000", "0.02") for n, door in enumerate(("write", "write_durable"))]
    try:
        for each in two:
            each.wait_for("stored")
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        for each in two:
            each.wait_for("refused")
        filler.unlink()
        for each in two:
            each.wait_for("stored")
            assert each.kill() == ""
        told = {name for each in two for name in each.stored}
        assert {said.partition(":")[0] for each in two for said in each.refused} == {"StoreFull"}
    finally:
        for each in two:
            each.kill()
    writers.check(path, told | had)


def test_a_file_that_may_not_grow_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "place" / "omni.db"
    had = filled(path)
    size = max(file.stat().st_size for file in path.parent.iterdir())
    process = WriterProcess(path, "w", "write", "3000", limit=size + 400_000)
    assert process.rest() == ""
    assert process.refused and process.stored
    told = process.stored | had
    writers.check(path, told)
    store = open_store(path)
    with store.write() as tx:
        writer.add(tx, "after-0")
    store.close()
    writers.check(path, told | {"after-0"})


def test_a_read_only_file_system(disk: Path) -> None:
    path = disk / "omni.db"
    had = filled(path)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(StoreError) as told:
        open_store(path)
    assert "read-only" in told.value.hint
    for verb in VERBS:
        ran = ask(path, verb)
        assert ran.code == 1, verb
        assert ran.err or "failed" in ran.out
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    writers.check(path, had)
    open_store(path).close()


@pytest.mark.parametrize("many", [3, pytest.param(20, marks=pytest.mark.long)])
def test_a_store_damaged_anywhere_is_told_with_the_way_to_restore(many: int, tmp_path: Path) -> None:
    chance = random.Random(many)
    healthy = tmp_path / "healthy" / "omni.db"
    filled(healthy)
    data = healthy.read_bytes()
    told = 0
    for number in range(many):
        path = tmp_path / f"{number}" / "omni.db"
        path.parent.mkdir(mode=0o700)
        damaged = bytearray(data)
        if number == 0:
            damaged[: 4096 * 2] = bytes(4096 * 2)
        elif number == 1:
            del damaged[len(data) // 3 :]
        else:
            for _ in range(8):
                at = chance.randrange(4096, len(data) - 4096)
                damaged[at : at + 4096] = chance.randbytes(4096)
        path.write_bytes(damaged)
        path.chmod(0o600)
        for verb in VERBS:
            ran = ask(path, verb)
            if ran.code and "damaged" in ran.err + ran.out:
                told += 1
                assert "restore" in (ran.err + ran.out).lower(), (verb, ran)
    assert told >= many


def test_a_damaged_log_beside_a_healthy_file_loses_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "place" / "omni.db"
    had = filled(path)
    for garbage in (b"", b"x" * 10, os.urandom(50_000)):
        path.with_name("omni.db-wal").write_bytes(garbage)
        path.with_name("omni.db-shm").write_bytes(garbage)
        assert ask(path, ["list"]).code == 0
        assert writers.check(path) == had


def test_a_newer_store_is_refused_in_words_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "place" / "omni.db"
    filled(path)
    old = open_store(path)
    with contextlib.closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("UPDATE counters SET value = 99 WHERE name = 'schema'")
    with pytest.raises(StoreTooNew, match="upgraded"), old.write() as tx:
        writer.add(tx, "old-0")
    old.close()
    before = path.read_bytes()
    for verb in VERBS:
        ran = ask(path, verb)
        assert ran.code == 1, verb
        assert "upgraded by a newer omni-tui" in ran.err + ran.out
        assert "Upgrade omni-tui" in ran.err + ran.out
    assert path.read_bytes() == before


def test_no_store_can_be_made_where_there_is_no_place(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no directory")
    for path in (file / "omni.db", Path("/proc/omni.db")):
        with pytest.raises(StoreError):
            open_store(path)
        assert ask(path, ["init"]).code == 1
        assert ask(path, ["list"]).code in (1, 3)
