"""Brings what a queue's log holds into its file, on a thread of its own: no acknowledgement waits for that.

SQLite does it within the commit that finds the log long enough, which then takes ten times as long as others and holds
up whatever arrives meanwhile. The queue's own connection does so only where this thread does not keep up, or cannot.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

LATEST_PAGES = 8_000
"""Pages of the log at which the queue's own connection does what is left after all (32 MB)."""
_PAGES = 1_000
_AT_ONCE = 3
"""Tries in a row: what is appended meanwhile is a small rest, and the log begins anew only when nothing is left."""


class Checkpoints:
    """Of the file at ``path``. Its thread begins when there is something to do."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pages = 0
        self._wake = threading.Event()
        self._over = False
        self._thread: threading.Thread | None = None

    def grew(self, events: int, size: int) -> None:
        """The log has so many more events, of so many bytes: about five pages each besides their bodies."""
        self._pages += 5 * events + size // 4096
        if self._pages < _PAGES:
            return
        self._pages = 0
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="relay-checkpoints", daemon=True)
            self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """Stop; closing the queue itself does the rest."""
        self._over = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(10)

    def _work(self) -> None:
        with contextlib.closing(sqlite3.connect(self._path, isolation_level=None, timeout=10)) as db:
            while self._wake.wait() and not self._over:
                self._wake.clear()
                # A disk that is full or fails is told by the commit that meets it, to whoever waits for that one.
                with contextlib.suppress(sqlite3.OperationalError):
                    for _time in range(_AT_ONCE):
                        _busy, there, done = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                        if there == done or self._over:
                            break
