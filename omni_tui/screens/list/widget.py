"""The conversation list: a view of any length that holds a few pages and paints a few lines."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from omni_tui.model.conversation import ConversationRow
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line, Span
from omni_tui.screens.draw.lines import QuietFocus
from omni_tui.screens.list.draw import placeholder, row_height, row_lines
from omni_tui.screens.list.pages import PAGE, Pages


class ConversationList(QuietFocus, ScrollView, can_focus=True, inherit_bindings=False):
    """Paints rows of :class:`Pages`; moves a cursor; says when rows are missing or the cursor moved."""

    DEFAULT_CSS = """
    ConversationList { overflow: hidden; scrollbar-size: 0 0; background: $omni-side; padding: 1 0 0 0; }
    """

    class CursorMoved(Message):
        """The cursor stands on ``row`` now; None while that row is on its way or the list is empty."""

        def __init__(self, row: ConversationRow | None) -> None:
            super().__init__()
            self.row = row

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ConversationList.CursorMoved)

    class RowsWanted(Message):
        """Rows in view or soon to be are not loaded."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ConversationList.RowsWanted)

    class Activated(Message):
        """A row was clicked."""

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self.pages = Pages()
        self.cursor = 0
        self.marked: set[str] = set()
        self.empty: tuple[Line, ...] = ()
        self._painted: dict[int, tuple[Line, ...]] = {}

    # What is where -------------------------------------------------------------------------------------

    @property
    def row_height(self) -> int:
        """Lines a row takes, by the width of the pane and the density."""
        return row_height(self.size.width, self._ctx.look.density)

    @property
    def fits(self) -> int:
        """Whole rows in view, at least one."""
        return max(1, self.scrollable_content_region.height // self.row_height)

    @property
    def top(self) -> int:
        """The place of the first row in view."""
        return int(self.scroll_offset.y) // self.row_height

    @property
    def current(self) -> ConversationRow | None:
        """The row under the cursor, if it is loaded."""
        return self.pages.get(self.cursor)

    def in_view(self) -> tuple[int, int]:
        """The first and the last place in view."""
        return self.top, min(self.top + self.fits, self.pages.count) - 1

    # Moving --------------------------------------------------------------------------------------------

    def move_to(self, index: int, *, follow: bool = True) -> None:
        """Put the cursor at a place; only the two rows concerned are painted unless the view must move."""
        index = max(0, min(index, self.pages.count - 1))
        old, self.cursor = self.cursor, index
        top = self.top
        if follow and not top <= index < top + self.fits:
            self._jump(index, down=index > old)
        else:
            self.repaint_rows((old, index))
        self._want_rows()
        self.post_message(self.CursorMoved(self.current))

    def move_by(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self.move_to(self.cursor + rows)

    def _jump(self, index: int, *, down: bool) -> None:
        # Half a page at the edge: one repaint for many steps instead of one for each.
        half = max(1, self.fits // 2)
        far = not self.top - self.fits <= index < self.top + 2 * self.fits
        top = index - half if far or down else index - half + 1
        self.set_top(top)

    def set_top(self, top: int) -> None:
        """Show ``top`` as the first row, as far as the list allows."""
        top = max(0, min(top, self.pages.count - self.fits))
        before = self.scroll_offset.y
        self.scroll_to(y=top * self.row_height, animate=False, force=True)
        if self.scroll_offset.y == before:
            self.refresh()

    # Content -------------------------------------------------------------------------------------------

    def resized(self) -> None:
        """Take over a new number of rows or a new size."""
        height, region = self.row_height, self.scrollable_content_region
        rest = region.height % height if self.pages.count * height > region.height else 0
        self.virtual_size = Size(region.width, self.pages.count * height + rest)

    def repaint_rows(self, indexes: tuple[int, ...] | list[int]) -> None:
        """Paint the rows at these places again, if they are in view."""
        height, (first, last) = self.row_height, self.in_view()
        for index in dict.fromkeys(indexes):
            if first <= index <= last:
                self.refresh_lines(index * height, height)

    def repaint_aged(self) -> None:
        """Time went by: paint the rows in view that read differently than when they were painted."""
        first, last = self.in_view()
        self.repaint_rows([at for at in range(first, last + 1) if self._painted.get(at) != self._lines(at)])

    def repaint_changed(self, before: dict[int, Any]) -> None:
        """Paint the rows in view that differ from what :meth:`snapshot` saw."""
        now = self.snapshot()
        if now.get(-1) != before.get(-1):
            self.refresh()
            return
        self.repaint_rows([index for index, look in now.items() if before.get(index) != look])

    def snapshot(self) -> dict[int, Any]:
        """What the rows in view look like, by place; -1 holds what concerns them all."""
        first, last = self.in_view()
        looks: dict[int, Any] = {index: self._lines(index) for index in range(first, last + 1)}
        looks[-1] = (first, last, self.size)
        return looks

    def _want_rows(self) -> None:
        first, last = self.in_view()
        # Half a page ahead, so that scrolling step by step never meets a row that is still on its way.
        if self.pages.missing(first - PAGE // 2, last + PAGE // 2) or self.pages.missing(self.cursor, self.cursor):
            self.post_message(self.RowsWanted())

    # Painting ------------------------------------------------------------------------------------------

    def _lines(self, index: int) -> tuple[Line, ...]:
        width = self.scrollable_content_region.width
        row = self.pages.get(index)
        if row is None:
            return (placeholder(width, index), ())
        return row_lines(row, width, self._ctx, cursor=index == self.cursor, marked=row.id in self.marked)

    def _ground(self, index: int) -> str:
        if index == self.cursor:
            return "sel" if self.has_focus else "blur"
        row = self.pages.get(index) if self.marked else None
        return "blur" if row is not None and row.id in self.marked else "side"

    def render_line(self, y: int) -> Strip:
        tones, size, height = self._ctx.tones, self.scrollable_content_region.width, self.row_height
        index, part = divmod(int(self.scroll_offset.y) + y, height)
        # Never half a row.
        cut_off = part == 0 and y + height > self.scrollable_content_region.height
        if index >= self.pages.count or cut_off or (part >= 1 and y == 0):
            line = self.empty[y] if self.pages.count == 0 and y < len(self.empty) else ()
            return tones.strip((Span(" "), *line) if line else (), "side", size, "|")
        lines = self._lines(index)
        if len(self._painted) > 4 * self.fits:
            self._painted.clear()
        self._painted[index] = lines
        line = lines[part] if part < len(lines) else ()
        # The blank line of a roomy list belongs to no row.
        ground = self._ground(index) if line or self._ctx.look.density != "roomy" else "side"
        return tones.strip(line, ground, size, "|")

    # Events --------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        self.resized()
        self.move_to(self.cursor)
        self.refresh()

    def focus_changed(self) -> None:
        self.repaint_rows((self.cursor,))

    def on_click(self, event: events.Click) -> None:
        index = (int(self.scroll_offset.y) + event.y - self.styles.padding.top) // self.row_height
        if 0 <= index < self.pages.count:
            self.move_to(index)
            self.post_message(self.Activated())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self.set_top(self.top + 3)
        self._want_rows()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self.set_top(self.top - 3)
        self._want_rows()
