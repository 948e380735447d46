"""Tables of data: which tables are some, and their rows with the columns one below the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from omni_tui.text.cells import width

MAX_COLUMNS = 12
MAX_CELLS = 76
"""The width text is read in; a wider table is better read row by row."""
_GAP = "  "
# A number with its sign, currency, unit or per cent: "80 €", "$1,200.00", "12.5 kg", "-3 %".
_NUMBER = re.compile(r"[^\w\s]{0,3}\s?\d[\d.,'\u00a0 ]*\s?(?:[^\w\s]|\w{1,3})?")


@dataclass(slots=True)
class Row:
    """One row: the line it stands on and where its cells begin there. ``line`` is -1 for one of several lines."""

    line: int = -1
    cells: list[tuple[int, int, int]] = field(default_factory=list)
    """Column, place in the line, and how many columns it spans."""


@dataclass(slots=True)
class Table:
    """The rows of a table so far. ``linear``: it holds another table, or says it only places things."""

    indent: int
    linear: bool
    rows: list[Row] = field(default_factory=list)


def align(table: Table, lines: list[str]) -> None:
    """Rewrite the rows in ``lines`` so that columns stand one below the other, if these are data (not ``linear``).

    Data are at least two rows of at least two filled columns, each on a line of its own, together narrow enough to
    be read so. Columns of numbers go to the right.
    """
    rows = [row for row in table.rows if row.cells]
    if any(row.line < 0 or row.cells[0][1] > table.indent for row in rows):
        return
    found = [_cells(row, lines[row.line], table.indent) for row in rows]
    columns = max((cells[-1].column + 1 for cells in found if cells), default=0)
    if columns > MAX_COLUMNS or sum(len(cells) > 1 for cells in found) < 2:
        return
    sizes = [0] * columns
    numbers = [0] * columns
    others = [0] * columns
    for place, cells in enumerate(found):
        for column, text, size, span in cells:
            if span == 1 and size > sizes[column]:
                sizes[column] = size
            if place and not others[column]:  # the first row names the columns
                is_number = _is_number(text)
                numbers[column] += is_number
                others[column] += not is_number
    if table.indent + sum(sizes) + len(_GAP) * (columns - 1) > MAX_CELLS:
        return
    right = [bool(count) and not other for count, other in zip(numbers, others, strict=True)]
    for row, cells in zip(rows, found, strict=True):
        lines[row.line] = lines[row.line][: table.indent] + _line(cells, sizes, right)


class _Cell(NamedTuple):
    column: int
    text: str
    size: int
    span: int


def _cells(row: Row, line: str, indent: int) -> list[_Cell]:
    """The cells of a row that hold something."""
    found: list[_Cell] = []
    end = len(line)
    for column, place, span in reversed(row.cells):
        start = place if place > indent else indent
        if text := line[start:end].strip():
            found.append(_Cell(column, text, width(text), span))
        end = start
    return found[::-1]


def numeric(texts: Sequence[str]) -> bool:
    """Whether these are numbers, all of them, and there are some."""
    return bool(texts) and all(map(_is_number, texts))


def _is_number(text: str) -> bool:
    return len(text) < 30 and _NUMBER.fullmatch(text) is not None


def _line(cells: Sequence[_Cell], sizes: Sequence[int], right: Sequence[bool]) -> str:
    parts: list[str] = []
    written = start = at = 0
    for cell in cells:
        while at < cell.column:
            start += sizes[at] + len(_GAP)
            at += 1
        place = start
        if right[at] and cell.size < sizes[at]:
            place += sizes[at] - cell.size
        if written and place < written + len(_GAP):
            place = written + len(_GAP)  # what spans several columns has used up the room of this one
        parts.append(" " * (place - written) + cell.text)
        written = place + cell.size
    return "".join(parts)
