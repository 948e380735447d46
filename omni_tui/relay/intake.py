"""From many requests to few commits: everything that waits is taken in together, and told together."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from omni_tui.relay.durable import DurableQueue
from omni_tui.relay.events import Arrived, QueueAway, QueueFull

T = TypeVar("T")

MOST_WAITING = 4_000
"""Requests that may wait for the disk at once; more are asked to come again."""
MOST_BYTES = 32 << 20
"""And their bodies."""
_TOGETHER = 256


@dataclass(frozen=True, slots=True)
class _Put:
    event: Arrived
    future: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class _Ask:
    call: Callable[[DurableQueue], Any]
    future: asyncio.Future[Any]


class Overrun(Exception):
    """More arrives than the disk takes in: come again in a moment."""


class Away(Overrun):
    """The queue's disk or database does not answer: come again in a moment."""


class Intake:
    """The queue's one thread. Made on the event loop that asks it."""

    def __init__(self, opened: DurableQueue) -> None:
        self._queue = opened
        self.id = opened.id
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Put | _Ask | None] = queue.SimpleQueue()
        self._waiting = self._bytes = 0
        self._arrived = asyncio.Event()
        self.over = False
        """Nobody is to wait any longer: the relay ends."""
        self._thread = threading.Thread(target=self._work, name="relay-queue", daemon=True)
        self._thread.start()
        opened.watch(lambda: self._tell(self._ring))

    async def put(self, event: Arrived) -> None:
        """Return once the event is on the disk. Raises :class:`QueueFull` or :class:`Overrun`: come again."""
        size = len(event.body)
        if self._waiting >= MOST_WAITING or self._bytes + size > MOST_BYTES:
            raise Overrun
        self._waiting += 1
        self._bytes += size
        future: asyncio.Future[None] = self._loop.create_future()
        self._jobs.put(_Put(event, future))
        try:
            # A sender that hangs up does not undo what may be on the disk already.
            await asyncio.shield(future)
        except QueueAway as error:
            raise Away from error
        finally:
            self._waiting -= 1
            self._bytes -= size

    async def call(self, ask: Callable[[DurableQueue], T]) -> T:
        """``ask(queue)`` on the queue's thread."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Ask(ask, future))
        return await future

    async def wait(self, seconds: float) -> None:
        """Until something arrives, or the relay ends, or for so long."""
        if self.over:
            return
        arrived = self._arrived
        try:
            await asyncio.wait_for(arrived.wait(), seconds)
        except TimeoutError:
            return

    def end(self) -> None:
        """Let everybody who waits for something to arrive go."""
        self.over = True
        self._ring()

    async def close(self) -> None:
        """Take in what waits, and close the file."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join, 10)

    def _work(self) -> None:
        try:
            while True:
                jobs = [self._jobs.get()]
                with contextlib.suppress(queue.Empty):
                    while len(jobs) < _TOGETHER:
                        jobs.append(self._jobs.get_nowait())
                self._put_all([job for job in jobs if isinstance(job, _Put)])
                for job in jobs:
                    if isinstance(job, _Ask):
                        self._answer(job.future, partial(job.call, self._queue))
                if None in jobs:
                    return
        finally:
            self._queue.close()

    def _put_all(self, puts: list[_Put]) -> None:
        if not puts:
            return
        try:
            self._queue.put([put.event for put in puts])
        except QueueFull:
            # What fits goes in: one large body must not keep small ones out.
            for put in puts:
                self._answer(put.future, partial(self._put_one, put.event))
        except Exception as error:
            for put in puts:
                self._tell(_fail, put.future, error)
        else:
            # One hand-over for all: each wakes the event loop by a byte through a socket.
            self._tell(_succeed_all, [put.future for put in puts])
        self._tell(self._ring)

    def _put_one(self, event: Arrived) -> None:
        self._queue.put([event])

    def _answer(self, future: asyncio.Future[Any], call: Callable[[], Any]) -> None:
        try:
            answer = call()
        except Exception as error:
            self._tell(_fail, future, error)
        else:
            self._tell(_succeed, future, answer)

    def _ring(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()

    def _tell(self, call: Callable[..., None], *args: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *args)


def _succeed(future: asyncio.Future[Any], answer: Any) -> None:
    if not future.done():
        future.set_result(answer)


def _succeed_all(futures: Sequence[asyncio.Future[None]]) -> None:
    for future in futures:
        _succeed(future, None)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
