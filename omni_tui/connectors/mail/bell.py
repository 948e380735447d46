"""Wakes a thread that waits for a socket: a pipe it looks at besides, which any thread may write to."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

from omni_tui.model.errors import Retry
from omni_tui.text.i18n import _


class Bell:
    """Rung before anybody listens, it ends the next wait. Closed, it is free of descriptors once nobody listens."""

    def __init__(self) -> None:
        self._heard, self._rope = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        # A descriptor's number is given to whoever opens something next: none is used beside its closing.
        self._lock = threading.Lock()
        self._listening = False
        self._closed = False

    def ring(self) -> None:
        """End the wait, from any thread."""
        with self._lock:
            if not self._closed:
                self._pull()

    @contextlib.contextmanager
    def listen(self) -> Iterator[int]:
        """The descriptor that becomes readable when it rings, for one thread at a time. Raises Retry once closed."""
        with self._lock:
            if self._closed:
                raise Retry(_("The channel was closed"))
            self._listening = True
        try:
            yield self._heard
        finally:
            with self._lock:
                self._listening = False
                if self._closed:
                    self._free()
                else:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._heard, 4096)

    def close(self) -> None:
        """End the wait for good, from any thread."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._listening:
                self._pull()
            else:
                self._free()

    def _pull(self) -> None:
        # Full, it was rung often enough.
        with contextlib.suppress(BlockingIOError):
            os.write(self._rope, b"w")

    def _free(self) -> None:
        os.close(self._heard)
        os.close(self._rope)
