"""Hearing that a PostgreSQL store was written to: its notifications come on the connection that reads.

Whoever waits for them waits on the socket, and nobody wakes up to look. A thread of the ear's own waits, on a copy of
the socket's descriptor, and reads nothing: that is for the thread the connection belongs to.
https://www.postgresql.org/docs/15/libpq-notify.html
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections.abc import Callable


class PostgresEar:
    """Hears notifications. ``told`` is called, on a thread of the ear's own, once after each :meth:`listen`.

    ``socket`` is the descriptor of the connection (None where there is none), ``count`` takes in what has come and is
    another after each notification, and for each connection; ``owed`` tells whether an answer is still to come, which
    the socket will tell of. All methods are for the thread that reads.
    """

    trusted_s = 30.0
    """A connection that is lost is heard of as well; this is for a notification that a pooler in between kept."""

    def __init__(
        self,
        socket: Callable[[], int | None],
        count: Callable[[], int],
        owed: Callable[[], bool],
        told: Callable[[], None],
    ) -> None:
        self._socket, self._count, self._owed, self._told = socket, count, owed, told
        self._known = count()
        self._lock = threading.Lock()
        self._waits = False
        self._over = False
        self._listens = threading.Event()
        self._copy = -1
        self._ended, self._end = os.pipe()
        threading.Thread(target=self._work, name="store-ear", daemon=True).start()

    def listen(self) -> None:
        """Have the next notification told, and the end of the connection."""
        with self._lock:
            if self._waits or self._over:
                return
            socket = self._socket()
            if socket is None:
                return
            self._copy, self._waits = os.dup(socket), True
        self._listens.set()

    def heard(self) -> bool:
        """Whether something came since the last call."""
        count = self._count()
        known, self._known = self._known, count
        return known != count

    def overheard(self) -> bool:
        """Whether something came with the answer to a question: the socket does not tell of that any more."""
        return not self._owed() and self._count() != self._known

    def close(self) -> None:
        """Hear nothing any more."""
        with self._lock:
            if self._over:
                return
            self._over = True
            # Within the lock: behind it the other thread may have closed this end, and its number be another file's.
            os.write(self._end, b"x")
        self._listens.set()

    def _work(self) -> None:
        while True:
            self._listens.wait()
            self._listens.clear()
            waiting = select.poll()
            waiting.register(self._ended, select.POLLIN)
            with self._lock:
                copy, self._copy = self._copy, -1
            if copy >= 0:
                waiting.register(copy, select.POLLIN)
                waiting.poll()
                os.close(copy)
            with self._lock:
                self._waits = False
                over = self._over
            if over:
                for end in (self._ended, self._end):
                    with contextlib.suppress(OSError):
                        os.close(end)
                return
            self._told()
