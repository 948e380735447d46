"""Carries out what waits in the outbox: per channel one at a time, never one twice without a person's word."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

from omni_tui.connectors.base import Connector
from omni_tui.desk import outbox
from omni_tui.engine.attempt import Again, Sent, Uncertain, Verdict, attempt, settle
from omni_tui.engine.health import ChannelHealth
from omni_tui.engine.log import NONE, sentence, words
from omni_tui.engine.tenure import OVER, Tenure
from omni_tui.engine.wake import Wake
from omni_tui.model.errors import StoreError
from omni_tui.text.faults import where

logger = logging.getLogger(__name__)

PART = "outbox"
"""What the way out is called among the parts of a channel's health."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """A channel as the performer sees it."""

    connector: Connector
    health: ChannelHealth


@dataclass(slots=True)
class Tally:
    """How many messages of a channel left, wait for another attempt, were refused, may or may not have left; the last
    error among them."""

    sent: int = 0
    put_off: int = 0
    refused: int = 0
    uncertain: int = 0
    trouble: tuple[str, str] = NONE


class Performer:
    """``ways`` by channel name. Ring ``wake`` when the outbox changed."""

    def __init__(self, tenure: Tenure, ways: Mapping[str, WayOut]) -> None:
        self.wake = Wake()
        self._tenure = tenure
        self._ways = ways
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._lost: BaseException | None = None
        self._stopping = False
        self._until: float | None = None
        self._refused = False
        self.tallies: Mapping[str, Tally] = {name: Tally() for name in ways}
        self.trouble = NONE
        """Why the outbox could not be read or claimed, the last time."""

    async def run(self) -> None:
        """Perform what is due until :meth:`stop`, or to the end of :meth:`drain`. Raises what is ``OVER``."""
        while not self._stopping:
            wait_s = await self._round()
            if self._until is not None:
                left_s = self._until - time.time()
                if left_s <= 0 or (not self._busy and (wait_s is None or wait_s >= left_s)):
                    return
                wait_s = left_s if wait_s is None else min(wait_s, left_s)
            # Looked at anew at every tick, for the host's clock may jump.
            tick_s = self._tenure.timing.tick
            await self.wake.wait(tick_s if wait_s is None else min(wait_s, tick_s))
            self._raise_lost()

    def drain(self, seconds: float) -> None:
        """Let :meth:`run` end when nothing falls due within ``seconds`` from now, and then at the latest."""
        self._until = time.time() + seconds
        self.wake.ring()

    def stop(self) -> None:
        """Let :meth:`run` end at once; what it is just claiming goes back into the queue."""
        self._stopping = True
        self.wake.ring()

    async def once(self) -> bool:
        """Perform what is due now. False if a channel refused or failed; raises what is ``OVER``."""
        while True:
            await self._round()
            if not self._busy:
                return not self._refused
            await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)
            self._raise_lost()

    async def finish(self, grace_s: float, settle_s: float) -> None:
        """What is on its way gets ``grace_s`` seconds, then it is uncertain, which takes ``settle_s`` to store."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=grace_s)
        for task in self._busy.values():
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=settle_s)

    async def _round(self) -> float | None:
        """Claim for every idle channel. Seconds until something may be due again; None: nothing is waiting."""
        try:
            while not self._stopping and (idle := self._ways.keys() - self._busy.keys()):
                due_at = await self._tenure.read(outbox.next_due, self._ways)
                if due_at is None:
                    for name in idle:
                        await self._ways[name].health.mended(PART)
                    return None
                wait_s = due_at / 1000 - time.time()
                if wait_s > 0:
                    return wait_s
                claim_ms = round(self._tenure.timing.claim * 1000)
                claimed = await self._tenure.write(outbox.claim, self._tenure.epoch, claim_ms, idle)
                if claimed is None:
                    break
                self._start(claimed)
        except OVER:
            raise
        except StoreError as error:
            self._refused, self.trouble = True, words(error)
            logger.warning("outbox: %s", sentence(error))
        except Exception as error:
            self._refused, self.trouble = True, words(error)
            logger.error("outbox: unexpected: %s", where(error))
        return self._tenure.timing.look_again

    def _start(self, claimed: outbox.Claimed) -> None:
        task = asyncio.create_task(self._perform(claimed), name=f"perform {claimed.outbox_id}")
        self._busy[claimed.channel] = task
        task.add_done_callback(lambda done: self._ended(claimed.channel, done))

    def _ended(self, channel: str, task: asyncio.Task[None]) -> None:
        del self._busy[channel]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._lost = error
        self.wake.ring()

    def _raise_lost(self) -> None:
        if self._lost is not None:
            raise self._lost

    async def _perform(self, claimed: outbox.Claimed) -> None:
        way = self._ways[claimed.channel]
        verdict: Verdict
        if self._stopping:
            verdict = Again(0.0, None)
        else:
            verdict = await attempt(way.connector, claimed, self._tenure.timing)
        await settle(self._tenure, claimed, verdict)
        await self._tell(claimed.channel, verdict)

    async def _tell(self, name: str, verdict: Verdict) -> None:
        health, tally = self._ways[name].health, self.tallies[name]
        if isinstance(verdict, Sent):
            if verdict.receipt.deferred:
                tally.put_off += 1
            else:
                tally.sent += 1
            await health.ok(PART)
            return
        if isinstance(verdict, Again):
            if verdict.error is not None:
                self._refused = True
                tally.put_off, tally.trouble = tally.put_off + 1, words(verdict.error)
                await health.failing(PART, verdict.error, verdict.wait_s)
            return
        self._refused, tally.trouble = True, words(verdict.error)
        if isinstance(verdict, Uncertain):
            tally.uncertain += 1
        else:
            tally.refused += 1
        if isinstance(verdict, Uncertain) and verdict.unexpected:
            logger.error("channel %s: outbox: unexpected: %s", name, where(verdict.error))
        logger.warning("channel %s: outbox: %s", name, sentence(verdict.error))
