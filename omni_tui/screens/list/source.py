"""Brings rows from the store to the list, and keeps the selected conversation selected while rows move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from omni_tui.desk import inbox
from omni_tui.model.conversation import Agent, ConversationRow, ListKey
from omni_tui.model.count import Count
from omni_tui.model.query import And, Field, Query
from omni_tui.screens.context import Context
from omni_tui.screens.list.pages import PAGE
from omni_tui.screens.list.widget import ConversationList
from omni_tui.screens.store_link import StoreLink
from omni_tui.store import Store

Sort = Literal["activity", "waiting", "priority"]
_LOOK = 200


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What the list shows: a query in an order. Each showing is a thing of its own."""

    query: Query
    sort: Sort = "activity"


@dataclass(frozen=True, slots=True)
class Window:
    """A count with some pages, read in one visit."""

    count: Count
    pages: tuple[tuple[int, tuple[ConversationRow, ...]], ...]


def read_window(
    store: Store, agent: Agent, shown: Shown, wanted: tuple[tuple[int, ListKey | None], ...], count: Count | None
) -> Window:
    """The pages ``wanted`` (number, and the key of the row before it if known); counts unless ``count`` is given.

    What was not counted to its end grows by the page that is read at its end.
    """
    query, sort = shown.query, shown.sort
    total = inbox.count(store, agent, query, sort=sort) if count is None else count
    pages: list[tuple[int, tuple[ConversationRow, ...]]] = []
    last: tuple[int, ListKey] | None = None
    for number, key in wanted:
        if number * PAGE >= max(total.number, 1) and not total.more:
            continue
        if last is not None and last[0] == number - 1:
            key = last[1]
        offset = 0 if key is not None else number * PAGE
        rows = inbox.page(store, agent, query, sort=sort, after=key, offset=offset, limit=PAGE + total.more)
        total = grown(total, number * PAGE, len(rows))
        rows = rows[:PAGE]
        pages.append((number, rows))
        last = (number, inbox.key_of(rows[-1], sort)) if len(rows) == PAGE else None
    return Window(total, tuple(pages))


def grown(total: Count, first: int, rows: int) -> Count:
    """``total`` with what is known from ``rows`` that were read from ``first`` on, up to one more than a page."""
    if not total.more or not rows:
        return total
    if rows <= PAGE:
        return Count(first + rows)
    return Count(max(total.number, first + rows), more=True)


def find_unread(store: Store, agent: Agent, shown: Shown, start: int) -> int | None:
    """The place of the first unread row from ``start`` on, or else from the top."""
    if not inbox.page(store, agent, And((shown.query, Field("is", ("unread",)))), limit=1):
        return None
    for at, stop in ((start, None), (0, start)):
        while stop is None or at < stop:
            rows = inbox.page(store, agent, shown.query, sort=shown.sort, offset=at, limit=_LOOK)
            unread = next((n for n, row in enumerate(rows) if row.unread), None)
            if unread is not None:
                return at + unread
            if len(rows) < _LOOK:
                break
            at += _LOOK
    return None


