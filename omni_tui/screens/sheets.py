"""What one opens to read: the report of a week, and what will be behind knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from omni_tui.desk.report import report
from omni_tui.model.report import Report, Tally
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span, column, column_right
from omni_tui.screens.draw.times import day, span
from omni_tui.screens.panel.knowledge import knowledge_lines
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_NAME = 12
_NUMBERS = (10, 10, 10, 12, 10, 10)
_MARGIN = 6


async def open_report(screen: InboxScreen) -> None:
    """Show what the last seven days were like."""
    context = screen.context
    found = await screen.parts.link.ask("report", report, context.now(), context.zone())
    since = day(found.since, context)
    screen.sheet.open(_("Since {day}").format(day=since), report_lines(found, context))


def open_knowledge(screen: InboxScreen) -> None:
    """Say what will be there."""
    screen.sheet.open(_("Knowledge"), knowledge_lines(max(20, screen.size.width - _MARGIN)))


def report_lines(report: Report, context: Context) -> list[Line]:
    """The tables of a report; 74 cells wide, as a sheet is in a terminal of 80."""
    lines = [*_table("", (report.whole,), context)]
    for title, tallies in (
        (_("Day"), report.days),
        (_("Channel"), report.channels),
        (_("Agent"), report.agents),
    ):
        if tallies:
            lines += [BLANK, *_table(title, tallies, context)]
    meant = _("1st reply: half of the conversations that began had theirs within it, nine of ten within the next.")
    return [*lines, BLANK, (Span(meant, "faint"),)]


def _table(title: str, tallies: Sequence[Tally], context: Context) -> list[Line]:
    heads = (_("arrived"), _("replied"), _("resolved"), _("1st reply"), _("9 of 10"), _("waiting"))
    lines: list[Line] = [(column(title, _NAME, "faint bold"), *map(column_right, heads, _NUMBERS, repeat("faint")))]
    for each in tallies:
        counts = [f"{count:,}" for count in (each.arrived, each.answered, each.resolved)]
        spans = ["-" if ms is None else span(ms) for ms in (each.median_ms, each.p90_ms)]
        cells = (*counts, *spans, f"{each.waiting:,}" if title not in (_("Day"),) else "")
        name = clean_line(each.name) if each.name else _("in all")
        lines.append((column(name, _NAME, "text"), *map(column_right, cells, _NUMBERS, repeat("soft"))))
    return lines
