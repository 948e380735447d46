"""Fetches a stream's next batches while those before them are stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from omni_tui.model.events import Batch

DEPTH = 2
"""Batches that may lie ready, of some megabytes each: one for the store, one for while the server is slow."""


class Ahead:
    """The batches from ``cursor`` on, to the last of which nothing more is known."""

    def __init__(self, poll: Callable[[str], Awaitable[Batch]], cursor: str) -> None:
        self._found: asyncio.Queue[Batch | BaseException] = asyncio.Queue()
        self._room = asyncio.Semaphore(DEPTH)
        self._task = asyncio.create_task(self._fetch(poll, cursor))

    async def next(self) -> Batch:
        """The next batch; raises what fetching it raised."""
        found = await self._found.get()
        if isinstance(found, BaseException):
            raise found
        self._room.release()
        return found

    def drop(self) -> None:
        """Fetch no more: what could not be stored is asked for again."""
        self._task.cancel()

    async def _fetch(self, poll: Callable[[str], Awaitable[Batch]], cursor: str) -> None:
        more = True
        try:
            while more:
                await self._room.acquire()
                batch = await poll(cursor)
                self._found.put_nowait(batch)
                cursor, more = batch.next_cursor, batch.more
        except (Exception, asyncio.CancelledError) as error:
            # Of whoever asks for the next batch, behind those that came.
            self._found.put_nowait(error)
