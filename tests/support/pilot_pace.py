"""Importing this has Textual's pilot go on behind a key as soon as the program has come to rest, and not before.

Textual's own (``textual/_wait.py``) takes a step of 20 ms in which the process hardly computed for rest. So does a
process look that got no processor for that long, or that waits for the store. Here a step is a fifth of that, which
was most of what the tests of screens took, and it ends once the event loop has nothing left to do and the store has
answered whatever it was asked. The share of a step that counts as rest stays Textual's own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from textual import _wait

from omni_tui.store import threads

STEP_S = 0.004
PATIENCE_S = 0.5
"""How long an answer of the store is waited for: some tests hold it up on purpose."""

_asked: dict[asyncio.Future[Any], float] = {}
_submit = threads._Worker.submit


def _submit_seen(worker: threads._Worker, call: Callable[[], Any]) -> asyncio.Future[Any]:
    answer = _submit(worker, call)
    _asked[answer] = time.monotonic()
    answer.add_done_callback(_asked.pop)
    return answer


def _owed(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the store was asked something just now and has not answered."""
    since = time.monotonic() - PATIENCE_S
    for answer in [answer for answer in _asked if answer.get_loop().is_closed()]:
        del _asked[answer]
    return any(asked > since and answer.get_loop() is loop for answer, asked in _asked.items())


async def _step(seconds: float) -> None:
    """Sleep for a step, and on until nothing is ready to run and nothing owed."""
    await asyncio.sleep(seconds)
    loop = asyncio.get_running_loop()
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if _owed(loop):
            await asyncio.sleep(0.001)
        elif vars(loop)["_ready"]:
            await asyncio.sleep(0)
        else:
            return


_lasting = pytest.MonkeyPatch()
_lasting.setattr(threads._Worker, "submit", _submit_seen)
_lasting.setattr(_wait, "sleep", _step)
_lasting.setattr(_wait, "SLEEP_IDLE", STEP_S * _wait.SLEEP_IDLE / _wait.SLEEP_GRANULARITY)
_lasting.setattr(_wait, "SLEEP_GRANULARITY", STEP_S)
