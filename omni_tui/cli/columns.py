"""Aligned columns, measured in terminal cells."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import repeat, zip_longest

from omni_tui.cli.output import tell, tell_marked
from omni_tui.text.cells import cut, width
from omni_tui.text.clean import clean_line

GAP = "  "
Marks = Sequence[tuple[int, int]]


def print_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, widest: int = 28, marks: Sequence[Marks] = ()
) -> None:
    """Print rows with all columns but the last cut at ``widest`` cells.

    On a terminal a header stands above and the last column is cut at the edge; into a pipe neither, so that
    ``grep`` and ``head`` see rows alone and whole. ``marks`` tell for each row what stands out in its last column.
    """
    terminal = sys.stdout.isatty() and bool(rows)
    room = _terminal_width() if terminal else None
    lines = _lines([header, *rows] if terminal else rows, widest=widest, room=room)
    if terminal:
        tell(lines.pop(0)[1])
    for row, (last, line), marked in zip(rows, lines, marks or repeat(()), strict=False):
        if marked:
            tell_marked(line, _in_line(line, last, row[-1], marked))
        else:
            tell(line)


def _terminal_width() -> int:
    import shutil  # and with it everything that packs archives

    return shutil.get_terminal_size().columns


def aligned(rows: Sequence[Sequence[str]], *, widest: int = 28, room: int | None = None) -> list[str]:
    """The rows as lines whose columns begin at the same cells; ``room`` is the longest line, None unlimited."""
    return [line for _, line in _lines(rows, widest=widest, room=room)]


def _lines(rows: Sequence[Sequence[str]], *, widest: int, room: int | None) -> list[tuple[int, str]]:
    """The same, each with the place where its last column begins."""
    cells = [[clean_line(cell) for cell in row] for row in rows]
    cells = [[*(cut(cell, widest) for cell in row[:-1]), row[-1]] for row in cells if row]
    widths = [max(width(cell) for cell in column) for column in zip_longest(*cells, fillvalue="")]
    lines = []
    for row in cells:
        before = "".join(cell + " " * (widths[at] - width(cell)) + GAP for at, cell in enumerate(row[:-1]))
        line = f"{before}{row[-1]}".rstrip()
        lines.append((len(before), line if room is None else cut(line, room)))
    return lines


def _in_line(line: str, at: int, text: str, marks: Marks) -> list[tuple[int, int]]:
    """Where the marked parts of ``text``, which begins at ``at``, stand in ``line``: cleaning moves them.

    A part that was cut off with the line's end is not there.
    """
    found = []
    for begin, end in marks:
        part = clean_line(text[begin:end])
        place = line.find(part, at) if part else -1
        if place >= 0:
            at = place + len(part)
            found.append((place, at))
    return found
