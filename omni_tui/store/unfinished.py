"""Large files come into the store piece by piece: before the last one nothing names them, and they are nobody's yet."""

from __future__ import annotations

from omni_tui.store import shape
from omni_tui.store.blobs import CHUNK

REST_MS = 3_600_000
"""What nothing names and nobody added to for so long is no file on its way any more. Whoever was stopped for longer in
the middle of one finds its beginning gone, and begins anew."""


def uses() -> list[tuple[str, str]]:
    """The tables and columns that name what is kept."""
    return [
        (table.name, reference.column)
        for table in shape.tables()
        for reference in table.references
        if reference.table == "blobs" and table.name != shape.CHUNKS
    ]


def finished(blob: str) -> str:
    """SQL: a row of ``blobs``, called ``blob``, is no such beginning. Its end is there, or something names it."""
    end = f"SELECT 1 FROM {shape.CHUNKS} c WHERE c.sha256 = {blob}.sha256 AND c.n = ({blob}.size - 1) / {CHUNK}"
    used = " OR ".join(
        f"{blob}.sha256 IN (SELECT {column} FROM {table} WHERE {column} IS NOT NULL)" for table, column in uses()
    )
    return f"({blob}.size <= {CHUNK} OR EXISTS ({end}) OR {used})"
