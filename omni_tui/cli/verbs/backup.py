"""``backup``: a checked copy of the store, while everything goes on; old ones make room."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.verb import verb
from omni_tui.config import paths
from omni_tui.model.errors import Conflict, UsageError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store


@verb(
    _("Copy the store into one file, checked and readable only by you. Nobody has to stop working."),
    "omni-tui backup",
    "omni-tui backup /media/usb --keep 14",
    "omni-tui backup --json",
    writes=True,
)
def backup(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help=_("A new file or a directory; without it beside the store, dated.")),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option("--keep", metavar="N", min=1, help=_("Remove older whole backups there, all but the newest N.")),
    ] = None,
) -> None:
    from omni_tui.store.backup import backup as copy
    from omni_tui.store.rotation import Rotation, rotate, stem_of

    call = Call.of(ctx)
    turned = Rotation((), (), ())
    with opened(call.settings) as store:
        target = _target(store, file)
        if keep is not None and target.parent != _folder(store, file):
            raise UsageError(_("--keep needs a directory of backups."), _hint(target))
        if not call.dry_run:
            copy(store, target)
        if keep is not None:
            # Under --dry-run the new one is not there, and takes the first place all the same.
            turned = rotate(target.parent, stem_of(store), keep, made=target, dry_run=call.dry_run)
    if call.json:
        size = None if call.dry_run else target.stat().st_size
        output.document(
            "backup", dry_run=call.dry_run, path=target, bytes=size, removed=turned.removed, damaged=turned.damaged
        )
        return
    if call.dry_run:
        output.say(_("Would write:"))
    output.tell(str(target))
    for old in turned.removed:
        output.say((_("Would remove {path}") if call.dry_run else _("Removed {path}")).format(path=old))
    for old in turned.damaged:
        output.say(_("{path} is damaged: it counts for nothing, and is left for you to look at.").format(path=old))


def _hint(target: Path) -> str:
    """A directory is not made unasked: where a disk is not mounted, its backups would lie on another one."""
    if target.suffix:
        return _("Name a directory, or nothing.")
    return _("Make it, if that is one: {command}").format(command=f"mkdir -m 700 {shlex.quote(str(target))}")


def _folder(store: Store, named: Path | None) -> Path:
    """Where a dated backup goes: the directory named, else beside the store."""
    if named:
        return named.expanduser().absolute()
    return store.path.parent if store.dialect == "sqlite" else paths.data_dir()


def _target(store: Store, named: Path | None) -> Path:
    """The file to write. Raises :class:`Conflict` for one that is there: it may be anything, the last good copy too."""
    from omni_tui.store.backup import suffix
    from omni_tui.store.rotation import dated, stem_of

    wanted = _folder(store, named)
    if wanted.is_dir():
        return wanted / dated(stem_of(store), suffix(store), datetime.now().astimezone())
    if wanted.exists() or wanted.is_symlink():
        raise Conflict(
            _("{path} is there already.").format(path=wanted),
            _("Name a new file, or a directory: the name is then made from the time."),
        )
    return wanted
