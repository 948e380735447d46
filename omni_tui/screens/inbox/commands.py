"""From the name of an action or command to what does it; a test holds this against the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from omni_tui.desk import thread
from omni_tui.desk.actions.keymap import MACRO, VIEW_COMMANDS, renamed
from omni_tui.model.errors import NotFound, OmniError
from omni_tui.screens.customers.view import NAMES as ON_CUSTOMERS
from omni_tui.screens.draw.ink import Line, Span
from omni_tui.screens.inbox import joining, marking
from omni_tui.screens.inbox.deeds import ASKING, SIMPLE, Deed
from omni_tui.screens.inbox.dressing import LOOK
from omni_tui.screens.inbox.last_order import to_last_order
from omni_tui.screens.inbox.linking import LINK
from omni_tui.screens.inbox.moving import MOVES, move
from omni_tui.screens.inbox.viewing import GO
from omni_tui.screens.inbox.viewing import NAMES as VIEW_DEEDS
from omni_tui.screens.overlay.help import help_lines
from omni_tui.screens.sheets import open_knowledge, open_report
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_SOURCE_SHOWN = 400_000
_OTHERS = {"next": 1, "previous": -1}
"""What opens another conversation of the list, and how much further down it is."""


class Commands:
    """Runs what a key, the palette or the command line asks for."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        viewing = screen.viewing
        screen.parts.footer.renamed = renamed(screen.key_map)
        self._choices: dict[str, Callable[[], None]] = {}
        reading = screen.reading
        self._simple: dict[str, Callable[[], None]] = {
            "select": lambda: marking.mark(screen),
            "range": lambda: marking.mark_range(screen),
            "search": lambda: screen.searching.open(),
            "view_failed": lambda: screen.searching.open("is:failed", typing=False),
            "next_new": lambda: screen.turns.take(reading.next_new()),
            "hit_next": lambda: self._hit(1),
            "hit_previous": lambda: self._hit(-1),
            "repeat": self._repeat,
            "sort": lambda: screen.turns.take(self._sort()),
            "record": screen.recording.begin,
            "record_end": screen.recording.end,
            "macro_again": lambda: screen.recording.run("@"),
            "insist": lambda: screen.spawn(screen.triage.insist(), "deed"),
            "unfold": self._unfold,
            "source": lambda: screen.spawn(self._source(), "sheet"),
            "save_file": screen.files.save,
            "look_at_file": screen.files.look,
            "links": screen.hinting.begin,
            "zoom": reading.zoom,
            "unzoom": reading.unzoom,
            "pane": reading.next_pane,
            "pane_back": lambda: reading.next_pane(-1),
            "panel": reading.toggle_panel,
            "panel_tab": self._panel_tab,
            "views": viewing.choose,
            "view_next": lambda: viewing.go_by(1),
            "view_previous": lambda: viewing.go_by(-1),
            "copy_ref": lambda: self._copy("ref"),
            "copy_address": lambda: self._copy("address"),
            "copy_link": lambda: self._copy("link"),
            "customers": screen.customers.open,
            "customer": screen.customers.of_conversation,
            "knowledge": lambda: open_knowledge(screen),
            "week_report": lambda: screen.turns.take(open_report(screen)),
            "palette": screen.palette.open,
            "command_line": screen.prompting.command_line,
            "theme": screen.dressing.choose("theme"),
            "density": screen.dressing.choose("density"),
            "tour": screen.tour.toggle,
            "help": self._help,
            "redraw": self._redraw,
            "suspend": self._suspend,
            "quit": self._quit,
            **screen.starting.names,
            # What comes back takes the cursor with it: the next key is for that.
            "undo": lambda: screen.turns.take(self._undo()),
            "redo": lambda: screen.turns.take(self._redo()),
            "last_order": lambda: screen.turns.take(to_last_order(screen)),
            "undo_act": lambda: screen.turns.take(reading.choose_act()),
        }

    def handles(self, name: str) -> bool:
        """Whether the screen can do what the registry calls ``name``."""
        groups = (self._simple, _OTHERS, SIMPLE, ASKING, MOVES, VIEW_DEEDS, joining.NAMES, ON_CUSTOMERS)
        return any(name in group for group in groups) or name in ("open", "back") or name.startswith("view_")

    def run(self, name: str, count: int | None, key: str) -> None:
        """Do ``name``; ``count`` repeats a movement or names a line, ``key`` is the key that asked for it."""
        self._screen.parts.footer.clear_toast()
        self._screen.tour.did(name)
        if name in SIMPLE:
            self.do(Deed(name), count)
        elif name.startswith(MACRO):
            self._screen.recording.run(name.removeprefix(MACRO), count)
        elif name in joining.NAMES:
            self._screen.joining.run(name)
        elif name in ON_CUSTOMERS:
            self._screen.customers.run(name)
        elif name in ASKING:
            self._screen.prompting.ask(name)
        elif name in _OTHERS:
            self._screen.turns.take(self._screen.reading.step(_OTHERS[name] * (count or 1)))
        elif name in self._simple:
            self._simple[name]()
        elif name in VIEW_DEEDS:
            self._screen.viewing.run(name)
        elif name in VIEW_COMMANDS:
            self._screen.viewing.go_to_number(int(name.removeprefix("view_")))
        elif name.startswith(("view_", GO)):
            self._go(name.removeprefix("view_").removeprefix(GO))
        elif name.startswith(LOOK):
            self._screen.dressing.run(name)
        elif name.startswith(LINK):
            self._screen.linking.follow(name)
        elif name == "open":
            self._screen.turns.take(self._screen.reading.open())
        elif name == "back":
            self._back(key)
        else:
            parts = self._screen.parts
            move(parts, name, count)
            if parts.list.has_focus and parts.list.pages.count and parts.list.current is None:
                # The next key is for the row the cursor stands on, which is on its way.
                self._screen.turns.take(parts.rows.load_wanted())

    # Moving --------------------------------------------------------------------------------------------

    def _back(self, key: str) -> None:
        screen, parts = self._screen, self._screen.parts
        if screen.has_class("-narrow") and screen.has_class("-panel"):
            screen.reading.toggle_panel()  # it lies over what is read
        elif parts.panel.has_focus:
            screen.reading.refocus()
        elif not parts.list.has_focus:
            screen.reading.to_list()
        elif parts.list.marked:
            parts.list.marked.clear()
            parts.list.repaint()
            screen.face.paint()
            screen.reading.rested()
        elif screen.finding.search or screen.search_bar.is_open:
            screen.searching.key("Esc")
        elif key in ("q", ""):
            self._quit()
        else:
            screen.tour.end()

    def _go(self, view_id: str) -> None:
        try:
            self._screen.viewing.go_to(view_id)
        except OmniError as error:
            self._screen.parts.complain(error)

    # Acting --------------------------------------------------------------------------------------------

    def do(self, deed: Deed, count: int | None = None) -> None:
        """Carry out ``deed`` on what is marked, or on the conversation at hand and as many below it."""
        triage = self._screen.triage
        ids = triage.targets(count)
        if deed.action == "spam" and triage.all_spam(ids):
            deed = Deed("not_spam")
        self._screen.spawn(triage.carry_out(deed, ids), "deed")

    async def _sort(self) -> None:
        order = await self._screen.finding.reorder()
        words = {
            "activity": _("By last activity"),
            "waiting": _("Who waits longest first; who does not wait is left out"),
            "priority": _("The most urgent first"),
        }
        self._screen.parts.say(words[order], self._screen.parts.hint("sort", _("other order")))

    def _repeat(self) -> None:
        last = self._screen.triage.last
        if last is None:
            self._screen.parts.say(_("Nothing to repeat yet"))
        else:
            self.do(last)

    async def _undo(self) -> None:
        screen = self._screen
        chosen = screen.parts.panel.chosen
        outcome = await (screen.triage.undo() if chosen is None else screen.triage.undo_act(chosen.id))
        await screen.writing.after_undo(outcome)
        screen.starting.settle()

    async def _redo(self) -> None:
        screen = self._screen
        chosen = screen.parts.panel.chosen
        await (screen.triage.redo_act(chosen.id) if chosen is not None and chosen.undone else screen.triage.redo())

    # Looking -------------------------------------------------------------------------------------------

    def _unfold(self) -> None:
        thread_source = self._screen.parts.thread
        thread_source.unfolded = not thread_source.unfolded
        self._screen.spawn(thread_source.relayout(), "layout")

    async def _source(self) -> None:
        screen = self._screen
        message = screen.parts.thread.message_at(screen.parts.view.reading_key())
        if message is None:
            return
        try:
            raw = (await screen.parts.link.read(thread.source, message.id)).decode("utf-8", "replace")
        except NotFound:
            raw = message.text
        size = max(20, screen.size.width - 6)
        lines = [(Span(line, "soft"),) for line in wrap(clean(raw[:_SOURCE_SHOWN]), size)]
        screen.sheet.open(_("The message as it came"), lines)

    def _hit(self, step: int) -> None:
        if not self._screen.parts.view.to_hit(step):
            self._screen.parts.say(
                _("Nothing more is found here; {key} opens the next conversation").format(
                    key=self._screen.context.key("next")
                )
            )

    def _copy(self, what: str) -> None:
        screen = self._screen
        row = screen.parts.target()
        if row is None:
            return
        # A command is a link for whoever has this store: it shows the conversation in any terminal, and tells a
        # stranger nothing of the customer.
        text = {"ref": f"#{row.ref}", "link": f"omni-tui show {row.ref}"}.get(what) or clean_line(row.address)
        screen.app.copy_to_clipboard(text)
        # Not every terminal takes it: showing the text lets one mark it by hand.
        screen.parts.say(_("Copied {text}").format(text=text))

    def _panel_tab(self) -> None:
        screen = self._screen
        if not screen.has_class("-panel"):
            screen.reading.toggle_panel()
        else:
            screen.parts.panel.next_tab(1)

    def _help(self) -> None:
        screen = self._screen
        title = _("Keys of the list") if screen.place == "list" else _("Keys of the thread")
        place = screen.place

        def lines() -> list[Line]:
            return help_lines(place, screen.key_map, screen.size.width)

        screen.sheet.open(title, lines(), anew=lines)

    # Choosing one of a few by a letter -----------------------------------------------------------------

    def offer(self, lead: str, choices: dict[str, tuple[str, Callable[[], None]]]) -> None:
        """Ask for one of ``choices`` by its letter: what each is called, and does."""
        self._choices = {letter: act for letter, (_title, act) in choices.items()}
        self._screen.parts.footer.pending(lead, [(letter, title) for letter, (title, _act) in choices.items()])

    def choose(self, key: str) -> bool:
        """Take ``key`` as the answer to what is offered; False if nothing is."""
        if not self._choices:
            return False
        chosen = self._choices.get(key)
        self._choices = {}
        self._screen.parts.footer.pending("", ())
        if chosen is not None:
            chosen()
        return True

    # The rest ------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        # Somebody else wrote over the picture (``wall``, a kernel's message, a bad line): nothing of it is known here.
        self._screen.refresh()

    def _suspend(self) -> None:
        self._screen.app.action_suspend_process()

    def _quit(self) -> None:
        self._screen.run_worker(self._screen.app.action_quit(), group="quit")
