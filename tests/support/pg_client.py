"""A client that writes to a store in PostgreSQL until it is told to stop, and says what it was told.

``python -m support.pg_client URL NAME``: makes agents ``NAME-0``, ``NAME-1``…, each with a change; a line on stdout
after each commit, with the seconds it waited. A name is tried again only after "nothing was changed": were that wrong,
the second try would meet the first one's row and end the client.
"""

from __future__ import annotations

import sys
import threading
import time

from omni_tui.model.errors import StoreAway, StoreBusy, StoreUnsure
from omni_tui.store import Store, open_store


def add(store: Store, name: str) -> None:
    with store.write_durable() as tx:
        tx.query(
            "INSERT INTO agents (id, login, name, created_at) VALUES (:id, :id, :id, :now)", {"id": name, "now": tx.now}
        )
        tx.changed("agent", name)


def is_there(store: Store, name: str) -> bool:
    while True:
        try:
            with store.read() as tx:
                return tx.one("agent_by_login", login=name) is not None
        except (StoreAway, StoreBusy):
            time.sleep(0.05)


def main(url: str, client: str) -> None:
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    store = open_store(url)
    number = 0
    asked = time.monotonic()
    while not ended.is_set():
        name = f"{client}-{number}"
        try:
            add(store, name)
        except (StoreAway, StoreBusy) as error:
            print("refused", type(error).__name__, flush=True)
            continue
        except StoreUnsure:
            if not is_there(store, name):
                continue
        print("stored", name, f"{time.monotonic() - asked:.3f}", flush=True)
        number += 1
        asked = time.monotonic()
        time.sleep(0.01)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
