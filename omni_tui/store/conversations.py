"""Rows of the list: one page by keyset, a count, or some rows read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from omni_tui.model.conversation import ConversationRow, ListKey
from omni_tui.model.enums import Direction, OutboxState, Status
from omni_tui.store.filter import Where
from omni_tui.store.store import Row, Tx

Sort = Literal["activity", "waiting"]

# What a page is ordered by, which way, and the condition that its key column is there at all.
_SORTS: dict[Sort, tuple[str, str, str]] = {
    "activity": ("v.last_at", "DESC", ""),
    "waiting": ("v.waiting_since", "ASC", "v.waiting_since IS NOT NULL AND "),
}

_COLUMNS = """
SELECT v.id, v.ref, r.id AS customer_id, r.name AS customer, v.subject, v.snippet, v.status, h.name AS channel, h.kind,
       v.unread, v.bulk, g.login AS assignee, v.last_at, v.last_direction, v.waiting_since, v.snoozed_until,
       COALESCE((SELECT i.value FROM identities i JOIN customers ic ON ic.id = i.customer_id
                  WHERE ic.root_id = r.id ORDER BY COALESCE(i.last_at, 0) DESC LIMIT 1), '') AS address
  FROM conversations v
  JOIN customers c ON c.id = v.customer_id JOIN customers r ON r.id = c.root_id
  JOIN channels h ON h.id = v.channel_id LEFT JOIN agents g ON g.id = v.assignee_id
"""


def page(
    tx: Tx,
    where: Where,
    agent_id: str,
    *,
    sort: Sort = "activity",
    after: ListKey | None = None,
    before: ListKey | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[ConversationRow, ...]:
    """Rows in the list's order: those after a key, those just before one, or from an offset."""
    column, way, needs = _SORTS[sort]
    condition, values = f"{needs}{where.full}", {**where.values, "limit": limit, "offset": offset}
    key = after or before
    backward = after is None and before is not None
    if key is not None:
        greater = (way == "ASC") != backward
        condition += f" AND ({column}, v.id) {'>' if greater else '<'} (:key_at, :key_id)"
        values |= {"key_at": key.at, "key_id": key.id}
    order = way if not backward else ("ASC" if way == "DESC" else "DESC")
    # The ids first, from the index alone; the joins then touch one page of rows.
    ids = [
        row["id"]
        for row in tx.query(
            f"SELECT v.id FROM conversations v WHERE {condition}"
            f" ORDER BY {column} {order}, v.id {order} LIMIT :limit OFFSET :offset",
            values,
        )
    ]
    if backward:
        ids.reverse()
    return rows(tx, agent_id, ids)


def count(tx: Tx, where: Where, *, sort: Sort = "activity", cap: int = 0) -> int:
    """How many rows the list has, at most ``cap`` if one is given."""
    needs = _SORTS[sort][2]
    limit = " LIMIT :cap" if cap else ""
    found = tx.query(
        f"SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE {needs}{where.full}{limit})",
        {**where.values, "cap": cap},
    )
    return int(found[0][0])


def rows(tx: Tx, agent_id: str, ids: Sequence[str]) -> tuple[ConversationRow, ...]:
    """The rows of ``ids`` in that order; ids that are gone are left out."""
    if not ids:
        return ()
    marks, values = _marks(ids)
    found = {row["id"]: row for row in tx.query(f"{_COLUMNS} WHERE v.id IN ({marks})", values)}
    tags: dict[str, list[str]] = {}
    for row in tx.query(
        "SELECT ct.conversation_id, t.name FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id"
        f" WHERE ct.conversation_id IN ({marks}) ORDER BY ct.created_at, t.name",
        values,
    ):
        tags.setdefault(row[0], []).append(row[1])
    drafts: dict[str, set[str]] = {}
    for row in tx.query(
        f"SELECT conversation_id, agent_id FROM drafts WHERE conversation_id IN ({marks})",
        values,
    ):
        drafts.setdefault(row[0], set()).add(row[1])
    outbox = {
        row[0]: OutboxState(row[1])
        for row in tx.query(
            f"SELECT conversation_id, state FROM outbox WHERE conversation_id IN ({marks})"
            " AND state IN ('queued', 'sending', 'failed', 'uncertain') ORDER BY created_at, id",
            values,
        )
    }
    return tuple(
        _record(found[id], tags.get(id, []), drafts.get(id, set()), agent_id, outbox.get(id))
        for id in ids
        if id in found
    )


def _record(row: Row, tags: list[str], drafts: set[str], agent_id: str, outbox: OutboxState | None) -> ConversationRow:
    return ConversationRow(
        id=row["id"],
        ref=row["ref"],
        customer_id=row["customer_id"],
        customer=row["customer"],
        address=row["address"],
        subject=row["subject"],
        snippet=row["snippet"],
        status=Status(row["status"]),
        channel=row["channel"],
        kind=row["kind"],
        unread=bool(row["unread"]),
        bulk=bool(row["bulk"]),
        assignee=row["assignee"],
        tags=tuple(tags),
        last_at=row["last_at"],
        last_direction=Direction(row["last_direction"]),
        waiting_since=row["waiting_since"],
        snoozed_until=row["snoozed_until"],
        outbox=outbox,
        draft=bool(drafts),
        own_draft=agent_id in drafts,
    )


def _marks(ids: Sequence[str]) -> tuple[str, dict[str, Any]]:
    values = {f"i{n}": id for n, id in enumerate(ids)}
    return ", ".join(f":{name}" for name in values), values
