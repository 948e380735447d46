"""Widgets that paint ready-made lines, and only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from omni_tui.screens.context import Context
from omni_tui.screens.draw.changes import changed_cells
from omni_tui.screens.draw.ink import BLANK, Line

LOW = 14
"""Rows of a screen below which what lies over it takes all of it, and what stands around a text makes room."""


class QuietFocus(Widget):
    """A base for widgets that paint by themselves whatever focus changes: override :meth:`focus_changed`."""

    def focus_changed(self) -> None:
        """The widget gained or lost the keys."""

    def focus(self, scroll_visible: bool = True) -> Self:
        """Ask for the keys, which come a moment later. Textual's own way paints the whole widget as well."""
        self.app.call_later(self._take_focus, scroll_visible)
        return self

    def _take_focus(self, scroll_visible: bool) -> None:
        if self.is_attached:
            self.screen.set_focus(self, scroll_visible=scroll_visible)

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


class Lines(Widget):
    """Paints lines on one ground. Only cells that changed are painted again."""

    DEFAULT_CSS = "Lines { height: 1; width: 1fr; }"

    def __init__(self, context: Context, ground: str, *, edge: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.ground = ground
        self._edge = edge
        self._lines: tuple[Line, ...] = ()
        self._grounds: dict[int, str] = {}

    def show(self, lines: Sequence[Line], grounds: dict[int, str] | None = None) -> None:
        """Show other lines; ``grounds`` gives single lines a ground of their own."""
        new, old = tuple(lines), self._lines
        other = grounds or {}
        changed: list[Region] = []
        for y in range(max(len(new), len(old))):
            now, was = new[y] if y < len(new) else BLANK, old[y] if y < len(old) else BLANK
            if other.get(y) != self._grounds.get(y):
                changed.append(Region(0, y, self.size.width, 1))
            elif now != was:
                changed.append(changed_cells(was, now, y, self.size.width))
        self._lines, self._grounds = new, other
        if self.is_mounted and changed:
            regions = [region for region in changed if region.y < self.size.height]
            if regions:
                self.refresh(*regions)
            else:
                # Out of sight it has no size: what it showed last must not come back with it.
                self.refresh()

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else BLANK
        return self.context.tones.strip(line, self._grounds.get(y, self.ground), self.size.width, self._edge)
