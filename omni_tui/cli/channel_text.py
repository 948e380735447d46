"""Channels and what was found about them, as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from omni_tui.cli.clock import shown
from omni_tui.cli.columns import print_columns
from omni_tui.cli.output import tell
from omni_tui.model.channel import ChannelRow
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.engine.probe import Report


def print_channels(rows: Sequence[ChannelRow]) -> None:
    """A line for each channel as the engine last saw it."""
    print_columns(
        (_("CHANNEL"), _("KIND"), _("ADDRESS"), _("HEALTH"), _("NOTE")),
        [(row.name, row.kind, row.address, row.health.value, _note(row)) for row in rows],
    )


def print_report(report: Report) -> None:
    """What was tried, a line each, and what a first sync would bring."""
    for check in report.checks:
        if check.error:
            tell(_("  failed  {name}: {error}").format(name=clean_line(check.name), error=clean_line(check.error)))
            if check.hint:
                tell(f"          {clean_line(check.hint)}")
        else:
            detail = f": {clean_line(check.detail)}" if check.detail else ""
            tell(_("  ok      {name}").format(name=clean_line(check.name)) + detail)
    if report.preview is not None:
        tell(_("  {open:,} open of {total:,}").format(open=report.preview.open, total=report.preview.total))


def _note(row: ChannelRow) -> str:
    if row.error:
        again = _(" (again {time})").format(time=shown(row.next_try_at)) if row.next_try_at else ""
        return row.error + again
    if row.total and row.done < row.total:
        return _("{done:,} of {total:,} fetched").format(done=row.done, total=row.total)
    return ""
