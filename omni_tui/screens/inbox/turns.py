"""Keys act in turns: what is typed while one is still at work waits for it, as if it had taken no time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from textual import events
from textual.widget import Widget

from omni_tui.desk.actions.keymap import entry
from omni_tui.screens.chrome.footer_lines import Hint
from omni_tui.screens.composer.area import ATTACH_KEY, COPIES_KEY, LATER_KEY, WHOM_KEY, DraftArea
from omni_tui.screens.inbox.moving import STEPS
from omni_tui.screens.keys.machine import KeyMachine, Pending, Run, Unbound
from omni_tui.screens.keys.names import token
from omni_tui.screens.overlay.field import Field
from omni_tui.screens.overlay.sheet import Sheet
from omni_tui.text.i18n import _

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
        if came_together := self._apart(event):
            self._held += came_together
            if not self._running:
                self._running += 1
                self._screen.app.call_later(self._arrive)
            return True
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
        app = self._screen.app
        # Not a part of the work: that may be called off before it begins, and the keys would be waited for in vain.
        self._screen.spawn(work, "turn", lambda: app.call_later(self._arrive, into_field))

    def given_back(self, act: Callable[[], object]) -> None:
        """Call ``act`` once what was just closed has given the keys back; those pressed meanwhile wait for it."""
        self._running += 1

        def turn() -> None:
            try:
                act()
            finally:
                self._screen.app.call_later(self._arrive)

        self._screen.call_after_refresh(turn)

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

    def _apart(self, event: events.Key | events.Paste) -> list[events.Key]:
        """Esc and the key that came right behind it, which a slow line delivers at once and a terminal cannot tell from
        a key with Alt: they are two where nothing is bound to the one."""
        if not isinstance(event, events.Key) or not (char := event.character) or not char.isprintable():
            return []
        name, bound = token(event), self._screen.key_map.bound
        if not name.startswith("Alt-") or any(keys[0] == name for place in bound.values() for keys in place):
            return []
        return [events.Key("escape", None), events.Key(event.key.removeprefix("alt+"), char)]

    def _may_leave(self, field: Widget | None, event: events.Key | events.Paste) -> bool:
        """Whether it is a key that may leave the field, which then gets it: what is typed behind it is for what is
        there by then.

        What the key means goes from the field up to the screen, as a message at each of them; a turn follows it.
        """
        leaving = _LEAVING if isinstance(field, Field) else ("Esc",) if isinstance(field, DraftArea | Sheet) else ()
        if field is None or not isinstance(event, events.Key) or token(event) not in leaving:
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
        if screen.hinting.takes(key) or screen.commands.choose(key):
            return
        outcome = self._machine.feed(key, screen.key_map.bound[screen.place])
        footer = screen.parts.footer
        if isinstance(outcome, Pending):
            titles = [(keys, found.title if (found := entry(name)) else name) for keys, name in outcome.options]
            footer.pending(outcome.typed, titles[:_OPTIONS])
            screen.after("pending", _PENDING_S, self._forget_pending)
            return
        footer.pending("", ())
        if isinstance(outcome, Unbound) and outcome.typed:
            self._tell_unbound(outcome.typed)
        if isinstance(outcome, Run):
            # Whatever it opens has the focus before the next key is looked at.
            self._running += 1
            screen.commands.run(outcome.name, self._with_alike(outcome), outcome.key)
            screen.app.call_later(self._arrive)

    def _tell_unbound(self, typed: str) -> None:
        """Say where the keys would do something, or how to see those that do."""
        screen = self._screen
        in_list = screen.place == "list"
        other = screen.key_map.bound["thread" if in_list else "list"]
        name = next((name for sequence, name in other.items() if "".join(sequence) == typed), "")
        found = entry(name) if name else None
        if found is not None and in_list:
            words = _("{title}: that is for an open conversation").format(title=found.title)
            screen.parts.say(words, Hint(screen.key_map.first_key("open"), _("open it")))
        elif found is not None:
            words = _("{title}: that is for the list").format(title=found.title)
            screen.parts.say(words, screen.parts.hint("back", _("back")))
        elif not typed.isascii():
            screen.parts.say(
                _("{key} is no key here: commands are Latin letters, without an input method").format(key=typed)
            )
        else:
            words = _("{key} does nothing here").format(key=typed)
            screen.parts.say(words, Hint(screen.key_map.first_key("help"), _("all keys")))

    def _with_alike(self, run: Run) -> int | None:
        """The count of a step, and one more for each time the same key was typed ahead right behind it: a held key, or
        what a slow line delivers at once, is one move and one picture."""
        alike = 0
        if run.name in STEPS and self._screen.key_map.bound[self._screen.place].get((run.key,)) == run.name:
            while self._held and isinstance(event := self._held[0], events.Key) and token(event) == run.key:
                del self._held[0]
                alike += 1
        return (run.count or 1) + alike if alike else run.count

    def _forget_pending(self) -> None:
        if self._machine.waiting:
            self._machine.reset()
            self._screen.parts.footer.pending("", ())
