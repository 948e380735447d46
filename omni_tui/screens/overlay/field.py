"""A line to type into, without decoration: of search, prompts, palette and forms."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Input

from omni_tui.screens.keys.first import run_own_binding
from omni_tui.screens.keys.names import token
from omni_tui.text.clean import clean_line


class Field(Input):
    """Textual's input on our ground; keys that are no text are handed on as :class:`Key`."""

    DEFAULT_CSS = """
    Field, Field:focus {
        border: none; padding: 0; height: 1; background: $omni-raised; color: $omni-text;
        background-tint: $omni-raised 0%;
    }
    """

    class Key(Message):
        """A key that means something to the owner of the field."""

        def __init__(self, field: Field, key: str) -> None:
            super().__init__()
            self.field = field
            self.key = key

    def __init__(self, keys: frozenset[str], **kwargs: Any) -> None:
        super().__init__(compact=True, select_on_focus=False, **kwargs)
        self._keys = keys
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        # Textual's bullets are two cells wide in some terminals.
        if self.password:
            return Text("*" * len(self.value), no_wrap=True, overflow="ignore", end="")
        return super()._value

    async def _on_key(self, event: events.Key) -> None:
        if (key := token(event)) in self._keys:
            event.stop()
            event.prevent_default()
            self.post_message(self.Key(self, key))
            return
        await run_own_binding(self, event)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(clean_line(event.text.strip("\r\n")))
