"""What colleagues on other machines do is on the screen because the database says so, not because it was looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.inbox import Inbox, elsewhere, inbox
from support.shop import MINUTE, Shop

from omni_tui.desk import agents, triage
from omni_tui.model.conversation import Agent
from omni_tui.store import Store, open_store


@pytest.fixture
def shop(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    # Nobody looks by themselves: what is seen was heard of.
    monkeypatch.setattr("omni_tui.store.postgres.LOOK_S", 3600.0)
    made = Shop(tmp_path, database)
    made.receive("lena@post.example", "Where is my parcel?", subject="Order 4417", receipt_at=made.now() - MINUTE)
    yield made
    made.store.close()


@pytest.fixture
def theirs(database: str) -> Iterator[Store]:
    """The same store, as another program has it open."""
    made = open_store(database)
    yield made
    made.close()


async def listening(running: Inbox, theirs: Store, bo: Agent, id: str) -> None:
    """Until the screen follows the changes; what was done before it did is not heard of."""
    while "warm" not in running.text():
        await asyncio.to_thread(triage.untag, theirs, bo, [id], ["warm"])
        await asyncio.to_thread(triage.tag, theirs, bo, [id], ["warm"])
        await running.pilot.pause(0.2)


async def test_a_colleagues_act_and_a_customers_message_are_heard_of(shop: Shop, theirs: Store) -> None:
    bo = elsewhere(lambda: agents.who(theirs, "bo"))
    async with inbox(shop) as running:
        await running.shows("Order 4417")
        row = await running.stored(lambda _store: shop.rows()[0])
        await listening(running, theirs, bo, row.id)
        await asyncio.to_thread(triage.tag, theirs, bo, [row.id], ["urgent"])
        await running.shows("urgent")
        await asyncio.to_thread(shop.receive, "max@post.example", "Is it waterproof?", subject="Garden hose")
        await running.shows("Garden hose")
        await asyncio.to_thread(triage.resolve, theirs, bo, [row.id])
        await running.lacks("Order 4417")
