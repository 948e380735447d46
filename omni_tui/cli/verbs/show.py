"""``show``: one conversation, its messages oldest first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omni_tui.cli import output
from omni_tui.cli.call import Call, reading
from omni_tui.cli.params import Ref
from omni_tui.cli.rows import named
from omni_tui.cli.verb import verb
from omni_tui.model.errors import NotFound
from omni_tui.model.message import MessageRow
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.store import Store


@verb(
    _("Show a conversation. Reading it here does not mark it as read."),
    "omni-tui show 1042",
    "omni-tui show 1042 --full --limit 200",
    "omni-tui show 1042 --json",
    "omni-tui show 1042 --source",
    "omni-tui show 1042 --save mail.eml",
)
def show(
    ctx: typer.Context,
    ref: Ref,
    full: Annotated[bool, typer.Option("--full", help=_("Unfold quoted text and signatures."))] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help=_("At most this many messages, the newest."))] = 50,
    source: Annotated[bool, typer.Option("--source", help=_("The newest mail as it came, made safe to show."))] = False,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Write the newest mail to a new file, byte for byte."))
    ] = None,
) -> None:
    from omni_tui.cli.thread_text import print_thread
    from omni_tui.desk import thread as desk_thread

    call = Call.of(ctx)
    raw = None
    with reading(call) as (store, agent):
        (row,) = named(store, agent, [ref])
        opened = desk_thread.open_thread(store, agent, row.id, limit=limit)
        if source or save:
            raw = _source(store, opened.messages, row.ref)
    if save is not None and raw is not None:
        _save(save, raw)
        output.say(_("Saved {path}, {size} bytes.").format(path=save, size=len(raw)))
    elif raw is not None:
        _print_source(call, row.ref, raw)
    elif call.json:
        output.document("thread", thread=opened)
    else:
        print_thread(opened, full=full)


def _source(store: Store, messages: tuple[MessageRow, ...], ref: int) -> bytes:
    from omni_tui.desk import thread as desk_thread

    for message in reversed(messages):
        if message.has_source:
            return desk_thread.source(store, message.id)
    raise NotFound(_("No mail of #{ref} was kept as it came.").format(ref=ref))


def _print_source(call: Call, ref: int, raw: bytes) -> None:
    if call.json:
        from base64 import b64encode

        output.document("source", ref=ref, source_base64=b64encode(raw).decode("ascii"))
    else:
        output.tell(raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n").rstrip("\n"))


def _save(path: Path, raw: bytes) -> None:
    import os

    from omni_tui.model.errors import Conflict, OmniError

    try:
        descriptor = os.open(path.expanduser(), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError as error:
        raise Conflict(_("{path} is there already.").format(path=path), _("Name a new file.")) from error
    except OSError as error:
        raise OmniError(_("{path} cannot be written: {reason}").format(path=path, reason=error.strerror)) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
