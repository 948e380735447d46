"""Does the same thing again when asked to, never twice at once and not too often."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from omni_tui.model.errors import StoreAway, StoreBusy, StoreError

LONGEST_S = 1.0
"""No round waits longer than this for a quiet moment."""
AGAIN_S = 1.0
"""After a round that failed."""


class Rounds:
    """Runs ``work`` once for any number of calls that come while it runs, with a pause after each round.

    ``busy_s`` tells for how long the next round had better wait: reading anew between two keys would slow the second.
    A round that the store was away for, or busy, is done again until it succeeds: nothing else would ask for what it
    was to show. ``failed`` is told each time, ``over`` when it succeeded at last.
    """

    def __init__(
        self,
        work: Callable[[], Awaitable[object]],
        pause_s: float,
        busy_s: Callable[[], float] = lambda: 0.0,
        failed: Callable[[StoreError], object] = lambda _error: None,
        over: Callable[[], object] = lambda: None,
    ) -> None:
        self._work, self._pause, self._busy_s, self._failed, self._over = work, pause_s, busy_s, failed, over
        self._wanted = False
        self._running = False

    def ask(self) -> bool:
        """See to it that ``work`` begins once more after now; True where somebody has to :meth:`run` it."""
        self._wanted = True
        return not self._running

    async def run(self) -> None:
        """Run the rounds that are asked for until none is left."""
        if self._running:
            return
        self._running = True
        try:
            trouble = False
            while self._wanted:
                await self._quiet()
                self._wanted = False
                try:
                    await self._work()
                except (StoreAway, StoreBusy) as error:
                    self._wanted = trouble = True
                    self._failed(error)
                    await asyncio.sleep(AGAIN_S)
                else:
                    if trouble:
                        self._over()
                    trouble = False
                await asyncio.sleep(self._pause)
        finally:
            self._running = False

    async def _quiet(self) -> None:
        latest = time.monotonic() + LONGEST_S
        wait_s = self._busy_s()
        while wait_s > 0:
            await asyncio.sleep(wait_s)
            wait_s = min(self._busy_s(), latest - time.monotonic())
