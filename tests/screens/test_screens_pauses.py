"""What waits for a pause: one timer for each kind, and rounds between the keys but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from textual.app import App
from textual.timer import Timer

from omni_tui.screens.inbox import rounds
from omni_tui.screens.inbox.pauses import Pauses
from omni_tui.screens.inbox.rounds import Rounds


@dataclass
class Timers:
    """An application's timers, counted."""

    app: App[None]
    set: int = 0

    def __call__(self, delay: float, callback: Callable[[], object]) -> Timer:
        self.set += 1
        return self.app.set_timer(delay, callback)


async def until(holds: Callable[[], object]) -> None:
    waited = 0.0
    while not holds():
        await asyncio.sleep(0.01)
        waited += 0.01
        assert waited < 30


async def test_what_is_put_off_again_and_again_has_one_timer_and_is_done_once() -> None:
    app: App[None] = App()
    async with app.run_test():
        timers, done = Timers(app), []
        pauses = Pauses(timers)
        for number in range(50):
            pauses.after("rest", 0.2, lambda number=number: done.append(number))  # type: ignore[misc]
        assert (timers.set, pauses.waits("rest")) == (1, True)
        await until(lambda: done)
        assert (done, pauses.waits("rest")) == ([49], False)


async def test_what_is_wanted_sooner_does_not_wait_for_the_older_timer() -> None:
    app: App[None] = App()
    async with app.run_test():
        done: list[str] = []
        pauses = Pauses(Timers(app))
        pauses.after("keep", 60, lambda: done.append("late"))
        pauses.after("other", 60, lambda: done.append("other"))
        pauses.after("keep", 0.01, lambda: done.append("soon"))
        await until(lambda: done)
        assert (done, pauses.waits("other")) == (["soon"], True)


class _Late(Timer):
    """A timer that has rung when it is stopped: its callback is on its way already, as Textual's may be."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self.rings = callback

    def stop(self) -> None:
        """Too late."""


def test_a_timer_that_rang_just_before_it_was_stopped_does_nothing() -> None:
    timers: list[_Late] = []

    def set_timer(delay: float, callback: Callable[[], object]) -> Timer:
        timers.append(_Late(callback))
        return timers[-1]

    done: list[str] = []
    pauses = Pauses(set_timer)
    pauses.after("search", 0, lambda: done.append("called off"))
    pauses.call_off("search")
    timers[0].rings()
    pauses.after("search", 60, lambda: done.append("late"))
    pauses.after("search", 0, lambda: done.append("soon"))
    timers[1].rings()
    assert (done, pauses.waits("search"), len(timers)) == ([], True, 3)
    timers[2].rings()
    timers[2].rings()
    assert (done, pauses.waits("search")) == (["soon"], False)


async def test_what_is_asked_for_during_a_round_is_one_more_round() -> None:
    begun: list[int] = []
    go_on = asyncio.Event()

    async def work() -> None:
        begun.append(1)
        await go_on.wait()

    one = Rounds(work, 0)
    assert one.ask()
    running = asyncio.create_task(one.run())
    await until(lambda: begun)
    assert [one.ask() for _ in range(5)] == [False] * 5
    go_on.set()
    await running
    assert len(begun) == 2


async def test_a_round_waits_for_the_keys_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "LONGEST_S", 0.1)
    done: list[int] = []
    typing = True

    async def work() -> None:
        done.append(1)

    async def one_round() -> None:
        one = Rounds(work, 0, lambda: 0.01 if typing else 0.0)
        one.ask()
        await one.run()

    patient = asyncio.create_task(one_round())
    await asyncio.sleep(0)
    assert done == []
    async with asyncio.timeout(30):
        await patient
    assert done == [1]
    typing = False
    await one_round()
    assert done == [1, 1]
