"""Who has a store in PostgreSQL open waits on its connection: without news nobody wakes up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from support.postgres import Databases
from support.proxy import Proxy
from support.watched import GUARD_S, NEVER_S, watching

from omni_tui.desk import agents
from omni_tui.store import Store, open_store
from omni_tui.store.postgres_ear import PostgresEar
from omni_tui.store.watching import Watch


@pytest.fixture(autouse=True)
def unlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by themselves: what is found was heard of."""
    monkeypatch.setattr(PostgresEar, "trusted_s", NEVER_S)


@pytest.fixture
def here(database: str) -> Iterator[Store]:
    store = open_store(database)
    yield store
    store.close()


@pytest.fixture
def far(database: str, databases: Databases) -> Iterator[tuple[Proxy, Store]]:
    with Proxy(databases.port) as proxy:
        store = open_store(database.replace(f":{databases.port}/", f":{proxy.port}/"))
        yield proxy, store
        store.close()


@pytest.fixture
def there(database: str) -> Iterator[Store]:
    store = open_store(database)
    yield store
    store.close()


async def test_what_others_commit_is_heard_of(here: Store, there: Store) -> None:
    async with watching(here, 0.01) as following:
        for number in range(3):
            await asyncio.to_thread(agents.who, there, f"agent{number}")
            assert [row.entity for row in (await following()).rows] == ["agent"]


async def test_what_comes_with_the_answer_to_a_question_is_heard_of_too(here: Store, there: Store) -> None:
    """The socket does not tell of it any more."""
    told = threading.Event()

    def hear() -> None:
        here.data_version()
        ear = here.ear(told.set)
        assert ear is not None
        agents.who(there, "bo")
        with here.read() as tx:
            # The server tells of it between two transactions, with the answer to the next one at the latest.
            assert tx.now
        here.data_version()
        assert ear.overheard()
        assert ear.heard()
        assert not ear.overheard()
        ear.close()

    await asyncio.to_thread(hear)


async def test_a_connection_that_is_lost_is_heard_of(far: tuple[Proxy, Store], there: Store) -> None:
    proxy, store = far
    async with watching(store, NEVER_S) as following:
        proxy.cut()
        await asyncio.to_thread(agents.who, there, "bo")
        assert (await following()).rows


async def test_at_rest_the_next_look_is_far_away_and_nothing_is_told(here: Store, there: Store) -> None:
    told: list[float] = []

    def rest() -> float:
        here.data_version()
        watch = Watch(lambda: False, NEVER_S)
        watch.hear(here.ear(lambda: told.append(1.0)))
        for _ in range(20):
            # Each look that is due, without waiting for it.
            watch._due = 0.0
            watch.look_if_due()
        left = watch.wait_s()
        watch.close()
        return left

    assert await asyncio.to_thread(rest) > NEVER_S / 2
    assert told == []


def test_an_ear_that_is_closed_ends_its_thread(here: Store) -> None:
    before = set(threading.enumerate())
    here.data_version()
    ear = here.ear(lambda: None)
    assert ear is not None
    ear.listen()
    (thread,) = set(threading.enumerate()) - before
    ear.close()
    ear.close()
    thread.join(GUARD_S)
    assert not thread.is_alive()
