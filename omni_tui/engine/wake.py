"""A bell between tasks: whoever waits on it goes on when it rings or when the time is up."""

from __future__ import annotations

import asyncio


class Wake:
    """One waiter at a time; a ring while nobody waits is kept."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Let the waiter go on. From the event loop's thread only."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Until the next ring, at most ``seconds``."""
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()
