"""Ctrl-C reaches every process of a terminal: one that only helps must not hear it, not even while it starts."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """What is started by this thread meanwhile never gets SIGINT; ours is heard afterwards.

    A process could see to that only once it runs, which in Python takes some tenths of a second.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
