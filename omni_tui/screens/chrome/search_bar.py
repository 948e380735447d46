"""The search line in place of the header: the query, what is wrong with it and where, how much was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from omni_tui.desk.query import QueryError
from omni_tui.model.count import Count
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span, ends
from omni_tui.screens.draw.lines import Lines
from omni_tui.screens.overlay.field import Field
from omni_tui.text.cells import width as cells_of
from omni_tui.text.i18n import _, ngettext

_LEAD = 3
_OFFERED = 12
_KEYS = frozenset({"Enter", "Esc", "Down", "Up", "Tab", "S-Tab", "F2", "F3"})


class SearchBar(Vertical):
    """Two lines: the query, and what there is to say about it."""

    DEFAULT_CSS = """
    SearchBar { dock: top; height: 2; display: none; background: $omni-raised; }
    SearchBar.-open { display: block; }
    SearchBar Horizontal { height: 1; background: $omni-raised; }
    SearchBar #search-lead { width: 3; }
    SearchBar #search-note { height: 1; }
    """

    class Typed(Message):
        """The query changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, SearchBar.Typed)

    class Key(Message):
        """One of the keys was pressed that are no text."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lead = Lines(context, "raised", id="search-lead")
        self._note = Lines(context, "raised", id="search-note")
        self.field = Field(_KEYS, id="search-field")
        self._count = ""
        self._offered: tuple[Span, ...] = ()
        self._wrong: QueryError | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self._lead
            yield self.field
        yield self._note

    @property
    def is_open(self) -> bool:
        """Whether the search line is in view."""
        return self.has_class("-open")

    def open(self, text: str, *, typing: bool = True) -> None:
        """Come into view with a query to go on from, which ``typing`` goes on with."""
        self._lead.show([(Span(" "), Span("/", "accent bold"))])
        with self.field.prevent(Input.Changed):
            self.field.value = text
        self.field.cursor_position = len(text)
        self.add_class("-open")
        self._offered = ()
        self.found(None)
        if typing:
            self.field.focus()

    def close(self) -> None:
        """Go out of view."""
        self.remove_class("-open")

    def found(self, count: Count | None) -> None:
        """Say how many conversations there are; None while it is not known."""
        if count is None:
            self._count = ""
        else:
            words = ngettext("{count} conversation", "{count} conversations", count.number)
            self._count = words.format(count=count)
        self._wrong = None
        self._paint()

    def offer(self, texts: Sequence[str]) -> None:
        """Show what could stand at the cursor."""
        self._offered = ()
        if texts:
            self._offered = (Span("Tab", "text bold"), *(Span(f"  {text}", "muted") for text in texts[:_OFFERED]))
        self._paint()

    def wrong(self, error: QueryError) -> None:
        """Point at the character that cannot be read."""
        self._wrong, self._count = error, ""
        self._paint()

    def _paint(self) -> None:
        size = self.size.width or self.app.size.width
        said = self._offered or (Span(_('words, is:open tag:refund from:ana after:7d -spam "exact words"'), "faint"),)
        # Whoever is about to take what is offered has made no mistake yet.
        if self._wrong is not None and not (self._offered and self._wrong.position >= len(self.field.value)):
            said = self._pointing(self._wrong, size)
        line: Line = ends((Span(" " * _LEAD), *said), (Span(self._count, "muted"), Span(" ")), size)
        self._note.show([line])

    def _pointing(self, error: QueryError, size: int) -> tuple[Span, ...]:
        """A caret under the character, what is wrong beside it, on the side where there is room."""
        at = cells_of(self.field.value[: error.position]) - int(self.field.scroll_offset.x)
        at = max(0, min(at, size - _LEAD - 2))
        room = size - _LEAD - at - 3
        breadth = cells_of(error.message)
        if breadth > room and breadth + 1 <= at:
            before = (Span(" " * (at - breadth - 1)), Span(error.message, "caution"), Span(" "))
            return (*before, Span("^", "caution bold"))
        hint = Span(f"  {error.hint}" if error.hint else "", "muted")
        return (Span(" " * at), Span("^ ", "caution bold"), Span(error.message, "caution"), hint)

    def on_resize(self) -> None:
        self._paint()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_field_key(self, event: Field.Key) -> None:
        event.stop()
        self.post_message(self.Key(event.key))
