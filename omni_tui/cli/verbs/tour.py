"""``tour``: the inbox with the seven keys of the first time."""

from __future__ import annotations

import typer

from omni_tui.cli.call import Call
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _


@verb(_("Open the inbox with its tour of seven keys."), "omni-tui tour")
def tour(ctx: typer.Context) -> None:
    from omni_tui.config.paths import tour_file

    call = Call.of(ctx)
    tour_file().unlink(missing_ok=True)
    raise typer.Exit(call.open_inbox(call.settings_or_new, ""))
