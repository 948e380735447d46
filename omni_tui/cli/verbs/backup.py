"""``backup``: a checked copy of the store, while everything goes on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.verb import verb
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _


@verb(
    _("Copy the store into one file, checked and readable only by you. Nobody has to stop working."),
    "omni-tui backup",
    "omni-tui backup /media/usb/omni.db",
    "omni-tui backup --json",
    writes=True,
)
def backup(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help=_("Where to; without it beside the store, dated."))
    ] = None,
) -> None:
    from omni_tui.store.backup import backup as copy

    call = Call.of(ctx)
    with opened(call) as store:
        target = (file.expanduser() if file else _dated(store.path)).absolute()
        if target == store.path.absolute():
            raise UsageError(_("The backup would replace the store itself."), _("Name another file."))
        if not call.dry_run:
            copy(store, target)
    if call.json:
        size = None if call.dry_run else target.stat().st_size
        output.document("backup", dry_run=call.dry_run, path=target, bytes=size)
    else:
        if call.dry_run:
            output.say(_("Would write:"))
        output.tell(str(target))


def _dated(store: Path) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    return store.with_name(f"{store.stem}-{stamp}.db")
