"""Raw sources, kept with their messages: by content, in pieces small enough for both engines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from omni_tui.store.store import Tx, Writer

CHUNK = 1 << 20


def put(tx: Writer, data: bytes) -> str:
    """Keep ``data``; its SHA-256 in hex. The same bytes are kept once."""
    sha256 = name_of(data)
    tx.run("insert_blob", sha256=sha256, size=len(data), now=tx.now)
    for n, start in enumerate(range(0, len(data), CHUNK)):
        tx.run("insert_blob_chunk", sha256=sha256, n=n, data=data[start : start + CHUNK])
    return sha256


def name_of(data: bytes) -> str:
    """What ``data`` is kept under."""
    return hashlib.sha256(data).hexdigest()


def put_piece(tx: Writer, sha256: str, size: int, at: int, data: bytes) -> int:
    """Keep some of what is ``size`` bytes in all, beginning at chunk ``at``; where it goes on.

    ``data`` is whole chunks but for the last. What the blob's name promises is for the caller to have checked, and that
    what comes before is there (:func:`has_chunks`). Each piece makes what was begun young again, so that nobody takes
    it for left over (:mod:`omni_tui.store.unfinished`).
    """
    tx.run("begin_blob", sha256=sha256, size=size, now=tx.now)
    for start in range(0, len(data), CHUNK):
        tx.run("insert_blob_chunk", sha256=sha256, n=at, data=data[start : start + CHUNK])
        at += 1
    return at


def has_chunks(tx: Tx, sha256: str, count: int) -> bool:
    """Whether the first ``count`` chunks of a blob are there."""
    return bool(tx.value("count_blob_chunks", sha256=sha256, before=count) == count)


def pieces(tx: Tx, sha256: str) -> Iterator[bytes]:
    """The bytes kept under ``sha256``, a chunk at a time."""
    n = 0
    while (row := tx.one("blob_chunk", sha256=sha256, n=n)) is not None:
        yield bytes(row["data"])
        n += 1


def get(tx: Tx, sha256: str) -> bytes:
    """The bytes kept under ``sha256``; empty when there are none."""
    return b"".join(row["data"] for row in tx.all("blob_chunks", sha256=sha256))
