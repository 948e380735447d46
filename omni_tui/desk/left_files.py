"""Files that were left on the server for their size: where they lie, and how they are taken in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from omni_tui.model.errors import NotFound
from omni_tui.model.events import LEFT
from omni_tui.store import Store, blobs
from omni_tui.text.i18n import _

_AT_ONCE = 4 * blobs.CHUNK
"""Stored in one write: so long nobody else can write."""


@dataclass(frozen=True, slots=True)
class LeftFile:
    """A file on the server; ``places`` are streams and locators its message was seen at, the latest first.

    ``external_id`` is what the channel knows that message by wherever it lies.
    """

    id: str
    name: str
    size: int
    part: str
    message_id: str
    external_id: str
    conversation_id: str
    channel: str
    places: tuple[tuple[str, str], ...]


def find(store: Store, attachment_id: str) -> LeftFile | None:
    """Where a file was left; None where it is here already. Raises NotFound where there is no such file."""
    with store.read() as tx:
        row = tx.one("left_file", id=attachment_id)
        if row is None:
            raise NotFound(_("That file is gone."))
        if not row["part"].startswith(LEFT):
            return None
        places = tx.all("places_of_message", channel_id=row["channel_id"], message_id=row["message_id"])
    return LeftFile(
        id=attachment_id,
        name=row["name"],
        size=row["size"],
        part=row["part"],
        message_id=row["message_id"],
        external_id=row["external_id"] or "",
        conversation_id=row["conversation_id"],
        channel=row["channel"],
        places=tuple((each["stream"], each["locator"]) for each in places),
    )


def size(store: Store, attachment_id: str) -> int:
    """How many bytes a file has. Raises NotFound where there is none."""
    with store.read() as tx:
        row = tx.one("left_file", id=attachment_id)
    if row is None:
        raise NotFound(_("That file is gone."))
    return int(row["size"])


def keep(store: Store, file: LeftFile, data: BinaryIO) -> int:
    """Keep what was fetched of a file, all of it or nothing; its size. Several writes: it may be large.

    Ended in between, it leaves pieces that nothing names, which the next try finds or ``doctor --store`` clears.
    """
    digest, size = hashlib.sha256(), 0
    while piece := data.read(blobs.CHUNK):
        digest.update(piece)
        size += len(piece)
    sha256 = digest.hexdigest()
    data.seek(0)
    at = 0
    while pieces := data.read(_AT_ONCE):
        with store.write() as tx:
            at = blobs.put_piece(tx, sha256, size, at, pieces)
    with store.write_durable() as tx:
        if not size:
            blobs.put(tx, b"")
        if tx.touched("file_fetched", id=file.id, part=file.part, size=size):
            tx.run("insert_outgoing_file", attachment_id=file.id, sha256=sha256)
            tx.run("all_is_here", id=file.message_id, left=LEFT)
            tx.changed("conversation", file.conversation_id)
    return size
