"""Which conversations hold the words of a query, by their newest matching message."""

from __future__ import annotations

from omni_tui.store.filter import Where
from omni_tui.store.store import Row, Tx

LOOKED_AT = 2000
"""Newest matching messages that are looked at before the rest is left to a narrower question."""

_LOOKS = (200, LOOKED_AT)
"""How many messages are read: a few, which is nearly always enough for a page, then all."""


def newest_hits(tx: Tx, where: Where, limit: int) -> dict[str, str]:
    """Text of the newest matching message by conversation id, newest first, at most ``limit``."""
    found: dict[str, str] = {}
    for looked_at in _LOOKS:
        rows = tx.query(
            f"SELECT s.conversation_id, s.entity_id {where.hits} LIMIT :looked_at",
            {**where.values, "looked_at": looked_at},
        )
        found = _first_of_each(rows, limit)
        if len(found) == limit or len(rows) < looked_at:
            break
    return {id: str(tx.value("message_body", id=message_id) or "") for id, message_id in found.items()}


def _first_of_each(rows: list[Row], limit: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        if len(found) == limit:
            break
        found.setdefault(row["conversation_id"], row["entity_id"])
    return found
