"""Waiting for SQLite's write lock: asked again every millisecond or so, by everybody at the same rate.

SQLite's own handler waits longer each time, up to 100 ms (``sqliteDefaultBusyCallback`` in main.c): a lock that is held
for two milliseconds at a time is then missed for twenty, and who waited longest is served last.
"""

from __future__ import annotations

import sqlite3
import time

_BUSY = 5
"""SQLITE_BUSY, the low byte of all its kinds: https://www.sqlite.org/rescode.html#busy"""
_SHORT_S, _MIDDLE_S, _LONG_S = 0.001, 0.004, 0.02
"""Between two tries, on the average: at first, after 30 ms, and after a second, when something long is going on."""


def begin(connection: sqlite3.Connection, patience_s: float) -> None:
    """Begin a write transaction on a connection that does not wait by itself (``PRAGMA busy_timeout = 0``).

    Raises SQLite's OperationalError when the lock was not free within ``patience_s``.
    """
    began = time.monotonic()
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - began
            if error.sqlite_errorcode & 0xFF != _BUSY or waited > patience_s:
                raise
        else:
            return
        pause = _SHORT_S if waited < 0.03 else _MIDDLE_S if waited < 1 else _LONG_S
        # Half as long to half as long again, as the clock has it, lest two that met once meet every time.
        time.sleep(pause * (0.5 + time.perf_counter_ns() % 1000 / 1000))
