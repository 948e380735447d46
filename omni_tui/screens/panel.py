"""The side panel: customer, knowledge, activity (design, section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.message import Message
from textual.strip import Strip

from omni_tui.model.customer import CustomerCard, VisitRow
from omni_tui.model.outcome import JournalEntry
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span, cells, column, ends, shorten
from omni_tui.screens.draw.lines import QuietFocus
from omni_tui.screens.draw.times import day
from omni_tui.screens.list.draw import kind_word
from omni_tui.screens.thread.head import status_word
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _, ngettext

TABS = ("customer", "knowledge", "activity")


def tab_titles() -> dict[str, str]:
    """What the tabs are called."""
    return {"customer": _("Customer"), "knowledge": _("Knowledge"), "activity": _("Activity")}


def tabs_line(current: str, width: int) -> Line:
    """The tabs, the one in view underlined."""
    line: list[Span] = []
    for name, title in tab_titles().items():
        line += [Span(title, "text bold underline" if name == current else "muted"), Span("   ")]
    return shorten(line, width)


def customer_lines(
    card: CustomerCard, current: str, width: int, context: Context, visit: VisitRow | None = None
) -> list[Line]:
    """Who it is, how to reach them, what they wrote about before. ``current`` is the open conversation's id, ``visit``
    what it tells of a visitor of the chat."""
    name = clean_line(card.name) or _("unknown sender")
    tags = " ".join(clean_line(tag) for tag in card.tags)
    lines: list[Line] = [ends((Span(name, "text bold"),), (Span(tags, "caution"),), width)]
    if card.since is not None:
        count = card.conversation_count
        since = ngettext(
            "customer since {day}, {count} conversation", "customer since {day}, {count} conversations", count
        ).format(day=day(card.since, context), count=f"{count:,}")
        lines += _wrapped(since, width, "soft")
    lines += [BLANK, (Span(_("Reach"), "faint bold"),)]
    for identity in card.identities:
        used = context.clock(identity.last_at) if identity.last_at is not None else _("never used")
        left = [column(kind_word(identity.kind), 5, "muted")]
        value = clean_line(identity.value)
        # An address is never cut: it wraps.
        first, *rest = wrap(value, max(8, width - 5 - len(used) - 2))
        lines.append(ends((*left, Span(first, "text")), (Span(used, "muted"),), width))
        lines += [(Span(" " * 5), Span(more, "text")) for more in rest]
    if not card.identities:
        lines.append((Span(_("no address is known"), "muted"),))
    lines += _visit(visit, width, context) if visit is not None else []
    if card.notes:
        lines += [BLANK, (Span(_("Notes"), "faint bold"),), *_wrapped(clean(card.notes)[:4000], width, "soft")]
    return lines + _past(card, current, width, context)


def _visit(visit: VisitRow, width: int, context: Context) -> list[Line]:
    lines: list[Line] = []
    if visit.claim and not visit.proven:
        words = _("says {address}, which nothing proves").format(address=clean_line(visit.claim))
        lines += _wrapped(words, width, "caution")
    if not (visit.page or visit.language):
        return lines
    lines += [BLANK, (Span(_("Visit"), "faint bold"),)]
    if visit.title:
        lines += _wrapped(clean_line(visit.title), width, "text")
    if visit.page:
        lines += _wrapped(clean_line(visit.page), width, "soft")
    if visit.left_at:
        lines += _wrapped(_("closed {time}").format(time=context.clock(visit.left_at)), width, "muted")
    elif visit.since:
        lines += _wrapped(_("open since {time}").format(time=context.clock(visit.since)), width, "soft")
    for each in visit.before:
        name = clean_line(each.title) or clean_line(each.page)
        lines.append(ends((Span(name, "muted"),), (Span(context.clock(each.since), "muted"),), width))
    if visit.language:
        lines += _wrapped(_("language {language}").format(language=clean_line(visit.language)), width, "soft")
    return lines


def _past(card: CustomerCard, current: str, width: int, context: Context) -> list[Line]:
    others = [c for c in card.conversations if c.id != current]
    title = Span(_("Other conversations"), "faint bold")
    total = max(len(others), card.conversation_count - 1)
    if not others:
        return [BLANK, (title,), (Span(_("none yet"), "muted"),)]
    lines = [BLANK, ends((title,), (Span(f"{len(others):,} / {total:,}", "faint"),), width)]
    for past in others:
        right = (Span(status_word(past.status), "muted"), Span(f" {context.clock(past.last_at):>6}", "muted"))
        left = (
            Span(f"#{past.ref} ", "muted"),
            column(kind_word(past.kind), 5, "muted"),
            Span(clean_line(past.subject) or _("no subject"), "soft"),
        )
        lines.append(ends(left, right, width))
    return lines


def knowledge_lines(width: int) -> list[Line]:
    """What will be on this page, said plainly."""
    lines: list[Line] = [(Span(_("No articles yet"), "text bold"),)]
    lines += _wrapped(
        _(
            "This page will search your answers and articles for what the customer asks, "
            "show how often each one worked, and put it into your reply with one key."
        ),
        width,
        "soft",
    )
    lines += [
        BLANK,
        *_wrapped(_("It comes with the knowledge base in a later version. Nothing to set up now."), width, "muted"),
    ]
    return lines


def activity_lines(entries: Sequence[JournalEntry], width: int, context: Context) -> list[Line]:
    """The journal of the conversation, newest first."""
    if not entries:
        return _wrapped(
            _("Nothing was done to this conversation yet. Every action appears here, undone ones too."), width, "muted"
        )
    lines: list[Line] = []
    for entry in entries:
        change = _change(entry)
        ink = "faint" if entry.undone else "soft"
        words = f"{clean_line(entry.actor)} {clean_line(entry.verb)}"
        if entry.undone:
            words += " " + _("(undone)")
        head = (column(context.clock(entry.at), 8, "muted"), Span(words, ink))
        lines.append(ends(head, (), width))
        lines += [(Span(" " * 8), Span(more, "muted")) for more in wrap(change, max(8, width - 8)) if change]
    return lines


def _change(entry: JournalEntry) -> str:
    field, before, after = (clean_line(text) for text in (entry.field, entry.before, entry.after))
    if before and after:
        return f"{field} {before} > {after}"
    return f"{field} + {after}" if after else (f"{field} - {before}" if before else "")


def _wrapped(text: str, width: int, ink: str) -> list[Line]:
    return [(Span(line, ink),) if line else () for line in wrap(text, max(8, width))]


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
        self.card: CustomerCard | None = None
        self.entries: tuple[JournalEntry, ...] = ()
        self.visit: VisitRow | None = None
        self.conversation_id = ""
        self._top = 0
        self._lines: list[Line] = []

    def show(
        self,
        conversation_id: str,
        card: CustomerCard | None,
        entries: tuple[JournalEntry, ...],
        visit: VisitRow | None = None,
    ) -> None:
        """Show the facts of a conversation."""
        if conversation_id != self.conversation_id:
            self._top = 0
        self.conversation_id, self.card, self.entries, self.visit = conversation_id, card, entries, visit
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
            body = customer_lines(self.card, self.conversation_id, width, self._ctx, self.visit)
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
