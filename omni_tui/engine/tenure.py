"""One time of holding the lease, and the store as seen through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from omni_tui.engine.timing import Timing
from omni_tui.model.errors import StoreTooNew
from omni_tui.store import Store
from omni_tui.store.store import LeaseLost
from omni_tui.store.threads import StoreThreads

P = ParamSpec("P")
T = TypeVar("T")

OVER = (LeaseLost, StoreTooNew)
"""What ends a tenure at once: another engine works, or a newer program upgraded the store."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """``epoch`` is the fencing number: what is written with a stale one is refused with ``LeaseLost``."""

    threads: StoreThreads
    owner: str
    epoch: int
    timing: Timing

    async def read(self, ask: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``ask(store, …)`` on the reader thread."""
        return await self.threads.read(ask, *args, **kwargs)

    async def write(self, act: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``act(store, …)`` on the writer thread."""
        return await self.threads.write(act, *args, **kwargs)
