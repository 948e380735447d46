"""The inbox on a shop's store, driven by a pilot; what it shows as plain lines."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC
from typing import Any

from textual import events
from textual.pilot import Pilot

from omni_tui.config.settings import AgentSettings, ScreenSettings, Settings
from omni_tui.screens.app import OmniApp
from omni_tui.screens.inbox.screen import InboxScreen
from omni_tui.screens.store_link import StoreLink
from support import pilot_pace as pilot_pace
from support import style_rules as style_rules
from support.shop import Shop

GUARD_S = 60.0


def settings_for(shop: Shop, **screen: Any) -> Settings:
    """Settings of the agent ana, with a configuration file beside the store."""
    return Settings(
        file=shop.folder / "config" / "config.toml",
        agent=AgentSettings("ana", "Ana"),
        screen=ScreenSettings(**screen),
    )


class Inbox:
    """A running inbox with its pilot."""

    def __init__(self, app: OmniApp, pilot: Pilot[str], shop: Shop) -> None:
        self.app, self.pilot, self.shop = app, pilot, shop

    @property
    def screen(self) -> InboxScreen:
        screen = self.app.screen
        assert isinstance(screen, InboxScreen)
        return screen

    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def text(self) -> str:
        return "\n".join(self.lines())

    def line(self, y: int) -> str:
        return self.lines()[y]

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until ``holds()``; the guard only ends a test that would hang."""
        end = time.monotonic() + GUARD_S
        while not holds():
            assert time.monotonic() < end, self.text()
            await self.pilot.pause(0.02)

    async def shows(self, words: str) -> None:
        """Wait until the words are on the screen."""
        await self.until(lambda: words in self.text())

    async def lacks(self, words: str) -> None:
        """Wait until the words are no longer on the screen."""
        await self.until(lambda: words not in self.text())

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type text as a keyboard would."""
        for char in text:
            if char.isascii():
                await self.pilot.press("space" if char == " " else char)
            else:
                # The pilot knows the names of keys, not every character.
                self.app.post_message(events.Key(char, char))
                await self.pilot.pause()

    async def stored(self, fn: Callable[..., Any], *args: Any) -> Any:
        """Ask the store, on its reader thread."""
        return await self.screen.parts.link.read(lambda store: fn(store, *args))

    async def done_by_others(self, fn: Callable[[], Any]) -> Any:
        """Something another process does to the store meanwhile."""
        return await self.screen.parts.link.write(lambda _store: fn())


@contextlib.asynccontextmanager
async def inbox(
    shop: Shop,
    size: tuple[int, int] = (120, 40),
    *,
    settings: Settings | None = None,
    link: StoreLink | None = None,
    undo_send_s: int = 10,
    now: Callable[[], int] | None = None,
) -> AsyncIterator[Inbox]:
    """The inbox of a shop, ready for keys."""
    settings = settings or settings_for(shop)
    settings = replace(settings, inbox=replace(settings.inbox, undo_send_s=undo_send_s))
    app = OmniApp(settings, shop.store, link=link, now=now or shop.now, zone=lambda: UTC)
    async with app.run_test(size=size) as pilot:
        running = Inbox(app, pilot, shop)
        await running.until(lambda: isinstance(app.screen, InboxScreen))
        await running.until(lambda: "Inbox" in running.text())
        yield running
        if not app._exit:
            # What was only just begun takes its first step: work that is ended before that is warned of.
            await pilot.pause(0)
    app.leave()


def elsewhere(fn: Callable[[], Any]) -> Any:
    """Run ``fn`` as another process would: not on the event loop's thread, which may not ask the store."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(fn).result()
