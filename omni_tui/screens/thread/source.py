"""Brings one conversation from the store to the thread, and keeps it up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from omni_tui.desk import thread as desk_thread
from omni_tui.desk.files import by_letter
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import Direction, OutboxState
from omni_tui.model.message import AttachmentRow, MessageRow, Thread
from omni_tui.screens.context import Context
from omni_tui.screens.store_link import StoreLink
from omni_tui.screens.thread.blocks import Block, lay_out
from omni_tui.screens.thread.hits import Wanted, marked_block
from omni_tui.screens.thread.widget import ThreadView
from omni_tui.store import Store

_STEP = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """A thread with its messages so far, and their lines as laid out."""

    thread: Thread
    messages: tuple[MessageRow, ...]
    blocks: tuple[Block, ...]
    layout: _Layout
    unread: bool

    @property
    def fresh_inbound(self) -> bool:
        """Whether the customer wrote after the thread was last seen, and nobody has seen that yet."""
        return self.unread and any(
            m.direction is Direction.INBOUND and m.received_at > (self.thread.seen_at or 0) for m in self.messages
        )


def read_opened(
    store: Store, agent: Agent, conversation_id: str, limit: int, seen_at: int | None, layout: _Layout
) -> Opened:
    """Read a thread and lay it out. ``seen_at`` of an open thread stays what it was when it was opened."""
    thread = desk_thread.open_thread(store, agent, conversation_id, limit=limit)
    return layout.opened(thread, thread.messages, seen_at)


def read_earlier(store: Store, agent: Agent, opened: Opened, layout: _Layout) -> Opened:
    """The messages before the first one here, in front of those here."""
    first = next(m for m in opened.messages if m.direction is not Direction.EVENT)
    found = desk_thread.open_thread(store, agent, opened.thread.head.id, limit=_STEP, before=first)
    thread = replace(opened.thread, earlier=found.earlier)
    here = {message.id for message in opened.messages}
    fresh = tuple(message for message in found.messages if message.id not in here)
    return layout.opened(thread, (*fresh, *opened.messages), opened.thread.seen_at)


def lay_out_again(store: Store, opened: Opened, layout: _Layout) -> Opened:
    """The same messages for another width or folding; takes no look at the store."""
    return layout.opened(opened.thread, opened.messages, opened.thread.seen_at)


@dataclass(frozen=True, slots=True)
class _Layout:
    width: int
    context: Context
    unfolded: bool
    mark_new: bool
    found: Wanted

    def opened(self, thread: Thread, messages: tuple[MessageRow, ...], seen_at: int | None) -> Opened:
        if self.mark_new and not thread.head.unread and seen_at is not None:
            # Opening cleared the mark in the store; on screen it stays until the thread is left.
            shown = _with_head(thread, seen_at, unread=True)
        else:
            shown = _with_head(thread, thread.seen_at if seen_at is None else seen_at, unread=thread.head.unread)
        blocks = lay_out(shown, messages, self.width, self.context, self.unfolded)
        if self.found:
            blocks = tuple(marked_block(block, self.found) for block in blocks)
        return Opened(shown, messages, blocks, self, thread.head.unread)


def _with_head(thread: Thread, seen_at: int | None, *, unread: bool) -> Thread:
    return replace(thread, seen_at=seen_at, head=replace(thread.head, unread=unread))


class ThreadSource:
    """One conversation at a time. ``shown`` is called after every arrival."""

    def __init__(self, link: StoreLink, context: Context, view: ThreadView, shown: Callable[[], None]) -> None:
        self._link, self._context, self._view, self._shown = link, context, view, shown
        self.opened: Opened | None = None
        self.unfolded = False
        self.found: Wanted = ()
        self._mark_new = False
        self._wanted = ""
        self._arrival: asyncio.Task[None] | None = None
        self._laying: asyncio.Task[None] | None = None

    @property
    def conversation_id(self) -> str:
        """The conversation shown or on its way; empty for none."""
        return self._wanted

    async def open(self, conversation_id: str) -> None:
        """Show a conversation from where reading starts; done when it is shown, whoever asked for it first."""
        if conversation_id == self._wanted and self._arrival is None and self.opened is not None:
            return
        if conversation_id != self._wanted or self._arrival is None:
            self._wanted, self.unfolded, self._mark_new = conversation_id, False, False
            self._arrival = asyncio.create_task(self._bring(conversation_id))
        # One who waits no longer must not take the conversation from the others who do.
        await asyncio.shield(self._arrival)

    async def _bring(self, conversation_id: str) -> None:
        try:
            opened = await self._link.ask(
                "thread", read_opened, self._context.agent, conversation_id, _STEP, None, self._layout()
            )
            if self._wanted == conversation_id:
                # One that was merged shows what it became part of.
                self._wanted = opened.thread.head.id
                self._mark_new = opened.thread.head.unread
                self._take(opened, keep=False)
                # The pane may have got its width while this was on its way.
                await self.relayout()
        finally:
            if self._arrival is asyncio.current_task():
                self._arrival = None

    async def refresh(self) -> None:
        """Read the conversation shown again, with as many messages as are here; done when it is shown.

        No other refresh ends this one: whoever sends waits for it, and the sending must not end with it.
        """
        opened, wanted = self.opened, self._wanted
        if opened is None or opened.thread.head.id != wanted:
            return
        limit = max(_STEP, len(opened.messages) + 10)
        agent, seen_at = self._context.agent, opened.thread.seen_at
        while self._wanted == wanted:
            layout = self._layout()
            fresh = await self._link.read(read_opened, agent, wanted, limit, seen_at, layout)
            if layout == self._layout():
                break
        if self._wanted == wanted:
            self._wanted = fresh.thread.head.id
            self._take(fresh, keep=True)

    async def earlier(self) -> None:
        """Bring earlier messages, if there are any."""
        opened = self.opened
        if opened is None or not opened.thread.earlier:
            return
        more = await self._link.ask("earlier", read_earlier, self._context.agent, opened, self._layout())
        if self.opened is opened:
            self._take(more, keep=True)

    async def relayout(self) -> None:
        """Lay the messages out for the width and folding there are now; done when they are, whoever asked first."""
        if self._laying is None or self._laying.done():
            self._laying = asyncio.create_task(self._lay_out())
        await asyncio.shield(self._laying)

    async def _lay_out(self) -> None:
        # A message may come in meanwhile, laid out as things were when it was asked for.
        while (opened := self.opened) is not None and self._view.size.width and opened.layout != self._layout():
            again = await self._link.read(lay_out_again, opened, self._layout())
            if self.opened is opened:
                self._take(again, keep=True)

    def close(self) -> None:
        """Show nothing."""
        self._wanted, self.opened, self._arrival = "", None, None

    def attachments(self) -> dict[str, AttachmentRow]:
        """The files of the thread by their letters."""
        return by_letter(self.opened.messages) if self.opened is not None else {}

    def newest(self, *states: OutboxState) -> MessageRow | None:
        """The newest message of ours whose way out is in one of these states."""
        messages = self.opened.messages if self.opened is not None else ()
        return next((m for m in reversed(messages) if m.outbox is not None and m.outbox.state in states), None)

    def message_at(self, key: str) -> MessageRow | None:
        """The message with this id, if it is loaded."""
        messages = self.opened.messages if self.opened is not None else ()
        return next((m for m in messages if m.id == key), None)

    def _layout(self) -> _Layout:
        # Out of sight it has no width yet: where a pane has the screen to itself, it will have all of it.
        width = self._view.size.width or self._view.app.size.width
        return _Layout(max(20, width), self._context, self.unfolded, self._mark_new, self.found)

    def _take(self, opened: Opened, *, keep: bool) -> None:
        self.opened = opened
        self._view.show(opened.blocks, opened.layout.width, keep=keep)
        self._shown()
