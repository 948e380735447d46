"""What a live channel's customer is shown beside messages: that an agent writes, that theirs were seen, and what went
to them by mail instead.

What was seen and answered is told at least once over any number of engines: up to when is kept in the store. That
somebody writes is told at once or never.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection

from omni_tui.connectors.base import Connector
from omni_tui.desk import elsewhere, presence
from omni_tui.engine import backoff
from omni_tui.engine.health import ChannelHealth
from omni_tui.engine.log import sentence
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.engine.wake import Wake
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.errors import ChannelError
from omni_tui.store import Store
from omni_tui.store.feed import Changes

logger = logging.getLogger(__name__)

PART = "seen"
LOOK_S = 60.0
SCAN_S = 2.0
"""While too much changes to be told one by one (an import), the whole store is looked through this often at most."""
LATE_MS = 10_000
"""An opening may be stored a moment after a younger one was told."""
_REMEMBERED = 1000
_Ask = Callable[[Store, str, int, Collection[str] | None], tuple[presence.Told, ...]]


class Courtesy:
    """Of one channel. Call :meth:`told` with what changed in the store."""

    def __init__(
        self, tenure: Tenure, connector: Connector, channel_id: str, able: Capabilities, health: ChannelHealth
    ) -> None:
        self._wake = Wake()
        self._tenure = tenure
        self._connector = connector
        self._channel_id = channel_id
        self._able = able
        self._health = health
        self._writing: dict[str, None] = {}
        # None: everything may have changed.
        self._opened: set[str] | None = None
        self._scan_at = 0.0
        self._until: dict[str, int] = {}
        self._shown: dict[str, None] = {}

    def told(self, changes: Changes | None) -> None:
        """The store changed; None for anything."""
        if changes is None or changes.everything:
            self._opened = None
        else:
            self._writing |= {row.entity_id: None for row in changes.rows if row.entity == presence.ANSWERS}
            if self._opened is not None:
                self._opened |= {row.entity_id for row in changes.rows if row.entity == "conversation"}
        if self._opened is None or self._opened or self._writing:
            self._wake.ring()

    async def run(self) -> None:
        """Tell what there is to tell, for ever. Raises what is ``OVER``."""
        failures = 0
        while True:
            try:
                wait_s = await self.once()
                failures = 0
                await self._health.mended(PART)
            except OVER:
                raise
            except Exception as error:
                # What was opened is looked for anew; who wrote has ended to by then.
                self._opened, failures = None, failures + 1
                wait_s = backoff.delay(failures, self._tenure.timing, error)
                await self._health.failing(PART, error, wait_s)
                await asyncio.sleep(wait_s)
                continue
            await self._wake.wait(wait_s)

    async def once(self) -> float:
        """Tell what there is to tell now; the seconds until there may be more without being told of a change."""
        writing, self._writing = self._writing, {}
        if self._able.typing:
            for change in writing:
                await self._show_typing(change)
        now = asyncio.get_running_loop().time()
        if self._opened is None and now < self._scan_at:
            return self._scan_at - now
        if self._opened is None:
            self._scan_at = now + SCAN_S
        opened, self._opened = self._opened, set()
        if opened is None or opened:
            if self._able.seen_receipts:
                await self._show(presence.SEEN, presence.seen_since, opened)
            if self._able.shows_answers:
                await self._show(elsewhere.ANSWERED, elsewhere.shown_since, opened)
        return LOOK_S

    async def _show_typing(self, change: str) -> None:
        command = await self._tenure.read(presence.typing_command, self._channel_id, change)
        if command is None:
            return
        try:
            await self._connector.perform(command)
        except ChannelError as error:
            logger.info("nobody was shown that an agent writes: %s", sentence(error))

    async def _show(self, stream: str, ask: _Ask, opened: set[str] | None) -> None:
        """Tell what ``ask`` finds to have happened since ``stream`` was told last."""
        if opened is None:
            until = await self._tenure.read(presence.told_until, self._channel_id, stream)
            if until is None:
                until = await self._tenure.write(presence.told, self._tenure.epoch, self._channel_id, None, stream)
            self._until[stream] = until
        since = max(0, self._until[stream] - LATE_MS)
        found = await self._tenure.read(ask, self._channel_id, since, opened)
        for one in found:
            if one.command.key not in self._shown:
                await self._connector.perform(one.command)
                self._shown[one.command.key] = None
        while len(self._shown) > _REMEMBERED:
            del self._shown[next(iter(self._shown))]
        newest = max((one.at for one in found), default=0)
        if newest > self._until[stream]:
            until = await self._tenure.write(presence.told, self._tenure.epoch, self._channel_id, newest, stream)
            self._until[stream] = until
