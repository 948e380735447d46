"""Customers as rows of a list: what stands beside their names, for many at once."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.model.customer import CustomerRow
from omni_tui.store.matching import listed, listing
from omni_tui.store.store import Tx

_NAMES = "SELECT r.id, r.name FROM {ids} CROSS JOIN customers r WHERE r.id = j.id"
_ADDRESSES = (
    "SELECT c.root_id, i.value FROM {ids} CROSS JOIN customers c CROSS JOIN identities i"
    " WHERE c.root_id = j.id AND i.customer_id = c.id ORDER BY COALESCE(i.last_at, 0) DESC, i.value"
)
_WRITTEN = (
    "SELECT c.root_id, h.kind, count(*) AS number, max(v.last_at) AS last_at"
    " FROM {ids} CROSS JOIN customers c CROSS JOIN conversations v CROSS JOIN channels h"
    " WHERE c.root_id = j.id AND v.customer_id = c.id AND h.id = v.channel_id AND v.merged_into IS NULL"
    " GROUP BY c.root_id, h.kind ORDER BY max(v.last_at) DESC"
)


def rows(tx: Tx, ids: Sequence[str]) -> tuple[CustomerRow, ...]:
    """The rows of ``ids``, which are roots, in that order; ids that are gone are left out."""
    bound = {"ids": listing(tx, list(ids))}
    ids_table = listed(tx, "ids")
    named, addressed, written = tx.queries(
        [(sql.format(ids=ids_table), bound) for sql in (_NAMES, _ADDRESSES, _WRITTEN)]
    )
    names = {row["id"]: row["name"] for row in named}
    addresses: dict[str, list[str]] = {}
    for row in addressed:
        addresses.setdefault(row["root_id"], []).append(row["value"])
    kinds: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    last: dict[str, int] = {}
    for row in written:
        id = row["root_id"]
        kinds.setdefault(id, []).append(row["kind"])
        counts[id] = counts.get(id, 0) + int(row["number"])
        last[id] = max(last.get(id, 0), row["last_at"])
    return tuple(
        CustomerRow(
            id=id,
            name=names[id],
            addresses=tuple(addresses.get(id, ())),
            kinds=tuple(kinds.get(id, ())),
            conversation_count=counts.get(id, 0),
            last_at=last.get(id, 0),
        )
        for id in ids
        if id in names
    )
