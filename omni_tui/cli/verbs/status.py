"""``status``: how much there is to do, and whether everything runs."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _


@verb(
    _("Show what waits, how the channels are, and who is sending."),
    "omni-tui status",
    "omni-tui status --json | jq .counts.inbox",
    "omni-tui status --format '{mine} mine{late?, # late}'",
)
def status(
    ctx: typer.Context,
    format: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help=_("One line with numbers for {inbox}, {unread}, {late}… (docs/terminals.md), for a status bar."),
        ),
    ] = "",
) -> None:
    call = Call.of(ctx)
    if format:
        from omni_tui.cli.segment import segment

        with reading(call) as (store, agent):
            line = segment(store, agent, call.settings, format)
        if call.json:
            output.document("status_line", line=line)
        else:
            output.tell(line)
        return
    _tell_all(call)


def _tell_all(call: Call) -> None:
    from omni_tui.cli.channel_text import print_channels
    from omni_tui.cli.clock import zone
    from omni_tui.cli.columns import print_columns
    from omni_tui.cli.views import at_least, numbers
    from omni_tui.desk import channels, lease, views

    with reading(call) as (store, agent):
        shown = [view for view in views.listed(store, agent) if view.counted and not view.hidden]
        found = views.counts(store, agent, shown, zone(), cap=0)
        listed = channels.listed(store)
        holder = lease.holder(store)
    counts = {view.name: found[view.id] for view in shown if view.id in found}
    if call.json:
        document = {"counts": numbers(counts), "at_least": at_least(counts), "channels": listed, "engine": holder}
        output.document("status", agent=agent.login, **document)
        return
    print_columns((_("VIEW"), _("COUNT")), [(name, str(count)) for name, count in counts.items()])
    output.tell()
    print_channels(listed)
    if holder is None:
        output.tell(_("engine: none is running; start one: omni-tui engine"))
    else:
        output.tell(_("engine: {owner}").format(owner=holder.owner))
