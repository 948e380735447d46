"""``report``: what some days were like."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.verb import verb
from omni_tui.model.report import Tally
from omni_tui.text.i18n import _


@verb(
    _("Report what arrived, was replied to and waits, day by day."),
    "omni-tui report",
    "omni-tui report --days 30 --json | jq .report.whole",
)
def report(
    ctx: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, max=92, help=_("So many days, today among them."))] = 7,
) -> None:
    from omni_tui.cli.clock import now_ms, zone
    from omni_tui.cli.columns import print_columns
    from omni_tui.desk.report import report as made

    call = Call.of(ctx)
    with reading(call) as (store, _agent):
        found = made(store, now_ms(), zone(), days)
    if call.json:
        output.document("report", report=found)
        return
    for title, tallies in ((_("DAY"), found.days), (_("CHANNEL"), found.channels), (_("AGENT"), found.agents)):
        if tallies:
            print_columns((title, *_heads()), [(each.name, *_cells(each)) for each in tallies])
            output.tell()
    print_columns((_("IN ALL"), *_heads()), [(_("in all"), *_cells(found.whole))])


def _heads() -> tuple[str, ...]:
    return (_("ARRIVED"), _("ANSWERED"), _("RESOLVED"), _("FIRST ANSWER"), _("9 OF 10"), _("WAITING"))


def _cells(tally: Tally) -> tuple[str, ...]:
    counts = tuple(str(count) for count in (tally.arrived, tally.answered, tally.resolved))
    return (*counts, _span(tally.median_ms), _span(tally.p90_ms), str(tally.waiting))


def _span(ms: int | None) -> str:
    from omni_tui.text.when import age

    if ms is None:
        return "-"
    return _("<1m") if ms < 60_000 else age(ms)
