"""The store from an event loop: one daemon thread reads, one writes, each with connections of its own."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from omni_tui.store.store import Interrupted, Store

P = ParamSpec("P")
T = TypeVar("T")
_Job = tuple[Callable[[], Any], "asyncio.Future[Any]", asyncio.AbstractEventLoop]


class _Worker:
    """One daemon thread that runs jobs in order; a hanging job never delays the exit of the process."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def submit(self, call: Callable[[], T]) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put((call, future, loop))
        return future

    def close(self) -> None:
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            call, future, loop = job
            if future.cancelled():
                continue
            try:
                result, error = call(), None
            except BaseException as raised:
                result, error = None, raised
            # The loop may be gone: then nobody waits for the answer any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_answer, future, result, error)


def _answer(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


class StoreThreads:
    """A store's two threads. Functions run on them get the store as their first argument."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._reader = _Worker("store-reader")
        self._writer = _Worker("store-writer")
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._running: str | None = None

    async def read(self, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn(store, …)`` on the reader thread. A read that was interrupted for another is run again."""
        while True:
            try:
                return await self._reader.submit(lambda: fn(self.store, *args, **kwargs))
            except Interrupted:
                continue

    async def ask(self, slot: str, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like :meth:`read`, but a newer question of the same ``slot`` ends the older, which raises CancelledError."""
        older = self._asked.get(slot)
        if older is not None and not older.done():
            older.cancel()
            if self._running == slot:
                self.store.interrupt()

        def run() -> T:
            self._running = slot
            try:
                return fn(self.store, *args, **kwargs)
            finally:
                self._running = None

        while True:
            future = self._reader.submit(run)
            self._asked[slot] = future
            try:
                return await future
            except Interrupted:
                # Interrupted for another slot's question that shared the thread: ours still stands.
                if self._asked.get(slot) is not future:
                    raise asyncio.CancelledError from None

    async def write(self, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn(store, …)`` on the writer thread."""
        return await self._writer.submit(lambda: fn(self.store, *args, **kwargs))

    def close(self) -> None:
        """End both threads after what they are doing, without waiting for them."""
        self.store.interrupt()
        self._reader.close()
        self._writer.close()
