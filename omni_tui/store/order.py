"""The order of a list of conversations, and what stands behind one of its keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from omni_tui.store.filter import SINCE, UNTIL

if TYPE_CHECKING:
    from omni_tui.store.filter import Branch, Where
    from omni_tui.store.store import Tx

FEW, LATELY = 1500, 10_000
"""Conversations that are rather put in order than looked for among all: an agent's, and those that moved lately."""


@dataclass(frozen=True, slots=True)
class Order:
    """``column`` of ``conversations v`` the rows are in order of, in which direction, beginning behind a key."""

    column: str
    ascending: bool
    needs: str = "1 = 1"
    after: tuple[int, str] | None = None
    table: str = "conversations v"
    """What a list is read from that is walked in this order."""

    def condition(self, values: dict[str, Any], after: tuple[int, str] | None) -> str:
        """What rows behind ``after`` satisfy."""
        if after is None:
            return self.needs
        values["key_at"], values["key_id"] = after
        return f"{self.needs} AND ({self.column}, v.id) {'>' if self.ascending else '<'} (:key_at, :key_id)"

    def looked_at(self, tx: Tx, branch: Branch, *, ends: bool) -> str:
        """The branch's condition on rows behind a key, and before another one if the stretch ``ends``.

        Of two limits on one side SQLite takes the first for its index, which would be the query's: all behind it would
        be gone through for every stretch.
        """
        if tx.dialect != "sqlite" or self.column != "v.last_at":
            return branch.sql
        begins, end = (SINCE, UNTIL) if self.ascending else (UNTIL, SINCE)
        sql = branch.sql.replace(begins, f"+{begins}")
        return sql.replace(end, f"+{end}") if ends else sql

    @property
    def by(self) -> str:
        """ORDER BY."""
        return f"{self.column} {self.way}, v.id {self.way}"

    @property
    def way(self) -> str:
        """ASC or DESC."""
        return "ASC" if self.ascending else "DESC"


def possible(tx: Tx, where: Where, waiting: bool = False) -> Where:
    """``where`` without the branches of which nothing can be in a list, one of those who wait if ``waiting``.

    Bulk waits for nobody, and no index has the few in order that would be left to look for among all of it.
    """
    asleep = [branch for branch in where.branches if branch.leads.are | ({"waiting"} if waiting else set()) >= _WAITING]
    if not asleep or tx.query(_BULK_WAITS, {}):
        return where
    return replace(where, branches=tuple(branch for branch in where.branches if branch not in asleep))


def walking(tx: Tx, branch: Branch, values: dict[str, Any], order: Order) -> Order:
    """The order with the index that has the list in it.

    SQLite knows nothing of how many rows a condition leaves, and takes an index of any condition for better than that
    of the order: it reads and sorts a hundred thousand rows for each page.
    """
    index = _index(tx, branch, values, order) if tx.dialect == "sqlite" else ""
    return replace(order, table=f"conversations v INDEXED BY {index}") if index else order


def _index(tx: Tx, branch: Branch, values: dict[str, Any], order: Order) -> str:
    leads = branch.leads
    if order.column not in _ALL:
        return ""
    if leads.led and len(leads.led) < len(_BOTH):
        # One status, bulk or not: its index has the two apart, and would put all of them in order for each page.
        waiting = " AND a.waiting_since IS NOT NULL" if order.column == "v.waiting_since" else ""
        many = leads.status and not leads.assigned and not _are_few(tx, leads.status + waiting, values, FEW)
        return _ALL[order.column] if many else ""
    if leads.since and order.column == "v.waiting_since" and _are_few(tx, leads.since, values, LATELY):
        return "conversations_all"
    if not leads.assigned:
        return (_OF_STATUS if leads.led else _ALL)[order.column]
    if leads.led and order.column == "v.last_at":
        return "conversations_mine"
    if _are_few(tx, leads.assigned, values, FEW):
        return ""
    return (_OF_STATUS if leads.led else _ALL)[order.column]


def _are_few(tx: Tx, ids: str, values: dict[str, Any], most: int) -> bool:
    number = tx.query(f"SELECT count(*) FROM (SELECT 1 FROM ({ids}) j LIMIT {most + 1}) c", values)[0][0]
    return bool(number <= most)


_WAITING = {"bulk", "waiting"}
_BULK_WAITS = """
SELECT 1 FROM conversations v
 WHERE v.status IN ('open', 'snoozed', 'resolved', 'spam', 'trash') AND v.bulk = 1 AND v.waiting_since IS NOT NULL
 LIMIT 1
"""
_BOTH = ("status", "bulk")
_OF_STATUS = {"v.last_at": "conversations_list", "v.waiting_since": "conversations_waiting"}
"""Where the status is one, and whether it is bulk is said."""
_ALL = {"v.last_at": "conversations_all", "v.waiting_since": "conversations_longest"}
