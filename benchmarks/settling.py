"""What an engine does to a store beside its work, done at once to one that was just filled."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from omni_tui.store import Store, index_parts, open_store
from omni_tui.store.maps.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class Mapped:
    """What making the maps of a store's words took, by the clock and of this process, and how large they are."""

    took_s: float
    cpu_s: float
    megabytes: float


def map_words(location: Path | str) -> Mapped | None:
    """Make the maps of a store that is large enough for them; None where there is nothing to do."""
    store = open_store(location)
    try:
        began, busy, keeper = time.perf_counter(), time.process_time(), Upkeep()
        if not keeper.look(store):
            return None
        keeper.write(store)
        while keeper.look(store):
            keeper.write(store)
        took, cpu = time.perf_counter() - began, time.process_time() - busy
        with store.read() as tx:
            size = tx.query("SELECT sum(length(bits) + 8) FROM search_maps", {})[0][0]
        return Mapped(took, cpu, int(size or 0) / 1e6)
    finally:
        store.close()


def join_parts(location: Path | str) -> tuple[float, float] | None:
    """Join the parts of SQLite's index of words, as an engine does at rest: the time it took by the clock and of this
    process, in seconds; None where there is nothing to do.
    """
    store = open_store(location)
    try:
        began, busy, joining, done = time.perf_counter(), time.process_time(), index_parts.Joining(), 0
        while _is_in_parts(store):
            joining.join(store)
            done += 1
        return (time.perf_counter() - began, time.process_time() - busy) if done else None
    finally:
        store.close()


def _is_in_parts(store: Store) -> bool:
    with store.read() as tx:
        found = index_parts.structure(tx)
    return found is not None and found.is_worth_joining()
