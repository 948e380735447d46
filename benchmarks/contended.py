"""One of several agents at work on one store: ``python -m benchmarks.contended STORE NUMBER DOOR SECONDS``.

Prints the milliseconds of each write, one JSON list. ``DOOR``: ``write`` (a tag, which a power cut may undo),
``durable`` (a note, on the disk when it returns), or ``read`` (an inbox that is open: it prints the kilobytes of memory
it had after the first fifth, and at the end).
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

from omni_tui.desk import agents, inbox, replies, triage
from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent
from omni_tui.store import Store, open_store
from omni_tui.store.feed import Feed

A_SECOND = 10
POLL_S = 0.1


def main() -> None:
    """Work until the time is over."""
    location, number, door, seconds = sys.argv[1:]
    store = open_store(location if "://" in location else Path(location))
    agent = agents.who(store, f"agent{number}")
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + float(seconds)
    found = _look(store, agent, end) if door == "read" else _write(store, agent, int(number), door, end)
    print(json.dumps(found), flush=True)
    store.close()


def _write(store: Store, agent: Agent, number: int, door: str, end: float) -> list[float]:
    """Ten small writes a second, at times of chance."""
    dice = random.Random(number)
    ids = [row.id for row in inbox.page(store, agent, parse("is:open", 0))]
    took: list[float] = []
    while time.monotonic() < end:
        time.sleep(dice.expovariate(A_SECOND))
        id = dice.choice(ids)
        began = time.perf_counter()
        if door == "durable":
            replies.note(store, agent, id, "Called back, will answer tomorrow.")
        else:
            (triage.tag if len(took) % 2 else triage.untag)(store, agent, [id], [f"tag{number}"])
        took.append((time.perf_counter() - began) * 1000)
    return took


def _look(store: Store, agent: Agent, end: float) -> list[float]:
    """What an open inbox does: ask for changes ten times a second, and read its page after each."""
    feed, had, begun = Feed(store), 0.0, time.monotonic()
    while (now := time.monotonic()) < end:
        if feed.poll(store) is not None:
            inbox.page(store, agent, parse("is:open", 0))
        if not had and now - begun > (end - begun) / 5:
            had = _memory_kb()
        time.sleep(POLL_S)
    return [had, _memory_kb()]


def _memory_kb() -> float:
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return float(line.split()[1])
    raise RuntimeError("no Private_Dirty in smaps_rollup")


if __name__ == "__main__":
    main()
