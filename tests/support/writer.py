"""A process that writes to a store through its public door and says what it was told is stored.

``python -m support.writer STORE NAME DOOR [COUNT [PAUSE_S]]``: makes agents ``NAME-0``, ``NAME-1``… until killed;
``DOOR`` is ``write`` or ``write_durable``. Each carries the next number of a counter and a change. A line on stdout is
written after the commit it tells of. ``hold`` for DOOR: one write that waits inside for a line on stdin; ``fenced``:
one that waits before it, under a lease.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

from omni_tui.model.errors import StoreError
from omni_tui.store import Store, Writer, open_store


def add(tx: Writer, name: str) -> None:
    """One agent, called after the number it drew."""
    tx.run("insert_agent", id=name, login=name, name=str(tx.next("conversation")), now=tx.now)
    tx.changed("agent", name)


def _write(store: Store, name: str, door: str, count: int | None, pause_s: float) -> None:
    for number in itertools.islice(itertools.count(), count):
        try:
            with getattr(store, door)() as tx:
                add(tx, f"{name}-{number}")
        except StoreError as error:
            print(f"refused {type(error).__name__}: {error.message}", flush=True)
        else:
            print(f"stored {name}-{number}", flush=True)
        time.sleep(pause_s)


def _hold(store: Store, name: str) -> None:
    with store.write() as tx:
        add(tx, name)
        print("inside", flush=True)
        sys.stdin.readline()
    print(f"stored {name}", flush=True)


def _fenced(store: Store, name: str) -> None:
    """A write under the lease taken before somebody let us sleep."""
    from omni_tui.desk import lease

    epoch = lease.take(store, name, 200)
    assert epoch is not None
    print("leased", flush=True)
    sys.stdin.readline()
    try:
        with store.write() as tx:
            tx.fence(epoch)
            add(tx, name)
    except StoreError as error:
        print(f"refused {type(error).__name__}", flush=True)
    else:
        print(f"stored {name}", flush=True)


def _asked(words: list[str]) -> tuple[int | None, float]:
    return int(words[0]) if words else None, float(words[1]) if len(words) > 1 else 0.0


if __name__ == "__main__":
    location, name, door = sys.argv[1:4]
    opened = open_store(location if "://" in location else Path(location))
    print("open", flush=True)
    if door == "hold":
        _hold(opened, name)
    elif door == "fenced":
        _fenced(opened, name)
    else:
        _write(opened, name, door, *_asked(sys.argv[4:]))
