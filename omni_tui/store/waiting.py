"""Waiting for SQLite's write lock: asked again every millisecond or so, by everybody at the same rate.

SQLite's own handler waits longer each time, up to 100 ms (``sqliteDefaultBusyCallback`` in main.c): a lock that is held
for two milliseconds at a time is then missed for twenty, and who waited longest is served last.

Who waits says so by a shared ``flock`` on the store's folder: whoever could go on for long looks whether there is one,
and makes an end. The system takes the mark of a process that dies away with it (flock(2)), nothing is written for it,
and the locks SQLite itself has on its files (fcntl) are not touched. Where the mark cannot be made (a folder that may
not be read, a file system without such locks) who writes cannot know, and others wait as long as a long write takes.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from functools import lru_cache
from pathlib import Path

_BUSY = 5
"""SQLITE_BUSY, the low byte of all its kinds: https://www.sqlite.org/rescode.html#busy"""
_SHORT_S, _MIDDLE_S, _LONG_S = 0.001, 0.004, 0.02
"""Between two tries, on the average: at first, after 30 ms, and after a second, when something long is going on."""


def begin(connection: sqlite3.Connection, patience_s: float, path: Path) -> None:
    """Begin a write transaction on a connection that does not wait by itself (``PRAGMA busy_timeout = 0``).

    ``path`` is the store's. Raises SQLite's OperationalError when the lock was not free within ``patience_s``.
    """
    began = time.monotonic()
    mark: int | None = None
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - began
                if error.sqlite_errorcode & 0xFF != _BUSY or waited > patience_s:
                    raise
            else:
                return
            if mark is None:
                # In vain where somebody looks at the same moment: the next try has it.
                with contextlib.suppress(OSError):
                    mark = _lock(path, shared=True)
            pause = _SHORT_S if waited < 0.03 else _MIDDLE_S if waited < 1 else _LONG_S
            # Half as long to half as long again, as the clock has it, lest two that met once meet every time.
            time.sleep(pause * (0.5 + time.perf_counter_ns() % 1000 / 1000))
    finally:
        if mark is not None:
            os.close(mark)


def is_waited_for(path: Path) -> bool | None:
    """Whether somebody waits for the lock of the store at ``path``; None if that cannot be told. Costs microseconds."""
    try:
        os.close(_lock(path, shared=False))
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


def give_way(path: Path) -> None:
    """Let those who wait have the lock first, for some milliseconds: who let it go takes it again before they look."""
    until = time.monotonic() + _LONG_S
    while is_waited_for(path) and time.monotonic() < until:
        time.sleep(_SHORT_S / 2)


@lru_cache(maxsize=8)
def _folder(path: Path) -> Path:
    """Where a store lies, the same by whatever name it was opened."""
    return path.resolve().parent


def _lock(path: Path, *, shared: bool) -> int:
    """The open folder of a store, locked for as long as it is open.

    Raises BlockingIOError where somebody else has another lock on it, and OSError where it can have none.
    """
    import fcntl  # for who waits or writes much; most processes only read

    descriptor = os.open(_folder(path), os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
