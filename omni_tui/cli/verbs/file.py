"""``file``: the files of a conversation; what is in one of them; saving it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.columns import print_columns
from omni_tui.cli.params import Ref
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.errors import NotFound
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.message import AttachmentRow
    from omni_tui.store import Store

_MESSAGES = 500
_COLUMNS, _ROWS = 100, 40


@verb(
    _("List the files of a conversation, look into one, or save it."),
    "omni-tui file 1042",
    "omni-tui file 1042 a",
    "omni-tui file 1042 a --save ~/Downloads",
    "omni-tui file 1042 a --fetch",
    "omni-tui file 1042 --json",
)
def file(
    ctx: typer.Context,
    ref: Ref,
    letter: Annotated[
        str,
        typer.Argument(metavar="[LETTER]", help=_("Which one; a is the newest. Or its id."), show_default=False),
    ] = "",
    save: Annotated[
        Path | None, typer.Option(metavar="DIR", help=_("Save it into this folder, under a safe name of its own."))
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help=_("Only fetch one that was left on the server for its size."))
    ] = False,
) -> None:
    from omni_tui.desk import left_files
    from omni_tui.desk import thread as desk_thread
    from omni_tui.desk.files import by_letter

    call = Call.of(ctx)
    with reading(call) as (store, agent):
        (row,) = named(store, agent, [ref])
        found = by_letter(desk_thread.open_thread(store, agent, row.id, limit=_MESSAGES).messages)
        if not letter and save is None and not fetch:
            _list(call, row.ref, found)
            return
        wanted = {**{file.id: file for file in found.values()}, **found}.get(letter or "a")
        if wanted is None:
            raise NotFound(
                _("#{ref} has no file {letter}.").format(ref=row.ref, letter=letter or "a"),
                _("omni-tui file {ref} lists them.").format(ref=row.ref),
            )
        if wanted.left:
            _fetch(call, store, wanted)
        if fetch:
            name, size = clean_line(wanted.name), left_files.size(store, wanted.id)
            if call.json:
                output.document("fetched", name=name, size=size)
            else:
                output.say(_("{name} is here, {size} bytes.").format(name=name or _("unnamed"), size=size))
            return
        if save is not None:
            path = desk_thread.save_attachment(store, wanted.id, save.expanduser())
            size = path.stat().st_size
            if call.json:
                output.document("saved", path=str(path), size=size)
            else:
                output.say(_("Saved {path}, {size} bytes.").format(path=path, size=size))
            return
        name, mime, data = desk_thread.attachment(store, wanted.id)
    _look(call, name, mime, data)


def _list(call: Call, ref: int, found: dict[str, AttachmentRow]) -> None:
    if call.json:
        output.document("files", ref=ref, files=[{"letter": letter, **_plain(row)} for letter, row in found.items()])
    elif found:
        head = (_("LETTER"), _("NAME"), _("TYPE"), _("SIZE"))
        print_columns(head, [(letter, row.name, row.mime, _size(row)) for letter, row in found.items()], widest=60)
    else:
        output.say(_("#{ref} has no files.").format(ref=ref))


def _size(row: AttachmentRow) -> str:
    return _("about {size}, on the server").format(size=row.size) if row.left else str(row.size)


def _plain(row: AttachmentRow) -> dict[str, object]:
    return {"id": row.id, "name": row.name, "mime": row.mime, "size": row.size, "left": row.left}


def _fetch(call: Call, store: Store, row: AttachmentRow) -> None:
    from omni_tui.cli.progress import ByteLine
    from omni_tui.engine import left_files

    line = ByteLine()
    try:
        left_files.fetch(call.settings, store, row.id, line)
    finally:
        line.end()


def _look(call: Call, name: str, mime: str, data: bytes) -> None:
    from omni_tui.desk.looking import look
    from omni_tui.text.preview.model import Room

    found = look(name, mime, data, Room(_COLUMNS, _ROWS))
    if call.json:
        document = {"facts": found.facts, "lines": found.lines, "remark": found.remark}
        output.document("file", name=name, mime=mime, size=len(data), **document)
        return
    if found.facts:
        output.say(found.facts)
    if found.remark or found.picture is not None:
        output.say(found.remark or _("The inbox draws it (o); --save saves it."))
    for line in found.lines:
        output.tell(line)
