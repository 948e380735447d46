"""Aligned columns, measured in terminal cells."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from itertools import zip_longest

from omni_tui.cli.output import tell
from omni_tui.text.cells import cut, width
from omni_tui.text.clean import clean_line

GAP = "  "


def print_columns(header: Sequence[str], rows: Sequence[Sequence[str]], *, widest: int = 28) -> None:
    """Print rows with all columns but the last cut at ``widest`` cells.

    On a terminal a header stands above and the last column is cut at the edge; into a pipe neither, so that
    ``grep`` and ``head`` see rows alone and whole.
    """
    terminal = sys.stdout.isatty()
    room = shutil.get_terminal_size().columns if terminal else None
    for line in aligned([header, *rows] if terminal and rows else rows, widest=widest, room=room):
        tell(line)


def aligned(rows: Sequence[Sequence[str]], *, widest: int = 28, room: int | None = None) -> list[str]:
    """The rows as lines whose columns begin at the same cells; ``room`` is the longest line, None unlimited."""
    cells = [[clean_line(cell) for cell in row] for row in rows]
    cells = [[*(cut(cell, widest) for cell in row[:-1]), row[-1]] for row in cells if row]
    widths = [max(width(cell) for cell in column) for column in zip_longest(*cells, fillvalue="")]
    lines = []
    for row in cells:
        padded = [cell + " " * (widths[at] - width(cell)) for at, cell in enumerate(row[:-1])]
        line = GAP.join([*padded, row[-1]]).rstrip()
        lines.append(line if room is None else cut(line, room))
    return lines
