"""The parts of SQLite's index of words are joined when little comes in or there are too many; questions find the same
all the while.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.model.ids import uuid7
from omni_tui.store import Store, index_parts, open_store, search_docs, sqlite_session, waiting
from omni_tui.store.index_parts import Joining, Level, Structure
from omni_tui.store.matching import Matcher
from omni_tui.store.migrate import migrate
from omni_tui.store.statements import SQL_DIR
from omni_tui.text.segment import Term

HANG_S = 30
LATER_S = 5.0


class Clock:
    """Tells what it was set to; some time may pass with each look at it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.passes_s = 0.0

    def __call__(self) -> float:
        self.now += self.passes_s
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def joining(clock: Clock) -> Joining:
    return Joining(clock)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "omni.db"


@pytest.fixture
def file(path: Path) -> Iterator[Store]:
    opened = open_store(path)
    yield opened
    opened.close()


def put(store: Store, number: int, *, first: int = 0, more: str = "") -> None:
    """So many documents with a word of their own and one they all have, a transaction each."""
    for each in range(first, first + number):
        with store.write() as tx:
            search_docs.put(tx, f"m{each}", uuid7(), each * 1000, f"lamp only{each} {more}")


def found(store: Store, *words: str) -> list[int]:
    """Documents with these words, newest first."""
    with store.read() as tx:
        return [row["doc_id"] for row in Matcher(tx, Term(words)).newest(1000)]


def parts(store: Store) -> int:
    """How many there are, by what FTS5 looks up in them."""
    with store.read() as tx:
        return int(tx.query("SELECT count(DISTINCT segid) FROM search_fts_idx", {})[0][0])


def is_sound(store: Store) -> bool:
    with store.write() as tx:  # raises where index and documents differ
        tx.query("INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)", {})
    return True


def join_all(joining: Joining, clock: Clock, store: Store) -> int:
    """Join while there is something to join; in how many transactions."""
    joining.look(store)
    clock.now += LATER_S
    times = 0
    while joining.look(store):
        joining.join(store)
        times += 1
        assert times < 10_000
    return times


def test_parts_are_joined_and_the_same_is_found_all_the_while(
    file: Store, joining: Joining, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "PAGES", 1)
    monkeypatch.setattr(sqlite_session, "LONG_S", 0)  # one piece in each transaction
    put(file, 60, more=" ".join(f"w{n}x" for n in range(300)))
    before = found(file, "lamp"), found(file, "only7"), found(file, "lamp", "only7")
    assert parts(file) == 60
    joining.look(file)
    clock.now += LATER_S
    times = 0
    while joining.look(file):
        joining.join(file)
        times += 1
        assert (found(file, "lamp"), found(file, "only7"), found(file, "lamp", "only7")) == before
    assert times > 3
    assert parts(file) < index_parts.FEW
    assert is_sound(file)


def test_not_while_much_comes_in(file: Store, joining: Joining, clock: Clock) -> None:
    put(file, 20)
    assert not joining.look(file)  # nothing is known of what came in before
    clock.now += LATER_S
    put(file, index_parts.LITTLE + 1, first=20)
    assert not joining.look(file)
    clock.now += index_parts.QUIET_S / 2
    assert not joining.look(file)
    clock.now += index_parts.QUIET_S
    assert joining.look(file)
    put(file, index_parts.LITTLE + 1, first=200)
    assert not joining.look(file)


def test_what_another_joins_hides_nothing_that_comes_in(file: Store, joining: Joining, clock: Clock) -> None:
    put(file, 60, more=" ".join(f"w{n}x" for n in range(300)))
    joining.look(file)
    another = Clock()
    assert join_all(Joining(another), another, file)
    joining.look(file)
    put(file, index_parts.LITTLE + 1, first=100)
    clock.now += LATER_S
    assert not joining.look(file)


def test_some_that_come_are_no_reason_to_wait(file: Store, joining: Joining, clock: Clock) -> None:
    put(file, 20)
    joining.look(file)
    put(file, 5, first=20)
    clock.now += LATER_S
    assert joining.look(file)


def test_no_commit_joins_them(file: Store) -> None:
    put(file, 100)
    assert parts(file) == 100


def test_too_many_are_joined_whatever_comes_in(
    file: Store, joining: Joining, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "CROWDED", 60)
    put(file, 59)
    assert not joining.look(file)
    put(file, 1, first=59)
    times = 0
    while joining.look(file):
        put(file, index_parts.LITTLE + 1, first=100 * (times + 1))
        joining.join(file)
        times += 1
        assert times < 100
    assert parts(file) < 60
    assert len(found(file, "lamp")) == 60 + times * (index_parts.LITTLE + 1)
    assert is_sound(file)


def test_who_takes_in_much_without_an_engine_joins_as_much_as_it_must(
    file: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "CROWDED", 60)
    put(file, 59)
    index_parts.relieve(file)
    assert parts(file) == 59
    put(file, 1, first=59)
    index_parts.relieve(file)
    assert parts(file) < index_parts.FEW
    assert len(found(file, "lamp")) == 60
    assert is_sound(file)


def test_who_waits_for_the_lock_has_it_after_the_next_piece(
    file: Store, path: Path, joining: Joining, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "PAGES", 1)
    monkeypatch.setattr(sqlite_session, "LONG_S", 3600)
    monkeypatch.setattr(sqlite_session, "SHORT_S", 0)
    put(file, 40, more=" ".join(f"w{n}x" for n in range(300)))
    joining.look(file)
    clock.now += LATER_S
    assert joining.look(file)
    waits = waiting.mark(path)
    joining.join(file)
    assert joining.look(file)  # it made an end long before all was done
    os.close(waits)
    joining.join(file)
    assert not joining.look(file)  # and nobody waits: in one go


