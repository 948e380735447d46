"""How the engine is asked to end: at once by a signal, or after what is queued when its inbox closes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from omni_tui.engine.timing import Timing

LAST_S = 0.3
"""What the interpreter needs to end."""


class Ending:
    """``stop``: end within two seconds. ``drain``: send what is in its undo window first.

    ``anew``: stop what works, and begin again with the changed configuration.
    """

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.drain = asyncio.Event()
        self.anew = asyncio.Event()
        self._end_at: float | None = None

    def stop_now(self, timing: Timing) -> None:
        """Set ``stop``, and the moment by which everything is over."""
        if self._end_at is None:
            self._end_at = asyncio.get_running_loop().time() + timing.stop
        self.stop.set()

    def left(self, timing: Timing) -> float:
        """The seconds that closing connections may take now."""
        if self._end_at is None:
            return timing.close
        return min(timing.close, max(0.0, self._end_at - LAST_S - asyncio.get_running_loop().time()))

    async def asked(self) -> None:
        """Return when any of them was asked for."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self.stop, self.drain, self.anew)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


@contextlib.contextmanager
def heeded_signals(ending: Ending, timing: Timing) -> Iterator[None]:
    """Within the block SIGTERM and SIGINT stop the engine, even while a connector blocks the event loop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    # Not the loop's own handlers: those would wait for whatever keeps the loop from running.
    def stop(_number: int, _frame: FrameType | None) -> None:
        _end_by(timing.stop)
        loop.call_soon_threadsafe(ending.stop_now, timing)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def heed_pipe(ending: Ending, timing: Timing, fd: int = 0) -> None:
    """The end of standard input means that the inbox which started this engine is gone, however it went."""
    loop = asyncio.get_running_loop()

    def drain() -> None:
        ending.drain.set()
        _end_by(timing.drain + timing.stop)

    def listen() -> None:
        with contextlib.suppress(OSError):
            while os.read(fd, 4096):
                pass
        # The loop may be gone already, and the engine with it.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(drain)

    threading.Thread(target=listen, name="parent", daemon=True).start()


def _end_by(seconds: float) -> None:
    """End the process even if a library holds a thread the interpreter would wait for.

    Nothing is lost by it: what the store has not committed is fetched or decided again, as after kill -9.
    """
    timer = threading.Timer(seconds, os._exit, args=(0,))
    timer.daemon = True
    timer.start()
