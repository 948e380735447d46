"""``undo``, ``redo`` and ``history``: one's own acts, over all processes, and those on one conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.acting import tell_outcome
from omni_tui.cli.call import Call, reading, writing
from omni_tui.cli.clock import exact
from omni_tui.cli.columns import print_columns
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.params import Ref
from omni_tui.cli.verb import verb
from omni_tui.model.conversation import Agent
from omni_tui.model.outcome import ActRow, Outcome
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store


Act = Annotated[
    str | None,
    typer.Argument(metavar="[ACT]", help=_("The act's number as history lists it, or its id; else the last.")),
]


@verb(
    _("What was done to a conversation. Tells which of it you can take back."),
    "omni-tui history 1042",
    "omni-tui history 1042 --json",
    lists=True,
)
def history(ctx: typer.Context, ref: Ref) -> None:
    from omni_tui.cli.rows import named
    from omni_tui.desk import history as desk_history

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        (row,) = named(store, agent, [ref])
        acts = desk_history.acts(store, agent, row.id)
    if call.ndjson:
        output.stream("act", acts)
    elif call.json:
        output.document("history", ref=row.ref, acts=acts)
    else:
        print_columns(
            (_("ACT"), _("WHEN"), _("WHO"), _("WHAT"), _("STATE")),
            [(str(act.number), exact(act.at), act.actor, act.verb, state(act)) for act in acts],
        )


def state(act: ActRow) -> str:
    """Whether an act stands and whether it can be taken back, in words."""
    if act.undone:
        return _("undone")
    return clean_line(act.why_not) or _("can be undone")


@verb(
    _("Take back your last action, or another. A reply can be taken back while it has not left."),
    "omni-tui undo",
    "omni-tui undo 812",
    "omni-tui --as bo undo --json",
)
def undo(ctx: typer.Context, act: Act = None) -> None:
    from omni_tui.desk import undo as desk_undo

    step = desk_undo.undo if act is None else _of(desk_undo.undo_act, act)
    _run(Call.of(ctx), step, _("Undone ({verb}): {{what}}."))


@verb(_("Do again what you last took back. Or another act."), "omni-tui redo", "omni-tui redo 812")
def redo(ctx: typer.Context, act: Act = None) -> None:
    from omni_tui.desk import undo as desk_undo

    step = desk_undo.redo if act is None else _of(desk_undo.redo_act, act)
    _run(Call.of(ctx), step, _("Done again ({verb}): {{what}}."))


def _of(step: Callable[[Store, Agent, str], Outcome], act: str) -> Callable[[Store, Agent], Outcome]:
    return lambda store, agent: step(store, agent, act)


def _run(call: Call, step: Callable[[Store, Agent], Outcome], done: str) -> None:
    from omni_tui.desk import inbox

    with writing(call) as (store, agent):
        outcome = step(store, agent)
        refs = {row.id: row.ref for row in inbox.rows(store, agent, outcome.changed)}
    tell_outcome(call, outcome, refs, done.format(verb=outcome.verb))
    if outcome.refused and not outcome.changed:
        raise typer.Exit(ExitCode.CONFLICT)
