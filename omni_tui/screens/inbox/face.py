"""What stands around the panes: header, thread head, the strip that offers an answer, the footer's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.desk.actions.keymap import KeyMap
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import DraftMode
from omni_tui.model.message import Thread
from omni_tui.screens.chrome.footer_lines import Hint
from omni_tui.screens.chrome.header import thread_line, views_line
from omni_tui.screens.chrome.hints import place_hints
from omni_tui.screens.composer.heads import closed_line
from omni_tui.screens.composer.widget import ADDRESSED
from omni_tui.screens.draw.ink import BLANK
from omni_tui.screens.inbox.deeds import ASKING, SIMPLE
from omni_tui.screens.thread.head import head_lines
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

# What opens one conversation is no help to many.
_FOR_MANY = frozenset({*SIMPLE, *ASKING, "select", "undo", "help"})


class Face:
    """Draws from what the screen holds; painting what has not changed costs nothing."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen

    def paint(self) -> None:
        """Draw everything around the panes."""
        screen = self._screen
        if not screen.is_mounted:
            return
        self._header()
        self._thread()
        screen.parts.footer.hints(self._hints())

    def _header(self) -> None:
        screen, parts = self._screen, self._screen.parts
        size = screen.size.width
        narrow_thread = screen.has_class("-narrow") and screen.has_class("-reading")
        beside_panel = screen.has_class("-normal") and screen.has_class("-panel")
        if narrow_thread or beside_panel:
            opened = parts.thread.opened
            total = parts.list.pages.total
            place = (min(parts.list.cursor + 1, total.number), total) if total.number else None
            row = opened.thread.head if opened is not None else None
            typing = screen.typists.words() if narrow_thread else ""
            line = thread_line(
                screen.finding.title, place, row, size, screen.context, merged=narrow_thread, typing=typing
            )
        else:
            tabs, current = screen.viewing.shown, screen.finding.view_id
            line = views_line(tabs, screen.status.counts, current, len(parts.list.marked), size, screen.context)
        screen.header.show([line])

    def _thread(self) -> None:
        screen, parts = self._screen, self._screen.parts
        opened = parts.thread.opened
        # Out of sight the pane has no width yet; a narrow screen will give it all of its own.
        width = parts.view.size.width or screen.size.width
        if opened is None:
            screen.head.show([])
            screen.answer.ground = "base"
            screen.answer.show([])
            return
        row = self._fresh(opened.thread.head)
        related = opened.thread.related
        screen.head.show(head_lines(row, width, screen.context, screen.typists.words(), related))
        keys = screen.key_map
        strip = closed_line(opened.thread, width, keys.first_key("reply"), keys.first_key("note"))
        if screen.answer.ground != "raised":
            screen.answer.ground = "raised"
            screen.answer.refresh()
        screen.answer.show(strip if screen.has_class("-narrow") else [BLANK, *strip])

    def _fresh(self, head: ConversationRow) -> ConversationRow:
        # The list knows of an action before the store confirms it.
        parts = self._screen.parts
        at = parts.list.pages.index_of(head.id)
        return (parts.list.pages.get(at) if at is not None else None) or head

    def _hints(self) -> list[Hint]:
        screen, parts = self._screen, self._screen.parts
        if screen.sheet.is_open or screen.palette.is_open or screen.customers.chooser.is_open:
            return []  # what lies over the inbox names its own keys, and those of the inbox do nothing there
        if parts.composer.is_open and parts.composer.area.has_focus:
            if screen.snipping.menu.is_open:
                return [Hint("Enter", _("insert"), 1), Hint("Down Up", _("choose"), 3), Hint("Esc", _("leave it"), 2)]
            thread = parts.composer.thread
            return _writing_hints(parts.composer.mode, thread)
        if screen.search_bar.is_open and screen.search_bar.field.has_focus:
            widen = [Hint("F3", _("widen"))] if screen.finding.wider else []
            offered = [Hint("Tab", _("complete"), 3)] if screen.completing.offered else []
            save = [Hint("F2", _("save as a view"), 4)] if screen.finding.search else []
            back = Hint("Esc", _("back to the view"), 2)
            return [Hint("Enter", _("to the list"), 1), *offered, *widen, *save, back]
        if parts.prompt.is_open:
            return [Hint("Enter", _("done"), 1), Hint("Tab", _("take"), 3), Hint("Esc", _("leave it"), 2)]
        if parts.panel.choosing:
            return _act_hints(screen.key_map)
        place = screen.place
        chosen = len(parts.list.marked) if place == "list" else 0
        return place_hints(place, screen.key_map, chosen, _FOR_MANY)


def _act_hints(keys: KeyMap) -> list[Hint]:
    named = (("undo", _("undo this act"), 1), ("redo", _("redo"), 3), ("panel_tab", _("next tab"), 5))
    moves = Hint(f"{keys.first_key('down')} {keys.first_key('up')}", _("choose"), 2)
    return [
        moves,
        *(Hint(keys.first_key(name), title, priority) for name, title, priority in named),
        Hint(keys.first_key("back"), _("back"), 4),
        Hint(keys.first_key("help"), _("keys"), 0),
    ]


def _writing_hints(mode: DraftMode, thread: Thread | None) -> list[Hint]:
    note, addressed = mode is DraftMode.NOTE, mode in ADDRESSED
    several_ways = not addressed and thread is not None and len(thread.ways) > 1
    several_people = not addressed and thread is not None and bool(thread.reply.others)
    return [
        Hint("C-j", _("save note") if note else _("send"), 1),
        *([] if addressed else [Hint("C-t", _("back to reply") if note else _("note"), 3)]),
        *([Hint("C-g", _("to whom"), 3), Hint("C-r", _("copies"), 4)] if addressed else []),
        *([Hint("C-n", _("other channel"), 3)] if several_ways and not note else []),
        *([Hint("C-r", _("all or sender"), 4)] if several_people and not note else []),
        *([] if note else [Hint("C-f", _("attach"), 5), Hint("C-l", _("send later"), 6)]),
        *([Hint("@@", _("colleague"), 7)] if note else []),
        Hint("::", _("snippet"), 7),
        Hint("C-o", _("editor"), 4),
        Hint("Esc", _("keep draft"), 2),
    ]
