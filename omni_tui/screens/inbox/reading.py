"""Opening conversations, going from one to the next, and where the keys are meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from omni_tui.desk import claims, customers, history, inbox, orders, thread
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import NotFound
from omni_tui.screens.inbox.selection import selection_lines
from omni_tui.screens.panel.widget import Facts
from omni_tui.store import Store
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


def read_panel(store: Store, agent: Agent, customer_id: str, conversation_id: str) -> Facts:
    """What the panel shows of a conversation."""
    visit = claims.visit_of(store, conversation_id)
    return Facts(customers.card(store, customer_id), history.acts(store, agent, conversation_id), visit)


class Reading:
    """Moves between list and thread."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._panel_wanted: bool | None = None
        self.reading = False

    # Opening -------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Open the selected conversation for reading: the keys go to the thread, and it is no longer unread."""
        parts = self._screen.parts
        row = parts.list.current
        if row is None:
            return
        self.read(True)
        self._screen.remove_class("-zoom-list")
        with self._screen.together():
            parts.view.focus(scroll_visible=False)
            await parts.thread.open(row.id)
            if parts.thread.conversation_id == row.id and row.unread:
                self._screen.spawn(self._seen(row.id, self._paint_seen(row.id)), "seen")

    def _paint_seen(self, conversation_id: str) -> contextlib.ExitStack:
        """Show the row as read already; until what is handed out is closed, the store's own word for it waits."""
        held, parts = contextlib.ExitStack(), self._screen.parts
        held.enter_context(parts.rows.hold())
        parts.list.pages.change([conversation_id], lambda row: replace(row, unread=False))
        parts.list.repaint()
        return held

    async def _seen(self, conversation_id: str, held: contextlib.ExitStack) -> None:
        try:
            with held:
                await self._screen.parts.link.write(thread.mark_seen, conversation_id)
        finally:
            self._screen.ask("rows")  # what came meanwhile was not looked at

    @property
    def _choosing(self) -> bool:
        """Whether the thread follows the cursor of the list: there, and while a search is being typed."""
        return self._screen.parts.list.has_focus or self._screen.search_bar.field.has_focus

    def rested(self) -> None:
        """The cursor rests on a row: show it beside the list, unopened."""
        screen, parts = self._screen, self._screen.parts
        row = parts.list.current
        if screen.has_class("-narrow") or not self._choosing or parts.composer.is_open:
            return
        if parts.list.marked:
            screen.spawn(self._show_selection(), "preview", again=self.rested)
            return
        if row is None:
            if parts.list.pages.count == 0:
                parts.thread.close()
                parts.view.show_empty(())
                screen.face.paint()
            return
        if row.id != parts.thread.conversation_id:
            screen.spawn(parts.thread.open(row.id), "preview", again=self.rested)

    async def _show_selection(self) -> None:
        screen, parts = self._screen, self._screen.parts
        ids = tuple(parts.list.marked)
        rows = await parts.link.ask("selection", inbox.rows, screen.context.agent, ids)
        if set(ids) != parts.list.marked or not parts.list.has_focus:
            return
        of = _("of {count} in {view}  ").format(count=parts.list.pages.total, view=screen.finding.title)
        newest = sorted(rows, key=lambda row: -row.last_at)
        parts.thread.close()
        parts.view.show_empty(selection_lines(newest, of, parts.view.size.width, screen.key_map, screen.context))
        screen.face.paint()

    def needs_look(self) -> bool:
        """Whether the thread shows another conversation than the cursor stands on."""
        parts = self._screen.parts
        row = parts.list.current
        return self._choosing and (row.id if row else "") != parts.thread.conversation_id

    async def step(self, by: int) -> None:
        """Open the conversation so many further down the list, or the last or first there is."""
        parts = self._screen.parts
        found = parts.list.pages.index_of(parts.thread.conversation_id)
        at = parts.list.cursor if found is None else found
        target = max(0, min(at + by, parts.list.pages.count - 1))
        if target == at:
            parts.say(_("That was the last one") if by > 0 else _("That was the first one"))
            return
        parts.list.move_to(target)
        await parts.rows.load_wanted()
        await self.open()

    async def next_new(self) -> None:
        """Go to the next conversation with a message nobody has read; open it if one is reading."""
        parts = self._screen.parts
        at = await parts.rows.next_unread()
        if at is None:
            parts.say(_("Nothing unread here"))
            return
        parts.list.move_to(at)
        await parts.rows.load_wanted()
        if not parts.list.has_focus:
            await self.open()

    def left(self) -> None:
        """The open conversation left the list: go on with the one that took its place. One that is only shown beside
        the list leaves the keys there."""
        parts = self._screen.parts
        if self._screen.place == "list":
            return
        if parts.list.current is not None:
            self._screen.turns.take(self.open())
        else:
            self.to_list()

    async def refresh(self) -> None:
        """Read the open conversation again; new messages are seen if one is reading."""
        parts = self._screen.parts
        try:
            await parts.thread.refresh()
        except NotFound as error:
            # What one began and called back is gone, which was told already.
            if not parts.footer.toasted:
                parts.complain(error)
            return
        opened = parts.thread.opened
        if opened is None or parts.list.has_focus or not self._screen.app.app_focus:
            return
        fresh = opened.fresh_inbound
        if fresh and parts.view.has_focus:
            # What arrives before one's eyes is seen; marked unread by hand stays so.
            await parts.link.write(thread.mark_seen, opened.thread.head.id)

    def read(self, reading: bool) -> None:
        """Whether a conversation is open for reading; a narrow screen then shows nothing else."""
        self.reading = reading
        # Elsewhere the class changes nothing, and setting it would lay out and paint everything anew.
        self._screen.set_class(reading and self._screen.has_class("-narrow"), "-reading")

    # Where the keys are --------------------------------------------------------------------------------

    def to_list(self) -> None:
        """Leave the thread; the list has the keys."""
        screen = self._screen
        self.read(False)
        screen.remove_class("-zoom-thread")
        if not screen.has_class("-wide") and screen.has_class("-panel"):
            self.show_panel_pane(False)
        screen.parts.list.focus()
        screen.face.paint()

    def after_writing(self) -> None:
        """The composer was closed."""
        self._screen.remove_class("-writing")
        self._screen.parts.view.focus()
        self._screen.face.paint()

    def refocus(self) -> None:
        """Something over the inbox was closed: give the keys back."""
        parts = self._screen.parts
        if parts.composer.is_open:
            parts.composer.area.focus()
        elif self.reading or not parts.list.display:
            parts.view.focus()
        else:
            parts.list.focus()

    def next_pane(self, step: int = 1) -> None:
        """The keys go to the next pane in view, or to the one before."""
        parts = self._screen.parts
        panes = [pane for pane in (parts.list, parts.view, parts.panel) if pane.display and pane.size.width]
        if parts.thread.opened is None and parts.view in panes:
            panes.remove(parts.view)
        at = next((n for n, pane in enumerate(panes) if pane.has_focus), -1)
        pane = panes[(at + step) % len(panes)]
        pane.focus()
        self.read(pane is not parts.list)

    def zoom(self) -> None:
        """The pane that has the keys takes the whole screen."""
        in_list = self._screen.parts.list.has_focus
        self._screen.set_class(in_list, "-zoom-list")
        self._screen.set_class(not in_list, "-zoom-thread")

    def unzoom(self) -> None:
        """Every pane is in view again."""
        self._screen.remove_class("-zoom-list", "-zoom-thread")

    # Panel ---------------------------------------------------------------------------------------------

    def toggle_panel(self) -> None:
        """Show or hide the side panel."""
        self._panel_wanted = not self._screen.has_class("-panel")
        self.show_panel_pane(self._panel_wanted)

    def show_panel_pane(self, shown: bool) -> None:
        """Show or hide the side panel; where it takes the list's place, the thread gets the keys."""
        screen, parts = self._screen, self._screen.parts
        screen.set_class(shown, "-panel")
        if shown and not screen.has_class("-wide") and parts.list.has_focus:
            screen.turns.take(self.open())
        if not shown and parts.panel.has_focus:
            self.refocus()
        screen.face.paint()
        self.ask_panel()

    async def choose_act(self) -> None:
        """The keys go to the activity tab of the side panel, to take back one of the acts there."""
        screen, parts = self._screen, self._screen.parts
        if parts.list.has_focus or parts.thread.opened is None:
            await self.open()
        if parts.thread.opened is None:
            parts.say(_("No conversation is selected"))
            return
        self._panel_wanted = True
        screen.remove_class("-zoom-list", "-zoom-thread")
        screen.add_class("-panel")
        parts.panel.select("activity")
        await self._laid_out()
        head = parts.thread.opened.thread.head
        # What is typed ahead is about the acts: they are there before the keys are.
        self._show_facts(await parts.link.read(read_panel, screen.context.agent, head.customer_id, head.id))
        parts.panel.focus()
        self.read(True)
        screen.face.paint()

    def ask_panel(self) -> None:
        """Have the panel's facts brought up to date, beside the screen."""
        self._screen.spawn(self.show_panel(), "panel", again=self.ask_panel)

    async def show_panel(self) -> None:
        """Bring the panel's facts up to date, if it is in view."""
        screen, parts = self._screen, self._screen.parts
        opened = parts.thread.opened
        if opened is None or not screen.has_class("-panel"):
            return
        head = opened.thread.head
        try:
            facts = await parts.link.ask("panel", read_panel, screen.context.agent, head.customer_id, head.id)
        except NotFound:
            parts.panel.show(head.id, Facts())
            return
        self._show_facts(facts)

    def _show_facts(self, facts: Facts) -> None:
        screen, opened = self._screen, self._screen.parts.thread.opened
        if opened is None:
            return
        head = opened.thread.head
        order = orders.in_conversation(head, opened.messages)
        screen.parts.panel.show(head.id, replace(facts, order=order))
        if screen.parts.panel.has_focus:
            screen.face.paint()

    async def _laid_out(self) -> None:
        """Done when a pane that was hidden can take the keys."""
        done = asyncio.Event()
        self._screen.call_after_refresh(done.set)
        await done.wait()

    def resized(self) -> None:
        """The screen has another size: the panel is there by itself only where there is room for three."""
        screen = self._screen
        screen.parts.prompt.fit()
        self.read(self.reading)
        wanted = screen.has_class("-wide") if self._panel_wanted is None else self._panel_wanted
        if wanted != screen.has_class("-panel"):
            screen.set_class(wanted, "-panel")
            self.ask_panel()
        hidden = not screen.parts.list.display and screen.parts.list.has_focus
        if hidden or (screen.focused is None and screen.app.app_focus):
            # What the keys were in went out of view, if only until now.
            self.refocus()
        screen.face.paint()
