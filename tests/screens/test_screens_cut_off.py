"""A screen whose database goes away while it reads: what it was to show is shown when the database is back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.inbox import Inbox, elsewhere, inbox
from support.postgres import Databases
from support.proxy import Proxy
from support.shop import MINUTE, Shop

from omni_tui.desk import agents, triage
from omni_tui.store import Store, open_store


@pytest.fixture
def proxy(databases: Databases) -> Iterator[Proxy]:
    with Proxy(databases.port) as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path, database: str, databases: Databases, proxy: Proxy) -> Iterator[Shop]:
    made = Shop(tmp_path, database.replace(f":{databases.port}/", f":{proxy.port}/"))
    made.receive("lena@post.example", "Where is my parcel?", subject="Order 4417", receipt_at=made.now() - MINUTE)
    yield made
    made.store.close()


@pytest.fixture
def theirs(database: str) -> Iterator[Store]:
    """The same store, as a colleague has it open whose line is never cut."""
    made = open_store(database)
    yield made
    made.close()


def tagged(running: Inbox) -> bool:
    """Whether the row of the list has the tag; the thread beside it tells of old ones, too."""
    return any("> N  mail  lena@post.example" in line and "warm" in line for line in running.lines())


@pytest.mark.parametrize("times", [1, 3])
async def test_a_colleagues_one_act_is_seen_though_every_line_is_cut_while_it_is_read(
    shop: Shop, theirs: Store, proxy: Proxy, times: int
) -> None:
    bo = elsewhere(lambda: agents.who(theirs, "bo"))
    async with inbox(shop) as running:
        await running.shows("Order 4417")
        row = await running.stored(lambda _store: shop.rows()[0])
        await asyncio.to_thread(triage.tag, theirs, bo, [row.id], ["warm"])
        await running.until(lambda: tagged(running))
        proxy.lose = row.id.encode()
        await asyncio.to_thread(triage.untag, theirs, bo, [row.id], ["warm"])
        for again in range(times):
            # The screen was in the middle of reading the row anew.
            await running.until(lambda: not proxy.lose)
            proxy.lose = row.id.encode() if again + 1 < times else b""
            proxy.cut()
        await running.until(lambda: not tagged(running))
