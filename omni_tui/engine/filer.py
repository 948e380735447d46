"""Moves what was resolved out of one channel's inbox, where its settings want that.

Nothing is queued: what should have left and did not is found again, by whatever engine comes next.
"""

from __future__ import annotations

import asyncio
import logging

from omni_tui.connectors.base import Connector
from omni_tui.desk import filing
from omni_tui.engine import backoff
from omni_tui.engine.health import ChannelHealth
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.engine.wake import Wake
from omni_tui.model.commands import Archive

logger = logging.getLogger(__name__)

LOOK_S = 60.0
SETTLE_S = 5.0
"""So long after a change: an agent may undo it."""
PART = "archive"


class Filer:
    """Ring ``wake`` when a conversation may have been resolved."""

    def __init__(
        self, tenure: Tenure, connector: Connector, channel_id: str, name: str, stream: str, health: ChannelHealth
    ) -> None:
        self.wake = Wake()
        self._tenure = tenure
        self._connector = connector
        self._channel_id = channel_id
        self._name = name
        self._stream = stream
        self._health = health

    async def run(self) -> None:
        """Put away what is due, for ever. Raises what is ``OVER``."""
        failures = 0
        while True:
            try:
                while await self.once():
                    pass
                failures = 0
                await self._health.mended(PART)
            except OVER:
                raise
            except Exception as error:
                failures += 1
                wait_s = backoff.delay(failures, self._tenure.timing, error)
                await self._health.failing(PART, error, wait_s)
                await asyncio.sleep(wait_s)
                continue
            await self.wake.wait(LOOK_S)
            await asyncio.sleep(min(SETTLE_S, self._tenure.timing.tick))

    async def once(self) -> bool:
        """Put away some of what is due; whether there was any."""
        locators = await self._tenure.read(filing.due, self._channel_id, self._stream)
        if not locators:
            return False
        await self._connector.perform(Archive(self._stream, locators))
        await self._tenure.write(filing.done, self._tenure.epoch, self._channel_id, self._stream, locators)
        logger.info("channel %s: %d messages put away", self._name, len(locators))
        return True
