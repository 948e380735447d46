"""``separate``: two customers that were taken for one."""

from __future__ import annotations

import typer

from omni_tui.cli.acting import tell_outcome
from omni_tui.cli.call import Call, writing
from omni_tui.cli.params import Refs
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.outcome import Outcome
from omni_tui.text.i18n import _


@verb(
    _("Take a customer apart from the one they were joined with."),
    "omni-tui separate 1042",
    writes=True,
)
def separate(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import claims

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        rows = named(store, agent, refs)
        ids = [row.id for row in rows]
        if call.dry_run:
            joined = tuple(id for id in ids if claims.is_joined(store, id))
            outcome = Outcome("separate", joined, tuple(id for id in ids if id not in joined))
        else:
            outcome = claims.separate(store, agent, ids)
    tell_outcome(call, outcome, {row.id: row.ref for row in rows}, _("Customers of their own again: {what}."))
