"""A line on the terminal that says which table a long verb is at; it disappears with the verb."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from omni_tui.cli.progress import EVERY_S
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


class StepLine:
    """Told what is worked on, how many of it are done, and of how many (0: nobody knows). Silent without a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._next = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + EVERY_S
        text = _("{what}: {done:,} of {total:,}") if total else _("{what}: {done:,}")
        line = clean_line(text.format(what=what, done=done, total=total))[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown and self._next:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def steps() -> Iterator[StepLine]:
    """A line for the time of a ``with`` block."""
    line = StepLine()
    try:
        yield line
    finally:
        line.end()
