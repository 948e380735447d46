"""The side panel: customer, knowledge, activity (design, section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.message import Message
from textual.strip import Strip

from omni_tui.model.customer import CustomerCard, OrderMention, VisitRow
from omni_tui.model.outcome import ActRow
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span, cells, shorten
from omni_tui.screens.draw.lines import QuietFocus
from omni_tui.screens.panel.activity import Laid, activity_lines
from omni_tui.screens.panel.customer import customer_lines
from omni_tui.screens.panel.knowledge import knowledge_lines
from omni_tui.text.i18n import _

TABS = ("customer", "knowledge", "activity")
_HEAD = 3
"""Rows above what a tab shows: they stay where they are."""
_LOW = 9
"""Rows below which they are one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the panel shows of a conversation; without a ``card`` nothing is known."""

    card: CustomerCard | None = None
    acts: tuple[ActRow, ...] = ()
    visit: VisitRow | None = None
    order: OrderMention | None = None


def tab_titles() -> dict[str, str]:
    """What the tabs are called."""
    return {"customer": _("Customer"), "knowledge": _("Knowledge"), "activity": _("Activity")}


def tabs_line(current: str, width: int) -> Line:
    """The tabs, the one in view underlined."""
    line: list[Span] = []
    for name, title in tab_titles().items():
        line += [Span(title, "text bold underline" if name == current else "muted"), Span("   ")]
    if cells(line) - 3 > width:
        # The one in view is named whatever the width.
        place = f"  {TABS.index(current) + 1}/{len(TABS)}"
        line = [Span(tab_titles()[current], "text bold underline"), Span(place, "muted")]
    return shorten(line, width)


def padded(lines: Sequence[Line], left: int) -> list[Line]:
    """The lines moved to the right of the pane's margin."""
    return [(Span(" " * left), *line) if cells(line) else line for line in lines]


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
        self.facts = Facts()
        self.conversation_id = ""
        self._chosen = ""
        """The id of the act that keys are or were about; empty before there was one."""
        self._top = 0
        self._lines: list[Line] = []
        self._laid = Laid([], [])

    def show(self, conversation_id: str, facts: Facts) -> None:
        """Show the facts of a conversation."""
        if conversation_id != self.conversation_id:
            self._top, self._chosen = 0, ""
        self.conversation_id, self.facts = conversation_id, facts
        self.paint()

    # Choosing an act -----------------------------------------------------------------------------------

    @property
    def choosing(self) -> bool:
        """Whether keys are about one of the acts shown."""
        return self.has_focus and self.tab == "activity" and bool(self.facts.acts)

    @property
    def chosen(self) -> ActRow | None:
        """The act keys are about; None where they are about none."""
        if not self.choosing:
            return None
        return next((act for act in self.facts.acts if act.id == self._chosen), None) or self._first()

    def _first(self) -> ActRow:
        acts = self.facts.acts
        return next((act for act in acts if act.goes_back), acts[0])

    def choose(self, by: int) -> None:
        """Choose the act so many further down; the last or first there is where there are not as many."""
        acts, chosen = self.facts.acts, self.chosen
        if chosen is None:
            return
        at = max(0, min(acts.index(chosen) + by, len(acts) - 1))
        self._chosen = acts[at].id
        self.paint()
        self._bring_into_view(at)

    def _bring_into_view(self, at: int) -> None:
        starts = [*self._laid.starts, len(self._laid.lines)]
        room = max(1, self.size.height - self._head)
        top = max(min(self._top, starts[at]), min(starts[at], starts[at + 1] - room))
        if top != self._top:
            self._top = top
            self.refresh()

    def focus_changed(self) -> None:
        self.paint()

    # Tabs ----------------------------------------------------------------------------------------------

    def next_tab(self, step: int) -> None:
        """The tab after (or before) the one in view."""
        self.select(TABS[(TABS.index(self.tab) + step) % len(TABS)])

    def select(self, tab: str) -> None:
        """Bring a tab into view, from its top."""
        self.tab, self._top, self._chosen = tab, 0, ""
        self.paint()
        self.post_message(self.TabChanged())

    def scroll_lines(self, lines: int) -> None:
        """Scroll by so many lines."""
        top = max(0, min(self._top + lines, len(self._lines) - self.size.height + 1))
        if top != self._top:
            self._top = top
            self.refresh()

    @property
    def _head(self) -> int:
        return _HEAD if self.size.height >= _LOW else 1

    def paint(self) -> None:
        """Lay out the tab in view; paints only if it looks different."""
        width = self.size.width - 2 * _MARGIN
        if width < 8:
            return
        air = [BLANK] if self._head == _HEAD else []
        lines = [*air, *padded([tabs_line(self.tab, width), *air, *self._body(width)], _MARGIN)]
        chosen = self.chosen
        if self.has_focus:
            lines[len(air)] = _marked(lines[len(air)])
        if chosen is not None:
            # What comes above it does not move the keys to another one.
            self._chosen = chosen.id
            at = self._head + self._laid.starts[self.facts.acts.index(chosen)]
            lines[at] = _marked(lines[at])
        if lines != self._lines:
            self._lines = lines
            self._top = max(0, min(self._top, len(lines) - 1))
            self.refresh()

    def _body(self, width: int) -> Sequence[Line]:
        facts = self.facts
        if self.tab == "knowledge":
            return knowledge_lines(width)
        if facts.card is None:
            return [(Span(_("Open a conversation to see its customer here."), "muted"),)]
        if self.tab == "customer":
            return customer_lines(facts.card, self.conversation_id, width, self._ctx, facts.visit, facts.order)
        chosen = self.chosen
        self._laid = activity_lines(facts.acts, width, self._ctx, chosen.id if chosen is not None else "")
        return self._laid.lines

    def render_line(self, y: int) -> Strip:
        at = y if y < self._head else y + self._top
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


def _marked(line: Line) -> Line:
    """A padded line with the mark of where the keys are."""
    return (Span(" "), Span(">", "accent bold"), *line[1:])


def _without_first_cell(line: Line) -> Line:
    if not line:
        return line
    first, *rest = line
    return (Span(first.text[1:], first.ink), *rest)
