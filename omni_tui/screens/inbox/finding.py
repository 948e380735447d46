"""Views and searches: which query the list shows, what to say when it shows nothing, and the search line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from omni_tui.desk import inbox, query
from omni_tui.desk.query import QueryError
from omni_tui.desk.views import BUILT_IN
from omni_tui.model.channel import ChannelRow
from omni_tui.model.query import And, Field, Query
from omni_tui.model.view import SORTS, Sort, View
from omni_tui.screens.chrome.footer_lines import arriving_lines
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span
from omni_tui.screens.inbox.parts import Parts
from omni_tui.screens.thread.hits import Wanted, wanted
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


class Finding:
    """Holds the view and the search in force. ``channels`` tells how they are; ``changed`` is called when either
    changes."""

    def __init__(self, parts: Parts, channels: Callable[[], Sequence[ChannelRow]], changed: Callable[[], None]) -> None:
        self._parts, self._channels, self._changed = parts, channels, changed
        self.view: View = BUILT_IN[0]
        self.search = ""
        self._sorted: Sort | None = None
        self.wider = False

    @property
    def title(self) -> str:
        """What the list shows, in a word."""
        return _("Search") if self.search else clean_line(self.view.title)

    @property
    def view_id(self) -> str:
        """The view's id; empty while a search is shown."""
        return "" if self.search else self.view.id

    async def show_view(self, view: View, select: str = "") -> None:
        """Show a view from its top. Raises QueryError if this version cannot read its query."""
        found = self._parse(view.query)
        self.view, self.search, self._sorted = view, "", None
        await self._show(found, select, ())

    async def show_search(self, text: str) -> None:
        """Show what a search finds. Raises QueryError, which knows the character."""
        found = self._parse(text)
        self.search = text
        await self._show(found, "", wanted(found))
        if self._parts.list.pages.count == 0:
            await self._explain_nothing(found)

    async def reorder(self) -> Sort:
        """Show the same in the next order: by activity, who waits longest, priority. The cursor stays on its row."""
        self._sorted = SORTS[(SORTS.index(self._order()) + 1) % len(SORTS)]
        row = self._parts.list.current
        found = self._parse(self.search or self.view.query)
        await self._show(found, row.id if row is not None else "", self._parts.thread.found)
        return self._sorted

    def _order(self) -> Sort:
        return self._sorted or ("activity" if self.search else self.view.sort)

    async def widen(self) -> str:
        """Search again without ``is:``; returns the wider search."""
        words = [word for word in self.search.split() if not word.startswith("is:")]
        text = " ".join(words)
        await self.show_search(text)
        return text

    def _parse(self, text: str) -> Query:
        context = self._parts.context
        return query.parse(text, context.now(), context.zone())

    async def _show(self, found: Query, select: str, words: Wanted) -> None:
        self._parts.list.marked.clear()
        self._parts.list.empty = ()
        sort = self._order()
        changed = words != self._parts.thread.found
        self._parts.thread.found = words
        await self._parts.rows.show(found, sort, select)
        if changed:
            await self._parts.thread.relayout()
        self._changed()

    async def explain_empty(self) -> None:
        """Say why the view is empty: everything is done, it is being fetched, or nothing has come yet."""
        parts, view = self._parts, self.view
        if self.search or parts.list.pages.count:
            return
        anything = (await parts.link.ask("wider", inbox.count, parts.context.agent, And(()), 1)).number
        fetching = arriving_lines([c for c in self._channels() if not anything or c.done < c.total])
        lines = (BLANK, *fetching) if fetching else (_empty_view(view, parts.context) if anything else _NOTHING_YET)
        if self.view is view and not self.search and lines != parts.list.empty:
            parts.list.empty = lines
            parts.list.repaint()

    async def _explain_nothing(self, found: Query) -> None:
        lines: list[Line] = [BLANK, (Span(_("Nothing matches."), "text"),)]
        nodes = found.nodes if isinstance(found, And) else (found,)
        rest = tuple(node for node in nodes if not (isinstance(node, Field) and node.key == "is"))
        self.wider = False
        if rest and len(rest) < len(nodes):
            parts = self._parts
            wider = await parts.link.ask("wider", inbox.count, parts.context.agent, And(rest))
            self.wider = wider.number > 0
        if self.wider:
            without = " ".join(clean_line(word) for word in self.search.split() if word.startswith("is:"))
            text = _("Without {words} {count} more").format(words=without, count=wider)
            lines.append((Span(text, "muted"), Span("   F3", "text bold"), Span(_(" widen"), "muted")))
        lines += [
            BLANK,
            (Span(_("Fewer words find more."), "muted"),),
            (Span(_("ship* finds every word that begins so."), "muted"),),
            (Span(_("is: tag: from: channel: after:7d narrow it."), "muted"),),
        ]
        self._parts.list.empty = tuple(lines)
        self._parts.list.repaint()


