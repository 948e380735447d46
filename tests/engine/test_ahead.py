"""Batches fetched ahead: in order, never more than there is room for, and what fails is told behind what came."""

from __future__ import annotations

import asyncio

import pytest

from omni_tui.engine.ahead import DEPTH, Ahead
from omni_tui.model.errors import Retry
from omni_tui.model.events import Batch


class Server:
    """Has so many batches; ``asked`` are the cursors it was asked with."""

    def __init__(self, batches: int, error: BaseException | None = None) -> None:
        self.asked: list[str] = []
        self._batches, self._error = batches, error

    async def poll(self, cursor: str) -> Batch:
        self.asked.append(cursor)
        number = int(cursor) + 1
        if self._error is not None and number > self._batches:
            raise self._error
        return Batch((), str(number), more=self._error is not None or number < self._batches)


async def settled() -> None:
    """Nothing here waits for anything but its turn."""
    for _turn in range(50):
        await asyncio.sleep(0)


async def test_no_more_lie_ready_than_there_is_room_for() -> None:
    server = Server(batches=10)
    ahead = Ahead(server.poll, "0")
    await settled()
    assert server.asked == [str(number) for number in range(DEPTH)]
    found = [await ahead.next()]
    await settled()
    assert len(server.asked) == DEPTH + 1
    while found[-1].more:
        found.append(await ahead.next())
    assert [batch.next_cursor for batch in found] == [str(number) for number in range(1, 11)]
    assert server.asked == [str(number) for number in range(10)]


@pytest.mark.parametrize("error", [Retry("The server is away."), asyncio.CancelledError()])
async def test_what_fails_is_told_behind_what_came(error: BaseException) -> None:
    ahead = Ahead(Server(batches=1, error=error).poll, "0")
    await settled()
    assert (await ahead.next()).next_cursor == "1"
    with pytest.raises(type(error)):
        await ahead.next()


async def test_dropped_it_asks_for_nothing_more() -> None:
    server = Server(batches=10)
    ahead = Ahead(server.poll, "0")
    await settled()
    ahead.drop()
    await settled()
    await ahead.next()
    await settled()
    assert len(server.asked) == DEPTH
