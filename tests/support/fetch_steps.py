"""The named steps of fetching mail, and an engine that dies at one of them."""

from __future__ import annotations

import importlib
import itertools
import os
import signal
from typing import Any

STEPS = {
    "connecting": "omni_tui.connectors.mail.imap_connection:ImapConnection.__init__",
    "logging in": "omni_tui.connectors.mail.imap:ImapSession.__init__",
    "opening": "omni_tui.connectors.mail.imap:ImapSession.examine",
    "listing": "omni_tui.connectors.mail.imap:ImapSession.list_uids",
    "fetching": "omni_tui.connectors.mail.imap:ImapSession.fetch",
    "reading": "omni_tui.connectors.mail.parse_pool:ParsePool.read",
    "arriving": "omni_tui.desk.ingest:arrive",
    "noting": "omni_tui.desk.ingest:_ledger",
    "indexing": "omni_tui.store.store:Writer.index_now",
    "finishing": "omni_tui.store.store:Writer.finish",
    "storing": "omni_tui.desk.ingest:ingest",
}
"""Each is a function: the engine dies before it is called, or behind it."""


def arrange(wish: str) -> None:
    """``before STEP:N`` or ``after STEP:N``: replace the function by one that ends the process at its n-th call."""
    name, _colon, number = wish.rpartition(":")
    when, _space, step = name.partition(" ")
    module, _colon, path = STEPS[step].partition(":")
    owner: Any = importlib.import_module(module)
    *way, last = path.split(".")
    for each in way:
        owner = getattr(owner, each)
    real, calls = getattr(owner, last), itertools.count(1)

    def dying(*args: Any, **kwargs: Any) -> Any:
        call = next(calls)
        if when == "before" and call == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if when == "after" and call == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, last, dying)
