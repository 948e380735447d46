"""``restore``: a backup in the place of the store, the replaced one kept beside it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.asking import agreed
from omni_tui.cli.call import Call, opened
from omni_tui.cli.steps import steps
from omni_tui.cli.verb import verb
from omni_tui.config import paths
from omni_tui.model.errors import UsageError
from omni_tui.text.i18n import _


@verb(
    _("Put a backup in the place of the store. The replaced store is kept beside it, dated."),
    "omni-tui restore omni-2026-11-22-030000.db --dry-run",
    "omni-tui restore /media/usb/omni-2026-11-22-030000.db",
    "omni-tui --store new.db restore shop.tar.gz",
    writes=True,
)
def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE|DIR", help=_("A backup, or an archive for an empty store."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    from omni_tui.store.export import SUFFIXES

    call = Call.of(ctx)
    backup = source.expanduser().absolute()
    if backup.is_dir() or backup.name.endswith(SUFFIXES):
        _from_archive(call, backup)
    else:
        _from_store(call, backup, yes)


def _from_store(call: Call, backup: Path, yes: bool) -> None:
    from omni_tui.store.restore import look
    from omni_tui.store.restore import restore as put_back

    location = paths.store_location(call.settings)
    if not isinstance(location, Path):
        raise UsageError(
            _("{path} is a SQLite store, and yours is in PostgreSQL.").format(path=backup),
            _("Move it: omni-tui --store {path} export shop.tar.gz, then: omni-tui restore shop.tar.gz").format(
                path=backup
            ),
        )
    holds = look(backup, location)
    if not call.dry_run and location.exists():
        agreed(
            _("Replace {store} by a backup with {conversations:,} conversations and {messages:,} messages?").format(
                store=location, conversations=holds.conversations, messages=holds.messages
            ),
            yes=yes,
            json=call.json,
        )
    done = put_back(
        backup, location, datetime.now().astimezone(), group=call.settings.store.group, dry_run=call.dry_run
    )
    _tell(call, str(location), holds.conversations, holds.messages, done.replaced)


def _from_archive(call: Call, archive: Path) -> None:
    from omni_tui.store.importing import import_archive, refuse_full
    from omni_tui.store.verifying import verify

    with steps() as progress:
        rows = {entry.name: entry.rows for entry in verify(archive, progress).manifest.tables}
    with opened(call.settings, create=not call.dry_run) as store:
        if call.dry_run:
            with store.read() as tx:
                refuse_full(tx)
        else:
            with steps() as progress:
                import_archive(store, archive, progress, hold=True)
        name = store.name
    _tell(call, name, rows["conversations"], rows["messages"], None)


def _tell(call: Call, store: str, conversations: int, messages: int, replaced: Path | None) -> None:
    if call.json:
        output.document(
            "restore",
            dry_run=call.dry_run,
            store=store,
            conversations=conversations,
            messages=messages,
            replaced=replaced,
        )
        return
    sentence = _("Would restore") if call.dry_run else _("Restored")
    output.say(
        _("{did} {conversations:,} conversations and {messages:,} messages into {store}.").format(
            did=sentence, conversations=conversations, messages=messages, store=store
        )
    )
    if replaced is not None:
        output.say(_("The replaced store: {path}").format(path=replaced))
    if not call.dry_run:
        output.say(_("Replies that were on their way then are uncertain now. See: omni-tui outbox list"))
