"""The conversation list: a view of any length that holds a few pages and paints a few lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from omni_tui.model.conversation import ConversationRow
from omni_tui.screens.context import Context
from omni_tui.screens.draw.changes import changed_cells
from omni_tui.screens.draw.ink import Line, Span
from omni_tui.screens.draw.lines import QuietFocus
from omni_tui.screens.list.draw import EDGE, placeholder, row_height
from omni_tui.screens.list.drawn import DrawnRows
from omni_tui.screens.list.pages import PAGE, Pages

_Look = tuple[Line, str]
"""A line of the pane and the ground it stands on."""


class ConversationList(QuietFocus, can_focus=True, inherit_bindings=False):
    """Paints rows of :class:`Pages`; moves a cursor; says when rows are missing or the cursor moved.

    It scrolls by itself: Textual's way lays the whole screen out anew whenever the number of rows changes, and paints
    the whole pane whenever its first row has another place, though it may read the same.
    """

    DEFAULT_CSS = """
    ConversationList { width: 1fr; height: 1fr; background: $omni-side; padding: 1 0 0 0; }
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
        self.top = 0
        """The place of the first row in view."""
        self.marked: set[str] = set()
        self.empty: tuple[Line, ...] = ()
        self._drawn = DrawnRows(context)
        self._painted: dict[int, _Look] = {}
        self._promised: dict[int, _Look] = {}
        """Looks whose changed cells alone will be painted: should time go on meanwhile, the next look differs again."""

    # What is where -------------------------------------------------------------------------------------

    @property
    def _area(self) -> Size:
        """The cells rows are painted in; out of sight, those of the last time in sight."""
        return self.outer_size - self.styles.gutter.totals

    @property
    def _edge(self) -> str:
        """What is drawn between the list and the pane beside it, in themes without grounds."""
        return EDGE if self._area.width < self.app.size.width else ""

    @property
    def row_height(self) -> int:
        """Lines a row takes, by the width of the pane and the density."""
        return row_height(self._area.width, self._ctx.look.density)

    @property
    def fits(self) -> int:
        """Whole rows in view, at least one."""
        return max(1, self._area.height // self.row_height)

    @property
    def current(self) -> ConversationRow | None:
        """The row under the cursor, if it is loaded."""
        return self.pages.get(self.cursor)

    def in_view(self) -> tuple[int, int]:
        """The first and the last place in view."""
        return self.top, min(self.top + self.fits, self.pages.count) - 1

    # Moving --------------------------------------------------------------------------------------------

    def move_to(self, index: int) -> None:
        """Put the cursor at a place, and the view to it where it is not in view."""
        index = max(0, min(index, self.pages.count - 1))
        old, self.cursor = self.cursor, index
        if not self.top <= index < self.top + self.fits:
            self._jump(index, down=index > old)
        self.repaint()
        self.want_rows()
        self.post_message(self.CursorMoved(self.current))

    def move_by(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self.move_to(self.cursor + rows)

    def take_out(self, ids: Iterable[str]) -> None:
        """Take conversations out. The cursor stays on its row, or goes to the next one that stays."""
        gone = self.pages.places(ids)
        self.pages.remove(ids)
        self.set_top(self.top - sum(place < self.top for place in gone))
        self.move_to(self.cursor - sum(place < self.cursor for place in gone))

    def _jump(self, index: int, *, down: bool) -> None:
        # Half a page at the edge: one repaint for many steps instead of one for each.
        half = max(1, self.fits // 2)
        far = not self.top - self.fits <= index < self.top + 2 * self.fits
        self.set_top(index - half if far or down else index - half + 1)

    def set_top(self, top: int) -> None:
        """Show ``top`` as the first row, as far as the list allows."""
        self.top = max(0, min(top, self.pages.count - self.fits))

    def want_rows(self) -> None:
        """Ask for the rows in view that are not here, and for those next to them."""
        first, last = self.in_view()
        # Half a page ahead, so that scrolling step by step never meets a row that is still on its way.
        if self.pages.missing(first - PAGE // 2, last + PAGE // 2) or self.pages.missing(self.cursor, self.cursor):
            self.post_message(self.RowsWanted())

    # Painting ------------------------------------------------------------------------------------------

    def repaint(self) -> None:
        """Paint the cells that read differently than when they were painted, whatever changed them."""
        area, changed = self._area, []
        for y in range(area.height):
            look, painted = self._look(y, area), self._painted.get(y)
            if look == painted:
                self._promised.pop(y, None)
                continue
            self._promised[y] = look
            if painted is not None and painted[1] == look[1]:
                changed.append(changed_cells(painted[0], look[0], y, area.width))
            else:
                changed.append(Region(0, y, area.width, 1))
        if changed:
            self.refresh(*changed)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As Textual's; the whole is painted as it looks by then."""
        if not regions:
            self._promised.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _look(self, y: int, area: Size) -> _Look:
        height = row_height(area.width, self._ctx.look.density)
        place, part = divmod(y, height)
        index = self.top + place
        # Never half a row, unless there is no room for a whole one.
        if index >= self.pages.count or (place and (place + 1) * height > area.height):
            line = self.empty[y] if self.pages.count == 0 and y < len(self.empty) else ()
            return ((Span(" "), *line) if line else ()), "side"
        lines = self._lines(index, area.width)
        line = lines[part] if part < len(lines) else ()
        # The blank line of a roomy list belongs to no row.
        return line, self._ground(index) if line or self._ctx.look.density != "roomy" else "side"

    def _lines(self, index: int, width: int) -> tuple[Line, ...]:
        row = self.pages.get(index)
        if row is None:
            return (placeholder(width, index), ())
        return self._drawn.lines(row, width, edge=self._edge, cursor=index == self.cursor, marked=row.id in self.marked)

    def _ground(self, index: int) -> str:
        if index == self.cursor:
            return "sel" if self.has_focus else "blur"
        row = self.pages.get(index) if self.marked else None
        return "blur" if row is not None and row.id in self.marked else "side"

    def render_line(self, y: int) -> Strip:
        area = self._area
        look = self._promised.pop(y) if y in self._promised else self._look(y, area)
        self._painted[y] = line, ground = look
        return self._ctx.tones.strip(line, ground, area.width, self._edge)

    # Events --------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        self.set_top(self.top)
        self.move_to(self.cursor)
        self.refresh()

    def focus_changed(self) -> None:
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        index = self.top + (event.y - self.styles.padding.top) // self.row_height
        if 0 <= index < self.pages.count:
            self.move_to(index)
            self.post_message(self.Activated())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self._scroll(-3)

    def _scroll(self, rows: int) -> None:
        self.set_top(self.top + rows)
        self.repaint()
        self.want_rows()
