"""The inbox with a reader that never answers: ``python -m benchmarks.held``, with the program's store and settings.

Soon after it is there, its reader is asked something that does not end before a minute is over, and that no newer
question interrupts, as a disk does that stands still. The title of the terminal tells when that has begun.
"""

from __future__ import annotations

import os
import threading

from omni_tui.config.load import load_settings
from omni_tui.config.paths import store_location
from omni_tui.screens.app import OmniApp
from omni_tui.screens.store_link import StoreLink
from omni_tui.store import Store, open_store

HELD = "\x1b]2;the reader is held\x07"
"""Written when the reader has begun (xterm's control sequence for a title: no cell of the screen changes)."""
_BEGINS_S = 2.0
_HANG_S = 60.0


def main() -> None:
    """Show the inbox until it is left."""
    settings = load_settings()
    store = open_store(store_location(settings), create=False)
    link = StoreLink(store)
    app = OmniApp(settings, store, link=link)

    def hang(_store: Store) -> None:
        # A terminal takes so few bytes in one piece, whatever the screen writes meanwhile.
        os.write(1, HELD.encode())
        threading.Event().wait(_HANG_S)

    async def ask() -> None:
        await link.read(hang)

    def begin() -> None:
        app.set_timer(_BEGINS_S, lambda: app.run_worker(ask()))

    app.call_later(begin)
    app.run()
    app.leave()


if __name__ == "__main__":
    main()