_NOTHING_YET: tuple[Line, ...] = (
    BLANK,
    (Span(_("No conversation has come in yet."), "soft"),),
    (Span(_("New ones appear here by themselves."), "muted"),),
)


def _empty_view(view: View, context: Context) -> tuple[Line, ...]:
    words = {
        "inbox": _("The inbox is empty. Everyone has a reply."),
        "mine": _("Nothing is assigned to you."),
        "unassigned": _("Everything has an owner."),
        "waiting": _("Nobody is waiting for a reply."),
        "snoozed": _("Nothing is snoozed."),
    }
    text = words.get(view.id, _("Nothing is here."))
    saved = () if view.owner is None else (BLANK, (Span(clean_line(view.query), "muted"),))
    return (
        BLANK,
        (Span(text, "soft"),),
        *saved,
        BLANK,
        (
            Span(context.key("view_next"), "text bold"),
            Span(_(" next view   "), "muted"),
            Span(context.key("search"), "text bold"),
            Span(_(" search"), "muted"),
        ),
    )


class Searching:
    """Stands between the search line and what the list shows."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._under_way = 0

    def open(self, text: str = "", *, typing: bool = True) -> None:
        """Show the search line, with ``text`` or the search in force; without ``typing`` the list keeps the keys."""
        screen = self._screen
        screen.reading.to_list()
        screen.add_class("-searching")
        screen.search_bar.open(text or screen.finding.search, typing=typing)
        if text and typing:
            self.search(text)
        elif text:
            # A turn: the next key is for what is found.
            screen.turns.take(self._search(text))
        screen.face.paint()

    def search(self, text: str) -> None:
        """Show what the text finds; say where it cannot be read."""
        if self._screen.search_bar.is_open:
            self._screen.spawn(self._search(text), "view")

    async def _search(self, text: str) -> None:
        screen = self._screen
        self._under_way += 1
        try:
            if text.strip():
                await screen.finding.show_search(text)
            elif screen.finding.search:
                await screen.finding.show_view(screen.finding.view)
        except QueryError as error:
            screen.search_bar.wrong(error)
        finally:
            self._under_way -= 1

    def key(self, key: str) -> None:
        """``Enter`` and ``Down`` go to the list, ``Esc`` back to the view, ``F2`` saves it as one, ``F3`` widens."""
        screen = self._screen
        if screen.completing.key(key):
            return
        if key in ("Enter", "Down"):
            screen.parts.list.focus()
            text = screen.search_bar.field.value
            if self._under_way or text != screen.finding.search:
                screen.call_off("search")  # it is searched for now, and not once more in a moment
                # A turn: the next key is for what is found, not for what was there before.
                screen.turns.take(self._search(text))
        elif key == "F2":
            screen.viewing.run("save_view")
        elif key == "F3":
            screen.spawn(self._widen(), "view")
        else:
            self.close()
            screen.parts.list.focus()
            if screen.finding.search:
                # A turn: the next key is for the view's rows, not for those that were found.
                screen.turns.take(screen.finding.show_view(screen.finding.view))
        screen.face.paint()

    def close(self) -> None:
        """Give the line back to the header."""
        self._screen.completing.close()
        self._screen.search_bar.close()
        self._screen.remove_class("-searching")

    async def _widen(self) -> None:
        screen = self._screen
        screen.search_bar.open(await screen.finding.widen())
        screen.search_bar.found(screen.parts.list.pages.total)
