"""Rows as they were drawn last: what most frames show has been drawn before."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.conversation import ConversationRow
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import Line
from omni_tui.screens.list.draw import Times, row_lines, times

_KEPT = 200


@dataclass(frozen=True, slots=True)
class _Wear:
    """All that a row's lines depend on besides the row."""

    width: int
    edge: str
    cursor: bool
    marked: bool
    density: str
    flat: bool
    times: Times


class DrawnRows:
    """Draws a row only when it reads differently than the last time, be it that time went by."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._kept: dict[str, tuple[ConversationRow, _Wear, tuple[Line, ...]]] = {}

    def lines(
        self, row: ConversationRow, width: int, *, edge: str = "", cursor: bool, marked: bool
    ) -> tuple[Line, ...]:
        """The row's lines in a pane so wide, with such an ``edge``."""
        context = self._context
        wear = _Wear(width, edge, cursor, marked, context.look.density, context.tones.flat, times(row, context))
        kept = self._kept.get(row.id)
        if kept is not None and kept[1] == wear and kept[0] == row:
            return kept[2]
        lines = row_lines(row, width, context, edge=edge, cursor=cursor, marked=marked)
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[row.id] = (row, wear, lines)
        return lines
