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
from omni_tui.store import index_parts, search_docs

TABLE = {"kind": "scripted", "world": "world"}


def parts(path: Path) -> int:
    return int(truth.rows(path, "SELECT count(DISTINCT segid) FROM search_fts_idx")[0][0])


async def test_too_many_are_joined_though_documents_are_made_anew_all_the_while(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "QUIET_S", 3600)
    monkeypatch.setattr(index_parts, "CROWDED", 6)
    monkeypatch.setattr(search_docs, "reindex", lambda _store: 1)  # there is always more
    async with running(settings_of(path.parent, support=TABLE), path, tick=0.05):
        for number in range(1, 13):
            world.mail(f"Where is lamp {number}?")
            await eventually(
                lambda number=number: truth.rows(path, "SELECT count(*) FROM messages")[0][0] == number  # type: ignore[misc]
            )
        await eventually(lambda: parts(path) < 6)


async def test_parts_are_joined_when_nothing_comes_in(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_parts, "QUIET_S", 0.3)

    def found() -> int:
        with agent_at(path) as (store, agent):
            return len(inbox.page(store, agent, Text("lamp")))

    async with running(settings_of(path.parent, support=TABLE), path, tick=0.05):
        for number in range(1, 9):
            world.mail(f"Where is lamp {number}?")
            await eventually(lambda number=number: found() == number)  # type: ignore[misc]
        await eventually(lambda: parts(path) < index_parts.FEW)
        assert await asyncio.to_thread(found) == 8
