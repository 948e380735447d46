"""Every conversation beside its newest message, read by pages: whether they fit is for the desk to say."""

from __future__ import annotations

from collections.abc import Iterator

from omni_tui.store.paging import select
from omni_tui.store.store import Row, Tx

_NEWEST = """messages n WHERE n.conversation_id = v.id AND n.direction IN ('inbound', 'outbound')
 AND n.deleted_at IS NULL ORDER BY n.received_at DESC, n.id DESC LIMIT 1"""
_WAITING = """(SELECT min(i.received_at) FROM messages i
 WHERE i.conversation_id = v.id AND i.direction = 'inbound' AND i.automatic = 0 AND i.deleted_at IS NULL
   AND i.aside = ''
   AND i.received_at > COALESCE((SELECT max(o.received_at) FROM messages o
     WHERE o.conversation_id = v.id AND o.direction = 'outbound' AND o.automatic = 0 AND o.deleted_at IS NULL
       AND o.aside = ''
       AND NOT EXISTS (SELECT 1 FROM outbox x WHERE x.message_id = o.id AND x.state = 'failed')), 0)) AS waiting"""
_SHOWN = ("status", "bulk", "unread", "last_at", "last_direction", "snippet", "waiting_since")
_HEARD = "EXISTS (SELECT 1 FROM messages i WHERE i.conversation_id = v.id AND i.direction = 'inbound')"


def with_newest(tx: Tx, characters: int) -> Iterator[list[Row]]:
    """Conversations with their newest message and ``characters`` of it as ``body``.

    ``waiting``: since when the messages say that a customer waits; ``heard``: whether a customer wrote at all.
    """
    columns = [
        *(f"v.{name}" for name in _SHOWN),
        *("m.received_at", "m.direction", f"substr(m.body, 1, {characters}) AS body", _WAITING),
        f"CASE WHEN {_HEARD} THEN 1 ELSE 0 END AS heard",
    ]
    yield from select(tx, f"conversations v JOIN messages m ON m.id = (SELECT n.id FROM {_NEWEST})", ["v.id"], columns)


def is_heard(tx: Tx, conversation_id: str) -> bool:
    """Whether a customer ever wrote in it."""
    return bool(tx.query(f"SELECT 1 FROM conversations v WHERE v.id = :id AND {_HEARD}", {"id": conversation_id}))
