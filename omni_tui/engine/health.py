"""How one channel is doing, gathered from everything that works for it, written to the store when it changes."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from omni_tui.desk import channels
from omni_tui.engine.log import sentence
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.model.enums import Health
from omni_tui.model.errors import StoreError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _State:
    health: Health
    error: str = ""
    next_try_at: int | None = None


class ChannelHealth:
    """A channel fails if any of its parts (its streams, its way out) fails, and syncs while any part syncs."""

    def __init__(self, tenure: Tenure, channel_id: str, name: str) -> None:
        self._tenure = tenure
        self._channel_id = channel_id
        self._name = name
        self._parts: dict[str, _State] = {}
        self._written: _State | None = None
        self._lock = asyncio.Lock()

    def expect(self, part: str) -> None:
        """Name a part that has not been seen yet: until then the channel is not well."""
        self._parts[part] = _State(Health.SYNCING)

    async def ok(self, part: str) -> None:
        """``part`` works."""
        await self._note(part, _State(Health.OK))

    async def syncing(self, part: str) -> None:
        """``part`` works and is still fetching what lies behind."""
        await self._note(part, _State(Health.SYNCING))

    async def failing(self, part: str, error: BaseException, wait_s: float | None) -> None:
        """``part`` failed and is tried again in ``wait_s`` seconds; None: not before something is changed."""
        said = sentence(error)
        if wait_s is None:
            logger.warning("channel %s: %s: %s", self._name, part, said)
            await self._note(part, _State(Health.FAILING, said))
            return
        logger.warning("channel %s: %s: %s (next try in %.0f s)", self._name, part, said, wait_s)
        await self._note(part, _State(Health.FAILING, said, round((time.time() + wait_s) * 1000)))

    async def mended(self, part: str) -> None:
        """``part`` has nothing left to fail at."""
        if part in self._parts and self._parts[part].health is Health.FAILING:
            await self.ok(part)

    async def _note(self, part: str, state: _State) -> None:
        before = self._parts.get(part)
        if before is not None and before.health is Health.FAILING and state.health is not Health.FAILING:
            logger.info("channel %s: %s: works again", self._name, part)
        self._parts[part] = state
        async with self._lock:
            whole = self._whole()
            if whole == self._written:
                return
            try:
                await self._tenure.write(
                    channels.health,
                    self._tenure.epoch,
                    self._channel_id,
                    whole.health,
                    error=whole.error,
                    next_try_at=whole.next_try_at,
                )
            except OVER:
                raise
            except StoreError as error:
                # The next change is written again; a store that cannot be written also stops the streams.
                logger.warning("channel %s: its state could not be stored: %s", self._name, sentence(error))
                return
            self._written = whole

    def _whole(self) -> _State:
        states = self._parts.values()
        failing = [state for state in states if state.health is Health.FAILING]
        if failing:
            return min(failing, key=lambda state: state.next_try_at or 0)
        if any(state.health is Health.SYNCING for state in states):
            return _State(Health.SYNCING)
        return _State(Health.OK)
