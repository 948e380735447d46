"""Many senders at once: events at a steady rate, or as fast as they are taken, and an engine that fetches meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx

from support.chat import ORIGIN
from support.relay import HANG_S, Relay, Sender, signed


def large_event(event_id: str, size: int = 1_000) -> bytes:
    """An event about as large as a provider's."""
    return json.dumps({"event_id": event_id, "message": {"text": "帐篷杆断了 " * (size // 19)}}).encode()


@dataclass(slots=True)
class Told:
    """What the senders were told: the milliseconds of each answer from the instant its event was due, and refusals."""

    took_ms: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


async def at_rate(relay: Relay, per_s: float, seconds: float, *, connections: int = 64, prefix: str = "r") -> Told:
    """Send events when they are due, however long the answers before them take."""
    told = Told()
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[Sender] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(Sender(relay))
    began = loop.time() + 0.1

    async def one(number: int) -> None:
        due = began + number / per_s
        await asyncio.sleep(max(0.0, due - loop.time()))
        sender = await free.get()
        body = large_event(f"{prefix}{number}")
        status = await sender.post("/in/shop", body, signed(body))
        free.put_nowait(sender)
        (told.refused.append(status) if status != 200 else told.took_ms.append((loop.time() - due) * 1000))

    running: set[asyncio.Task[None]] = set()
    for number in range(int(per_s * seconds)):
        # Tasks are made a second ahead: ten minutes of them at once would be a load of their own.
        await asyncio.sleep(max(0.0, began + number / per_s - 1 - loop.time()))
        task = asyncio.create_task(one(number))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    while not free.empty():
        free.get_nowait().close()
    return told


async def burst(relay: Relay, count: int, *, connections: int = 100, prefix: str = "b") -> float:
    """Send ``count`` events as fast as they are taken; how many seconds that took."""
    numbers = iter(range(count))

    async def one() -> None:
        sender = Sender(relay)
        for number in numbers:
            body = large_event(f"{prefix}{number}")
            while (status := await sender.post("/in/shop", body, signed(body))) != 200:
                assert status in (0, 429), status
                await asyncio.sleep(0.05)
        sender.close()

    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(one() for _ in range(connections)))
    return loop.time() - began


@contextlib.asynccontextmanager
async def fetching(relay: Relay) -> AsyncIterator[list[str]]:
    """An engine that fetches and acknowledges while the block runs, and at its end whatever is left; the ids."""
    found: list[str] = []
    over = asyncio.Event()

    async def engine() -> None:
        headers = {"Authorization": f"Bearer {relay.token}"}
        after = 0
        async with httpx.AsyncClient(headers=headers, timeout=HANG_S) as client:
            while True:
                last = over.is_set()
                query = {"source": "shop", "after": after, "limit": 500, "wait": 0 if last else 1}
                try:
                    answer = await client.get(f"{relay.url}/v1/events", params=query)
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
                    continue
                rows = answer.json()["events"]
                found.extend(str(row["event_id"]) for row in rows)
                after = int(rows[-1]["seq"]) if rows else after
                if last and not rows:
                    return

    task = asyncio.create_task(engine())
    try:
        yield found
    finally:
        over.set()
        await task


@contextlib.asynccontextmanager
async def idle_chats(relay: Relay, count: int) -> AsyncIterator[None]:
    """So many visitors with an open stream of the chat ``help``."""
    open_: list[asyncio.StreamWriter] = []

    async def ask(line: str, token: str = "", body: bytes = b"") -> tuple[bytes, asyncio.StreamReader]:
        host, port = relay.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        open_.append(writer)
        lines = [f"{line} HTTP/1.1", "Host: relay", f"Origin: {ORIGIN}", f"Content-Length: {len(body)}"]
        lines += [f"Authorization: Bearer {token}"] if token else []
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await reader.readuntil(b"\r\n\r\n"), reader

    for _ in range(count):
        head, reader = await ask("POST /chat/help/session", body=b"{}")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        assert length is not None, head
        token = json.loads(await reader.readexactly(int(length[1])))["token"]
        open_.pop().close()
        head, _reader = await ask("GET /chat/help/stream", token)
        assert b" 200 " in head[:20], head
    try:
        yield
    finally:
        for writer in open_:
            writer.close()
