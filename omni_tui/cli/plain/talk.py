"""Asking and telling, one line after the other: no cursor is moved, no colour set, nothing is written twice."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable

from omni_tui.cli.output import flush, tell
from omni_tui.text.cells import width, wrap
from omni_tui.text.clean import clean

_LEAST = 20
"""Cells below which a line is not broken any further: a terminal that says less does not know its width."""
_HANG = "   "


class Ended(Exception):
    """Nobody is there any more: the input is at its end."""


def ask(prompt: str) -> str:
    """The next line that is typed, without its end. Raises :class:`Ended`."""
    if prompt:
        sys.stdout.write(clean(prompt) + " ")
    flush()
    line = sys.stdin.readline()
    if prompt and not sys.stdin.isatty():
        # No terminal echoes what came through the pipe, nor the line's end.
        sys.stdout.write("\n")
    if not line:
        raise Ended
    # An arrow key in a terminal without line editing is an escape sequence: it must not come back as one.
    return clean(line.rstrip("\r\n"))


def broken(lines: Iterable[str]) -> list[str]:
    """The lines no wider than the terminal, each part of one indented as its beginning; into a pipe as they are."""
    room = max(_LEAST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None
    found: list[str] = []
    for line in lines:
        if room is None or width(line) <= room:
            found.append(line)
            continue
        text = line.lstrip(" ")
        lead = line[: len(line) - len(text)]
        hang = lead or _HANG
        first, *rest = wrap(text, max(room - len(hang), 8))
        found += [lead + first, *(hang + each for each in rest)]
    return found


def say(*lines: str) -> None:
    """Print lines, broken at the terminal's edge."""
    for line in broken(lines):
        tell(line)


def page_rows() -> int | None:
    """How many lines may follow each other before one is asked; None where nobody can answer."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    return max(5, shutil.get_terminal_size().lines - 3)
