"""The side panel: customer, knowledge, activity."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.message import Message
from textual.strip import Strip

from omni_tui.model.customer import CustomerCard
from omni_tui.model.outcome import JournalEntry
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span
from omni_tui.screens.draw.quiet import QuietFocus
from omni_tui.screens.panel.lines import (
    TABS,
    activity_lines,
    customer_lines,
    knowledge_lines,
    padded,
    tabs_line,
)
from omni_tui.text.i18n import _

_MARGIN = 2


class Panel(QuietFocus, can_focus=True, inherit_bindings=False):
    """Shows one of three tabs for the conversation that is open."""

    DEFAULT_CSS = "Panel { background: $omni-side; }"

    class TabChanged(Message):
        """Another tab came into view; its facts may have to be read."""

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self.tab = "customer"
        self.card: CustomerCard | None = None
        self.entries: tuple[JournalEntry, ...] = ()
        self.conversation_id = ""
        self._top = 0
        self._lines: list[Line] = []

    def show(self, conversation_id: str, card: CustomerCard | None, entries: tuple[JournalEntry, ...]) -> None:
        """Show the facts of a conversation."""
        if conversation_id != self.conversation_id:
            self._top = 0
        self.conversation_id, self.card, self.entries = conversation_id, card, entries
        self.paint()

    def next_tab(self, step: int) -> None:
        """The tab after (or before) the one in view."""
        self.select(TABS[(TABS.index(self.tab) + step) % len(TABS)])

    def select(self, tab: str) -> None:
        """Bring a tab into view."""
        self.tab, self._top = tab, 0
        self.paint()
        self.post_message(self.TabChanged())

    def scroll_lines(self, lines: int) -> None:
        """Scroll by so many lines."""
        top = max(0, min(self._top + lines, len(self._lines) - self.size.height + 1))
        if top != self._top:
            self._top = top
            self.refresh()

    def paint(self) -> None:
        """Lay out the tab in view; paints only if it looks different."""
        width = self.size.width - 2 * _MARGIN
        if width < 8:
            return
        if self.tab == "knowledge":
            body = knowledge_lines(width)
        elif self.card is None:
            body = [(Span(_("Open a conversation to see its customer here."), "muted"),)]
        elif self.tab == "customer":
            body = customer_lines(self.card, self.conversation_id, width, self._ctx)
        else:
            body = activity_lines(self.entries, width, self._ctx)
        lines = [BLANK, *padded([tabs_line(self.tab, width), BLANK, *body], _MARGIN)]
        if lines != self._lines:
            self._lines = lines
            self._top = max(0, min(self._top, len(lines) - 1))
            self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y if y < 3 else y + self._top
        line = self._lines[at] if at < len(self._lines) else BLANK
        tones = self._ctx.tones
        strip = tones.strip(line, "side", self.size.width)
        return (
            tones.strip(((Span("|", "faint"), *_without_first_cell(line))), "side", self.size.width)
            if tones.flat
            else strip
        )

    def on_resize(self, event: events.Resize) -> None:
        self.paint()
        self.refresh()


def _without_first_cell(line: Line) -> Line:
    if not line:
        return line
    first, *rest = line
    return (Span(first.text[1:], first.ink), *rest)
