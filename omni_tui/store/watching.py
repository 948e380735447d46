"""When to look whether something was committed: as soon as the store is heard of, and in between now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

_STEPS_S = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 0.8)
"""After a write was heard, how long to wait from each look to the next: what is being written shows later."""
_AFTER_FOUND = 6
"""The step to go on with when something was found: that was it, most likely."""
_DEAF = 2
"""So often something may be found that was not heard of; then it is looked for as where nothing can be heard."""

NEVER_S = 1e6


class Ear(Protocol):
    """Hears that a store was written to, and tells it once after each :meth:`listen`."""

    @property
    def trusted_s(self) -> float:
        """Seconds for which nothing heard means nothing written."""
        ...

    def listen(self) -> None:
        """Have the next write told."""
        ...

    def heard(self) -> bool:
        """Whether something was heard since the last call."""
        ...

    def overheard(self) -> bool:
        """Whether something was heard that will not be told, for it came while something else was asked."""
        ...

    def close(self) -> None:
        """Hear nothing any more."""
        ...


class Watch:
    """What a thread does by itself between its jobs: ``look``, which tells whether it found something, or None when it
    will not be asked again. Without an ear it looks every ``every_s`` seconds; with one no more often than that while
    there is something to find.

    All methods but :meth:`told` and :meth:`forget` are for that thread.
    """

    def __init__(self, look: Callable[[], bool | None], every_s: float) -> None:
        self._look, self._every_s = look, every_s
        self.is_over = False
        self._ear: Ear | None = None
        self._due = time.monotonic()
        self._step = len(_STEPS_S)
        self._told = False
        self._unheard = 0

    def hear(self, ear: Ear | None) -> None:
        """Listen from now on."""
        self._ear = ear

    def told(self) -> None:
        """The ear heard something. From any thread."""
        self._told = True

    def forget(self) -> None:
        """Nobody asks any more what is found. From any thread."""
        self.is_over = True

    def wait_s(self) -> float:
        """Seconds until the next look."""
        return 0.0 if self._told else max(0.0, self._due - time.monotonic())

    def look_if_due(self) -> None:
        """Look, if it is time."""
        if self._ear is not None and self._ear.overheard():
            self._told = True
        if self.wait_s() > 0:
            return
        told, self._told = self._told, False
        heard = self._ear is not None and self._ear.heard()
        if told and not heard and time.monotonic() < self._due:
            # Something else was written beside it.
            if self._ear is not None:
                self._ear.listen()
            return
        rested = self._step >= len(_STEPS_S)
        found = self._look()
        if found is None:
            self._due = time.monotonic() + NEVER_S
            self.close()
        elif self._ear is None:
            self._due = time.monotonic() + self._every_s
        else:
            self._go_on(self._ear, heard, found, rested=rested)

    def _go_on(self, ear: Ear, heard: bool, found: bool, *, rested: bool) -> None:
        if found and rested and not heard:
            self._unheard += 1
            if self._unheard >= _DEAF:
                self.close()
                self._due = time.monotonic() + self._every_s
                return
        if heard:
            self._step = 0
        if found:
            # Who writes a hundred times a second is looked at as often as where nothing can be heard.
            self._step = max(self._step, _AFTER_FOUND)
            self._due = time.monotonic() + self._every_s
            return
        wait_s = _STEPS_S[self._step] if self._step < len(_STEPS_S) else ear.trusted_s
        self._step = min(self._step + 1, len(_STEPS_S))
        self._due = time.monotonic() + wait_s
        ear.listen()

    def close(self) -> None:
        """Hear nothing any more."""
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.close()
