"""A store that is away for a while: it is said, and no longer than it is so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from support.inbox import elsewhere, inbox
from support.shop import Shop
from textual.message import Message

from omni_tui.model.errors import StoreAway
from omni_tui.screens.store_link import StoreBack, StoreLink, StoreTrouble
from omni_tui.store import Store
from omni_tui.store.threads import StoreThreads

GONE = "the database cannot be reached"


class Unsteady(StoreLink):
    """A link whose store can be away."""

    away = False

    async def read(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return await super().read(self._through(fn), *args, **kwargs)

    async def ask(self, slot: str, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return await super().ask(slot, self._through(fn), *args, **kwargs)

    def _through(self, fn: Any) -> Any:
        def through(store: Store, *args: Any, **kwargs: Any) -> Any:
            if self.away:
                raise StoreAway(GONE)
            return fn(store, *args, **kwargs)

        return through


async def test_what_is_said_of_it_goes_as_soon_as_it_is_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.screens.inbox.refreshing.CHECK_S", 0.2)
    monkeypatch.setattr("omni_tui.screens.inbox.rounds.AGAIN_S", 0.05)
    monkeypatch.setattr("omni_tui.screens.chrome.footer._TOAST_S", 3600.0)
    link = Unsteady(elsewhere(lambda: shop.store))
    async with inbox(shop, link=link) as running:
        await running.shows("Lena Hoffmann")
        link.away = True
        await running.shows(GONE)
        link.away = False
        await running.lacks(GONE)


class Unsought(Unsteady):
    """A link whose store is away for what is shown beside the list, and for nothing else."""

    async def read(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return await StoreLink.read(self, fn, *args, **kwargs)

    async def ask(self, slot: str, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return await StoreLink.ask(self, slot, self._through(fn) if slot == "thread" else fn, *args, **kwargs)


async def test_what_was_to_be_shown_meanwhile_is_shown_when_it_is_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omni_tui.screens.inbox.refreshing.CHECK_S", 3600.0)
    monkeypatch.setattr("omni_tui.screens.chrome.footer._TOAST_S", 3600.0)
    link = Unsought(elsewhere(lambda: shop.store))
    async with inbox(shop, link=link) as running:
        await running.shows("Lena Hoffmann")
        await running.until(lambda: running.screen.parts.thread.opened is not None)
        link.away = True
        await running.press("j")
        await running.shows(GONE)
        row = running.screen.parts.list.current
        link.away = False
        running.screen.post_message(StoreBack())
        await running.lacks(GONE)
        await running.until(lambda: row is not None and running.screen.parts.thread.conversation_id == row.id)


class Interrupted(StoreThreads):
    """Threads that lose the store when it is looked at for the first time."""

    lost = False

    async def watch(self, look: Callable[[Store], Any], every_s: float) -> AsyncGenerator[Any, None]:
        if not self.lost:
            self.lost = True
            raise StoreAway(GONE)
        async for found in super().watch(look, every_s):
            yield found


async def test_who_follows_the_changes_tells_of_trouble_and_of_its_end(shop: Shop) -> None:
    heard: list[Message] = []
    back = asyncio.Event()

    def post(message: Message) -> None:
        heard.append(message)
        if isinstance(message, StoreBack):
            back.set()

    link = StoreLink(shop.store, Interrupted(shop.store))
    following = asyncio.create_task(link.follow(post))
    await asyncio.wait_for(back.wait(), 30)
    following.cancel()
    assert [type(each) for each in heard[:2]] == [StoreTrouble, StoreBack]
    link.close()
