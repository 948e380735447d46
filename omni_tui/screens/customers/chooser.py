"""All customers over the whole screen: type a few letters of a name or address, choose one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from omni_tui.model.customer import CustomerRow
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span, column, column_right, ends, shorten
from omni_tui.screens.draw.lines import LOW, Lines
from omni_tui.screens.list.draw import kind_word
from omni_tui.screens.overlay.field import Field
from omni_tui.text.cells import width as cells_of
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_MARGIN = 3
_ROOM_FOR_FACTS = 56
"""Cells from which there is room for more than a name and its channels."""
_KEYS = frozenset({"Enter", "Esc", "Tab", "Down", "Up", "C-n", "C-p", "PgDn", "PgUp", "Home", "End"})
_AROUND = 7
"""Lines around the rows: title, field, blank lines, keys."""
_AROUND_LOW = 3
"""The same on a low screen, which they have for themselves."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a customer is chosen for: ``title`` over the list, ``enter`` what Enter does, ``chosen`` is told the row."""

    title: str
    enter: str
    chosen: Callable[[CustomerRow], None]


class CustomerChooser(Vertical):
    """A field over rows of customers. Whoever opens it brings the rows: :meth:`show`."""

    DEFAULT_CSS = """
    CustomerChooser { layer: over; display: none; background: $omni-over; }
    CustomerChooser.-open { display: block; }
    CustomerChooser Horizontal { height: 1; background: $omni-over; }
    CustomerChooser #customers-top { height: 3; }
    CustomerChooser #customers-lead { width: 5; }
    CustomerChooser Field, CustomerChooser Field:focus { background: $omni-over; }
    """

    def __init__(
        self,
        context: Context,
        typed: Callable[[str], None],
        more: Callable[[], None],
        ahead: Callable[[], None],
        left: Callable[[], None],
        **kwargs: Any,
    ) -> None:
        """``ahead`` is called when one is to be chosen before the rows of what was typed are there."""
        super().__init__(**kwargs)
        self._ctx = context
        self._typed, self._more, self._ahead, self._left = typed, more, ahead, left
        self._top = Lines(context, "over", id="customers-top")
        self._lead = Lines(context, "over", id="customers-lead")
        self._body = Lines(context, "over", id="customers-body")
        self.field = Field(_KEYS, id="customers-field")
        self._purpose: Purpose | None = None
        self._rows: tuple[CustomerRow, ...] = ()
        self._rows_of: str | None = None
        """What was typed when the rows were looked for."""
        self._at = 0
        self._complete = True
        self._loading = True

    def compose(self) -> ComposeResult:
        yield self._top
        with Horizontal():
            yield self._lead
            yield self.field
        yield self._body

    @property
    def is_open(self) -> bool:
        """Whether the customers are in view."""
        return self.has_class("-open")

    @property
    def text(self) -> str:
        """What is looked for."""
        return self.field.value.strip()

    def open(self, purpose: Purpose, text: str = "") -> None:
        """Come into view with ``text`` typed."""
        self._purpose, self._rows, self._rows_of, self._at, self._loading = purpose, (), None, 0, True
        self._lead.show([(Span(" " * _MARGIN), Span("/", "accent bold"))])
        with self.field.prevent(Input.Changed):
            self.field.value = text
        self.field.cursor_position = len(text)
        self.add_class("-open")
        self.field.focus()
        self._fit()

    def close(self) -> None:
        """Go out of view."""
        self.remove_class("-open")

    def show(self, rows: Sequence[CustomerRow], *, complete: bool) -> None:
        """Show what was found for what is typed; the cursor stays on its customer. Unless ``complete``, more is asked
        for at the end."""
        self._rows_of = self.text
        here = self._rows[self._at].id if self._at < len(self._rows) else ""
        self._rows, self._complete, self._loading = tuple(rows), complete, False
        self._at = next((n for n, row in enumerate(rows) if row.id == here), 0)
        self.paint()

    def choose(self) -> None:
        """Take the customer under the cursor, if there is one of those that were looked for last."""
        if self.is_open and self._rows and self._purpose is not None and self._rows_of == self.text:
            self._purpose.chosen(self._rows[self._at])

    @property
    def fits(self) -> int:
        """How many rows are in view."""
        return max(1, self.app.size.height - (_AROUND_LOW if self._low else _AROUND + 1))

    @property
    def _low(self) -> bool:
        return self.app.size.height < LOW

    def _fit(self) -> None:
        self.styles.width, self.styles.height = self.app.size.width, self.app.size.height - (0 if self._low else 1)
        self.paint()

    def paint(self) -> None:
        """Draw for the size there is now."""
        purpose = self._purpose
        if purpose is None or not self.is_open:
            return
        size, fits = self.app.size.width, self.fits
        count = f"{len(self._rows):,}" + ("" if self._complete else "+")
        title = (Span(" " * _MARGIN), Span(purpose.title, "text bold"))
        air = [] if self._low else [BLANK]
        self._top.show([*air, ends(title, (Span(count, "faint"), Span(" " * _MARGIN)), size), *air])
        self._top.styles.height = 1 + 2 * len(air)
        first = max(0, min(self._at - fits // 2, len(self._rows) - fits))
        lines: list[Line] = [*air]
        grounds: dict[int, str] = {}
        for n, row in list(enumerate(self._rows))[first : first + fits]:
            if n == self._at:
                grounds[len(lines)] = "sel"
            lines.append(row_line(row, size, self._ctx, here=n == self._at))
        if not self._rows and not self._loading:
            nothing = _("No customer is called that. Fewer letters find more.") if self.text else _("Nobody wrote yet.")
            lines.append((Span(" " * _MARGIN), Span(nothing, "muted")))
        lines += [BLANK] * (fits + len(air) - len(lines))
        keys: list[Span] = [Span(" " * _MARGIN)]
        named = (("Enter", purpose.enter), ("Down Up", _("choose")), ("Esc", _("close")))
        for key, word in named if size >= _ROOM_FOR_FACTS else named[::2]:
            keys += [Span(key, "text bold"), Span(f" {word}   ", "muted")]
        lines += [*air, shorten(keys, size)]
        self._body.styles.height = len(lines)
        self._body.show(lines, grounds)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self._at = 0
            self._typed(self.text)

    def on_field_key(self, event: Field.Key) -> None:
        event.stop()
        if event.key == "Esc":
            self._left()
        elif event.key in ("Enter", "Tab"):
            if self._rows_of == self.text:
                self.choose()
            else:
                self._ahead()
        else:
            self._move(event.key)

    def _move(self, key: str) -> None:
        last = len(self._rows) - 1
        steps = {"Down": 1, "C-n": 1, "Up": -1, "C-p": -1, "PgDn": self.fits, "PgUp": -self.fits}
        at = {"Home": 0, "End": last}.get(key, self._at + steps.get(key, 0))
        self._at = max(0, min(at, last))
        if self._at == last and not self._complete:
            self._more()
        self.paint()

    def on_resize(self, event: events.Resize) -> None:
        if self.is_open:
            self.call_after_refresh(self._fit)


def row_line(row: CustomerRow, size: int, context: Context, *, here: bool) -> Line:
    """A customer in one line: name, channels, how many conversations, when the last one moved, addresses."""
    name = clean_line(row.name) or _("no name")
    roomy = size >= 100
    if size < _ROOM_FOR_FACTS:
        kinds = " ".join(map(kind_word, row.kinds))
        shown = (Span(" > " if here else "   ", "accent bold"), Span(name, "text bold" if here else "text"))
        return ends(shown, (Span(kinds, "muted"), Span(" ")), size)
    left = (
        Span(" > " if here else "   ", "accent bold"),
        column(name, 28 if roomy else 20, "text bold" if here else "text"),
        Span("  "),
        column(" ".join(map(kind_word, row.kinds)), 14 if roomy else 9, "muted"),
        column_right(f"{row.conversation_count:,}", 5, "muted"),
        Span("  "),
        column_right(context.clock(row.last_at), 8, "muted"),
        Span("   "),
    )
    room = max(8, size - sum(cells_of(span.text) for span in left) - _MARGIN)
    addresses = ", ".join(map(clean_line, row.addresses)) or _("no address is known")
    return (*left, *shorten((Span(addresses, "soft"),), room))
