"""Frames as soon as they are due: what stands between a key and its answer is kept short."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Generator

from textual.screen import Screen
from textual.timer import Timer

_FRAME_S = 1 / 250
"""The least time between two frames. Textual's own is a sixtieth of a second: a key that comes right after a frame of
something else would wait for it."""
_TURN_S = 0.0005
"""How long a thread that computes may keep the others waiting (:func:`sys.setswitchinterval`, 5 ms by default). A key
goes by way of three threads, and a fourth may just be turning rows of the store into objects."""
_TOGETHER_S = 0.05
"""How long a picture waits for all that belongs to it, at most."""


class PromptFrames(Screen[None]):
    """A screen whose frames come promptly, and in one piece where several things change for one reason."""

    _frames: Timer | None = None

    @property
    def _update_timer(self) -> Timer:
        # As textual.screen.Screen._update_timer (8.2.8), with another period.
        if self._frames is None:
            self._frames = self.set_interval(_FRAME_S, self._on_timer_update, name="frames", pause=True)
        return self._frames

    @contextlib.contextmanager
    def together(self) -> Generator[None]:
        """What changes within is painted at its end in one frame, or earlier where that takes long."""
        held = contextlib.ExitStack()
        held.callback(self.check_idle)
        held.enter_context(self.app.batch_update())
        timer = self.set_timer(_TOGETHER_S, held.close)
        try:
            yield
        finally:
            timer.stop()
            held.close()


def spare_the_keys() -> None:
    """Have this process answer keys evenly, once what lives as long as it does has been made.

    The garbage collector looks at those things no more: a full collection would take longer than a frame.
    """
    sys.setswitchinterval(_TURN_S)
    gc.freeze()
