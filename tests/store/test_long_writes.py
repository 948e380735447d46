"""When a write in a file should make an end: looked at while it works, and not only once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from omni_tui.store import open_store, sqlite_session

HANG_S = 30


def test_who_begins_to_wait_in_the_middle_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_session, "LONG_S", 3600)
    monkeypatch.setattr(sqlite_session, "SHORT_S", 0)
    store, other = (open_store(tmp_path / "omni.db", create=True) for _number in range(2))

    def write() -> None:
        with other.write():
            pass

    waiting = threading.Thread(target=write, daemon=True)
    with store.write() as tx:
        alone = tx.is_long()
        waiting.start()
        until = time.monotonic() + HANG_S
        while not (seen := tx.is_long()) and time.monotonic() < until:
            pass  # what is measured is work
        # Who looks again at once is told the same.
        again = tx.is_long(0.5)
    waiting.join(HANG_S)
    assert (alone, seen, again, waiting.is_alive()) == (False, True, True, False)
    store.close()
    other.close()
