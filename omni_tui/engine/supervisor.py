"""Lets a crew work for as long as the lease holds and nobody asks the engine to end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

from omni_tui.engine.crew import Crew
from omni_tui.engine.ending import Ending
from omni_tui.engine.lease_keeper import keep
from omni_tui.engine.tenure import Tenure
from omni_tui.engine.watch import watch

LET_GO_S = 0.2


async def work(tenure: Tenure, crew: Crew, ending: Ending) -> None:
    """Poll and perform until ``ending``. Raises what is ``OVER``, with everything stopped at once."""
    pollers = _start(poller.run() for poller in crew.pollers)
    keepers = _start(
        (
            keep(tenure),
            watch(tenure, crew.told),
            crew.timers.run(),
            *(filer.run() for filer in crew.filers),
            *(courtesy.run() for courtesy in crew.courtesies),
        )
    )
    performer = asyncio.create_task(crew.performer.run(), name="performer")
    asked = asyncio.create_task(ending.asked())
    stop = asyncio.create_task(ending.stop.wait())
    everything = {*pollers, *keepers, performer, asked, stop}
    try:
        await _first({*pollers, *keepers, performer}, asked)
        await _cancel(pollers)
        if ending.drain.is_set() and not ending.stop.is_set():
            crew.performer.drain(tenure.timing.drain)
            await _first({*keepers, performer}, stop, performer)
        crew.performer.stop()
        await asyncio.wait({performer}, timeout=tenure.timing.settle)
        await crew.performer.finish(tenure.timing.finish, tenure.timing.settle)
    finally:
        crew.performer.stop()
        await crew.performer.finish(0.0, LET_GO_S)
        await _cancel(everything)


async def once(tenure: Tenure, crew: Crew, ending: Ending) -> bool:
    """Fetch and perform what there is. False if a channel failed; raises what is ``OVER``."""
    rounds = _start((*(poller.once() for poller in crew.pollers), crew.performer.once()))
    timers = asyncio.create_task(crew.timers.once())
    keeper = asyncio.create_task(keep(tenure))
    asked = asyncio.create_task(ending.asked())
    whole = asyncio.ensure_future(asyncio.gather(*rounds, timers))
    try:
        await _first({keeper, whole}, asked, whole)
        crew.performer.stop()
        await crew.performer.finish(tenure.timing.finish, tenure.timing.settle)
        return whole.done() and all(task.result() for task in rounds)
    finally:
        crew.performer.stop()
        await crew.performer.finish(0.0, LET_GO_S)
        await _cancel({keeper, asked, timers, *rounds, whole})


def _start(coroutines: Iterable[Coroutine[Any, Any, Any]]) -> set[asyncio.Task[Any]]:
    return {asyncio.create_task(coroutine) for coroutine in coroutines}


async def _first(working: set[asyncio.Future[Any]], *ends: asyncio.Future[Any]) -> None:
    """Wait until one of ``ends`` is done; a failure of any of ``working`` is raised."""
    while True:
        done, _waiting = await asyncio.wait({*working, *ends}, return_when=asyncio.FIRST_COMPLETED)
        for future in done:
            future.result()
        if not done.isdisjoint(ends):
            return
        working = working - done


async def _cancel(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel and let go; what came of them no longer matters."""
    all_of_them = list(tasks)
    waiting = [task for task in all_of_them if not task.done()]
    for task in waiting:
        task.cancel()
    if waiting:
        await asyncio.wait(waiting, timeout=LET_GO_S)
    for task in all_of_them:
        if task.done() and not task.cancelled():
            task.exception()
