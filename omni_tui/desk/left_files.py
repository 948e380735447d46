"""Files that were left on the server for their size: where they lie, and how they are taken in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from omni_tui.model.errors import NotFound, StoreError
from omni_tui.model.events import LEFT
from omni_tui.store import Store, blobs
from omni_tui.text.i18n import _

_AT_ONCE = 4 * blobs.CHUNK
"""Stored in one write: so long nobody else can write."""
_TRIES = 3


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

    Ended in between, it leaves pieces that nothing names, which the next try finds or ``doctor --store`` clears. Raises
    StoreError if they are cleared again and again while it is under way.
    """
    digest, size = hashlib.sha256(), 0
    while piece := data.read(blobs.CHUNK):
        digest.update(piece)
        size += len(piece)
    sha256 = digest.hexdigest()
    for _attempt in range(_TRIES):
        if _kept(store, file, data, sha256, size):
            return size
    raise StoreError(
        _("The file's beginning vanished from the store while the rest of it was being stored."),
        _("Try it again once no check of the store runs."),
    )


def _kept(store: Store, file: LeftFile, data: BinaryIO, sha256: str, size: int) -> bool:
    """Whether it is there and named; not if its beginning was cleared away while this process was stopped."""
    data.seek(0)
    at = 0
    while pieces := data.read(_AT_ONCE):
        with store.write() as tx:
            if not blobs.has_chunks(tx, sha256, at):
                return False
            at = blobs.put_piece(tx, sha256, size, at, pieces)
    with store.write_durable() as tx:
        if not blobs.has_chunks(tx, sha256, at):
            return False
        if not size:
            blobs.put(tx, b"")
        if tx.touched("file_fetched", id=file.id, part=file.part, size=size):
            tx.run("insert_outgoing_file", attachment_id=file.id, sha256=sha256)
            tx.run("all_is_here", id=file.message_id, left=LEFT)
            tx.changed("conversation", file.conversation_id)
    return True
