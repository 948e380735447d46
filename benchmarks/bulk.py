"""Messages stored in bulk with their words in the index: the store's part of it, apart from making the messages up."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks import filling
from benchmarks.figure import Figure
from benchmarks.ground import Ground
from omni_tui.store import open_store

MS_A_THOUSAND = 200
"""Milliseconds for 1,000 messages: 5,000 a second."""
SAMPLE = filling.Size(100_000, 50_000, 2_500, 30_000)


def measure(ground: Ground) -> Iterator[Figure]:
    """A store in a file is filled anew; with ``--million`` as large as a shop's whole memory."""
    size = filling.MEMORY if ground.size == filling.MEMORY else SAMPLE
    path = ground.room("bulk") / "omni.db"
    for old in path.parent.glob("omni.db*"):
        old.unlink()
    store = open_store(path)
    statements = filling.Statements(store)
    took, cpu, began = 0.0, 0.0, time.perf_counter()

    def write(rows: filling.Rows) -> None:
        nonlocal took, cpu
        since, busy = time.perf_counter(), time.process_time()
        statements.write(rows)
        took, cpu = took + time.perf_counter() - since, cpu + time.process_time() - busy

    filling.fill_store(store, size, write)
    since = time.perf_counter()
    store.close()  # what is still in the log comes into the file
    ended = time.perf_counter()
    took += ended - since
    for old in path.parent.glob("omni.db*"):
        old.unlink()
    yield Figure(
        "storing 1,000 messages in bulk, with index",
        took / size.messages * 1e6,
        "ms",
        MS_A_THOUSAND,
        f"{size.messages / took:,.0f} a second of {size.messages:,}, {cpu / size.messages * 1e6:.0f} ms of CPU"
        f" ({ended - began:.0f} s with making them up)",
    )
