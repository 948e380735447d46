"""Keys act in turns: what is typed while one is still at work waits for it, as if it had taken no time."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from textual import events
from textual.widget import Widget

from omni_tui.desk.actions.keymap import entry
from omni_tui.screens.composer.area import ATTACH_KEY, COPIES_KEY, LATER_KEY, WHOM_KEY, DraftArea
from omni_tui.screens.keys.machine import KeyMachine, Pending, Run
from omni_tui.screens.keys.names import token
from omni_tui.screens.overlay.field import Field
from omni_tui.screens.overlay.sheet import Sheet

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_PENDING_S = 3.0
_OPTIONS = 8
_SYSTEM = ("", "C-z", "C-q")
"""Keys that are the application's whatever is under way."""
_LEAVING = ("Enter", "Esc", "Down")
"""Keys that may leave a field of one line."""


class Turns:
    """Hands each key to a command or to the field that has the focus, in the order they were typed."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._machine = KeyMachine()
        self._running = 0
        self._held: list[events.Key | events.Paste] = []

    def takes(self, event: events.Key | events.Paste) -> bool:
        """Obey a command, hold what was typed ahead; False for what belongs to a field or the application."""
        if isinstance(event, events.Key) and token(event) in _SYSTEM:
            return False
        if self._running:
            self._held.append(event)
            return True
        if self._opens_field(event):
            return True
        focused = self._screen.focused
        if self._may_leave(focused, event):
            return True
        if isinstance(event, events.Paste) or isinstance(focused, DraftArea | Field | Sheet):
            return False
        self._obey(token(event))
        return True

    def take(self, work: Coroutine[Any, Any, None], *, into_field: bool = False) -> None:
        """Run ``work`` beside the screen; keys pressed meanwhile wait for it.

        ``into_field`` tells that it opens a field to write in: what was typed ahead is text, never commands.
        """
        self._running += 1

        async def turn() -> None:
            try:
                await work
            finally:
                self._screen.app.call_later(self._arrive, into_field)

        self._screen.spawn(turn(), "turn")

    def _end(self, into_field: bool) -> None:
        self._running -= 1
        screen = self._screen
        if into_field and not isinstance(screen.focused, DraftArea | Field):
            self._held.clear()
        while self._held and not self._running:
            event = self._held.pop(0)
            if self._opens_field(event):
                continue
            field = screen.focused
            if self._may_leave(field, event):
                continue
            if isinstance(event, events.Paste) or isinstance(field, DraftArea | Field | Sheet):
                if field is not None:
                    field._forward_event(event)
            else:
                self._obey(token(event))

    def _may_leave(self, field: Widget | None, event: events.Key | events.Paste) -> bool:
        """Whether it is a key that may leave the field, which then gets it: what is typed behind it is for what is
        there by then.

        What the key means goes from the field up to the screen, as a message at each of them; a turn follows it.
        """
        if not isinstance(field, Field) or not isinstance(event, events.Key) or token(event) not in _LEAVING:
            return False
        self._running += 1
        field._forward_event(event)
        # Twice at each: whoever hears of it may say something of their own.
        self._follow([node for node in field.ancestors_with_self if isinstance(node, Widget) for _n in range(2)])
        return True

    def _follow(self, way: Sequence[Widget]) -> None:
        if way:
            way[0].call_later(self._follow, way[1:])
        else:
            self._screen.app.call_later(self._arrive)

    def _arrive(self, into_field: bool = False) -> None:
        """End a turn once whoever has the keys by now knows of it: Textual moves the focus by a callback of the
        application, and tells the widget by an event."""
        focused, app = self._screen.focused, self._screen.app
        if focused is None:
            self._end(into_field)
        else:
            focused.call_later(app.call_later, self._end, into_field)

    def _opens_field(self, event: events.Key | events.Paste) -> bool:
        """Whether it is a key of the text being written that opens a field, which it then does."""
        if not isinstance(event, events.Key) or not isinstance(self._screen.focused, DraftArea):
            return False
        fields = {
            ATTACH_KEY: self._screen.attaching.ask,
            LATER_KEY: self._screen.later.ask,
            WHOM_KEY: self._screen.lettering.whom,
            COPIES_KEY: self._screen.lettering.copies,
        }
        ask = fields.get(token(event))
        if ask is not None:
            self.take(ask(), into_field=True)
        return ask is not None

    def _obey(self, key: str) -> None:
        screen = self._screen
        if screen.commands.choose(key):
            return
        outcome = self._machine.feed(key, screen.key_map.bound[screen.place])
        footer = screen.parts.footer
        if isinstance(outcome, Pending):
            titles = [(keys, found.title if (found := entry(name)) else name) for keys, name in outcome.options]
            footer.pending(outcome.typed, titles[:_OPTIONS])
            screen.after("pending", _PENDING_S, self._forget_pending)
            return
        footer.pending("", ())
        if isinstance(outcome, Run):
            # Whatever it opens has the focus before the next key is looked at.
            self._running += 1
            screen.commands.run(outcome.name, outcome.count, outcome.key)
            screen.app.call_later(self._arrive)

    def _forget_pending(self) -> None:
        if self._machine.waiting:
            self._machine.reset()
            self._screen.parts.footer.pending("", ())
