"""``macro run``, ``list``, ``save``, ``delete``: several actions under one name."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.acting import act
from omni_tui.cli.call import Call, reading, writing
from omni_tui.cli.columns import print_columns
from omni_tui.cli.params import Refs
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _

Name = Annotated[str, typer.Argument(metavar="NAME", help=_("The macro, as omni-tui macro list shows it."))]
Letter = Annotated[str, typer.Argument(metavar="LETTER", help=_("A letter or digit: @ and it run the macro."))]


@verb(
    _("Do all actions of a macro to conversations, at once. One undo takes all of it back."),
    "omni-tui macro run refund 1042 1043",
    writes=True,
)
def run(ctx: typer.Context, name: Name, refs: Refs) -> None:
    from omni_tui.cli.clock import zone
    from omni_tui.desk import macros

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        macro = macros.named(macros.listed(store, agent, call.settings.macros), name)
    done = _("Did {name} to {{what}}.").format(name=macro.name)
    act(
        call,
        f"macro {macro.name}",
        refs,
        lambda store, agent, ids: macros.run(store, agent, ids, macro, zone()),
        lambda row, agent: True,
        done,
    )


@verb(_("Show your macros. Some are in the configuration, others you recorded."), "omni-tui macro list", lists=True)
def list_(ctx: typer.Context) -> None:
    from omni_tui.desk import macros

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        found = macros.listed(store, agent, call.settings.macros)
    if call.ndjson:
        output.stream("macro", found)
    elif call.json:
        output.document("macros", macros=found)
    else:
        print_columns(
            (_("NAME"), _("FROM"), _("ACTIONS")),
            [(each.name, _("you") if each.recorded else _("config"), "; ".join(each.steps)) for each in found],
        )
        if not found:
            output.say(_("There are none yet. In the inbox ( begins to record one and ) ends it."))


@verb(
    _("Keep a macro of your own, as recording it in the inbox does."),
    "omni-tui macro save r 'tag refund' 'assign bo' resolve",
    writes=True,
)
def save(
    ctx: typer.Context,
    letter: Letter,
    steps: Annotated[
        list[str], typer.Argument(metavar="ACTION...", help=_("What it does, each as one word for the shell."))
    ],
) -> None:
    from omni_tui.cli.clock import now_ms, zone
    from omni_tui.desk import macros

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        macros.check(steps, now_ms(), zone())
        if not call.dry_run:
            macros.record(store, agent, letter, steps, zone(), call.settings.macros)
    _tell(call, letter, steps, _("Would keep @{letter}: {steps}.") if call.dry_run else _("@{letter} is: {steps}."))


@verb(_("Throw a macro away that you recorded."), "omni-tui macro delete r", writes=True)
def delete(ctx: typer.Context, letter: Letter) -> None:
    from omni_tui.desk import macros

    call = Call.of(ctx)
    with writing(call) as (store, agent):
        recorded = [each for each in macros.listed(store, agent, {}) if each.recorded]
        steps = macros.named(recorded, letter).steps
        if not call.dry_run:
            macros.forget(store, agent, letter)
    said = _("Would throw @{letter} away: {steps}.") if call.dry_run else _("@{letter} is gone; it was: {steps}.")
    _tell(call, letter, steps, said)


def _tell(call: Call, letter: str, steps: tuple[str, ...] | list[str], said: str) -> None:
    if call.json:
        output.document("macro_change", dry_run=call.dry_run, name=letter, steps=steps)
    else:
        output.say(said.format(letter=letter, steps="; ".join(steps)))
