"""Files: how they are named, and those sent along with an answer, kept with it until it is erased."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Sequence
from pathlib import Path

from omni_tui.model.commands import SentFile
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.message import AttachmentRow, MessageRow
from omni_tui.store import Row, Tx, Writer, blobs
from omni_tui.text.clean import storable_line
from omni_tui.text.i18n import _

MOST_FILES = 20
MOST_BYTES = 25_000_000
"""In all, before they are encoded for the way: what most mail servers take."""


def check(files: Sequence[SentFile]) -> None:
    """Raises UsageError for more than can be sent along."""
    check_sizes([len(file.data) for file in files])


def check_sizes(sizes: Sequence[int]) -> None:
    """Raises UsageError for more files, or larger ones, than can be sent along."""
    if len(sizes) > MOST_FILES:
        raise UsageError(_("At most {count} files can be sent along.").format(count=MOST_FILES))
    size = sum(sizes)
    if size > MOST_BYTES:
        raise UsageError(
            _("The files have {size} MB in all; at most {limit} MB can be sent along.").format(
                size=-(-size // 1_000_000), limit=MOST_BYTES // 1_000_000
            ),
            _("Put them where the customer can fetch them, and send the link."),
        )


def from_disk(path: Path) -> SentFile:
    """The file with the type its name tells, read whole: never on the event loop's thread.

    Raises NotFound, or UsageError where it is too large or cannot be read.
    """
    try:
        path = path.expanduser()
        if not path.is_file():
            raise NotFound(_("There is no file {path}.").format(path=path))
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(
                _("{path} is larger than {limit} MB.").format(path=path, limit=MOST_BYTES // 1_000_000),
                _("Put it where the customer can fetch it, and send the link."),
            )
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(_("{path} cannot be read: {reason}").format(path=path, reason=error.strerror)) from error
    except (RuntimeError, ValueError) as error:
        # A ~user nobody is, a NUL in the name.
        raise NotFound(_("There is no file {path}.").format(path=path)) from error
    mime, encoding = mimetypes.guess_type(path.name)
    return SentFile(path.name, mime if mime and not encoding else "application/octet-stream", data)


def check_channel(channel: Row, files: Sequence[object]) -> None:
    """Raises UsageError where the channel cannot carry files."""
    if files and not json.loads(channel["capabilities"]).get("media_out"):
        raise UsageError(
            _("No files can be sent by channel {name}.").format(name=channel["name"]),
            _("Put them where the customer can fetch them, and send the link."),
        )


def by_letter(messages: Sequence[MessageRow]) -> dict[str, AttachmentRow]:
    """The files of a thread by the letters people name them with: ``a`` is the first of the newest message."""
    found = [file for message in reversed(messages) for file in message.attachments]
    return {_letters(number): file for number, file in enumerate(found)}


def _letters(number: int) -> str:
    high, low = divmod(number, 26)
    return (_letters(high - 1) if high else "") + chr(ord("a") + low)


def keep(tx: Writer, message_id: str, files: Sequence[SentFile]) -> None:
    """Store ``files`` with a message of ours."""
    for position, file in enumerate(files):
        attachment_id = uuid7()
        tx.run(
            "insert_attachment",
            id=attachment_id,
            message_id=message_id,
            position=position,
            name=storable_line(file.name),
            mime=storable_line(file.mime),
            size=len(file.data),
            part="",
            content_id="",
        )
        tx.run("insert_outgoing_file", attachment_id=attachment_id, sha256=blobs.put(tx, file.data))


def of_message(tx: Tx, message_id: str) -> tuple[SentFile, ...]:
    """What is sent along with a message, in order."""
    return tuple(
        SentFile(row["name"], row["mime"], blobs.get(tx, row["sha256"]))
        for row in tx.all("outgoing_files", message_id=message_id)
    )
