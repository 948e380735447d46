"""Brings what large writes left in the log into the file, on a thread of its own: they hardly wait for the disk.

SQLite does it within the commit that finds the log long enough, which then waits for the disk twice
(https://www.sqlite.org/wal.html#checkpointing): in a first sync, which writes gigabytes, a sixth of the time. The log
begins anew only where all of it is in the file when a write begins, and where one follows the other that is never
so: then the writer does the rest itself, in the commit that finds the log long. That is the less the sooner this thread
begins, so it looks at the log behind every large write.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable

LONGEST_S = 10
"""How long whoever closes the store waits for what the thread is doing."""
_AT_ONCE = 3
"""Tries in a row: what is appended meanwhile is a small rest, and the log begins anew only when nothing is left."""


class Checkpoints:
    """Of one store. Its thread begins when there is something to do, and ``connect`` opens what it works with."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._wake = threading.Event()
        self._over = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def grew(self) -> None:
        """The log has one more large write."""
        with self._lock:
            if self._over:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="store-checkpoints", daemon=True)
                self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """Stop; closing the last connection does the rest."""
        with self._lock:
            self._over, thread = True, self._thread
        self._wake.set()
        if thread is not None:
            thread.join(LONGEST_S)

    def _work(self) -> None:
        # A disk that is full or fails is told by the commit that meets it, to whoever waits for that one.
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._connect()) as connection:
            while self._wake.wait() and not self._over:
                self._wake.clear()
                with contextlib.suppress(sqlite3.OperationalError):
                    for _time in range(_AT_ONCE):
                        _busy, there, done = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                        if there == done or self._over:
                            break
