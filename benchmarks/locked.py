"""For how long mail that comes in keeps others from writing, in a PostgreSQL database, and how fast it goes in.

By the server's own clock, from when it gave out the lock to just before the commit. The mail has sources of some
kilobytes; reading it is not measured.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from unittest.mock import patch

from benchmarks.contention import database
from benchmarks.figure import Figure, median, percentile
from benchmarks.ground import Ground
from omni_tui.desk import channels, ingest, lease
from omni_tui.desk.identity import IngestRules
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.events import Batch, Received, RemoteMessage
from omni_tui.store import open_store
from omni_tui.store.postgres_pace import Pace

MAILS = 2_000
A_BATCH = 200
PEOPLE = 600
LIMIT_MS = 50
_HOUR_MS = 3_600_000


def measure(ground: Ground) -> Iterator[Figure]:
    """Ten batches of a first sync."""
    held: list[float] = []
    follow = Pace.follow

    def followed(pace: Pace, number: int, locked_ms: float) -> None:
        if number:
            held.append(locked_ms)
        follow(pace, number, locked_ms)

    batches = list(_batches(random.Random(MAILS)))
    with database() as url, patch.object(Pace, "follow", followed):
        store = open_store(url)
        channel_id = channels.register(store, "shop", "mail", "support@shop.example", Capabilities(subject=True))
        epoch = lease.take(store, "bench", _HOUR_MS)
        assert epoch is not None
        began, busy = time.perf_counter(), time.process_time()
        for batch in batches:
            ingest.ingest(store, channel_id, "INBOX", batch, IngestRules(), epoch)
        took, cpu = time.perf_counter() - began, time.process_time() - busy
        store.close()
    note = f"median {median(held):.0f}, most {max(held):.0f}, {len(held)} writes of {MAILS / len(held):.0f} mails"
    yield Figure("PostgreSQL: lock held for mail coming in, p99", percentile(held, 0.99), "ms", LIMIT_MS, note)
    note = f"{cpu / MAILS * 1e3:.2f} ms of CPU each"
    yield Figure("PostgreSQL: mail with its source going in", MAILS / took, "/s", None, note)


def _batches(dice: random.Random) -> Iterator[Batch]:
    now = time.time_ns() // 1_000_000
    words = [first + last for first in ("or", "pa", "la", "ti", "mo", "ke") for last in ("der", "rcel", "mp", "cket")]
    for first in range(0, MAILS, A_BATCH):
        mails = [_mail(n, dice, words, now - n * _HOUR_MS) for n in range(first, first + A_BATCH)]
        yield Batch(tuple(map(Received, mails)), "{}", history=True)


def _mail(number: int, dice: random.Random, words: list[str], at: int) -> RemoteMessage:
    text = " ".join(dice.choice(words) + str(dice.randrange(300)) for _ in range(120))
    return RemoteMessage(
        external_id=f"m{number}@example",
        locator=f"1/{number}",
        author=Address(f"customer{dice.randrange(PEOPLE)}@post.example", "Customer"),
        text=text,
        receipt_at=at,
        to=(Address("support@shop.example"),),
        subject=f"Question {number}",
        key=f"m{number}@example",
        raw=f"X-Trace: {dice.randbytes(1500).hex()}\r\n\r\n{text}\r\n".encode(),
    )
