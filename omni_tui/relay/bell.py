"""Hears when another relay has put something into the queue they share (PostgreSQL's LISTEN).

A hint and no more: whoever waits looks now and then anyway, so that a notification lost with its connection costs a
moment and nothing else.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import psycopg

from omni_tui.model.errors import StoreError
from omni_tui.store.postgres_link import connect

_LOOK_S = 1.0
"""How often it looks whether it is still wanted."""


class Bell:
    """Calls ``ring`` on a thread of its own, once at the beginning of every connection too."""

    def __init__(self, url: str, name: str, ring: Callable[[], None]) -> None:
        self._url, self._name, self._ring = url, name, ring
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="relay-bell", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear nothing more."""
        self._ended.set()
        self._thread.join(2 * _LOOK_S)

    def _work(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(psycopg.Error, StoreError):
                self._listen()
            self._ended.wait(_LOOK_S)

    def _listen(self) -> None:
        with contextlib.closing(connect(self._url, "read")) as db:
            db.execute(f"LISTEN {self._name}".encode())
            self._ring()
            while not self._ended.is_set():
                for _heard in db.notifies(timeout=_LOOK_S, stop_after=1):
                    self._ring()
