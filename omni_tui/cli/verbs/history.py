"""``undo`` and ``redo``: one's own acts, over all processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from omni_tui.cli.acting import tell_outcome
from omni_tui.cli.call import Call, writing
from omni_tui.cli.exit import ExitCode
from omni_tui.cli.verb import verb
from omni_tui.model.conversation import Agent
from omni_tui.model.outcome import Outcome
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store


@verb(
    _("Take back your last action. A reply can be taken back while it has not left."),
    "omni-tui undo",
    "omni-tui --as bo undo --json",
)
def undo(ctx: typer.Context) -> None:
    from omni_tui.desk import undo as desk_undo

    _run(Call.of(ctx), desk_undo.undo, _("Undone ({verb}): {{what}}."))


@verb(_("Do again what you last took back."), "omni-tui redo")
def redo(ctx: typer.Context) -> None:
    from omni_tui.desk import undo as desk_undo

    _run(Call.of(ctx), desk_undo.redo, _("Done again ({verb}): {{what}}."))


def _run(call: Call, step: Callable[[Store, Agent], Outcome], done: str) -> None:
    from omni_tui.desk import inbox

    with writing(call) as (store, agent):
        outcome = step(store, agent)
        refs = {row.id: row.ref for row in inbox.rows(store, agent, outcome.changed)}
    tell_outcome(call, outcome, refs, done.format(verb=outcome.verb))
    if outcome.refused and not outcome.changed:
        raise typer.Exit(ExitCode.CONFLICT)
