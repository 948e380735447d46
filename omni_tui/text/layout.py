"""Lines being set from running text: collapsed white space, blank lines, indents, quote marks, table rows."""

from __future__ import annotations

import re

from omni_tui.text.table import MAX_COLUMNS, Row, Table, align

MAX_INDENTS = 8

_QUOTE_MARKS = re.compile("(?:> )*")
_WHITE = re.compile(r"[ \t\r\n\f]+")


class Layout:
    """Takes text and breaks in reading order, gives lines.

    A break asked for is only made when more text comes, so several of them never add up to more than one
    blank line.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._pending = 0
        self._space = False
        self._prefixes = [""]
        self._bullet = ""
        # For each open row the line its first text stands on, None before there is any.
        self._rows: list[int | None] = []
        self._fresh_rows = 0
        self._cell_start = False
        self._tables: list[Table] = []

    def break_lines(self, count: int) -> None:
        """Ask for ``count`` line ends (2: a blank line) before the next text."""
        if not self._cell_start:
            self._pending = max(self._pending, count)

    def line_break(self) -> None:
        """One more line end, up to a blank line."""
        self._pending = min(2, self._pending + 1)

    def write_inline(self, text: str) -> None:
        """Running text: white space collapses; no-break spaces stay, as spaces."""
        text = _WHITE.sub(" ", text)
        body = text.strip(" ").replace("\xa0", " ")
        if not body.strip():
            if body and not self._line and self._lines:
                self._pending = 2  # a line that holds nothing but a no-break space is a blank one
            self._space = True
            return
        self._begin()
        if (self._space or text[0] == " ") and self._line and not self._line[-1].endswith(" "):
            self._line.append(" ")
        self._line.append(body)
        self._space = text[-1] == " "

    def write_lines(self, text: str) -> None:
        """Preformatted text: as it is, line by line."""
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
            if number:
                if self._line:
                    self._flush()
                elif self._lines and not self._pending:
                    self._lines.append(self._prefixes[-1].rstrip())
            if line:
                self.write(line.replace("\xa0", " "))

    def write(self, text: str) -> None:
        """Text to be kept as it is, on the current line."""
        self._begin()
        self._line.append(text)

    def append(self, text: str) -> None:
        """Text right after what was written last, whatever breaks were asked for since."""
        if self._line:
            self._line.append(text)
        elif self._lines:
            self._lines[-1] += text

    def indent(self, text: str, bullet: str = "") -> None:
        """Begin every following line with ``text``; the first with ``bullet`` in its place."""
        self._end_line()
        outer = self._prefixes[-1]
        self._prefixes.append(outer + text if len(self._prefixes) <= MAX_INDENTS else outer)
        self._bullet = outer + bullet if bullet else ""

    def unindent(self) -> None:
        """End the last :meth:`indent`."""
        self._end_line()
        self._pending = max(self._pending, 1)
        if len(self._prefixes) > 1:
            self._prefixes.pop()
        self._bullet = ""

    def unindent_all(self) -> None:
        """End every indent."""
        self._end_line()
        self._prefixes = [""]
        self._bullet = ""

    def open_table(self, *, linear: bool) -> None:
        """A table; a ``linear`` one only places things, and its columns mean nothing."""
        if self._tables:
            self._tables[-1].linear = True
        self._tables.append(Table(len(self._prefixes[-1]), linear))

    def close_table(self) -> None:
        """End the table; if it was one of data, its columns are put below each other."""
        table = self._tables.pop()
        if len(table.rows) > 1 and not table.linear:
            self._end_line()
            align(table, self._lines)

    def open_row(self) -> None:
        """A table row: its cells stand on one line as long as none of them has several."""
        self.break_lines(1)
        if self._tables:
            self._tables[-1].rows.append(Row())
        self._rows.append(None)
        self._fresh_rows += 1

    def close_row(self) -> None:
        """End the row."""
        self._cell_start = False
        first = self._rows.pop()
        if first is None:
            self._fresh_rows -= 1
        if self._tables and (rows := self._tables[-1].rows):
            if first is None:
                rows[-1].cells.clear()  # nothing in it, nothing to place
            elif first == len(self._lines) - (not self._line):
                rows[-1].line = first
        self._pending = 1

    def open_cell(self, span: int = 1) -> None:
        """The next cell of the row, two spaces after the one before it; ``span`` is how many columns it takes."""
        same_row = self._rows[-1] == len(self._lines) if self._rows else not self._pending
        if self._line and same_row:
            self._pending = 0
            self._space = False
            self._line.append("  ")
        elif self._line and self._rows and self._rows[-1] is not None:
            self._pending = max(self._pending, 1)  # the cell before it had several lines
        self._cell_start = True
        if self._tables and not (table := self._tables[-1]).linear and (rows := table.rows):
            cells = rows[-1].cells
            if len(cells) <= MAX_COLUMNS:
                column = cells[-1][0] + cells[-1][2] if cells else 0
                cells.append((column, 0 if self._pending else sum(map(len, self._line)), span))

    def mark(self) -> tuple[int, int]:
        """A place in what was written, for :meth:`since`."""
        return len(self._lines), len(self._line)

    def since(self, mark: tuple[int, int]) -> str:
        """What was written since ``mark``; if that began on an earlier line, only the last line of it."""
        height, length = mark
        if height == len(self._lines):
            # Breaks asked for before the mark are made after it, and start the line anew.
            return "".join(self._line[length:])
        return "".join(self._line) or self._lines[-1]

    def result(self) -> str:
        """The lines, without blank ones at either end."""
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _begin(self) -> None:
        """Make the breaks asked for, and the beginning of the line."""
        self._cell_start = False
        if self._pending:
            self._end_line()
            prefix = self._prefixes[-1]
            if self._pending > 1 and self._lines and self._lines[-1].strip("> "):
                # A blank line belongs to the quotes that both its neighbours stand in.
                shared = min(_quote_marks(self._lines[-1]), _quote_marks(prefix), key=len)
                self._lines.append(shared.rstrip())
            self._pending = 0
        if not self._line:
            self._space = False
            prefix = self._bullet or self._prefixes[-1]
            self._bullet = ""
            if prefix:
                self._line.append(prefix)
        # Rows without text are the innermost ones, since an outer row has text as soon as an inner one has.
        for index in range(len(self._rows) - self._fresh_rows, len(self._rows)):
            self._rows[index] = len(self._lines)
        self._fresh_rows = 0

    def _end_line(self) -> None:
        if self._line:
            self._flush()

    def _flush(self) -> None:
        self._lines.append("".join(self._line).rstrip())
        self._line = []
        self._space = False


def _quote_marks(line: str) -> str:
    match = _QUOTE_MARKS.match(line)
    return match.group() if match is not None else ""
