"""An engine makes the maps of a large store, beside its work, and keeps them up to what comes in."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desk import agent_at
from support.engines import eventually, running, settings_of
from support.scripted import World

from omni_tui.store.maps import upkeep

TABLE = {"kind": "scripted", "world": "world"}


async def test_maps_are_made_and_take_in_what_comes(world: World, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "WORTH", 2)
    monkeypatch.setattr(upkeep, "UNMAPPED", 0)

    def asked(sql: str) -> int:
        with agent_at(path) as (store, _agent), store.read() as tx:
            return int(tx.query(sql, {})[0][0])

    def mapped() -> int:
        """Conversations that are told of."""
        ready = asked("SELECT value FROM counters WHERE name = 'maps_ready'")
        unmapped = "(SELECT 1 FROM search_unmapped u WHERE u.ref = v.ref)"
        return ready and asked(f"SELECT count(*) FROM conversations v WHERE NOT EXISTS {unmapped}")

    world.mail("Where is my lamp?")
    world.mail("Where is my lamp?")
    async with running(settings_of(path.parent, support=TABLE), path, tick=0.05):
        await eventually(lambda: mapped() == 2)
        world.mail("And the other lamp?")
        await eventually(lambda: mapped() == 3)
