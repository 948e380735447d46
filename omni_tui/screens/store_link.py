"""The only way from the screen to the store: everything is awaited, nothing runs on the event loop's thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from textual.message import Message

from omni_tui.desk import presence
from omni_tui.model.errors import StoreError
from omni_tui.store import Store
from omni_tui.store.feed import Changes, Feed
from omni_tui.store.threads import StoreThreads

P = ParamSpec("P")
T = TypeVar("T")

_POLL_S = 0.15
_LONG_S = 0.7


class StoreChanged(Message):
    """Something was committed: the ``ids`` of what changed by entity; ``everything`` when there is too much to tell.

    ``writing`` and ``resting`` are the conversations whose customers began or ended to write, which is no change.
    """

    def __init__(
        self,
        ids: frozenset[str],
        entities: frozenset[str],
        everything: bool,
        writing: frozenset[str] = frozenset(),
        resting: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__()
        self.ids = ids
        self.entities = entities
        self.everything = everything
        self.writing, self.resting = writing, resting

    @property
    def is_change(self) -> bool:
        """Whether anything is to be read anew."""
        return self.everything or bool(self.ids)

    def can_replace(self, message: Message) -> bool:
        """A report of everything makes the older ones needless."""
        return self.everything and isinstance(message, StoreChanged)


class StoreTrouble(Message):
    """The store could not be asked for changes; it is tried again."""

    def __init__(self, error: StoreError) -> None:
        super().__init__()
        self.error = error


class StoreBack(Message):
    """After trouble, the store answers again."""


class StoreLink:
    """The store's two threads, and the task that follows its changes."""

    def __init__(self, store: Store, threads: StoreThreads | None = None) -> None:
        self._threads = threads or StoreThreads(store)
        self._slow: set[object] = set()
        self.waiting: Callable[[bool], None] = lambda _waiting: None
        """Called with True when a write takes long, because another program is writing, and with False after it."""

    async def read(self, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``fn(store, …)`` on the reader thread."""
        return await self._threads.read(fn, *args, **kwargs)

    async def ask(self, slot: str, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like :meth:`read`; a newer question of the same slot ends this one with CancelledError."""
        return await self._threads.ask(slot, fn, *args, **kwargs)

    async def write(self, fn: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``fn(store, …)`` on the writer thread."""
        slow = object()
        told = asyncio.get_running_loop().call_later(_LONG_S, self._is_slow, slow)
        try:
            return await self._threads.write(fn, *args, **kwargs)
        finally:
            told.cancel()
            if slow in self._slow:
                self._slow.remove(slow)
                self.waiting(bool(self._slow))

    def _is_slow(self, call: object) -> None:
        self._slow.add(call)
        self.waiting(True)

    async def follow(self, post: Callable[[Message], object]) -> None:
        """Post :class:`StoreChanged` for what anybody commits, until cancelled."""
        feed: Feed | None = None
        away = False
        while True:
            try:
                if feed is None or away:
                    now = await self.read(Feed)
                    feed = feed or now  # one from before knows what was committed meanwhile
                if away:
                    away = False
                    post(StoreBack())
                async with contextlib.aclosing(self._threads.watch(feed.poll, _POLL_S)) as found:
                    async for changes in found:
                        post(_changed(changes))
            except StoreError as error:
                away = True
                post(StoreTrouble(error))
                await asyncio.sleep(1)

    def close(self) -> None:
        """Let both threads go, without waiting for a call that hangs."""
        self._threads.close()


def _changed(changes: Changes) -> StoreChanged:
    lasting = [row for row in changes.rows if row.entity not in _PASSING]
    return StoreChanged(
        frozenset(row.entity_id for row in lasting),
        frozenset(row.entity for row in lasting),
        changes.everything,
        frozenset(row.entity_id for row in changes.rows if row.entity == presence.WRITES),
        frozenset(row.entity_id for row in changes.rows if row.entity == presence.RESTS),
    )


_PASSING = (presence.WRITES, presence.RESTS, presence.ANSWERS)


def in_daemon(fn: Callable[[], T]) -> Awaitable[T]:
    """``fn()`` on a daemon thread of its own, for slow calls that are not the store's. Never delays the exit."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def answer(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        try:
            result, error = fn(), None
        except BaseException as raised:
            result, error = None, raised
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(answer, result, error)

    threading.Thread(target=work, daemon=True).start()
    return future
