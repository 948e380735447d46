"""Selecting rows of the list: one, or all from the last selected one down to the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen


def mark(screen: InboxScreen) -> None:
    """Select the row under the cursor, or let go of it, and go on."""
    parts = screen.parts
    row = parts.list.current
    if row is None:
        return
    parts.list.marked.symmetric_difference_update({row.id})
    parts.list.move_by(1)
    screen.face.paint()


def mark_range(screen: InboxScreen) -> None:
    """Select everything from the nearest selected row above to the cursor."""
    parts = screen.parts
    at = parts.list.cursor
    pages = parts.list.pages
    start = next((n for n in range(at - 1, -1, -1) if (row := pages.get(n)) is None or row.id in parts.list.marked), -1)
    row = pages.get(start) if start >= 0 else None
    first = start if row is not None and row.id in parts.list.marked else at
    parts.list.marked.update(pages.ids(first, at))
    parts.list.repaint()
    if first == at:
        parts.say(_("Selection begins here; move down and press {key} again").format(key=parts.context.key("range")))
    screen.face.paint()
    screen.reading.rested()
