"""Hearing that a file is written to, so that nobody need look ten times a second whether it was.

Linux tells by inotify(7), which Python has no module for. What is told of is the write, not the commit: SQLite appends
a transaction to its log and lets others see it a moment later (after the disk has answered, for a durable one). Whoever
hears has to look more than once; and since a file system may tell nothing, to look now and then without having heard.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

_IN_MODIFY = 0x2
_IN_Q_OVERFLOW = 0x4000
_HEAD = struct.Struct("iIII")  # struct inotify_event: wd, mask, cookie, and how long the name behind it is
_ROOM = 16 * 1024


class Ear:
    """Hears writes to one file. ``told`` is called, on a thread of the ear's own, once after each :meth:`listen`.

    All methods are for one thread.
    """

    trusted_s = 2.0
    """A file system may tell nothing."""

    def __init__(self, fd: int, watch: int, name: bytes, told: Callable[[], None]) -> None:
        self._fd, self._watch, self._name, self._told = fd, watch, name, told
        self._listens = threading.Event()
        self._over = False
        threading.Thread(target=self._work, name="store-ear", daemon=True).start()

    def listen(self) -> None:
        """Have the next write told."""
        self._listens.set()

    def heard(self) -> bool:
        """Whether the file was written to since the last call."""
        found = False
        with contextlib.suppress(BlockingIOError):
            while events := os.read(self._fd, _ROOM):
                found = any(self._is_ours(mask, name) for mask, name in _read(events)) or found
        return found

    def overheard(self) -> bool:
        """Everything is told."""
        return False

    def close(self) -> None:
        """Hear nothing any more."""
        self._over = True
        self._listens.set()
        # Whoever waits for a write is told that there will be none.
        ctypes.CDLL(None).inotify_rm_watch(self._fd, self._watch)

    def _is_ours(self, mask: int, name: bytes) -> bool:
        return bool(mask & _IN_Q_OVERFLOW) or name == self._name

    def _work(self) -> None:
        waiting = select.poll()
        waiting.register(self._fd, select.POLLIN)
        while True:
            self._listens.wait()
            self._listens.clear()
            if not self._over:
                waiting.poll()
            if self._over:
                os.close(self._fd)
                return
            self._told()


def ear_at(path: Path, told: Callable[[], None]) -> Ear | None:
    """An ear at the file ``path``, which need not be there yet; None where nothing can be heard."""
    try:
        libc = ctypes.CDLL(None)
        # The flags are those of open(2).
        fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    except (AttributeError, OSError):
        return None
    if fd < 0:
        return None
    watch = libc.inotify_add_watch(fd, os.fsencode(path.parent), _IN_MODIFY)
    if watch < 0:
        os.close(fd)
        return None
    return Ear(fd, watch, os.fsencode(path.name), told)


def _read(events: bytes) -> Iterator[tuple[int, bytes]]:
    """Mask and file name of each event."""
    at = 0
    while at < len(events):
        _watch, mask, _cookie, size = _HEAD.unpack_from(events, at)
        at += _HEAD.size
        yield mask, events[at : at + size].rstrip(b"\0")
        at += size
