"""Stands for an inbox in tests that kill one: starts its engine as the inbox does, queues a reply, and waits.

``python -m support.inbox_main CONFIG STORE TEXT DELAY_MS``. Prints the engine's process id once the reply is
stored; it never ends by itself.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from omni_tui.config.load import load_settings
from omni_tui.desk import agents, replies
from omni_tui.engine.child import start_if_needed
from omni_tui.store import Store, open_store


def first_conversation(store: Store) -> str:
    """The id of the first conversation, as soon as the engine has brought one."""
    while True:
        with store.read() as tx:
            found = tx.query("SELECT id FROM conversations ORDER BY ref LIMIT 1", {})
        if found:
            return str(found[0]["id"])
        time.sleep(0.02)


def main() -> None:
    """Answer the first customer, then live until killed."""
    config, path, text, delay_ms = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    settings = load_settings(config)
    store = open_store(path)
    child = start_if_needed(settings, store)
    assert child is not None
    replies.reply(store, agents.who(store, "mia"), first_conversation(store), text, delay_ms=delay_ms)
    print(child.pid, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
