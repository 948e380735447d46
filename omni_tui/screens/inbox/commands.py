"""From the name of an action or command to what does it; a test holds this against the registry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from omni_tui.desk import thread
from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import NotFound, OmniError, UsageError
from omni_tui.screens.composer.editor import edit
from omni_tui.screens.draw.ink import Span
from omni_tui.screens.inbox.asking import Asking, offers, read_line
from omni_tui.screens.inbox.moving import MOVES, move
from omni_tui.screens.inbox.triage import ASKING, SIMPLE, Deed
from omni_tui.screens.inbox.viewing import GO
from omni_tui.screens.inbox.viewing import NAMES as VIEW_DEEDS
from omni_tui.screens.keys.table import VIEW_COMMANDS
from omni_tui.screens.overlay.help import help_lines
from omni_tui.screens.overlay.palette import Item
from omni_tui.screens.overlay.prompt import Question
from omni_tui.text.cells import wrap
from omni_tui.text.clean import clean, clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_SOURCE_SHOWN = 400_000
_HAVE_KEYS = {command.name.removeprefix("view_") for command in COMMANDS if command.name.startswith("view_")}
"""The views that have a command of their own."""


class Commands:
    """Runs what a key, the palette or the command line asks for."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._asking = Asking(screen.parts.link, screen.context)
        viewing = screen.viewing
        self._choices: dict[str, Callable[[], None]] = {}
        self._deed_ids: list[str] = []
        reading = screen.reading
        self._simple: dict[str, Callable[[], None]] = {
            "next": lambda: screen.turns.take(reading.step(1)),
            "previous": lambda: screen.turns.take(reading.step(-1)),
            "select": self._select,
            "range": self._range,
            "search": lambda: screen.searching.open(),
            "view_failed": lambda: screen.searching.open("is:failed", typing=False),
            "next_new": lambda: screen.turns.take(reading.next_new()),
            "hit_next": lambda: self._hit(1),
            "hit_previous": lambda: self._hit(-1),
            "repeat": self._repeat,
            "insist": lambda: screen.spawn(screen.triage.insist(), "deed"),
            "unfold": self._unfold,
            "source": lambda: screen.spawn(self._source(), "sheet"),
            "save_file": self._save_file,
            "send_again": self._send_again,
            "pane": reading.next_pane,
            "panel": reading.toggle_panel,
            "panel_tab": self._panel_tab,
            "views": viewing.choose,
            "view_next": lambda: viewing.go_by(1),
            "view_previous": lambda: viewing.go_by(-1),
            "copy_ref": lambda: self._copy("ref"),
            "copy_address": lambda: self._copy("address"),
            "palette": screen.palette.open,
            "command_line": self._command_line,
            "help": self._help,
            "suspend": self._suspend,
            "quit": self._quit,
            "reply": lambda: self._write(DraftMode.REPLY),
            "note": lambda: self._write(DraftMode.NOTE),
            "undo": lambda: screen.spawn(self._undo(), "deed"),
            "redo": lambda: screen.spawn(screen.triage.redo(), "deed"),
        }

    def handles(self, name: str) -> bool:
        """Whether the screen can do what the registry calls ``name``."""
        known = name in self._simple or name in SIMPLE or name in ASKING or name in MOVES or name in VIEW_DEEDS
        return known or name in ("open", "back") or name.startswith("view_")

    def run(self, name: str, count: int | None, key: str) -> None:
        """Do ``name``; ``count`` repeats a movement or names a line, ``key`` is the key that asked for it."""
        self._screen.parts.footer.clear_toast()
        if name in SIMPLE:
            self._do(Deed(name))
        elif name in ASKING:
            self._screen.turns.take(self._ask(name), into_field=True)
        elif name in self._simple:
            self._simple[name]()
        elif name in VIEW_DEEDS:
            self._screen.viewing.run(name)
        elif name in VIEW_COMMANDS:
            self._screen.viewing.go_to_number(int(name.removeprefix("view_")))
        elif name.startswith(("view_", GO)):
            self._go(name.removeprefix("view_").removeprefix(GO))
        elif name == "open":
            self._screen.turns.take(self._screen.reading.open())
        elif name == "back":
            self._back(key)
        else:
            move(self._screen.parts, name, count)

    # Moving --------------------------------------------------------------------------------------------

    def _back(self, key: str) -> None:
        screen, parts = self._screen, self._screen.parts
        if parts.panel.has_focus:
            screen.reading.refocus()
        elif not parts.list.has_focus:
            screen.reading.to_list()
        elif parts.list.marked:
            parts.list.marked.clear()
            parts.list.refresh()
            screen.face.paint()
            screen.reading.rested()
        elif screen.finding.search or screen.search_bar.is_open:
            screen.searching.key("Esc")
        elif key in ("q", ""):
            self._quit()

    def _go(self, view_id: str) -> None:
        try:
            self._screen.viewing.go_to(view_id)
        except OmniError as error:
            self._screen.parts.complain(error)

    # Acting --------------------------------------------------------------------------------------------

    def _do(self, deed: Deed) -> None:
        triage = self._screen.triage
        self._screen.spawn(triage.carry_out(deed, triage.targets()), "deed")

    async def _ask(self, action: str) -> None:
        screen = self._screen
        self._deed_ids = screen.triage.targets()
        if not self._deed_ids:
            screen.parts.say(_("No conversation is selected"))
            return
        pages = screen.parts.list.pages
        rows = [row for n in range(*_around(screen.parts.list.in_view())) if (row := pages.get(n)) is not None]
        chosen = [row for row in rows if row.id in self._deed_ids]
        near = [tag for row in (chosen if action == "untag" else rows) for tag in row.tags]
        screen.parts.prompt.ask(await self._asking.question(action, near))

    def answered(self, question: Question, answer: str) -> None:
        """The prompt was answered."""
        screen, prompt = self._screen, self._screen.parts.prompt
        try:
            if question.name == "command":
                prompt.close()
                screen.reading.refocus()
                screen.call_after_refresh(self._line, answer)
                return
            if question.name in VIEW_DEEDS:
                screen.turns.take(screen.viewing.answered(question.name, answer))
                return
            deed = self._asking.deed(question.name, answer)
        except UsageError as error:
            prompt.problem(f"{error.message} {error.hint}".strip())
            return
        prompt.close()
        ids = self._deed_ids
        screen.reading.refocus()
        screen.spawn(screen.triage.carry_out(deed, ids), "deed")

    def _line(self, text: str) -> None:
        screen = self._screen
        try:
            name, rest = read_line(text, screen.viewing.known)
            if name == "search":
                screen.searching.open(rest)
            elif name in ASKING and rest:
                self._do(self._asking.deed(name, rest))
            elif name in VIEW_DEEDS:
                screen.viewing.run(name, rest)
            elif name:
                self.run(name, None, "")
        except OmniError as error:
            screen.parts.complain(error)

    def _command_line(self) -> None:
        self._screen.parts.prompt.ask(Question("command", ":", lambda text: offers(text, self._screen.viewing.known)))

    def _repeat(self) -> None:
        last = self._screen.triage.last
        if last is None:
            self._screen.parts.say(_("Nothing to repeat yet"))
        else:
            self._do(last)

    async def _undo(self) -> None:
        screen = self._screen
        await screen.writing.after_undo(await screen.triage.undo())

    def _select(self) -> None:
        parts = self._screen.parts
        row = parts.list.current
        if row is None:
            return
        parts.list.marked.symmetric_difference_update({row.id})
        parts.list.repaint_rows((parts.list.cursor,))
        parts.list.move_by(1)
        self._screen.face.paint()

    def _range(self) -> None:
        """Select everything from the nearest selected row above to the cursor."""
        parts = self._screen.parts
        at = parts.list.cursor
        pages = parts.list.pages
        start = next(
            (n for n in range(at - 1, -1, -1) if (row := pages.get(n)) is None or row.id in parts.list.marked), -1
        )
        row = pages.get(start) if start >= 0 else None
        first = start if row is not None and row.id in parts.list.marked else at
        parts.list.marked.update(pages.ids(first, at))
        parts.list.refresh()
        if first == at:
            parts.say(_("Selection begins here; move down and press v again"))
        self._screen.face.paint()
        self._screen.reading.rested()

    # Writing -------------------------------------------------------------------------------------------

    def _write(self, mode: DraftMode) -> None:
        self._screen.turns.take(self._open_and_write(mode), into_field=True)

    async def _open_and_write(self, mode: DraftMode) -> None:
        screen = self._screen
        if screen.parts.list.has_focus:
            await screen.reading.open()
        screen.add_class("-writing")
        try:
            await screen.writing.begin(mode)
        finally:
            screen.set_class(screen.parts.composer.is_open, "-writing")
        screen.face.paint()

    def editor(self) -> None:
        """Hand the text being written to the user's own editor."""
        screen, area = self._screen, self._screen.parts.composer.area
        try:
            with screen.app.suspend():
                text = edit(area.text)
        except SuspendNotSupported:
            screen.parts.complain(OmniError(_("An editor cannot be started from here.")))
        except OmniError as error:
            screen.parts.complain(error)
        else:
            area.load_text(clean(text))
            area.move_cursor(area.document.end)
        screen.refresh(layout=True)

    def _send_again(self) -> None:
        screen = self._screen
        message = screen.writing.undecided()
        if message is None:
            screen.parts.say(_("Nothing here waits for a decision"))
            return
        self._offer(
            _("Not sent:"),
            {
                "r": (_("send it again"), lambda: screen.spawn(screen.writing.send_again(message), "deed")),
                "d": (
                    _("keep the text as a draft"),
                    lambda: screen.spawn(screen.writing.keep_as_draft(message), "deed"),
                ),
            },
        )

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
            self._screen.parts.say(_("Nothing more is found here; J opens the next conversation"))

    def _save_file(self) -> None:
        screen = self._screen
        files = screen.parts.thread.attachments()
        if not files:
            screen.parts.say(_("This conversation has no files"))
            return

        def saver(attachment_id: str) -> Callable[[], None]:
            return lambda: screen.spawn(self._save(attachment_id), "file")

        choices = {letter: (clean_line(f.name) or _("unnamed"), saver(f.id)) for letter, f in files.items()}
        self._offer(_("Save"), choices)

    async def _save(self, attachment_id: str) -> None:
        directory = Path.home() / "Downloads"
        if not directory.is_dir():
            directory = Path.home()
        saved = await self._screen.parts.link.read(thread.save_attachment, attachment_id, directory)
        self._screen.parts.say(_("Saved as {path}").format(path=saved))

    def _copy(self, what: str) -> None:
        screen = self._screen
        row = screen.parts.target()
        if row is None:
            return
        text = f"#{row.ref}" if what == "ref" else clean_line(row.address)
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
        screen.sheet.open(title, help_lines(screen.place, screen.key_map, screen.size.width))

    # Choosing one of a few by a letter -----------------------------------------------------------------

    def _offer(self, lead: str, choices: dict[str, tuple[str, Callable[[], None]]]) -> None:
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

    def items(self) -> list[Item]:
        """Everything the palette can run, with its keys."""
        keys = self._screen.key_map
        here = _("this conversation")
        groups = {"conversation": here, "view": _("this view")}
        found = [Item(a.name, a.title, groups[a.about], keys.first_key(a.name), a.help) for a in ACTIONS]
        hidden = ("down", "up", "palette", "open", "back")
        found += [
            Item(c.name, c.title, _group(c.name), keys.first_key(c.name)) for c in COMMANDS if c.name not in hidden
        ]
        found += [item for item in self._screen.viewing.items() if item.name.removeprefix(GO) not in _HAVE_KEYS]
        return found

    def _suspend(self) -> None:
        self._screen.app.action_suspend_process()

    def _quit(self) -> None:
        self._screen.run_worker(self._screen.app.action_quit(), group="quit")


def _group(name: str) -> str:
    return _("go to") if name.startswith("view_") else _("screen")


def _around(visible: tuple[int, int]) -> tuple[int, int]:
    return max(0, visible[0] - 50), visible[1] + 50
