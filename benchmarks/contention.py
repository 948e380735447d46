"""Eight agents writing ten times a second each on one store, and one who only looks: on SQLite, and on PostgreSQL.

``OMNI_BENCH_DATABASE`` names a database with an empty store to use; without it a private PostgreSQL is started where
there is one.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, Unmeasured, median, percentile
from benchmarks.ground import REPOSITORY, Ground
from omni_tui.desk import channels, ingest, lease
from omni_tui.desk.identity import IngestRules
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.events import Batch, Received, RemoteMessage
from omni_tui.store import open_store

WRITERS = 8
SECONDS = 12
CONVERSATIONS = 50
LIMITS_MS = {"write": 10, "durable": 30}
WAL_MB = 48
"""Half as much again as the log gathers before it is copied back."""
GROWTH_MB = 4

sys.path.append(str(REPOSITORY / "tests"))


def measure(ground: Ground) -> Iterator[Figure]:
    """The 99th percentile over all writes of all processes but their first, waiting for each other included."""
    path = ground.room("contention") / "omni.db"
    for file in path.parent.glob("omni.db*"):
        file.unlink()
    yield from _both_doors("SQLite", path)
    with database() as url:
        yield from _both_doors("PostgreSQL", url)


def _both_doors(engine: str, location: Path | str) -> Iterator[Figure]:
    _fill(location)
    for door, limit in LIMITS_MS.items():
        firsts, took, memory, log = _run(location, door)
        words = "triage" if door == "write" else "note, on the disk"
        note = f"p50 {median(took):.2f}, most {max(took):.1f}, {len(took)} writes; the first ones {median(firsts):.0f}"
        yield Figure(f"{engine}: {words}, {WRITERS} x 10/s, p99", percentile(took, 0.99), "ms", limit, note)
        if log is not None:
            yield Figure(f"{engine}: write-ahead log, at most", log / 1e6, "MB", WAL_MB)
        growth = (memory[1] - memory[0]) / 1000
        yield Figure(f"{engine}: growth of a reader", growth, "MB", GROWTH_MB, f"of {memory[0] / 1000:.0f} MB")


def _run(location: Path | str, door: str) -> tuple[list[float], list[float], list[float], int | None]:
    """Milliseconds of each process's first write, for which it opens a connection, and of all others.

    Then the reader's memory, and the most bytes the log had.
    """
    doors = [door] * WRITERS + ["read"]
    processes = [_process(location, number, each) for number, each in enumerate(doors)]
    try:
        for each in processes:
            if _line(each) != "ready":
                raise Unmeasured("a process did not start")
        done, most = threading.Event(), [0]
        watching = threading.Thread(target=_watch, args=(location, done, most))
        watching.start()
        for each in processes:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        found = [json.loads(_line(each) or "null") for each in processes]
        done.set()
        watching.join()
    finally:
        for each in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                each.wait(10)
            each.kill()
    if None in found:
        raise Unmeasured("a process ended before its time")
    firsts = [one[0] for one in found[:WRITERS]]
    took = [each for one in found[:WRITERS] for each in one[1:]]
    return firsts, took, found[-1], most[0] if isinstance(location, Path) else None


def _process(location: Path | str, number: int, door: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.contended", str(location), str(number), door, str(SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _watch(location: Path | str, done: threading.Event, most: list[int]) -> None:
    if not isinstance(location, Path):
        return
    log = location.with_name(f"{location.name}-wal")
    while not done.wait(0.05):
        with contextlib.suppress(FileNotFoundError):
            most[0] = max(most[0], log.stat().st_size)


def _fill(location: Path | str) -> None:
    """Some open conversations."""
    store = open_store(location)
    channel = channels.register(store, "shop", "mail", "support@shop.example", Capabilities(subject=True))
    epoch = lease.take(store, "benchmark", 60_000)
    if epoch is None:
        raise Unmeasured("an engine works on that store")
    at = time.time_ns() // 1_000_000
    events = tuple(
        Received(
            RemoteMessage(
                external_id=f"c{number}",
                locator=f"1/{number + 1}",
                author=Address(f"customer{number}@post.example", f"Customer {number}"),
                text="Where is my order?",
                receipt_at=at - number,
                subject=f"Order {number}",
                key=f"c{number}@post.example",
            )
        )
        for number in range(CONVERSATIONS)
    )
    ingest.ingest(store, channel, "INBOX", Batch(events, "{}"), IngestRules(), epoch)
    lease.release(store, "benchmark", epoch)
    store.close()


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The address of a database with an empty store in it."""
    named = os.environ.get("OMNI_BENCH_DATABASE", "")
    if named:
        yield named
        return
    try:
        from support.postgres import Cluster, bin_dir

        from omni_tui.store.postgres_migrate import migrate_postgres
    except ImportError as error:
        raise Unmeasured(f"psycopg is missing: {error}") from error
    if bin_dir() is None:
        raise Unmeasured("PostgreSQL is missing: apt-get install postgresql")
    # As it is installed: what is committed is on the disk.
    with Cluster(settings={"fsync": "on", "full_page_writes": "on"}) as cluster:
        cluster.sql("CREATE DATABASE shop")
        migrate_postgres(cluster.url("shop"))
        yield cluster.url("shop")
