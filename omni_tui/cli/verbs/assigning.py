"""``assign``, ``unassign``, ``take``: who answers."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import completing
from omni_tui.cli.acting import act
from omni_tui.cli.call import Call
from omni_tui.cli.params import Refs
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _


@verb(
    _("Give conversations to an agent."),
    "omni-tui assign 1042 --to bo",
    "omni-tui list tag:refund --ndjson | jq -r .conversation.ref | omni-tui assign - --to bo",
    writes=True,
)
def assign(
    ctx: typer.Context,
    refs: Refs,
    to: Annotated[str, typer.Option(metavar="LOGIN", help=_("The agent."), autocompletion=completing.agents)],
) -> None:
    from omni_tui.desk import agents, triage

    act(
        Call.of(ctx),
        "assign",
        refs,
        lambda store, agent, ids: triage.assign(store, agent, ids, to),
        lambda row, agent: row.assignee != to,
        _("Assigned to {to}: {{what}}.").format(to=_braced(to)),
        check=lambda store: agents.named(store, to),
    )


@verb(_("Leave conversations to nobody in particular."), "omni-tui unassign 1042 1043", writes=True)
def unassign(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import triage

    done = _("Unassigned: {what}.")
    act(Call.of(ctx), "unassign", refs, triage.unassign, lambda row, agent: row.assignee is not None, done)


@verb(_("Make conversations your own."), "omni-tui take 1042", "omni-tui --as bo take 1042", writes=True)
def take(ctx: typer.Context, refs: Refs) -> None:
    from omni_tui.desk import triage

    done = _("Yours now: {what}.")
    act(Call.of(ctx), "take", refs, triage.take, lambda row, agent: row.assignee != agent.login, done)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
