"""``status``: how much there is to do, and whether everything runs."""

from __future__ import annotations

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.channel_text import print_channels
from omni_tui.cli.columns import print_columns
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _


@verb(
    _("Show what waits, how the channels are, and who is sending."),
    "omni-tui status",
    "omni-tui status --json | jq .counts.inbox",
)
def status(ctx: typer.Context) -> None:
    from omni_tui.desk import channels, inbox, lease

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        counts = inbox.counts(store, agent)
        listed = channels.listed(store)
        holder = lease.holder(store)
    if call.json:
        output.document("status", agent=agent.login, counts=counts, channels=listed, engine=holder)
        return
    print_columns((_("VIEW"), _("COUNT")), [(name, str(count)) for name, count in counts.items()])
    output.tell()
    print_channels(listed)
    if holder is None:
        output.tell(_("engine: none is running; start one: omni-tui engine"))
    else:
        output.tell(_("engine: {owner}").format(owner=holder.owner))
