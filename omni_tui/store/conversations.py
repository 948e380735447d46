"""Rows of the list: one page by keyset, a count, or some rows read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from omni_tui.model.conversation import ConversationRow, ListKey
from omni_tui.model.count import Count
from omni_tui.model.enums import Direction, OutboxState, Priority, Status
from omni_tui.store.dialect import Dialect
from omni_tui.store.filter import Where
from omni_tui.store.foreseen import Question
from omni_tui.store.order import Order, possible, walking
from omni_tui.store.store import Row, Tx

Sort = Literal["activity", "waiting", "priority"]
URGENCY = 1 << 43
"""What a priority's rank is multiplied with, so that activity decides among equals: beyond every time in ms."""

# What a page is ordered by, which way, and the condition that its key column is there at all.
_SORTS: dict[Sort, tuple[str, str, str]] = {
    "activity": ("v.last_at", "DESC", "1 = 1"),
    "waiting": ("v.waiting_since", "ASC", "v.waiting_since IS NOT NULL"),
    # Spelled as the index conversations_urgent has it.
    "priority": ("(v.priority * 8796093022208 + v.last_at)", "DESC", "1 = 1"),
}

_COLUMNS = """
SELECT v.id, v.ref, r.id AS customer_id, r.name AS customer, v.subject, v.snippet, v.status, h.name AS channel, h.kind,
       v.unread, v.bulk, g.login AS assignee, v.last_at, v.last_direction, v.waiting_since, v.snoozed_until,
       v.priority, COALESCE((SELECT i.value {identities} ORDER BY COALESCE(i.last_at, 0) DESC LIMIT 1), '') AS address
  FROM conversations v
  JOIN customers c ON c.id = v.customer_id JOIN customers r ON r.id = c.root_id
  JOIN channels h ON h.id = v.channel_id LEFT JOIN agents g ON g.id = v.assignee_id
"""
# A customer's addresses, with those of the few who were merged into them. The index of all customers would be one page
# more for each row.
_IDENTITIES: dict[Dialect, str] = {
    "sqlite": "FROM identities i WHERE i.customer_id = r.id OR i.customer_id IN"
    " (SELECT ic.id FROM customers ic INDEXED BY customers_merged WHERE ic.root_id = r.id AND ic.root_id <> ic.id)",
    "postgresql": "FROM identities i JOIN customers ic ON ic.id = i.customer_id WHERE ic.root_id = r.id",
}
# Tags, drafts, and what is on its way.
_BESIDE = (
    "SELECT ct.conversation_id, t.name FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id"
    " WHERE ct.conversation_id IN ({marks}) ORDER BY ct.created_at, t.name",
    "SELECT conversation_id, agent_id FROM drafts WHERE conversation_id IN ({marks})",
    "SELECT conversation_id, state FROM outbox WHERE conversation_id IN ({marks})"
    " AND state IN ('queued', 'sending', 'failed', 'uncertain') ORDER BY created_at, id",
)


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
    where = possible(tx, where, waiting=sort == "waiting")
    backward = after is None and before is not None
    key = after or before
    order = Order(column, (way == "ASC") != backward, needs, (key.at, key.id) if key is not None else None)
    if _is_walked(tx, where):
        walked = walking(tx, where.branches[0], where.values, order)
        ids = _page(tx, where.branches[0].sql, where.values, walked, offset, limit)
    else:
        from omni_tui.store import narrowed

        where = _told(tx, where)
        found: set[tuple[int, str]] = set()
        for branch in where.branches:
            found.update(narrowed.page(tx, branch, where.values, order, offset + limit))
        ids = [id for _, id in sorted(found, reverse=not order.ascending)[offset : offset + limit]]
    if backward:
        ids.reverse()
    return rows(tx, agent_id, ids)


def _is_walked(tx: Tx, where: Where) -> bool:
    """Whether an index of the list leads to the page: no words, no alternatives, no small set of rows."""
    if len(where.branches) != 1 or where.worded:
        return False
    branch = where.branches[0]
    if not branch.leads.sets:
        # Most lists are like this one, and a verb's start need not read how the others are gone through.
        return True
    from omni_tui.store import narrowed

    return narrowed.small_set(tx, branch, where.values) is None


def _told(tx: Tx, where: Where) -> Where:
    """With what the maps tell of its words."""
    if not where.worded:
        return where
    from omni_tui.store.maps import asking

    return asking.told(tx, where, asking.worded)


def _page(tx: Tx, sql: str, values: dict[str, Any], order: Order, offset: int, limit: int) -> list[str]:
    # The ids first, from the index alone; the joins then touch one page of rows.
    bound = {**values, "limit": limit, "offset": offset}
    condition = order.condition(bound, order.after)
    return [
        row["id"]
        for row in tx.query(
            f"SELECT v.id FROM {order.table} WHERE {sql} AND {condition}"
            f" ORDER BY {order.by} LIMIT :limit OFFSET :offset",
            bound,
        )
    ]


