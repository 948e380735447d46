"""Files sent along with an answer: kept with it until it is erased, read again when it leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence

from omni_tui.model.commands import SentFile
from omni_tui.model.errors import UsageError
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Tx, Writer, blobs
from omni_tui.text.clean import storable_line
from omni_tui.text.i18n import _

MOST_FILES = 20
MOST_BYTES = 25_000_000
"""In all, before they are encoded for the way: what most mail servers take."""


def check(files: Sequence[SentFile]) -> None:
    """Raises UsageError for more than can be sent along."""
    if len(files) > MOST_FILES:
        raise UsageError(_("At most {count} files can be sent along.").format(count=MOST_FILES))
    size = sum(len(file.data) for file in files)
    if size > MOST_BYTES:
        raise UsageError(
            _("The files have {size} MB in all; at most {limit} MB can be sent along.").format(
                size=-(-size // 1_000_000), limit=MOST_BYTES // 1_000_000
            ),
            _("Put them where the customer can fetch them, and send the link."),
        )


def check_channel(channel: Row, files: Sequence[SentFile]) -> None:
    """Raises UsageError where the channel cannot carry files."""
    if files and not json.loads(channel["capabilities"]).get("media_out"):
        raise UsageError(
            _("No files can be sent by channel {name}.").format(name=channel["name"]),
            _("Put them where the customer can fetch them, and send the link."),
        )


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
