"""Power cuts: whatever the disk kept of the log, the store opens, whole, at some commit, and goes on."""

from __future__ import annotations

import random
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from support import writer, writers

from omni_tui.store import Store, blobs, open_store, sqlite

COMMITS = 120
FRAME = 24


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Database and log of a store in use: its last commits are in the log alone."""
    folder = tmp_path_factory.mktemp("used")
    folder.chmod(0o700)
    store = open_store(folder / "omni.db")
    # No cut takes away what was made sure of before it came into the file.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "SMALL", COMMITS + 1)
        for number in range(COMMITS):
            with (store.write_durable if number % 3 == 0 else store.write)() as tx:
                writer.add(tx, f"w-{number}")
                blobs.put(tx, random.Random(number).randbytes(number * 97 % 3_000 + 1))
    copy = folder / "cut"
    copy.mkdir(mode=0o700)
    for ending in ("", "-wal"):
        shutil.copy(folder / f"omni.db{ending}", copy / f"omni.db{ending}")
    store.close()
    return copy


def truncated(data: bytearray, at: int, _chance: random.Random) -> None:
    del data[at:]


def zeroed(data: bytearray, at: int, _chance: random.Random) -> None:
    data[at:] = bytes(len(data) - at)


def garbled(data: bytearray, at: int, chance: random.Random) -> None:
    stop = min(len(data), at + chance.choice((1, 512, 4096, 20_000)))
    data[at:stop] = chance.randbytes(stop - at)


def copied(before: Path, folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    for file in before.iterdir():
        shutil.copy(file, folder / file.name)
    return folder / "omni.db"


def live(log: bytes) -> tuple[int, int]:
    """The size of a page, and where the log ends (sqlite.org/fileformat2.html, section 4).

    Frames of an earlier round stand behind the last one, under another salt.
    """
    size = struct.unpack(">I", log[8:12])[0]
    at = 32
    while log[at + 8 : at + 16] == log[16:24]:
        at += FRAME + size
    return size, at


@pytest.mark.parametrize("points", [12, pytest.param(150, marks=pytest.mark.long)])
@pytest.mark.parametrize("damage", [truncated, zeroed, garbled])
def test_a_log_cut_anywhere(
    damage: Callable[[bytearray, int, random.Random], None], points: int, before: Path, tmp_path: Path
) -> None:
    chance = random.Random(f"{damage.__name__} {points}")
    lengths = set()
    for point in range(points):
        path = copied(before, tmp_path / f"{point}")
        log = path.with_name("omni.db-wal")
        data = bytearray(log.read_bytes())
        damage(data, chance.randrange(32, live(data)[1]), chance)
        log.write_bytes(data)
        store = open_store(path)
        kept = writers.check(path)
        assert kept == {f"w-{number}" for number in range(len(kept))}, "not a prefix of the commits"
        lengths.add(len(kept))
        goes_on(store, path, kept)
    assert len(lengths) >= min(points // 3, 20), "the cuts were not where anything was"


def test_a_cut_while_the_log_is_being_copied_back(before: Path, tmp_path: Path) -> None:
    """The log is on the disk before a page of the file is touched: pages half written do no harm."""
    chance = random.Random(5)
    for point in range(6):
        path = copied(before, tmp_path / f"{point}")
        log = path.with_name("omni.db-wal").read_bytes()
        size, end = live(log)
        pages = {struct.unpack(">I", log[at : at + 4])[0] for at in range(32, end, FRAME + size)}
        with path.open("r+b") as file:
            for page in chance.sample(sorted(pages), len(pages) // 2):
                file.seek((page - 1) * size)
                file.write(chance.randbytes(size))
        store = open_store(path)
        kept = writers.check(path, {f"w-{number}" for number in range(COMMITS)})
        goes_on(store, path, kept)


def goes_on(store: Store, path: Path, kept: set[str]) -> None:
    with store.write() as tx:
        writer.add(tx, "after-0")
    store.close()
    assert writers.check(path) == kept | {"after-0"}