def count(tx: Tx, where: Where, *, sort: Sort = "activity", cap: int = 0) -> Count:
    """How many rows the list has. With a ``cap`` it is counted no further, and no further than a quick look goes."""
    return counts(tx, ((where, sort),), cap=cap)[0]


def counts(tx: Tx, lists: Sequence[tuple[Where, Sort]], *, cap: int = 0) -> list[Count]:
    """The same for several lists, as far as one can in one round trip."""
    asked = [_count_asked(where, sort, cap) for where, sort in lists]
    answers = iter(tx.queries([question for question in asked if question is not None]))
    return [
        _count_looked_for(tx, where, sort, cap) if question is None else _up_to(cap, next(answers)[0][0], more=False)
        for (where, sort), question in zip(lists, asked, strict=True)
    ]


def _count_asked(where: Where, sort: Sort, cap: int) -> Question | None:
    """The one question that tells how many there are, if there is one."""
    if where.worded or len(where.branches) > 1 or (cap and where.branches[0].leads.sets):
        return None
    limit = " LIMIT :cap" if cap else ""
    condition = f"{where.branches[0].sql} AND {_SORTS[sort][2]}{limit}"
    return (
        f"SELECT count(*) FROM (SELECT 1 FROM conversations v WHERE {condition}) c",
        {**where.values, "cap": cap and cap + 1},
    )


def _count_looked_for(tx: Tx, where: Where, sort: Sort, cap: int) -> Count:
    from omni_tui.store import counting

    where = _told(tx, where)
    found: set[str] = set()
    more = False
    for branch in where.branches:
        ids, unseen = counting.count(tx, branch, where.values, _SORTS[sort][2], cap and cap + 1)
        found |= ids
        more = more or unseen
    return _up_to(cap, len(found), more=more)


def _up_to(cap: int, number: int, *, more: bool) -> Count:
    return Count(cap, more=True) if 0 < cap < number else Count(number, more)


def rows(tx: Tx, agent_id: str, ids: Sequence[str]) -> tuple[ConversationRow, ...]:
    """The rows of ``ids`` in that order; ids that are gone are left out."""
    if not ids:
        return ()
    heads, tagged, drafted, queued = tx.queries(asked(ids, tx.dialect))
    found = {row[0]: row for row in heads}
    tags: dict[str, list[str]] = {}
    for row in tagged:
        tags.setdefault(row[0], []).append(row[1])
    drafts: dict[str, set[str]] = {}
    for row in drafted:
        drafts.setdefault(row[0], set()).add(row[1])
    outbox = {row[0]: OutboxState(row[1]) for row in queued}
    return tuple(
        _record(found[id], tags.get(id, []), drafts.get(id, set()), agent_id, outbox.get(id))
        for id in ids
        if id in found
    )


def asked(ids: Sequence[str], dialect: Dialect) -> list[Question]:
    """The questions for the rows of ``ids``, for whoever asks more in the same round trip."""
    values = {f"i{n}": id for n, id in enumerate(ids)}
    marks = ", ".join(f":{name}" for name in values)
    heads = f"{_COLUMNS.format(identities=_IDENTITIES[dialect])} WHERE v.id IN ({marks})"
    return [(sql, values) for sql in (heads, *(beside.format(marks=marks) for beside in _BESIDE))]


def _record(row: Row, tags: list[str], drafts: set[str], agent_id: str, outbox: OutboxState | None) -> ConversationRow:
    # In the order of _COLUMNS: a row takes its time to find a column by its name.
    (
        id, ref, customer_id, customer, subject, snippet, status, channel, kind, unread, bulk, assignee, last_at,
        last_direction, waiting_since, snoozed_until, priority, address,
    ) = row  # fmt: skip
    return ConversationRow(
        id=id,
        ref=ref,
        customer_id=customer_id,
        customer=customer,
        address=address,
        subject=subject,
        snippet=snippet,
        status=_STATUSES[status],
        channel=channel,
        kind=kind,
        unread=bool(unread),
        bulk=bool(bulk),
        assignee=assignee,
        tags=tuple(tags),
        last_at=last_at,
        last_direction=_DIRECTIONS[last_direction],
        waiting_since=waiting_since,
        snoozed_until=snoozed_until,
        outbox=outbox,
        draft=bool(drafts),
        own_draft=agent_id in drafts,
        priority=_PRIORITIES[priority],
    )


# A list's page asks for a hundred of them.
_STATUSES: dict[str, Status] = {one.value: one for one in Status}
_DIRECTIONS: dict[str, Direction] = {one.value: one for one in Direction}
_PRIORITIES: dict[int, Priority] = {one.rank: one for one in Priority}
