"""The feed when the store is away in the middle of a look at it: what was not told then is told the next time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from support.postgres import Databases
from support.proxy import Proxy

from omni_tui.model.errors import StoreAway
from omni_tui.store import Store, open_store
from omni_tui.store.feed import Feed
from omni_tui.store.store import Tx

HANG_S = 30.0


def tag(store: Store, *names: str) -> None:
    with store.write() as tx:
        for name in names:
            tx.run("insert_tag", id=name, name=name)
            tx.changed("tag", name)


def fail_at(store: Store, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is away when it is read the ``place``-th time from now on, and only then."""
    read, number = store.read, iter(range(1, 100))

    @contextlib.contextmanager
    def away() -> Generator[Tx, None, None]:
        if next(number) == place:
            raise StoreAway("The connection was lost.")
        inner: AbstractContextManager[Tx] = read()
        with inner as tx:
            yield tx

    monkeypatch.setattr(store, "read", away)


def lose(feed: Feed, store: Store) -> None:
    """Look at the feed until it is noticed that the store is away."""
    end = time.monotonic() + HANG_S
    with pytest.raises(StoreAway):
        while time.monotonic() < end:
            assert feed.poll(store) is None


def told_next(feed: Feed, store: Store) -> list[str]:
    """What is told after that."""
    end = time.monotonic() + HANG_S
    while (told := feed.poll(store)) is None:
        assert time.monotonic() < end
    return [row.entity_id for row in told.rows]


@pytest.fixture(autouse=True)
def only_what_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but a notification, or a new connection, brings a look at the feed about."""
    monkeypatch.setattr("omni_tui.store.postgres.LOOK_S", 3600)


@pytest.fixture
def other(location: Path | str) -> Generator[Store, None, None]:
    """A colleague's."""
    store = open_store(location)
    yield store
    store.close()


def test_rows_that_could_not_be_read_are_read_the_next_time(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = Feed(store)
    tag(other, "one", "two")
    fail_at(store, 1, monkeypatch)
    lose(feed, store)
    told = feed.poll(store)
    assert told is not None and [row.entity_id for row in told.rows] == ["one", "two"]
    tag(other, "three")
    assert told_next(feed, store) == ["three"]


@pytest.mark.parametrize("place", [1, 2])
def test_that_everything_is_to_be_read_anew_is_told_the_next_time(
    place: int, store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omni_tui.store.feed.LIMIT", 2)
    feed = Feed(store)
    tag(other, "one", "two", "three")
    fail_at(store, place, monkeypatch)
    lose(feed, store)
    told = feed.poll(store)
    assert told is not None and told.everything
    tag(other, "four")
    assert told_next(feed, store) == ["four"]


def test_what_a_colleague_did_while_the_database_was_away_is_told_once_it_is_back(
    database: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omni_tui.store.postgres_link.PATIENCE_S", {"read": 0.0, "write": 0.0})
    with Proxy(databases.port) as proxy, contextlib.ExitStack() as until:
        near, far = open_store(database), open_store(database.replace(f":{databases.port}/", f":{proxy.port}/"))
        until.callback(near.close)
        until.callback(far.close)
        feed = Feed(far)
        proxy.refusing = True
        proxy.cut()
        tag(near, "meanwhile")
        for _ in range(2):
            with pytest.raises(StoreAway):
                feed.poll(far)
        proxy.refusing = False
        told = feed.poll(far)
        assert told is not None and [row.entity_id for row in told.rows] == ["meanwhile"]
        assert feed.poll(far) is None
