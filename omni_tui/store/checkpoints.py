"""Brings what much writing left in the log into the file, on a thread of its own: hardly a write waits for the disk.

SQLite does it within the commit that finds the log long enough, which then waits for the disk twice
(https://www.sqlite.org/wal.html#checkpointing): in a first sync, which writes gigabytes, a sixth of the time. The log
begins anew only where all of it is in the file when a write begins: this thread has the time of the next write for
that. Each time writes the same pages of the indexes into the file once more, and waits for the disk twice, so some
large writes are brought in together. Where the thread does not get through, the writer does the rest itself, in a
commit that finds the log five times as long.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable

LONGEST_S = 10
"""How long whoever closes the store waits for what the thread is doing."""
TOGETHER_S = 0.3
"""Work of large writes that is brought in together: some 30 MB of log, a fifth of what a writer waits for."""
REST_S = 1
"""How long less than that may stay in the log alone."""
_AT_ONCE = 3
"""Tries in a row: what is appended meanwhile is a small rest, and the log begins anew only when nothing is left."""


class Checkpoints:
    """Of one store. Its thread begins when there is something to do, and ``connect`` opens what it works with."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._over = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._worked_s = 0.0

    def grew(self, worked_s: float) -> None:
        """The log has one more large write, or many small ones, which took so much work."""
        with self._changed:
            if self._over:
                return
            first = not self._worked_s
            self._worked_s += worked_s
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="store-checkpoints", daemon=True)
                self._thread.start()
            elif first or self._worked_s >= TOGETHER_S:
                self._changed.notify()

    def close(self) -> None:
        """Stop; closing the last connection does the rest."""
        with self._changed:
            self._over, thread = True, self._thread
            self._changed.notify()
        if thread is not None:
            thread.join(LONGEST_S)

    def _work(self) -> None:
        # A disk that is full or fails is told by the commit that meets it, to whoever waits for that one.
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._connect()) as connection:
            while self._wait():
                with contextlib.suppress(sqlite3.OperationalError):
                    for _time in range(_AT_ONCE):
                        _busy, there, done = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                        if there == done or self._over:
                            break

    def _wait(self) -> bool:
        """Wait until there is enough, or nothing follows for a while; False when it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._worked_s)
            self._changed.wait_for(lambda: self._over or self._worked_s >= TOGETHER_S, REST_S)
            self._worked_s = 0.0
            return not self._over
