"""What a colleague does on another machine: from the end of their act to its row on one's screen, on both engines."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contention import database
from benchmarks.figure import Figure, median, percentile
from benchmarks.ground import REPOSITORY, Ground
from omni_tui.desk import agents, triage
from omni_tui.store import open_store

if TYPE_CHECKING:
    from support.inbox import Inbox

SEEN_MS = 300
ACTS = 60

# The driver of the screen is the tests' own.
sys.path.append(str(REPOSITORY / "tests"))


def measure(ground: Ground) -> Iterator[Figure]:
    """The 95th percentile over acts at moments of chance; the screen shows a list of forty rows."""
    with contextlib.ExitStack() as until:
        room = ground.room("seen")
        for file in room.glob("omni.db*"):
            file.unlink()
        for engine, location in (("SQLite", room / "omni.db"), ("PostgreSQL", until.enter_context(database()))):
            found = asyncio.run(_seen(room, location))
            note = f"median {median(found):.0f}, most {max(found):.0f}, {len(found)} acts"
            yield Figure(
                f"{engine}: a colleague's act on the screen, p95", percentile(found, 0.95), "ms", SEEN_MS, note
            )


async def _seen(room: Path, location: Path | str) -> list[float]:
    from support.inbox import inbox
    from support.shop import Shop

    def prepared() -> Shop:
        shop = Shop(room, location)
        for number in range(40):
            shop.receive(f"customer{number}@post.example", "Where is my parcel?", subject=f"Order {number}")
        return shop

    shop = await asyncio.to_thread(prepared)
    theirs = await asyncio.to_thread(open_store, location)
    try:
        colleague = await asyncio.to_thread(agents.who, theirs, "bo")
        async with inbox(shop) as running:
            await running.shows("Order 39")
            row = await running.stored(lambda _store: shop.rows()[0])
            found = []
            for number in range(ACTS):
                # At another moment of the screen's own round each time.
                await asyncio.sleep(0.2 + number % 17 / 100)
                tag = f"seen{number}"
                await asyncio.to_thread(triage.tag, theirs, colleague, [row.id], [tag])
                found.append(await _until_shown(running, tag))
                await asyncio.to_thread(triage.untag, theirs, colleague, [row.id], [tag])
            return found
    finally:
        theirs.close()
        shop.store.close()


async def _until_shown(running: Inbox, words: str) -> float:
    """Milliseconds until the words are on the screen, to within a hundredth of a second."""
    began = time.perf_counter()
    await running.until(lambda: words in running.text())
    return (time.perf_counter() - began) * 1000
