"""What falls due by itself: snoozes that end, claims that ran out, changes nobody needs any more."""

from __future__ import annotations

import logging
import time

from omni_tui.desk import outbox, timers
from omni_tui.engine.log import sentence
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.engine.wake import Wake
from omni_tui.model.errors import StoreError
from omni_tui.store import index_parts, search_docs
from omni_tui.store.maps.upkeep import Upkeep
from omni_tui.text.faults import where

logger = logging.getLogger(__name__)

PRUNE_S = 3600.0
REST_S = 0.05
"""Between two pieces of work at search documents, maps or the index of words: others write meanwhile."""


class Timers:
    """Ring ``wake`` when a snooze may have been set."""

    def __init__(self, tenure: Tenure) -> None:
        self.wake = Wake()
        self._tenure = tenure
        self._prune_at = 0.0
        self._maps = Upkeep()
        self._parts = index_parts.Joining()

    async def run(self) -> None:
        """Do what is due, for ever. Raises what is ``OVER``."""
        while True:
            await self.wake.wait(await self.once())

    async def once(self) -> float:
        """Do what is due now; the seconds until something may be due again. Raises what is ``OVER``."""
        wait_s = self._tenure.timing.tick
        try:
            expired = await self._tenure.write(outbox.expire, self._tenure.epoch)
            if expired:
                logger.warning("outbox: %d messages may have been sent by an engine that died", expired)
            snoozed_at = await self._tenure.read(timers.next_snooze)
            now = time.time()
            if snoozed_at is not None and snoozed_at / 1000 <= now:
                await self._tenure.write(timers.due_snoozes)
            elif snoozed_at is not None:
                wait_s = min(wait_s, snoozed_at / 1000 - now)
            # What is below asks the index, which takes longer the more parts it is in.
            if await self._tenure.read(self._parts.look):
                await self._tenure.write(self._parts.join)
                wait_s = min(wait_s, REST_S)
            # An upgrade may cut words differently: until all documents are made anew, a few at a time.
            elif await self._tenure.write(search_docs.reindex):
                wait_s = min(wait_s, REST_S)
            elif await self._tenure.read(self._maps.look):
                await self._tenure.write(self._maps.write)
                wait_s = min(wait_s, REST_S)
            if now >= self._prune_at:
                await self._tenure.write(timers.prune)
                self._prune_at = now + PRUNE_S
        except OVER:
            raise
        except StoreError as error:
            logger.warning("timers: %s", sentence(error))
        except Exception as error:
            logger.error("timers: unexpected: %s", where(error))
        return wait_s
