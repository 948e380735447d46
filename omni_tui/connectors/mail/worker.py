"""A daemon thread that runs blocking calls one after another and lets a coroutine await them."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from omni_tui.model.errors import Retry
from omni_tui.text.i18n import _

T = TypeVar("T")

_Job = tuple[asyncio.AbstractEventLoop, asyncio.Future[Any], Callable[[], Any]]


class Worker:
    """Starts at the first call. Being a daemon, a call that hangs never delays the end of the process."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopped = False

    async def run(self, call: Callable[[], T]) -> T:
        """The result of ``call``, run after those before it.

        Raises ``Retry`` after ``stop``. A cancelled caller stops waiting at once; a call already begun runs on to
        its own end.
        """
        if self._stopped:
            raise Retry(_("The channel was closed"))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put((loop, future, call))
        return await future

    def stop(self) -> None:
        """Let the thread end after what it was given."""
        self._stopped = True
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            loop, future, call = job
            if future.cancelled():
                continue
            result: Any = None
            error: BaseException | None = None
            try:
                result = call()
            except BaseException as caught:  # handed to whoever waits, whatever it is
                error = caught
            # The loop may have been closed while the call ran: then nobody waits any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_finish, future, result, error)
            del job, future, call, result, error  # an idle worker keeps nobody's megabytes


def _finish(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
