"""The inbox: list, thread, panel and composer on one screen, and who gets which key."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import Reactive
from textual.widget import Widget
from textual.worker import Worker

from omni_tui.desk.actions.keymap import KeyMap, with_macros
from omni_tui.model.errors import OmniError, StoreAway, StoreBusy
from omni_tui.screens.chrome.footer import Footer
from omni_tui.screens.chrome.footer_lines import Hint, Toast
from omni_tui.screens.chrome.search_bar import SearchBar
from omni_tui.screens.composer.area import DraftArea
from omni_tui.screens.composer.keeper import DraftKeeper
from omni_tui.screens.composer.widget import Composer
from omni_tui.screens.context import Context
from omni_tui.screens.customers.view import Customers
from omni_tui.screens.draw.lines import LOW, Lines
from omni_tui.screens.draw.whole_cells import WholeCells
from omni_tui.screens.engine_child import EngineChild
from omni_tui.screens.frames import PromptFrames
from omni_tui.screens.inbox.asking import Asking
from omni_tui.screens.inbox.attaching import Attaching
from omni_tui.screens.inbox.commands import Commands
from omni_tui.screens.inbox.completing import Completing, QueryMenu
from omni_tui.screens.inbox.dressing import Dressing
from omni_tui.screens.inbox.face import Face
from omni_tui.screens.inbox.files import Files
from omni_tui.screens.inbox.finding import Finding, Searching
from omni_tui.screens.inbox.hinting import Hinting
from omni_tui.screens.inbox.joining import Joining
from omni_tui.screens.inbox.keeping import Keeping
from omni_tui.screens.inbox.later import Later
from omni_tui.screens.inbox.lettering import Lettering
from omni_tui.screens.inbox.linking import Linking
from omni_tui.screens.inbox.notices import Notices
from omni_tui.screens.inbox.offered import palette_items
from omni_tui.screens.inbox.parts import Parts
from omni_tui.screens.inbox.pauses import Keys, Pauses
from omni_tui.screens.inbox.prompting import Prompting
from omni_tui.screens.inbox.reading import Reading
from omni_tui.screens.inbox.recording import Recording
from omni_tui.screens.inbox.refreshing import Refreshing
from omni_tui.screens.inbox.snipping import Snipping
from omni_tui.screens.inbox.starting import Starting
from omni_tui.screens.inbox.status import Status
from omni_tui.screens.inbox.tour import Tour
from omni_tui.screens.inbox.triage import Triage
from omni_tui.screens.inbox.turns import Turns
from omni_tui.screens.inbox.typists import Typists
from omni_tui.screens.inbox.verbs import Verbs
from omni_tui.screens.inbox.viewing import Viewing
from omni_tui.screens.inbox.writing import Writing
from omni_tui.screens.keys.first import KeysFirst
from omni_tui.screens.list.source import ListSource
from omni_tui.screens.list.widget import ConversationList
from omni_tui.screens.overlay.palette import Palette
from omni_tui.screens.overlay.prompt import Prompt
from omni_tui.screens.overlay.sheet import Sheet
from omni_tui.screens.panel.widget import Panel
from omni_tui.screens.store_link import StoreBack, StoreChanged, StoreLink, StoreTrouble
from omni_tui.screens.thread.source import ThreadSource
from omni_tui.screens.thread.widget import ThreadView
from omni_tui.text.i18n import _

_REST_S = 0.3
_FIRST_PICTURE_S = 0.5  # how long the first picture waits for its rows at most


class InboxScreen(PromptFrames, KeysFirst, inherit_bindings=False):
    """Wires the parts together; what they do is in the modules beside this one."""

    CSS_PATH = "screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-normal"), (200, "-wide")]  # noqa: RUF012  as in Textual
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LOW, "-short"), (24, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#list"
    # Who has the keys is painted by the widgets concerned, not by painting everything.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(
        self,
        context: Context,
        link: StoreLink,
        keys: KeyMap,
        engine: EngineChild,
        rescue: Path,
        note: str = "",
        *,
        write: Callable[[str], None] = lambda _data: None,
        tour_file: Path | None = None,
    ) -> None:
        super().__init__()
        self._compositor = WholeCells()
        self.context, self._keys, self._note = context, keys, note
        self._own_keys = keys
        self.keys, self._pauses = Keys(), Pauses(self.set_timer)
        self.header = Lines(context, "side", id="header")
        self.search_bar = SearchBar(context, id="search")
        self.answer = Lines(context, "raised", id="answer")
        self.head = Lines(context, "base", id="thread-head")
        self.palette = Palette(context, lambda: palette_items(self), id="palette")
        self.sheet = Sheet(context, id="sheet")
        view = ThreadView(context, id="thread")
        rows_widget = ConversationList(context, id="list")
        self.parts = parts = Parts(
            context=context,
            link=link,
            list=rows_widget,
            rows=ListSource(link, context, rows_widget, self._rows_loaded),
            view=view,
            thread=ThreadSource(link, context, view, self._thread_shown),
            composer=Composer(context, id="composer"),
            panel=Panel(context, id="panel"),
            footer=Footer(context, id="footer"),
            prompt=Prompt(context, id="prompt"),
            spawn=self.spawn,
        )
        self.keeping = Keeping(self)
        self.keeper = DraftKeeper(link, context, rescue, self.keeping.saved, self.keeping.later)
        self.face = Face(self)
        self.finding = Finding(parts, lambda: self.status.channels, self.list_changed)
        self.status = Status(parts, engine, lambda: self.palette.is_open, lambda: self.viewing.changed())
        self.viewing = Viewing(self)
        self.triage = Triage(parts, lambda: self.finding.view_id, lambda: self.reading.left())
        self.reading = Reading(self)
        self.writing = Writing(parts, self.keeper, self.reading.after_writing)
        self.starting, self.lettering = Starting(self), Lettering(self)
        self.searching = Searching(self)
        self.query_menu, self.completing = QueryMenu(context, "raised", id="query-menu"), Completing(self)
        self.typists = Typists(self)
        self.attaching, self.later, self.snipping = Attaching(self), Later(self), Snipping(self)
        self.files, self.linking, self.hinting = Files(self), Linking(self), Hinting(self)
        self.asking = Asking(link, context)
        self.joining, self.recording = Joining(self), Recording(self, self.asking)
        self.dressing, self.notices = Dressing(self), Notices(self, write)
        self.tour = Tour(self, tour_file)
        self.customers = Customers(self)
        self.verbs = Verbs(self)
        self.prompting = Prompting(self)
        self.commands = Commands(self)
        self.turns = Turns(self)
        self._first_picture = contextlib.ExitStack()
        self._refreshing = Refreshing(self)

    @property
    def key_map(self) -> KeyMap:
        """The keys in force."""
        return self._keys

    def bind_macros(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give macros their keys; what is wrong with those."""
        self._keys = with_macros(self._own_keys, names, self.context.settings.screen.keys)
        return self._keys.problems[len(self._own_keys.problems) :]

    def compose(self) -> ComposeResult:
        parts = self.parts
        yield self.header
        yield self.search_bar
        with Horizontal(id="panes"):
            yield parts.list
            with Vertical(id="thread-pane"):
                yield Lines(self.context, "base", id="thread-top")
                yield self.head
                yield parts.view
                yield self.answer
                yield parts.composer
            yield parts.panel
        yield self.tour.band
        yield parts.footer
        yield parts.prompt
        yield self.query_menu
        yield self.snipping.menu
        yield self.palette
        yield self.customers.chooser
        yield self.sheet

    def on_mount(self) -> None:
        # One picture with the rows in it, not an empty one first: sooner, and half the bytes.
        self._first_picture.enter_context(self.app.batch_update())
        self.set_timer(_FIRST_PICTURE_S, self._first_picture.close)
        self.turns.take(self._show_first())
        self.ask("status")
        self.run_worker(self.parts.link.follow(self.post_message), exit_on_error=True)
        self.parts.link.waiting = self.parts.footer.waiting
        self.spawn(self.status.see_to_engine(), "engine")
        self._refreshing.begin()
        self.spawn(self.recording.read(), "macros")
        self.spawn(self.tour.begin_if_new(), "tour")
        problems = self._keys.problems
        if problems:
            # The others follow in help: a toast has one line.
            self.parts.footer.toast(
                Toast(problems[0], (Hint(self._keys.first_key("help"), _("all of them")),), "caution")
            )
        elif self._note:
            self.parts.say(self._note)
        self.face.paint()

    async def _show_first(self) -> None:
        with self._first_picture:
            await self.status.read_views()
            await self.finding.show_view(self.viewing.shown[0])

    def spawn(
        self,
        work: Coroutine[Any, Any, None],
        group: str,
        then: Callable[[], object] = lambda: None,
        again: Callable[[], object] | None = None,
    ) -> None:
        """Run ``work`` beside the screen; an error in it that is meant for people becomes a toast.

        ``then`` is called at its end, also where it is called off before it began. What no key asked for has an
        ``again``: a store that is away is told like any trouble that passes, and ``again`` called when it is back.
        """

        async def told() -> None:
            try:
                await work
            except OmniError as error:
                if again is not None and isinstance(error, StoreAway | StoreBusy):
                    self._refreshing.missed(group, again, error)
                else:
                    self.parts.complain(error)

        worker: Worker[None] = self.run_worker(told, group=group, exit_on_error=True)
        assert worker._task is not None

        def ended(_task: object) -> None:
            # What is called off before it begins is closed: Python would take it for forgotten.
            work.close()
            then()

        worker._task.add_done_callback(ended)

    def ask(self, what: str) -> None:
        """Have ``rows``, ``thread`` or ``status`` read again, soon and not too often."""
        self._refreshing.ask(what)

    def after(self, what: str, seconds: float, then: Callable[[], object]) -> None:
        """Call ``then`` once nothing of the kind ``what`` has happened for so long."""
        self._pauses.after(what, seconds, then)

    def call_off(self, what: str) -> None:
        """Leave undone what was to come after a pause of the kind ``what``."""
        self._pauses.call_off(what)

    # Keys ----------------------------------------------------------------------------------------------

    @property
    def place(self) -> str:
        """``list`` or ``thread``: whose keys hold."""
        parts = self.parts
        return "thread" if parts.view.has_focus or parts.panel.has_focus or self.reading.reading else "list"

    def takes(self, event: events.Key | events.Paste) -> bool:
        """Commands are run here, and keys typed ahead wait; what is typed into a field is the field's."""
        self.keys.pressed()
        return self.turns.takes(event)

    # What happens --------------------------------------------------------------------------------------

    def on_store_changed(self, event: StoreChanged) -> None:
        event.stop()
        self.typists.heard(event)
        if not event.is_change:
            return
        self.notices.heard(event)
        self.ask("rows")
        self.ask("status")
        if event.everything or self.parts.thread.conversation_id in event.ids:
            self.ask("thread")

    def on_store_trouble(self, event: StoreTrouble) -> None:
        event.stop()
        self.parts.trouble(event.error)

    def on_store_back(self, event: StoreBack) -> None:
        event.stop()
        self._refreshing.over()

    @on(ConversationList.CursorMoved)
    def _cursor_moved(self) -> None:
        self.after("rest", _REST_S, self.reading.rested)

    @on(ConversationList.RowsWanted)
    def _rows_wanted(self) -> None:
        self.spawn(self.parts.rows.load_wanted(), "wanted", again=self._rows_wanted)

    @on(ConversationList.Activated)
    def _activated(self) -> None:
        self.commands.run("open", None, "")

    @on(ThreadView.Resized)
    def _thread_resized(self) -> None:
        self.spawn(self.parts.thread.relayout(), "layout", again=self._thread_resized)

    @on(ThreadView.TopReached)
    def _top_reached(self) -> None:
        self.spawn(self.parts.thread.earlier(), "earlier", again=self._top_reached)

    @on(DraftArea.Changed)
    def _typed(self, event: DraftArea.Changed) -> None:
        event.stop()
        self.snipping.menu.follow()
        if self.writing.typed():
            self.typists.typed()

    @on(DraftArea.SelectionChanged)
    def _cursor_in_draft_moved(self, event: DraftArea.SelectionChanged) -> None:
        event.stop()
        self.snipping.menu.follow()

    @on(DraftArea.Command)
    def _writing_command(self, event: DraftArea.Command) -> None:
        event.stop()
        self.parts.footer.clear_toast()
        self.snipping.menu.close()
        self.starting.command(event.verb)

    @on(Prompt.Answered)
    def _answered(self, event: Prompt.Answered) -> None:
        event.stop()
        self.prompting.answered(event.question, event.answer)

    @on(Prompt.Dismissed)
    @on(Palette.Dismissed)
    @on(Sheet.Dismissed)
    def _dismissed(self) -> None:
        if not self.customers.left_card():
            self.reading.refocus()

    @on(Palette.Chosen)
    def _chosen(self, event: Palette.Chosen) -> None:
        event.stop()
        self.reading.refocus()
        self.turns.given_back(lambda: self.commands.run(event.chosen, None, ""))

    @on(SearchBar.Typed)
    def _search_typed(self, event: SearchBar.Typed) -> None:
        event.stop()
        self.completing.typed()
        self.after("search", 0.15, lambda: self.searching.search(event.text))

    @on(SearchBar.Key)
    def _search_key(self, event: SearchBar.Key) -> None:
        event.stop()
        self.searching.key(event.key)

    @on(Panel.TabChanged)
    def _tab_changed(self) -> None:
        self.face.paint()
        self.reading.ask_panel()

    def on_descendant_focus(self) -> None:
        self.face.paint()

    def on_resize(self) -> None:
        self.tour.paint()
        self.palette.fit()
        self.sheet.fit()
        self.call_after_refresh(self.reading.resized)

    # What the parts report ------------------------------------------------------------------------------

    def _rows_loaded(self) -> None:
        # What was painted of an act that failed goes from the head as it goes from the list.
        self.face.paint()
        if self.parts.list.pages.count == 0:
            self.spawn(self.finding.explain_empty(), "empty", again=self._rows_loaded)
        elif self.search_bar.is_open and self.finding.search:
            self.search_bar.found(self.parts.list.pages.total)
        if self.reading.needs_look() and not self._pauses.waits("rest"):
            self.after("rest", 0.05, self.reading.rested)

    def list_changed(self) -> None:
        """The list, its view or the counts are others: what stands around them follows."""
        if self.search_bar.is_open and self.finding.search:
            self.search_bar.found(self.parts.list.pages.total)
        self.face.paint()

    def _thread_shown(self) -> None:
        opened = self.parts.thread.opened
        if opened is not None and self.parts.composer.conversation_id == opened.thread.head.id:
            self.parts.composer.follow(opened.thread)
        self.face.paint()
        self.reading.ask_panel()
