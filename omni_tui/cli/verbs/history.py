"""``undo`` and ``redo``: one's own acts, over all processes."""

from __future__ import annotations

import typer

from omni_tui.cli.acting import tell_outcome
from omni_tui.cli.call import Call, writing
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.verb import verb
from omni_tui.model.outcome import Outcome
from omni_tui.text.i18n import _


@verb(
    _("Take back your last action. A reply can be taken back while it has not left."),
    "omni-tui undo",
    "omni-tui --as bo undo --json",
)
def undo(ctx: typer.Context) -> None:
    from omni_tui.desk import undo as desk_undo

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        outcome = desk_undo.undo(store, agent)
    _tell(call, outcome, _("Undone ({verb}): {{what}}."))


@verb(_("Do again what you last took back."), "omni-tui redo")
def redo(ctx: typer.Context) -> None:
    from omni_tui.desk import undo as desk_undo

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        outcome = desk_undo.redo(store, agent)
    _tell(call, outcome, _("Done again ({verb}): {{what}}."))


def _tell(call: Call, outcome: Outcome, done: str) -> None:
    tell_outcome(call, outcome, {}, done.format(verb=outcome.verb))
    if outcome.refused and not outcome.changed:
        raise typer.Exit(ExitCode.CONFLICT)
