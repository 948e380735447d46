"""The store from an event loop: one daemon thread reads, one writes, each with connections of its own."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from omni_tui.store.store import Interrupted, Store
from omni_tui.store.watching import Watch

P = ParamSpec("P")
T = TypeVar("T")
_Job = tuple[Callable[[], Any], "asyncio.Future[Any]", asyncio.AbstractEventLoop]


class _Worker:
    """One daemon thread that runs jobs in order; a hanging job never delays the exit of the process."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[_Job | Watch | None] = queue.SimpleQueue()
        self._watch: Watch | None = None
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def submit(self, call: Callable[[], T]) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put((call, future, loop))
        return future

    def watch(self, watch: Watch, store: Store) -> None:
        """Look by itself from now on, whenever something is heard of the store. Runs on the thread."""
        self._let_go()
        self._watch = watch

        def told() -> None:
            watch.told()
            self._jobs.put(watch)

        watch.hear(store.ear(told))

    def forget(self, watch: Watch) -> None:
        """Look no longer, unless it is at something else by now. From any thread."""
        watch.forget()
        self._jobs.put(watch)

    def close(self) -> None:
        self._jobs.put(None)

    def _let_go(self) -> None:
        if self._watch is not None:
            self._watch.close()
        self._watch = None

    def _work(self) -> None:
        while True:
            # Nobody but this thread wakes up to look: an event loop would be asked ten times a second for nothing.
            with contextlib.suppress(queue.Empty):
                watch = self._watch
                job = self._jobs.get(timeout=watch.wait_s() if watch is not None else None)
                if job is None:
                    self._let_go()
                    return
                if not isinstance(job, Watch):
                    _run(*job)
            watch = self._watch
            if watch is not None and watch.is_over:
                self._let_go()
            elif watch is not None:
                watch.look_if_due()


def _run(call: Callable[[], Any], future: asyncio.Future[Any], loop: asyncio.AbstractEventLoop) -> None:
    if future.cancelled():
        return
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


@dataclass(slots=True)
class _Question:
    dropped: bool = False


class StoreThreads:
    """A store's two threads. Functions run on them get the store as their first argument."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._reader = _Worker("store-reader")
        self._writer = _Worker("store-writer")
        self._asked: dict[str, _Question] = {}
        self._closed = False

    async def read(self, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn(store, …)`` on the reader thread."""
        return await self._reader.submit(self._call(_Question(), fn, *args, **kwargs))

    async def ask(self, slot: str, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like :meth:`read`, but a newer question of the same ``slot`` ends this one with CancelledError."""
        older = self._asked.get(slot)
        if older is not None:
            older.dropped = True
        self._asked[slot] = question = _Question()
        try:
            answer = await self._reader.submit(self._call(question, fn, *args, **kwargs))
        except asyncio.CancelledError:
            # Whoever asked waits no longer: the thread need not either.
            question.dropped = True
            raise
        except Interrupted:
            raise asyncio.CancelledError from None
        finally:
            if self._asked.get(slot) is question:
                del self._asked[slot]
        if question.dropped:
            raise asyncio.CancelledError
        return answer

    async def write(self, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn(store, …)`` on the writer thread."""
        return await self._writer.submit(lambda: fn(self.store, *args, **kwargs))

    async def watch(self, look: Callable[[Store], T | None], every_s: float) -> AsyncGenerator[T, None]:
        """What ``look(store)`` finds on the reader thread, which looks between its jobs when the store is heard of.

        Where nothing can be heard it looks every so many seconds. An error ends it, as one of :meth:`read` does.
        """
        loop = asyncio.get_running_loop()
        found: asyncio.Queue[T | Exception] = asyncio.Queue()

        def tell(answer: T | Exception) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(found.put_nowait, answer)

        def once() -> bool | None:
            try:
                with self.store.droppable(lambda: self._closed):
                    answer = look(self.store)
            except Exception as error:
                # Whatever it is: raised here it would end the thread, and nobody would hear of it.
                tell(error)
                return None
            if answer is not None:
                tell(answer)
            return answer is not None

        watch = Watch(once, every_s)
        try:
            await self._reader.submit(lambda: self._reader.watch(watch, self.store))
            while True:
                answer = await found.get()
                if isinstance(answer, Exception):
                    raise answer
                yield answer
        finally:
            self._reader.forget(watch)

    def close(self) -> None:
        """End both threads after what they are doing, without waiting for them."""
        self._closed = True
        self._reader.close()
        self._writer.close()

    def _call(
        self, question: _Question, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Callable[[], T]:
        def run() -> T:
            if question.dropped:
                raise Interrupted("a newer question was asked")
            with self.store.droppable(lambda: question.dropped or self._closed):
                return fn(self.store, *args, **kwargs)

        return run
