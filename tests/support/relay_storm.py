"""Many conversations through relay and engine while both are killed: what was told 2xx, and what is in the store."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sqlite3
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from support.relay import HANG_S, Relay, Sender, signed
from support.shops import EngineProcess

CONNECTIONS = 40
EACH = 5
"""Conversations of one connection."""


@dataclass(slots=True)
class Storm:
    """``accepted``: by conversation, the texts in the order in which the relay took each in for the first time."""

    relay: Relay
    config: Path
    store: Path
    total: int
    offline_s: float
    accepted: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    sent: int = 0
    redelivered: int = 0
    kills: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def run(self) -> None:
        """Send everything, a twentieth of it twice; the relay is killed three times, the engine away for a while."""
        faults = [asyncio.create_task(self._kill_relay()), asyncio.create_task(self._keep_engine())]
        await asyncio.gather(*(self._connection(number) for number in range(CONNECTIONS)))
        await asyncio.gather(*faults)

    async def _connection(self, number: int) -> None:
        chance = random.Random(number)
        sender = Sender(self.relay)
        each = self.total // (CONNECTIONS * EACH)
        # Out of order: a provider's queue hands out what is near in time in any order.
        waiting = {
            f"c{number}-{nth}": sorted(range(each), key=lambda n: n + chance.uniform(0, 3)) for nth in range(EACH)
        }
        while waiting:
            name = chance.choice(list(waiting))
            text = f"{name} {waiting[name].pop(0)}"
            if not waiting[name]:
                del waiting[name]
            await self._deliver(sender, name, text)
            self.accepted[name].append(text)
            async with self._changed:
                self.sent += 1
                self._changed.notify_all()
            if chance.random() < 0.05:
                await self._deliver(sender, name, chance.choice(self.accepted[name]))
                self.redelivered += 1
        sender.close()

    async def _deliver(self, sender: Sender, name: str, text: str) -> None:
        event = {
            "event_id": text,
            "sender": {"external_id": name},
            "conversation": {"external_id": name},
            "message": {"text": text},
        }
        body = json.dumps(event).encode()
        while (status := await sender.post("/in/shop", body, signed(body))) != 200:
            assert status in (0, 429, 503), status
            await asyncio.sleep(0.05)

    async def _reached(self, part: float) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.sent >= self.total * part)

    async def _kill_relay(self) -> None:
        for part in (0.2, 0.5, 0.8):
            await self._reached(part)
            await asyncio.to_thread(self.relay.kill)
            await asyncio.to_thread(self.relay.start)
            self.kills += 1

    async def _keep_engine(self) -> None:
        """An engine until a third was sent; then none for a while; then another, until everything is stored."""
        with EngineProcess(self.config, self.store):
            await self._reached(0.35)
        began = time.monotonic()
        await self._reached(0.6)
        await asyncio.sleep(max(0.0, self.offline_s - (time.monotonic() - began)))
        with EngineProcess(self.config, self.store) as engine:
            await self._reached(1.0)
            await self._everything_stored(engine)

    async def _everything_stored(self, engine: EngineProcess) -> None:
        had, give_up = -1, 0.0
        while True:
            stored = await asyncio.to_thread(count, self.store)
            if stored >= self.total:
                return
            now = time.monotonic()
            if stored > had:
                had, give_up = stored, now + 2 * HANG_S
            assert engine.alive()
            assert now < give_up, f"{stored} of {self.total} are there, and no more come"
            await asyncio.sleep(0.5)


def count(store: Path) -> int:
    """How many messages are there."""
    with contextlib.closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
        return int(db.execute("SELECT count(*) FROM messages").fetchone()[0])


def texts(store: Path) -> list[tuple[str, str]]:
    """Every message: its conversation and text, in the order in which an agent reads them."""
    with contextlib.closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
        return db.execute(
            "SELECT conversation_id, body FROM messages ORDER BY conversation_id, received_at, id"
        ).fetchall()


def event_ids(relay: Relay) -> list[str]:
    """Every event that is in the relay's queue, by its id."""
    found: list[str] = []
    after = 0
    while rows := relay.pull(after, limit=500):
        found += [str(row["event_id"]) for row in rows]
        after = int(str(rows[-1]["seq"]))
    return found
