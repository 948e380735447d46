"""``backup``: a checked copy of the store, while everything goes on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.verb import verb
from omni_tui.model.errors import Conflict
from omni_tui.text.i18n import _


@verb(
    _("Copy the store into one file, checked and readable only by you. Nobody has to stop working."),
    "omni-tui backup",
    "omni-tui backup /media/usb",
    "omni-tui backup --json",
    writes=True,
)
def backup(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help=_("A new file or a directory; without it beside the store, dated.")),
    ] = None,
) -> None:
    from omni_tui.store.backup import backup as copy

    call = Call.of(ctx)
    with opened(call.settings) as store:
        target = _target(store.path, file)
        if not call.dry_run:
            copy(store, target)
    if call.json:
        size = None if call.dry_run else target.stat().st_size
        output.document("backup", dry_run=call.dry_run, path=target, bytes=size)
    else:
        if call.dry_run:
            output.say(_("Would write:"))
        output.tell(str(target))


def _target(store: Path, named: Path | None) -> Path:
    """The file to write. Raises :class:`Conflict` for one that is there: it may be anything, the last good copy too."""
    wanted = named.expanduser().absolute() if named else store.parent
    if wanted.is_dir():
        stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        return wanted / f"{store.stem}-{stamp}.db"
    if wanted.exists() or wanted.is_symlink():
        raise Conflict(
            _("{path} is there already.").format(path=wanted),
            _("Name a new file, or a directory: the name is then made from the time."),
        )
    return wanted