class ListSource:
    """One query at a time. ``loaded`` is called after every arrival."""

    def __init__(self, link: StoreLink, context: Context, widget: ConversationList, loaded: Callable[[], None]) -> None:
        self._link, self._context, self._widget, self._loaded = link, context, widget, loaded
        self._query: Shown | None = None
        self._coming: asyncio.Task[None] | None = None
        self._coming_for: list[int] = []
        self._held = 0
        self._back: tuple[tuple[str, ...], ConversationRow | None] = ((), None)
        self._dirty = False
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def show(self, query: Query, sort: Sort = "activity", select: str = "") -> None:
        """Show another query from its start."""
        self._query = shown = Shown(query, sort)
        agent = self._context.agent
        window = await self._link.ask("list", read_window, agent, shown, ((0, None),), None)
        if self._query is not shown:
            return
        widget = self._widget
        widget.pages.clear(window.count)
        self._take(window)
        widget.cursor = widget.top = 0
        at = widget.pages.index_of(select) if select else None
        widget.move_to(at or 0)
        self._loaded()

    async def load_wanted(self) -> None:
        """Bring the pages in view that are missing; done when they are here, whoever asked for them first."""
        while numbers := self._missing():
            if self._coming is None or self._coming.done() or numbers != self._coming_for:
                self._coming_for = numbers
                self._coming = asyncio.create_task(self._load(numbers))
            coming = self._coming
            await asyncio.wait({coming})
            # Ended by a newer question: what that one brings is waited for.
            if not coming.cancelled():
                coming.result()
                return

    def _missing(self) -> list[int]:
        widget = self._widget
        if self._query is None:
            return []
        first, last = widget.in_view()
        numbers = widget.pages.missing(first - PAGE // 2, last + PAGE // 2)
        return numbers + [n for n in widget.pages.missing(widget.cursor, widget.cursor) if n not in numbers]

    async def _load(self, numbers: list[int]) -> None:
        widget, shown = self._widget, self._query
        if shown is None:
            return
        wanted = tuple((n, self._key_before(n)) for n in numbers)
        window = await self._link.ask("rows", read_window, self._context.agent, shown, wanted, widget.pages.total)
        if self._query is not shown:
            return
        anchor = widget.current
        widget.pages.expect(window.count)
        self._take(window)
        # What came may be newer than what is here: the cursor stays on its row, not at its place.
        at = widget.pages.index_of(anchor.id) if anchor is not None else None
        if at is not None and widget.current != anchor:
            widget.cursor = at
        widget.repaint()
        self._loaded()

    async def next_unread(self) -> int | None:
        """The place of the next unread conversation below the cursor, going on from the top; None without any."""
        shown, start = self._query, self._widget.cursor + 1
        if shown is None:
            return None
        return await self._link.ask("unread", find_unread, self._context.agent, shown, start)

    async def refresh(self, back: tuple[str, ...] = ()) -> None:
        """Read what is in view again; done when it is here. Calls meanwhile are answered by one more round.

        The cursor goes to the first of the conversations ``back``, which came back, unless it is moved meanwhile.
        """
        if back:
            self._back = (back, self._widget.current)
        self._dirty = True
        while not self._quiet.is_set():
            await self._quiet.wait()
        if not self._dirty:
            return  # a round that began after this call has it all
        self._quiet.clear()
        try:
            while self._dirty and not self._held:
                self._dirty = False
                await self._refresh_once()
        finally:
            self._quiet.set()

    @contextmanager
    def hold(self) -> Generator[None]:
        """While an action is painted but not yet stored, older rows from the store must not undo the paint."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    async def _refresh_once(self) -> None:
        widget, shown = self._widget, self._query
        if shown is None:
            return
        back = self._back
        first, last = widget.in_view()
        around = PAGE // 2
        numbers = range(max(0, first - around) // PAGE, (max(first, last) + around) // PAGE + 1)
        window = await self._link.ask(
            "refresh", read_window, self._context.agent, shown, tuple((n, None) for n in numbers), None
        )
        if self._query is not shown or self._held:
            self._dirty = self._dirty or bool(self._held)
            return
        anchor = widget.current
        widget.pages.clear(window.count)
        self._take(window)
        at = widget.pages.index_of(anchor.id) if anchor is not None else None
        moved = 0 if at is None else at - widget.cursor
        widget.cursor = max(0, min(widget.cursor + moved, window.count.number - 1))
        if back[0] and back is self._back:
            self._back = ((), None)
            came = [n for id in back[0] if (n := widget.pages.index_of(id)) is not None]
            same = (anchor.id if anchor else "") == (back[1].id if back[1] else "")
            if came and same:
                widget.cursor = min(came)
        if widget.top > 0:
            widget.set_top(widget.top + moved)
        if not widget.top <= widget.cursor < widget.top + widget.fits:
            widget.set_top(widget.cursor - widget.fits // 2)
        widget.repaint()
        # The view may have moved on meanwhile.
        widget.want_rows()
        now = widget.current
        if (now.id if now else "") != (anchor.id if anchor else ""):
            widget.post_message(ConversationList.CursorMoved(now))
        self._loaded()

    def _take(self, window: Window) -> None:
        for number, rows in window.pages:
            self._widget.pages.put(number * PAGE, rows)

    def _key_before(self, number: int) -> ListKey | None:
        row = self._widget.pages.before(number)
        if row is None or self._query is None:
            return None
        return inbox.key_of(row, self._query.sort)
