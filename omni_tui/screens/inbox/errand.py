"""Work handed to the event loop that may be called off before it begins."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from omni_tui.model.errors import OmniError


class Errand:
    """Runs ``work`` once; an error in it that is meant for people goes to ``complain``.

    Work nobody came to begin is closed with this: Python would take it for forgotten.
    """

    def __init__(self, work: Coroutine[Any, Any, None], complain: Callable[[OmniError], None]) -> None:
        self._work = work
        self._complain = complain

    async def run(self) -> None:
        """Do it."""
        try:
            await self._work
        except OmniError as error:
            self._complain(error)

    def __del__(self) -> None:
        self._work.close()
