"""Following a store as a screen does, from an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

from omni_tui.store import Store
from omni_tui.store.feed import Changes, Feed
from omni_tui.store.threads import StoreThreads

GUARD_S = 60.0
NEVER_S = 3600.0


@contextlib.asynccontextmanager
async def watching(store: Store, every_s: float) -> AsyncIterator[Callable[[], Awaitable[Changes]]]:
    """Calls for the next changes that are found; without an ear somebody would look every so many seconds."""
    threads = StoreThreads(store)
    looked = threading.Event()
    feed = await threads.read(Feed)

    def look(store: Store) -> Changes | None:
        looked.set()
        return feed.poll(store)

    async with contextlib.aclosing(threads.watch(look, every_s)) as found:
        coming = asyncio.ensure_future(anext(found))
        assert await asyncio.to_thread(looked.wait, GUARD_S)

        async def following() -> Changes:
            nonlocal coming
            changes = await asyncio.wait_for(coming, GUARD_S)
            coming = asyncio.ensure_future(anext(found))
            await asyncio.sleep(0)
            return changes

        try:
            yield following
        finally:
            coming.cancel()
            await asyncio.wait({coming})
            threads.close()
