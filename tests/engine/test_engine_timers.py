"""What falls due by itself while an engine works."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from support import truth
from support.desk import agent_at
from support.engines import eventually, running, settings_of
from support.scripted import World

from omni_tui.desk import triage

TABLE = {"kind": "scripted", "world": "world"}


async def test_a_snoozed_conversation_comes_back_by_itself(world: World, path: Path) -> None:
    def status() -> str:
        return str(truth.rows(path, "SELECT status FROM conversations")[0][0])

    def snooze(for_ms: int) -> None:
        with agent_at(path) as (store, agent):
            triage.snooze(store, agent, truth.conversations(path), round(time.time() * 1000) + for_ms)

    world.mail("Where is it?")
    # The ticks alone would come too late: it must be the change itself that is noticed.
    async with running(settings_of(path.parent, support=TABLE), path, tick=3600.0):
        await eventually(lambda: bool(truth.conversations(path)))
        await asyncio.to_thread(snooze, 500)
        assert status() == "snoozed"
        await eventually(lambda: status() == "open")
        await asyncio.to_thread(snooze, 3_600_000)
    assert status() == "snoozed"
