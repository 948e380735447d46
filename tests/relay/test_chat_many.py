"""Two thousand open chats in one process: each gets its own answer, and memory stays what was promised."""

from __future__ import annotations

import asyncio
import json
import re
import resource
from pathlib import Path

import psutil
import pytest
from support.chat import ORIGIN, Agent, chatting, hang_up
from support.relay import HANG_S, Relay

CHATS = 2_000
MOST_MB = 120

Open = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def ask(relay: Relay, line: str, token: str = "", body: bytes = b"") -> tuple[bytes, Open]:
    """The head of an answer, and the connection behind it."""
    host, port = relay.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [f"{line} HTTP/1.1", "Host: relay", f"Origin: {ORIGIN}", f"Content-Length: {len(body)}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    return await reader.readuntil(b"\r\n\r\n"), (reader, writer)


async def everybody(relay: Relay) -> None:
    visitors: list[dict[str, str]] = []
    for _ in range(CHATS):
        head, (reader, writer) = await ask(relay, "POST /chat/help/session", body=b"{}")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        assert length is not None, head
        visitors.append(json.loads(await reader.readexactly(int(length[1]))))
        writer.close()
    streams: list[Open] = []
    for visitor in visitors:
        head, stream = await ask(relay, "GET /chat/help/stream", visitor["token"])
        assert b" 200 " in head.split(b"\r\n")[0] + b" "
        streams.append(stream)
    agent = Agent(relay)
    for visitor, (reader, _writer) in list(zip(visitors, streams, strict=True))[::40]:
        await asyncio.to_thread(agent.answer, visitor["visitor"], f"for {visitor['visitor']}")
        async with asyncio.timeout(HANG_S):
            while b"event: entry" not in await reader.readline():
                pass
            assert f"for {visitor['visitor']}".encode() in await reader.readline()
    assert agent.http.get("status").json()["listening"] == CHATS
    assert psutil.Process(relay.pid).memory_info().rss < MOST_MB << 20
    for _reader, writer in streams:
        writer.close()


@pytest.mark.long
def test_two_thousand_open_chats(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 3 * CHATS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3 * CHATS, hard))
    with chatting(tmp_path / "relay", ORIGIN, "per_minute = 10000") as relay:
        asyncio.run(everybody(relay))
    hang_up()
