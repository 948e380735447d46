"""An engine makes the search documents of an older program anew, beside its work."""

from __future__ import annotations

import asyncio
from pathlib import Path

from support.desk import agent_at
from support.engines import eventually, running, settings_of
from support.scripted import World

from omni_tui.desk import inbox
from omni_tui.model.query import Text
from omni_tui.store import search_docs

TABLE = {"kind": "scripted", "world": "world"}


async def test_documents_of_an_older_program_are_made_anew(world: World, path: Path) -> None:
    def found() -> bool:
        with agent_at(path) as (store, agent):
            return bool(inbox.page(store, agent, Text("lamp")))

    def age() -> None:
        with agent_at(path) as (store, _agent), store.write() as tx:
            for row in tx.query("SELECT doc_id FROM search_docs", {}):
                tx.run("set_search_doc", doc_id=row["doc_id"], tokens="", seg_version=1)
            tx.run("set_counter", name="segmentation", value=1)
            # The first engine may have been stopped in the middle of its own round.
            tx.run("set_counter", name="resegmented", value=0)

    def current() -> bool:
        with agent_at(path) as (store, _agent), store.read() as tx:
            return search_docs.is_current(tx)

    world.mail("Where is my lamp?")
    settings = settings_of(path.parent, support=TABLE)
    async with running(settings, path):
        await eventually(found)
    await asyncio.to_thread(age)
    assert not await asyncio.to_thread(found)
    async with running(settings, path):
        await eventually(current)
    assert await asyncio.to_thread(found)
