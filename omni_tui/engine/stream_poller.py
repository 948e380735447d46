"""One stream of one channel: ask for what is new, store it with the cursor behind it, ask again."""

from __future__ import annotations

import asyncio
import logging

from omni_tui.connectors.base import Connector
from omni_tui.desk import channels, ingest
from omni_tui.desk.identity import IngestRules
from omni_tui.desk.ingest import IngestReport
from omni_tui.engine import backoff
from omni_tui.engine.ahead import Ahead
from omni_tui.engine.health import ChannelHealth
from omni_tui.engine.log import NONE, words
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.model.errors import OmniError
from omni_tui.model.events import Batch
from omni_tui.text.faults import where

logger = logging.getLogger(__name__)


class StreamPoller:
    """A cursor counts only once the store has it: whatever fails before is asked for again."""

    def __init__(
        self,
        tenure: Tenure,
        connector: Connector,
        channel_id: str,
        name: str,
        stream: str,
        rules: IngestRules,
        health: ChannelHealth,
    ) -> None:
        self._tenure = tenure
        self._connector = connector
        self._channel_id = channel_id
        self.name, self.stream = name, stream
        self.taken = IngestReport()
        """What became of all that was fetched so far."""
        self.trouble = NONE
        """Message and hint of what went wrong the last time, until it works again."""
        self._rules = rules
        self._health = health
        self._cursor: str | None = None
        self._known = False
        self._ahead: Ahead | None = None
        health.expect(stream)

    async def run(self) -> None:
        """Follow the stream until cancelled. Raises what is ``OVER`` and nothing else: failures are waited out."""
        failures = 0
        wait_s = 0.0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                batch = await self._step(wait_s)
            except OVER:
                raise
            except Exception as error:
                failures += 1
                # Whether it works again is to be known at once, not after a long wait for something new.
                wait_s = 0.0
                await self._failed(error, failures)
                continue
            failures, wait_s = 0, self._tenure.timing.poll_wait
            if batch.more:
                continue
            if not batch.events:
                gap = began + self._tenure.timing.poll_gap - asyncio.get_running_loop().time()
                await asyncio.sleep(max(gap, 0.0))

    async def once(self) -> bool:
        """Fetch until nothing more is there. False if the channel failed; raises what is ``OVER``."""
        try:
            while (await self._step(0.0)).more:
                pass
        except OVER:
            raise
        except Exception as error:
            await self._failed(error, 1, wait=False)
            return False
        return True

    async def _step(self, wait_s: float) -> Batch:
        try:
            batch = await self._next(wait_s)
            if not batch.more:
                self._ahead = None
            elif self._ahead is None:
                # The channel fetches while the store writes; what was fetched ahead is dropped if the write fails.
                self._ahead = Ahead(lambda cursor: self._connector.poll(self.stream, cursor, wait_s), batch.next_cursor)
            await self._take_in(batch)
            self._cursor, self._known, self.trouble = batch.next_cursor, True, NONE
            await (self._health.syncing if batch.more else self._health.ok)(self.stream)
        except BaseException:
            self._known = False
            self._drop_ahead()
            raise
        return batch

    async def _next(self, wait_s: float) -> Batch:
        if self._ahead is not None:
            return await self._ahead.next()
        if not self._known:
            self._cursor = await self._tenure.read(channels.cursor, self._channel_id, self.stream)
            self._known = True
        return await self._connector.poll(self.stream, self._cursor, wait_s)

    async def _take_in(self, batch: Batch) -> None:
        report: IngestReport = await self._tenure.write(
            ingest.ingest, self._channel_id, self.stream, batch, self._rules, self._tenure.epoch
        )
        self.taken = self.taken.plus(report)
        if report.failed:
            logger.warning(
                "channel %s: %s: %d messages could not be read; their source is kept",
                self.name,
                self.stream,
                report.failed,
            )

    def _drop_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.drop()
            self._ahead = None

    async def _failed(self, error: Exception, failures: int, *, wait: bool = True) -> None:
        self.trouble = words(error)
        if not isinstance(error, OmniError):
            logger.error("channel %s: %s: unexpected: %s", self.name, self.stream, where(error))
        wait_s = backoff.delay(failures, self._tenure.timing, error)
        await self._health.failing(self.stream, error, wait_s)
        if wait:
            await asyncio.sleep(wait_s)
