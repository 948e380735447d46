"""Which conversations hold the words of a query, by their newest matching message."""

from __future__ import annotations

from omni_tui.store.filter import Where
from omni_tui.store.store import Tx

LOOKED_AT = 2000
"""Newest matching messages that are looked at before the rest is left to a narrower question."""


def newest_hits(tx: Tx, where: Where, limit: int) -> dict[str, str]:
    """Text of the newest matching message by conversation id, newest first, at most ``limit``."""
    found: dict[str, str] = {}
    rows = tx.query(
        "SELECT s.conversation_id, s.entity_id FROM search_docs s JOIN conversations v ON v.id = s.conversation_id"
        " WHERE s.doc_id IN (SELECT rowid FROM search_fts WHERE search_fts MATCH :match"
        f" ORDER BY rowid DESC LIMIT :looked_at) AND {where.sql} ORDER BY s.doc_id DESC",
        {**where.values, "looked_at": LOOKED_AT},
    )
    for row in rows:
        if row["conversation_id"] not in found:
            if len(found) == limit:
                break
            found[row["conversation_id"]] = row["entity_id"]
    return {id: str(tx.value("message_body", id=message_id) or "") for id, message_id in found.items()}
