"""Does the same thing again when asked to, never twice at once and not too often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Rounds:
    """Runs ``work`` once for any number of calls that come while it runs, with a pause after each round."""

    def __init__(self, work: Callable[[], Awaitable[object]], pause_s: float) -> None:
        self._work, self._pause = work, pause_s
        self._wanted = False
        self._busy = False

    async def ask(self) -> None:
        """See to it that ``work`` begins once more after now."""
        self._wanted = True
        if self._busy:
            return
        self._busy = True
        try:
            while self._wanted:
                self._wanted = False
                await self._work()
                await asyncio.sleep(self._pause)
        finally:
            self._busy = False
