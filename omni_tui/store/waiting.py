"""Waiting for SQLite's write lock: asked again every millisecond or so, by everybody at the same rate.

SQLite's own handler waits longer each time, up to 100 ms (``sqliteDefaultBusyCallback`` in main.c): a lock that is held
for two milliseconds at a time is then missed for twenty, and who waited longest is served last.

Who waits says so by a shared lock on one byte of the store's folder, which byte being told by the file's name: whoever
could go on for long looks whether there is one, and makes an end. The system takes the mark of a process that dies away
with it, nothing is written for it, and to look takes no lock itself. It is a lock of the open file (``F_OFD_SETLK``,
fcntl(2)) and not of the process, so it may be given back by closing.

Not on the store's file or one beside it: SQLite's locks are of the process, and whatever in it closes a descriptor of
such a file loses all of them (https://www.sqlite.org/howtocorrupt.html, section 2.2). Where ``flock`` is made of such
locks (NFS) or binds everybody (SMB) it would be in their way as well. A file of its own would lie about, and belong
into every copy and move of a store. A ``flock`` of the folder is one for all stores in it.

Where the mark cannot be made (a folder that may not be read, a system without such locks) who writes cannot know, and
writes in short parts.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import struct
import time
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Literal

_BUSY = 5
"""SQLITE_BUSY, the low byte of all its kinds: https://www.sqlite.org/rescode.html#busy"""
_SHORT_S, _MIDDLE_S, _LONG_S = 0.001, 0.004, 0.02
"""Between two tries, on the average: at first, after 30 ms, and after a second, when something long is going on."""

_FLOCK = "hhqqi4x"
"""``struct flock`` with offsets of 64 bits: type, where it counts from, start, length, process."""


def begin(connection: sqlite3.Connection, patience_s: float, path: Path) -> None:
    """Begin a write transaction on a connection that does not wait by itself (``PRAGMA busy_timeout = 0``).

    ``path`` is the store's. Raises SQLite's OperationalError when the lock was not free within ``patience_s``.
    """
    began = time.monotonic()
    said: int | None = None
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
            if said is None:
                with contextlib.suppress(OSError):
                    said = mark(path)
            pause = _SHORT_S if waited < 0.03 else _MIDDLE_S if waited < 1 else _LONG_S
            # Half as long to half as long again, as the clock has it, lest two that met once meet every time.
            time.sleep(pause * (0.5 + time.perf_counter_ns() % 1000 / 1000))
    finally:
        if said is not None:
            os.close(said)


def mark(path: Path) -> int:
    """Say that one waits for the lock of the store at ``path``, for as long as the file that is returned is open.

    Raises OSError where that cannot be said.
    """
    descriptor, byte = _opened(path)
    try:
        _ask("F_OFD_SETLK", descriptor, byte, shared=True)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_waited_for(path: Path) -> bool | None:
    """Whether somebody waits for the lock of the store at ``path``; None if that cannot be told. Costs microseconds."""
    try:
        return _marked(path)
    except OSError:
        return None


def give_way(path: Path) -> None:
    """Let those who wait have the lock first, for some milliseconds: who let it go takes it again before they look."""
    until = time.monotonic() + _LONG_S
    while is_waited_for(path) and time.monotonic() < until:
        time.sleep(_SHORT_S / 2)


@lru_cache(maxsize=8)
def _place(path: Path) -> tuple[Path, int]:
    """A store's folder and its byte there, the same by whatever name it was opened."""
    file = path.resolve()
    return file.parent, zlib.crc32(os.fsencode(file.name))


def _marked(path: Path) -> bool:
    """Whether anybody's mark would be in the way of a lock one has alone. Raises OSError where that cannot be told."""
    descriptor, byte = _opened(path)
    try:
        return _ask("F_OFD_GETLK", descriptor, byte, shared=False)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> tuple[int, int]:
    folder, byte = _place(path)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY), byte


def _ask(command: Literal["F_OFD_SETLK", "F_OFD_GETLK"], descriptor: int, byte: int, *, shared: bool) -> bool:
    """Set a lock, or look for one that is in its way: whether there is one."""
    import fcntl  # for who waits or writes much; most processes only read

    number = getattr(fcntl, command, None)
    if number is None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))
    kind = fcntl.F_RDLCK if shared else fcntl.F_WRLCK
    told = fcntl.fcntl(descriptor, number, struct.pack(_FLOCK, kind, os.SEEK_SET, byte, 1, 0))
    found: int = struct.unpack(_FLOCK, told)[0]
    return found != fcntl.F_UNLCK
