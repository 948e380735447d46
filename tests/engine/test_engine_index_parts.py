"""An engine joins the parts of the index of words beside its work; one round of it does not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support import truth
from support.desk import agent_at
from support.engines import eventually, running, settings_of
from support.scripted import World

from omni_tui.desk import inbox
from omni_tui.model.query import Text
from omni_tui.store import index_parts

TABLE = {"kind": "scripted", "world": "world"}


async def test_parts_are_joined_when_nothing_comes_in(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "QUIET_S", 0.3)

    def parts() -> int:
        return int(truth.rows(path, "SELECT count(DISTINCT segid) FROM search_fts_idx")[0][0])

    def found() -> int:
        with agent_at(path) as (store, agent):
            return len(inbox.page(store, agent, Text("lamp")))

    async with running(settings_of(path.parent, support=TABLE), path, tick=0.05):
        for number in range(1, 9):
            world.mail(f"Where is lamp {number}?")
            await eventually(lambda number=number: found() == number)  # type: ignore[misc]
        await eventually(lambda: parts() < index_parts.FEW)
        assert await asyncio.to_thread(found) == 8
