"""``demo``: a shop to try everything in, with real servers inside and no account."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from omni_tui.cli.call import Call
from omni_tui.cli.verb import verb
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _


@verb(
    _("Open the inbox of a demo shop whose customers answer. Nothing of yours is touched."),
    "omni-tui demo",
    "omni-tui demo --keep ~/demo-shop --seed 7",
    "omni-tui demo --no-traffic",
)
def demo(
    ctx: typer.Context,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help=_("Keep the shop there, and open it again next time."))
    ] = None,
    seed: Annotated[int, typer.Option(help=_("Another number, another shop."))] = 7,
    no_traffic: Annotated[bool, typer.Option("--no-traffic", help=_("No customer writes by themselves."))] = False,
) -> None:
    from omni_tui.demo.run import run

    if not sys.stdout.isatty():
        raise UsageError(_("The demo needs a terminal."))
    call = Call.of(ctx)
    raise typer.Exit(run(keep.expanduser() if keep else None, seed, not no_traffic, open_inbox=call.open_inbox))
