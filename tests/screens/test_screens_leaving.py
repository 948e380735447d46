"""Leaving: at once, whatever hangs, and with every draft kept, however the end comes."""

from __future__ import annotations

import inspect
import os
import signal
import threading
import time

import pytest
from support.inbox import inbox
from support.shop import Shop
from support.terminal import HANG_S, Terminal

from omni_tui.desk import drafts
from omni_tui.model.enums import DraftMode

UNFINISHED = "未写完"


async def test_quitting_returns_while_the_reader_hangs(shop: Shop) -> None:
    release = threading.Event()
    try:
        async with inbox(shop) as screen:
            await screen.shows("Lena Hoffmann")

            async def hang() -> None:
                await screen.screen.parts.link.read(lambda _store: release.wait(HANG_S))

            screen.screen.run_worker(hang())
            await screen.press("q")
            await screen.until(lambda: screen.app._exit)
        assert not release.is_set()
    finally:
        release.set()


async def test_the_store_is_never_asked_on_the_event_loops_thread(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        with pytest.raises(RuntimeError, match="event loop"):
            drafts.mine(shop.store, shop.agent)


def _begin_a_draft(shop: Shop) -> Terminal:
    terminal = Terminal(shop)
    terminal.until(b"Lena")
    terminal.keys("r")
    terminal.until(b"REPLY")
    # Each character is painted when it is typed, and stands nowhere else on the screen.
    for character in UNFINISHED:
        terminal.keys(character)
        terminal.until(character.encode())
    return terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_the_draft(shop: Shop, number: signal.Signals) -> None:
    terminal = _begin_a_draft(shop)
    os.kill(terminal.pid, number)
    terminal.ends()
    terminal.close()
    (kept,) = drafts.mine(shop.store, shop.agent)
    assert kept.body == UNFINISHED


def test_what_is_kept_outlives_kill_9_with_whom_it_goes_to(shop: Shop) -> None:
    terminal = Terminal(shop)
    terminal.until(b"Lena")
    terminal.keys("f")
    terminal.until(b"Forward to")
    terminal.keys("depot@carrier.example\r")
    terminal.until(b"FWD")
    for character in UNFINISHED:
        terminal.keys(character)
        terminal.until(character.encode())
    terminal.until(b"draft saved")
    os.kill(terminal.pid, signal.SIGKILL)
    os.waitpid(terminal.pid, 0)
    terminal.close()
    (kept,) = drafts.mine(shop.store, shop.agent)
    assert (kept.mode, kept.body, kept.fields.to) == (DraftMode.FORWARD, UNFINISHED, "depot@carrier.example")
    assert kept.fields.of


def test_a_terminal_that_is_gone_ends_the_inbox_and_keeps_the_draft(shop: Shop) -> None:
    terminal = _begin_a_draft(shop)
    terminal.close()
    deadline = time.monotonic() + HANG_S
    while os.waitpid(terminal.pid, os.WNOHANG)[0] == 0:
        assert time.monotonic() < deadline, "it does not end"
        time.sleep(0.05)
    (kept,) = drafts.mine(shop.store, shop.agent)
    assert kept.body == UNFINISHED


async def test_what_is_called_off_before_it_begins_is_closed(shop: Shop) -> None:
    begun = []

    async def work() -> None:
        begun.append(True)

    async with inbox(shop) as screen:
        called_off = work()
        screen.screen.spawn(called_off, "test")
        screen.app.workers.cancel_group(screen.screen, "test")
        await screen.until(lambda: inspect.getcoroutinestate(called_off) == inspect.CORO_CLOSED)
    assert not begun
