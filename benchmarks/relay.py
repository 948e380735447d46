"""The relay under load: how long senders wait for their 2xx, how fast it takes a burst, and its memory.

The senders share the cores with the relay, as nothing else would; their time counts from when an event was due.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.figure import Figure, percentile, short
from benchmarks.ground import REPOSITORY, Ground

if TYPE_CHECKING:
    from support.relay import Relay

PER_S, ACK_MS, BURST_PER_S, RSS_MB = 200, 100, 1_000, 120
SECONDS, LONG_SECONDS = 20, 600
BURST, CHATS = 5_000, 2_000

# The relay as a process, and its senders, are the tests' own.
sys.path.append(str(REPOSITORY / "tests"))


def measure(ground: Ground) -> Iterator[Figure]:
    """Acknowledgements at a steady rate beside idle chats, a burst, and memory after both."""
    from support.chat import chatting

    _allow(3 * CHATS)
    limits = "rate_per_minute = 1000000\nrate_per_address = 1000000"
    with chatting(ground.room("relay") / "file", "https://shop.example", "per_minute = 10000", limits) as relay:
        yield from asyncio.run(_figures(relay, LONG_SECONDS if ground.long else SECONDS))
    yield from _shared(ground.room("relay") / "shared", limits)


async def _figures(relay: Relay, seconds: int) -> list[Figure]:
    from support.relay_load import at_rate, burst, fetching, idle_chats

    process = psutil.Process(relay.pid)
    async with idle_chats(relay, CHATS):
        before = process.cpu_times().user + process.cpu_times().system
        async with fetching(relay) as found:
            told = await at_rate(relay, PER_S, seconds)
        used = process.cpu_times().user + process.cpu_times().system - before
        missed = len(told.refused) + len(told.took_ms) - len(found)
        took = await burst(relay, BURST)
        rss = process.memory_info().rss / (1 << 20)
    note = f"{len(told.took_ms):,} events at {PER_S}/s, {len(told.refused)} refused, {CHATS:,} chats open"
    return [
        Figure("relay: acknowledged, p99", percentile(told.took_ms, 0.99), "ms", ACK_MS, note),
        Figure("relay: acknowledged, median", percentile(told.took_ms, 0.5), "ms"),
        Figure("relay: its CPU for an event", used * 1000 / len(told.took_ms), "ms"),
        Figure("relay: told 2xx and not fetched", missed, "", 0),
        Figure(
            "relay: a burst, for each event", took * 1000 / BURST, "ms", 1000 / BURST_PER_S, f"{short(BURST / took)}/s"
        ),
        Figure("relay: memory after all that", rss, "MB", RSS_MB),
    ]


def _shared(folder: Path, limits: str) -> Iterator[Figure]:
    """The same burst and rate with the queue in PostgreSQL, for comparison."""
    from support.postgres import Cluster, bin_dir
    from support.relay import Relay
    from support.relay_load import at_rate, burst

    if bin_dir() is None:
        return
    with Cluster(settings={"fsync": "on"}) as cluster:
        cluster.sql("CREATE DATABASE relay")
        with Relay(folder, f'{limits}\ndatabase = "{cluster.url("relay")}"') as relay:
            told = asyncio.run(at_rate(relay, PER_S, SECONDS / 2))
            took = asyncio.run(burst(relay, BURST))
    yield Figure("relay on PostgreSQL: acknowledged, p99", percentile(told.took_ms, 0.99), "ms")
    yield Figure(
        "relay on PostgreSQL: a burst, for each event", took * 1000 / BURST, "ms", None, f"{short(BURST / took)}/s"
    )


def _allow(files: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
