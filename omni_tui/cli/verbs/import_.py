"""``import``: an archive into an empty store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.asking import agreed
from omni_tui.cli.call import Call, opened
from omni_tui.cli.steps import steps
from omni_tui.cli.verb import verb
from omni_tui.text.i18n import _, ngettext


@verb(
    _("Take an archive of omni-tui export into an empty store. All of it, or nothing."),
    "omni-tui --store new.db import shop.tar.gz",
    "omni-tui import shop-as-files --dry-run",
    writes=True,
)
def import_(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE|DIR", help=_("What omni-tui export wrote."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask about replies that are still to be sent."))] = False,
) -> None:
    from omni_tui.store.importing import import_archive, refuse_full
    from omni_tui.store.verifying import verify

    call = Call.of(ctx)
    archive = source.expanduser().absolute()
    with steps() as progress:
        contents = verify(archive, progress)
    manifest = contents.manifest
    if contents.unsent and not call.dry_run:
        agreed(
            ngettext(
                "{count} reply in the archive is still to be sent, and an engine will send it.",
                "{count} replies in the archive are still to be sent, and an engine will send them.",
                contents.unsent,
            ).format(count=contents.unsent)
            + " "
            + _("If any may have left since, use omni-tui restore instead: it asks about each. Import?"),
            yes=yes,
            json=call.json,
        )
    with opened(call.settings, create=not call.dry_run) as store:
        if call.dry_run:
            with store.read() as tx:
                refuse_full(tx)
        else:
            with steps() as progress:
                import_archive(store, archive, progress)
        name = store.name
    rows = {entry.name: entry.rows for entry in manifest.tables}
    if call.json:
        output.document(
            "import", dry_run=call.dry_run, store=name, rows=rows, blobs=manifest.blobs, unsent=contents.unsent
        )
        return
    sentence = _("Would import") if call.dry_run else _("Imported")
    output.say(
        _("{did} {conversations:,} conversations and {messages:,} messages into {store}.").format(
            did=sentence, conversations=rows["conversations"], messages=rows["messages"], store=name
        )
    )
