"""What somebody waits on who listens."""

from __future__ import annotations

import asyncio


class Woken:
    """What one page waits for. ``over``: it left, or the relay stops."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.over = False

    def clear(self) -> None:
        """Wait anew from here."""
        self._event.clear()

    def set(self) -> None:
        """Something happened."""
        self._event.set()

    def end(self) -> None:
        """Nothing will happen any more."""
        self.over = True
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Until something happens (True), or for so long."""
        if not self.over:
            try:
                await asyncio.wait_for(self._event.wait(), seconds)
            except TimeoutError:
                return False
        return True
