"""The text field of the composer: Textual's, with our keys, clean pastes and no markup."""

from __future__ import annotations

from typing import Any, Protocol

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from omni_tui.screens.keys.first import run_own_binding
from omni_tui.screens.keys.names import token
from omni_tui.text.clean import clean

ATTACH_KEY, LATER_KEY, WHOM_KEY, COPIES_KEY = "C-f", "C-l", "C-g", "C-r"
"""Open fields of their own; obeyed in turn (:mod:`omni_tui.screens.inbox.turns`): what is typed at once is theirs. In
an answer ``C-r`` asks nothing: it is to all, or to the sender alone."""
_COMMANDS = {
    "C-j": "send",
    "Alt-Enter": "send",
    "C-Enter": "send",
    "C-t": "toggle",
    "C-o": "editor",
    "C-n": "way",
    "Esc": "leave",
}


class Menu(Protocol):
    """What may open over the text while one types."""

    def key(self, key: str) -> bool:
        """Obey a key that is about to reach the text; False for one that is the text's."""
        ...


class DraftArea(TextArea, inherit_bindings=True):
    """Where an answer is typed. Keys that are not text become :class:`Command`."""

    DEFAULT_CSS = """
    DraftArea, DraftArea:focus {
        border: none; padding: 0; height: 1fr; max-width: 76;
        background-tint: $omni-raised 0%; background: $omni-raised; color: $omni-text;
        scrollbar-size-vertical: 0; scrollbar-size-horizontal: 0;
    }
    DraftArea.-note, DraftArea.-note:focus { background: $omni-note; }
    DraftArea .text-area--cursor-line { background: $omni-raised; }
    DraftArea.-note .text-area--cursor-line { background: $omni-note; }
    """

    class Command(Message):
        """A key that asks for something: ``send``, ``toggle``, ``editor``, ``way`` or ``leave``."""

        def __init__(self, verb: str) -> None:
            super().__init__()
            self.verb = verb

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            "", soft_wrap=True, show_line_numbers=False, tab_behavior="focus", highlight_cursor_line=False, **kwargs
        )
        self.cursor_blink = False
        self.menu: Menu | None = None

    async def _on_key(self, event: events.Key) -> None:
        if self.menu is not None and self.menu.key(token(event)):
            event.stop()
            event.prevent_default()
            return
        command = _COMMANDS.get(token(event))
        if command is not None:
            event.stop()
            event.prevent_default()
            self.post_message(self.Command(command))
            return
        if token(event) in ("Tab", "S-Tab"):
            event.stop()
            event.prevent_default()
            return
        await run_own_binding(self, event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = clean(event.text.replace("\r\n", "\n").replace("\r", "\n"))
        self.put(text, *self.selection)

    def put(self, text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Put safe text in the place of what is between two places, and the cursor behind it."""
        if result := self._replace_via_keyboard(text, start, end):
            self.move_cursor(result.end_location)
