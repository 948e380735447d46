"""Comma-separated values as columns (RFC 4180, and what spreadsheets really write)."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Sequence

from omni_tui.text.cells import cut, width
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _, ngettext
from omni_tui.text.preview.model import Preview
from omni_tui.text.table import numeric

MAX_ROWS = 2_000
MAX_COLUMNS = 200
_FIELD = 100_000
_WIDEST = 40
MAX_CELLS = 2_000
_GAP = "  "
_SEPARATORS = ",;\t|"


def columns(text: str, *, whole: bool = True) -> Preview:
    """The rows of ``text`` in columns as wide as their values, up to 40 cells; ``whole`` tells that no text follows."""
    text = text.removeprefix("\ufeff")
    first, _end, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        separator, text = first[4], rest  # as Excel writes it
    else:
        separator = _separator(text)
    if not whole:
        text = text.rpartition("\n")[0]
    rows, more = _rows(text, separator)
    if not rows:
        return Preview(_("Table, no rows"))
    count = max(map(len, rows))
    sizes, right = _sizes(rows, count)
    lines = tuple(_line(row, sizes, right) for row in rows)
    facts = ngettext("Table, {count} row", "Table, {count} rows", len(rows)).format(count=f"{len(rows):,}")
    remarks = []
    if more or not whole:
        facts = _("Table, more than {count} rows").format(count=f"{len(rows):,}")
        remarks.append(_("Only the first {count} rows are shown.").format(count=f"{len(rows):,}"))
    if len(sizes) < count:
        remarks.append(_("Only the first {shown} of {count} columns are shown.").format(shown=len(sizes), count=count))
    facts += ", " + ngettext("{count} column", "{count} columns", count).format(count=count)
    return Preview(facts, lines, " ".join(remarks), prose=False)


def _separator(text: str) -> str:
    """The character that cuts most lines into the same number of pieces, more than one."""
    lines = [line for line in text[:20_000].split("\n")[:20] if line.strip()]
    best = (0, 0, ",")
    for separator in _SEPARATORS:
        found = Counter(line.count(separator) for line in lines)
        found.pop(0, None)
        if found:
            pieces, lines_alike = found.most_common(1)[0]
            best = max(best, (lines_alike, pieces, separator), key=lambda item: item[:2])
    return best[2]


def _rows(text: str, separator: str) -> tuple[list[list[str]], bool]:
    csv.field_size_limit(_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [
            [clean_line(value[:200]) for value in row[:MAX_COLUMNS]] for row in itertools.islice(reader, MAX_ROWS + 1)
        ]
    except csv.Error:
        # A quote that is never closed takes in all the rest: lines are better than nothing.
        lines = text.split("\n", MAX_ROWS + 1)
        rows = [[clean_line(value[:200]) for value in line.split(separator)[:MAX_COLUMNS]] for line in lines]
    rows = [row for row in rows if any(row)]
    return rows[:MAX_ROWS], len(rows) > MAX_ROWS


def _sizes(rows: Sequence[Sequence[str]], count: int) -> tuple[list[int], list[bool]]:
    """How many cells each column gets, and which are numbers, to stand at the right."""
    sizes: list[int] = []
    right: list[bool] = []
    used = 0
    for n in range(count):
        values = [row[n] for row in rows if n < len(row) and row[n]]
        sizes.append(min(_WIDEST, max(map(width, values), default=0)))
        right.append(numeric(values[1:]))
        used += sizes[-1] + len(_GAP)
        if used > MAX_CELLS:
            break
    return sizes, right


def _line(row: Sequence[str], sizes: Sequence[int], right: Sequence[bool]) -> str:
    parts = []
    for value, size, at_right in itertools.zip_longest(row[: len(sizes)], sizes, right[: len(sizes)], fillvalue=""):
        shown = cut(str(value), int(size), "..")
        space = " " * (int(size) - width(shown))
        parts.append(space + shown if at_right else shown + space)
    return _GAP.join(parts).rstrip()
