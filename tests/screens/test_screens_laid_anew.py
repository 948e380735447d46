"""A thread that is laid out anew while it is opened: nobody who waits for it is sent away."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

from support.inbox import Inbox, inbox
from support.shop import Shop

HANG_S = 30.0


@contextlib.asynccontextmanager
async def held(running: Inbox) -> AsyncIterator[tuple[threading.Event, threading.Event]]:
    """Have the reader hang, behind what it was asked before, until the second event is set; the first tells it does."""
    begun, ended = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        ended.wait(HANG_S)

    running.screen.spawn(running.screen.parts.link.read(lambda _store: hang()), "held")
    await running.pilot.pause()
    try:
        yield begun, ended
    finally:
        ended.set()


async def test_two_who_lay_out_anew_at_once_both_see_it_done(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Still no movement")
        source = running.screen.parts.thread
        await running.until(lambda: source.opened)
        async with held(running) as (begun, answered):
            await running.until(begun.is_set)
            source.unfolded = True
            first, second = asyncio.create_task(source.relayout()), asyncio.create_task(source.relayout())
            await running.pilot.pause()
            assert not first.done()
            answered.set()
            await asyncio.gather(first, second)
        await running.shows("last week")


async def test_a_key_typed_while_the_pane_changes_its_width_is_obeyed(shop: Shop) -> None:
    """``r`` opens the conversation and then the composer; the width changes twice before the lines are there."""
    async with inbox(shop) as running:
        await running.shows("Still no movement")
        screen, parts = running.screen, running.screen.parts
        async with held(running) as (begun, until_asked):
            await running.until(begun.is_set)
            await running.press("j", "r")
            assert parts.list.current is not None
            wanted = parts.list.current.id
            await running.until(lambda: parts.thread.conversation_id == wanted)
            async with held(running) as (between, until_laid_out):
                await running.pilot.resize_terminal(150, 40)
                until_asked.set()
                await running.until(between.is_set)
                await running.until(lambda: parts.thread.opened and parts.thread.opened.thread.head.id == wanted)
                await running.pilot.resize_terminal(130, 40)
                until_laid_out.set()
                await running.shows("REPLY")
        await running.until(lambda: screen.focused is parts.composer.area)
