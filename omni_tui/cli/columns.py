"""Aligned columns, measured in terminal cells."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import chain, repeat, zip_longest

from omni_tui.cli.output import tell, tell_marked
from omni_tui.text.cells import cut, width
from omni_tui.text.clean import clean_line

GAP = "  "
_LEAST = 20
"""Cells below which a last column that does not fit stands on a line of its own: a subject of three words is none."""
Marks = Sequence[tuple[int, int]]


def print_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, widest: int = 28, marks: Sequence[Marks] = ()
) -> None:
    """Print rows with all columns but the last cut at ``widest`` cells.

    On a terminal a header stands above and the last column is cut at the edge, or stands below its row where next to
    nothing would be left of it; into a pipe neither, so that ``grep`` and ``head`` see rows alone and whole. ``marks``
    tell for each row what stands out in its last column.
    """
    if not (sys.stdout.isatty() and rows):
        for before, last in _parted(rows, widest):
            tell((before + last).rstrip())
        return
    room = _terminal_width()
    lines = _parted([header, *rows], widest)
    below = _belongs_below(lines, room)
    for (before, last), row, marked in zip(lines, [header, *rows], chain([()], marks or repeat(())), strict=False):
        if below:
            tell(cut(before.rstrip(), room))
            before = GAP
        line = cut((before + last).rstrip(), room)
        if marked:
            tell_marked(line, _in_line(line, len(before), row[-1], marked))
        elif line or not below:
            tell(line)


def _belongs_below(lines: Sequence[tuple[str, str]], room: int) -> bool:
    """Whether last columns are too long for what the others leave, and that is too little to read."""
    taken = max(width(before) for before, _ in lines)
    return room < taken + _LEAST and any(taken + width(last) > room for _, last in lines)


def _terminal_width() -> int:
    import shutil  # and with it everything that packs archives

    return shutil.get_terminal_size().columns


def aligned(rows: Sequence[Sequence[str]], *, widest: int = 28, room: int | None = None) -> list[str]:
    """The rows as lines whose columns begin at the same cells; ``room`` is the longest line, None unlimited."""
    lines = [(before + last).rstrip() for before, last in _parted(rows, widest)]
    return lines if room is None else [cut(line, room) for line in lines]


def _parted(rows: Sequence[Sequence[str]], widest: int) -> list[tuple[str, str]]:
    """Each row as what stands before its last column, and that column."""
    cells = [[clean_line(cell) for cell in row] for row in rows]
    cells = [[*(cut(cell, widest) for cell in row[:-1]), row[-1]] for row in cells if row]
    widths = [max(width(cell) for cell in column) for column in zip_longest(*cells, fillvalue="")]
    return [
        ("".join(cell + " " * (widths[at] - width(cell)) + GAP for at, cell in enumerate(row[:-1])), row[-1])
        for row in cells
    ]


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
