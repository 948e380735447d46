"""A connection of one thread that another thread may close: never from under a statement that is just running.

Python's ``Connection.close`` ends the statements of all threads, and whoever steps through one then reads freed memory.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from types import TracebackType


class InUse:
    """``with`` it whoever works on ``connection`` cannot lose it; from several threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._lock = threading.RLock()
        self.is_over = False
        """Whether it is to be closed: what only reads had better stop."""

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        return self.connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
        if self.is_over:
            self.close(0)

    def close(self, until: float) -> None:
        """Close it when nobody works on it any more, waiting for that to ``until`` on the monotonic clock.

        Whoever works on it longer closes it when that is done.
        """
        self.is_over = True
        if self._lock.acquire(timeout=max(0.0, until - time.monotonic())):
            try:
                self.connection.close()
            finally:
                self._lock.release()
