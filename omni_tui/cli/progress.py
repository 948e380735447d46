"""A line on the terminal that says how far a long verb is, and disappears with it."""

from __future__ import annotations

import shutil
import sys
import time

from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext

EVERY_S = 0.2
_SPAN_S = 10.0


class ProgressLine:
    """``things`` are counted and told; ``done`` and ``total`` are in any one unit. Without a terminal it is silent."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._next = 0.0
        self._marks: list[tuple[float, int, int]] = []

    def __call__(self, things: int, done: int, total: int) -> None:
        """Show how far it is; cheap enough to be called at every step."""
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + EVERY_S
        # Speed is that of the last seconds: what was done in an earlier run does not count.
        self._marks = [mark for mark in self._marks if mark[0] > now - _SPAN_S] + [(now, things, done)]
        begun, things_then, done_then = self._marks[0]
        span = now - begun
        parts = [
            f"{min(100, done * 100 // total) if total else 100:3d} %",
            ngettext("{count:,} message", "{count:,} messages", things).format(count=things),
        ]
        if span > 0:
            parts.append(_("{rate:,.0f}/s").format(rate=(things - things_then) / span))
            if done > done_then:
                parts.append(_("{time} left").format(time=_clock((total - done) * span / (done - done_then))))
        text = clean_line("  ".join(parts))[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown and self._marks:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class ByteLine:
    """How many bytes of how many are there, for one thing that takes its time. Without a terminal it is silent."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is."""
        if self._shown:
            share = min(100, done * 100 // total) if total else 100
            sys.stderr.write(f"\r\x1b[K{share:3d} %  {done / 1_000_000:.0f} MB")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _clock(seconds: float) -> str:
    whole = max(0, int(seconds + 0.5))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
