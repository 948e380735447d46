"""``export``: everything the store holds, as text and files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, opened
from omni_tui.cli.steps import steps
from omni_tui.cli.verb import verb
from omni_tui.model.errors import Conflict, UsageError
from omni_tui.text.i18n import _


@verb(
    _("Write all the store holds into an archive or a directory. As of one moment; text is JSON."),
    "omni-tui export shop.tar.gz",
    "omni-tui export shop-as-files",
    "omni-tui export - | ssh backup 'cat > shop.tar.gz'",
)
def export(
    ctx: typer.Context,
    target: Annotated[
        Path, typer.Argument(metavar="FILE|DIR|-", help=_("A new .tar.gz, a new directory, or - for stdout."))
    ],
) -> None:
    from omni_tui.store.export import SUFFIXES, export_file, export_folder, export_stream

    call = Call.of(ctx)
    out = target.expanduser().absolute()
    if str(target) == "-":
        if call.json or sys.stdout.isatty():
            raise UsageError(_("An archive is no text."), _("Send it into a file or another program."))
        with opened(call.settings) as store, steps() as progress:
            export_stream(store, sys.stdout.buffer, progress)
        return
    if out.exists() or out.is_symlink():
        raise Conflict(_("{path} is there already.").format(path=out), _("Name a new file or directory."))
    with opened(call.settings) as store, steps() as progress:
        manifest = (export_file if out.name.endswith(SUFFIXES) else export_folder)(store, out, progress)
    rows = {entry.name: entry.rows for entry in manifest.tables}
    if call.json:
        output.document(
            "export", path=out, schema=manifest.schema, rows=rows, blobs=manifest.blobs, blob_bytes=manifest.blob_bytes
        )
        return
    output.say(
        _("{conversations:,} conversations, {messages:,} messages, {blobs:,} sources:").format(
            conversations=rows["conversations"], messages=rows["messages"], blobs=manifest.blobs
        )
    )
    output.tell(str(out))
