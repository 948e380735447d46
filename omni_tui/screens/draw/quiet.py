"""Focus without repainting: Textual paints a widget whole when it gains or loses the keys."""

from __future__ import annotations

from textual import events
from textual.widget import Widget


class QuietFocus(Widget):
    """A base for widgets that paint by themselves whatever focus changes: override :meth:`focus_changed`."""

    def focus_changed(self) -> None:
        """The widget gained or lost the keys."""

    def on_focus(self, event: events.Focus) -> None:
        event.prevent_default()
        self.has_focus = True
        self.focus_changed()
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self.has_focus = False
        self.focus_changed()
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))
