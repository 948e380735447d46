"""Keys in the order they were typed: screens see them before any widget, fields act on them at once."""

from __future__ import annotations

from textual import events
from textual.screen import Screen
from textual.widget import Widget


class KeysFirst(Screen[None], inherit_bindings=False):
    """Is asked about every key and paste, in the order they were typed, before one is handed to the focused widget.

    Handing on takes a few turns of several queues, and Textual moves the focus later than it is asked to: a letter
    typed right behind the key that opens a field would go to the widget before.
    """

    def takes(self, event: events.Key | events.Paste) -> bool:
        """Whether the screen sees to it itself; otherwise it is the focused widget's."""
        raise NotImplementedError


async def run_own_binding(field: Widget, event: events.Key) -> None:
    """Do what a text field binds to a key, here and now; nothing if it binds nothing.

    Textual inserts letters at once, but takes Backspace, arrows and every other binding the long way by the
    application: in what a slow line delivers at once, letters would overtake the corrections before them.
    """
    for binding in field._bindings.key_to_bindings.get(event.key, ()):
        if await field.app.run_action(binding.action, field):
            event.stop()
            event.prevent_default()
            return