def test_an_end_is_made_by_the_clock_too_where_the_disk_is_slow(
    file: Store, joining: Joining, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "PAGES", 1)
    monkeypatch.setattr(sqlite_session, "LONG_S", 3600)
    put(file, 40, more=" ".join(f"w{n}x" for n in range(300)))
    joining.look(file)
    clock.now += LATER_S
    clock.passes_s = 2 * index_parts.LONG_S  # with each look at it
    joining.join(file)
    assert joining.look(file)
    clock.passes_s = 0.0
    joining.join(file)
    assert not joining.look(file)


def test_what_is_joined_was_among_what_is_read_before(file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time, from parts that were never joined and from such as are half joined."""
    monkeypatch.setattr(index_parts, "AHEAD", 60)  # of some 170 pages

    def pages() -> set[int]:
        with file.read() as tx:
            found = tx.query("SELECT id FROM search_fts_data WHERE id > 10 AND (id >> 36) & 1 = 0", {})
        return {row["id"] for row in found}

    put(file, 24, more=" ".join(f"{n}w" for n in range(5000)))
    times, before = 0, pages()
    while True:
        with file.read() as tx:
            known = index_parts.structure(tx)
        assert known is not None
        if not known.is_worth_joining():
            break
        read = {begin + n for begin, number in known.read_next() for n in range(number)}
        with file.write() as tx:
            tx.run("join_index_parts", pages=1)
        after = pages()
        assert before - after <= read
        assert len(read & before) <= 60 + 2 * 24
        times, before = times + 1, after
    assert times > 3


def test_who_is_killed_loses_nothing_and_another_goes_on(
    file: Store, path: Path, joining: Joining, clock: Clock
) -> None:
    put(file, 60, more=" ".join(f"w{n}x" for n in range(300)))
    before = found(file, "lamp"), found(file, "only7")
    script = """
import os, signal, sys
from pathlib import Path
from omni_tui.store import open_store
store = open_store(Path(sys.argv[1]))
with store.write() as tx:
    tx.run("join_index_parts", pages=1)
with store.write() as tx:
    tx.run("join_index_parts", pages=1)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script, str(path)], timeout=HANG_S, check=False)
    assert killed.returncode == -signal.SIGKILL
    with file.read() as tx:
        left = index_parts.structure(tx)
    assert left is not None
    assert any(level.joining for level in left.levels)
    assert (found(file, "lamp"), found(file, "only7")) == before
    assert is_sound(file)
    assert join_all(joining, clock, file)
    assert parts(file) < index_parts.FEW
    assert (found(file, "lamp"), found(file, "only7")) == before
    assert is_sound(file)


def test_what_was_taken_away_stays_away(file: Store, joining: Joining, clock: Clock) -> None:
    put(file, 30)
    with file.write() as tx:
        search_docs.drop(tx, "m7")
    join_all(joining, clock, file)
    assert found(file, "only7") == []
    assert len(found(file, "lamp")) == 29
    assert is_sound(file)


def test_a_store_at_rest_is_left_alone(store: Store, joining: Joining, clock: Clock) -> None:
    """On both engines; PostgreSQL never has anything to join."""
    put(store, 2)
    assert join_all(joining, clock, store) == 0
    assert len(found(store, "lamp")) == 2


def test_what_is_joined_is_as_many_pages_as_there_are(file: Store) -> None:
    put(file, 30, more=" ".join(f"w{n}x" for n in range(300)))
    with file.read() as tx:
        known = index_parts.structure(tx)
        pages = tx.query("SELECT count(*) FROM search_fts_data WHERE id > 10 AND (id >> 36) & 1 = 0", {})[0][0]
    assert known is not None
    assert known.parts == parts(file) == 30
    assert known.pages == pages


@pytest.mark.parametrize(
    ("levels", "worth"),
    [
        ((), False),
        ((Level(0, (1, 1, 1)),), False),
        ((Level(0, (1, 1, 1, 1)),), True),
        ((Level(0, (1,)), Level(0, (9000, 1, 1, 1))), False),
        ((Level(0, (1,)), Level(0, (9000, *[1] * 14))), False),
        ((Level(0, (1,)), Level(0, (9000, *[1] * 15))), True),
        ((Level(0, (1, 1, 1, 1)), Level(0, (9000, 1, 1))), True),
        ((Level(0, (1,)), Level(2, (9000, 1))), True),
    ],
)
def test_a_large_part_is_not_written_again_for_few_small_ones(levels: tuple[Level, ...], worth: bool) -> None:
    assert Structure(levels).is_worth_joining() == worth


def test_a_store_of_before_is_told_to_leave_parts_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = tmp_path / "sql"
    shutil.copytree(SQL_DIR, sql)
    for file in sql.glob("*.sql"):
        if file.name >= "0016":
            file.unlink()
    path = tmp_path / "store" / "omni.db"
    path.parent.mkdir(mode=0o700)
    path.touch(0o600)
    with monkeypatch.context() as patch:
        patch.setattr("omni_tui.store.migrate.SQL_DIR", sql)
        migrate(path, 0)
    open_store(path).close()
    connection = sqlite3.connect(path)
    settings = dict(connection.execute("SELECT k, v FROM search_fts_config").fetchall())
    connection.close()
    assert (settings["automerge"], settings["crisismerge"], settings["hashsize"]) == (0, 400, 8_000_000)
