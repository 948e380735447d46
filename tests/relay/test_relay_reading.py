"""The engine reads ahead of its store: a relay is told only of what is certainly stored."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
from support.relay import HANG_S, Relay, Sender, event, signed

from omni_tui.connectors.relayed import Reading, Relayed


def fetched(relay: Relay) -> int:
    headers = {"Authorization": f"Bearer {relay.token}"}
    status = httpx.get(f"{relay.url}/v1/status", headers=headers, timeout=HANG_S).json()
    return int(status["sources"]["shop"]["fetched_seq"])


async def send(relay: Relay, first: int, count: int) -> None:
    sender = Sender(relay)
    for number in range(first, first + count):
        body = event(f"e{number}")
        assert await sender.post("/in/shop", body, signed(body)) == 200
    sender.close()


def test_what_is_read_ahead_is_not_acknowledged(tmp_path: Path) -> None:
    async def run(relay: Relay) -> None:
        await send(relay, 0, 50)
        place = Relayed("form", relay.url, "shop")
        async with httpx.AsyncClient(timeout=HANG_S) as client:
            reading = Reading(client, place)
            first = await reading.pull(relay.token, None, 0, 20)
            # Asked for while the first batch is being stored: a crash now must not cost it.
            ahead = await reading.pull(relay.token, first.cursor(), 0, 20)
            assert (first.after, ahead.after, fetched(relay)) == (20, 40, 0)
            last = await reading.pull(relay.token, ahead.cursor(), 0, 20)
            assert (last.after, last.more, fetched(relay)) == (50, False, 20)
            # Storing the second batch failed: its cursor was never kept, and it is read again from the first's.
            again = await reading.pull(relay.token, first.cursor(), 0, 20)
            assert ([row["seq"] for row in again.rows], fetched(relay)) == (list(range(21, 41)), 20)
            for _ in range(2):
                assert (await reading.pull(relay.token, last.cursor(), 0, 20)).rows == ()
            assert fetched(relay) == 50
            # Another process goes on from what the store has, and knows nothing of the rest.
            other = Reading(client, place)
            assert (await other.pull(relay.token, first.cursor(), 0, 20)).after == 40

    with Relay(tmp_path / "relay") as relay:
        asyncio.run(run(relay))


def test_an_idle_engine_says_soon_that_everything_is_stored(tmp_path: Path) -> None:
    async def run(relay: Relay) -> None:
        await send(relay, 0, 3)
        async with httpx.AsyncClient(timeout=HANG_S) as client:
            reading = Reading(client, Relayed("form", relay.url, "shop"))
            cursor = (await reading.pull(relay.token, None, 0)).cursor()
            loop = asyncio.get_running_loop()
            began = loop.time()
            # It would listen for 50 seconds; the first question after something new is short.
            assert (await reading.pull(relay.token, cursor, 50)).rows == ()
            assert loop.time() - began < HANG_S
            listening = asyncio.create_task(reading.pull(relay.token, cursor, 50))
            await send(relay, 3, 1)
            assert [row["event_id"] for row in (await listening).rows] == ["e3"]
        assert fetched(relay) == 3

    with Relay(tmp_path / "relay") as relay:
        asyncio.run(run(relay))


def test_a_cursor_of_another_queue_acknowledges_nothing(tmp_path: Path) -> None:
    async def run(relay: Relay) -> None:
        await send(relay, 0, 3)
        async with httpx.AsyncClient(timeout=HANG_S) as client:
            reading = Reading(client, Relayed("form", relay.url, "shop"))
            old = json.dumps({"queue": "another", "after": 2})
            for _ in range(2):
                found = await reading.pull(relay.token, old, 0)
                assert [row["event_id"] for row in found.rows] == ["e0", "e1", "e2"]
            assert fetched(relay) == 0

    with Relay(tmp_path / "relay") as relay:
        asyncio.run(run(relay))
