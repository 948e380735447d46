"""What waits for a pause: for a moment without another key, or without another call of its kind."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from textual.timer import Timer

SETTLED_S = 0.15
"""Without a key for so long nobody is in the middle of moving through the list."""


class SetTimer(Protocol):
    """:meth:`textual.message_pump.MessagePump.set_timer`."""

    def __call__(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call back after so many seconds."""


class Pauses:
    """Calls what is left to do once its pause has come; one timer for each kind, however often it is put off."""

    def __init__(self, set_timer: SetTimer) -> None:
        self._set_timer = set_timer
        self._due: dict[str, tuple[float, Callable[[], object]]] = {}
        self._timers: dict[str, tuple[float, int, Timer]] = {}
        self._set = 0

    def after(self, kind: str, seconds: float, then: Callable[[], object]) -> None:
        """Call ``then`` once nothing of this kind has been asked for so long."""
        due = time.monotonic() + seconds
        self._due[kind] = (due, then)
        running = self._timers.get(kind)
        if running is not None and running[0] > due:
            running[2].stop()
            running = None
        if running is None:
            self._wait(kind, due, seconds)

    def waits(self, kind: str) -> bool:
        """Whether something of this kind is still to be called."""
        return kind in self._due

    def call_off(self, kind: str) -> None:
        """Call nothing of this kind that was asked for."""
        self._due.pop(kind, None)
        if (running := self._timers.pop(kind, None)) is not None:
            running[2].stop()

    def _wait(self, kind: str, due: float, seconds: float) -> None:
        self._set += 1
        number = self._set
        self._timers[kind] = (due, number, self._set_timer(seconds, lambda: self._ring(kind, number)))

    def _ring(self, kind: str, number: int) -> None:
        running = self._timers.get(kind)
        if running is None or running[1] != number:
            return  # it had rung when it was stopped: Textual calls back a little later
        due, then = self._due[kind]
        left = due - time.monotonic()
        if left > 0:
            self._wait(kind, due, left)
            return
        del self._due[kind], self._timers[kind]
        then()


class Keys:
    """Remembers when a key was pressed last, for what had better not come between two of them."""

    def __init__(self) -> None:
        self._pressed = 0.0

    def pressed(self) -> None:
        """A key was pressed."""
        self._pressed = time.monotonic()

    def busy_s(self) -> float:
        """For how many seconds the keys had better be left alone."""
        return max(0.0, self._pressed + SETTLED_S - time.monotonic())
