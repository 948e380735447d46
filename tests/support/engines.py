"""Engines under test: in this process with a fake channel, or as processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from omni_tui.config.settings import Settings
from omni_tui.engine.channels import configured
from omni_tui.engine.ending import Ending
from omni_tui.engine.run import Engine
from omni_tui.engine.timing import Timing
from omni_tui.store import Store, open_store

T = TypeVar("T")
HANG_S = 60.0

QUICK = Timing(
    standby=0.05,
    poll_wait=0.2,
    poll_gap=0.05,
    retry_first=0.02,
    retry_most=0.1,
    permanent_retry=0.3,
    look_again=0.05,
    feed=0.02,
    tick=0.2,
)
"""Waits for tests; the lease's are the real ones."""


def settings_of(directory: Path, **channels: dict[str, Any]) -> Settings:
    """A configuration with these channels, and its store in ``directory``."""
    return Settings(directory / "config.toml", channels=channels)


class Running:
    """An engine in this process's event loop."""

    def __init__(self, settings: Settings, store: Store, timing: Timing) -> None:
        self.ending = Ending()
        engine = Engine(settings, store, configured(settings), self.ending, timing)
        self.task = asyncio.create_task(engine.serve())

    async def end(self) -> int:
        """What :meth:`Engine.serve` returns."""
        async with asyncio.timeout(HANG_S):
            return await self.task


@contextlib.asynccontextmanager
async def running(settings: Settings, path: Path, timing: Timing = QUICK, **changed: float) -> AsyncIterator[Running]:
    """An engine at work on the store at ``path``; it is stopped at the end."""
    store = await asyncio.to_thread(open_store, path)
    engine = Running(settings, store, replace(timing, **changed))
    try:
        yield engine
    finally:
        engine.ending.stop_now(QUICK)
        try:
            await engine.end()
        finally:
            store.close()


async def eventually(ask: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """The first true answer of ``ask``, asked on another thread; gives up after a time no test needs."""
    end = time.monotonic() + HANG_S
    while True:
        answer = await asyncio.to_thread(ask, *args, **kwargs)
        if answer:
            return answer
        assert time.monotonic() < end, f"{ask} never came true: {answer!r}"
        await asyncio.sleep(0.02)


def wait_until(ask: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """:func:`eventually` for tests without an event loop."""
    end = time.monotonic() + HANG_S
    while True:
        answer = ask(*args, **kwargs)
        if answer:
            return answer
        assert time.monotonic() < end, f"{ask} never came true: {answer!r}"
        time.sleep(0.02)
