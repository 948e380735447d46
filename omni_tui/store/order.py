"""The order of a list of conversations, and what stands behind one of its keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omni_tui.store.filter import Branch
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

    @property
    def by(self) -> str:
        """ORDER BY."""
        way = "ASC" if self.ascending else "DESC"
        return f"{self.column} {way}, v.id {way}"


def walking(tx: Tx, branch: Branch, values: dict[str, Any], order: Order) -> Order:
    """The order with the index that has the list in it.

    SQLite knows nothing of how many rows a condition leaves, and takes an index of any condition for better than that
    of the order: it reads and sorts a hundred thousand rows for each page.
    """
    index = _index(tx, branch, values, order) if tx.dialect == "sqlite" else ""
    return replace(order, table=f"conversations v INDEXED BY {index}") if index else order


def _index(tx: Tx, branch: Branch, values: dict[str, Any], order: Order) -> str:
    if order.column not in _ALL or (branch.led and len(branch.led) < len(_BOTH)):
        return ""
    if branch.since and order.column == "v.waiting_since" and _are_few(tx, branch.since, values, LATELY):
        return "conversations_all"
    if not branch.assigned:
        return (_OF_STATUS if branch.led else _ALL)[order.column]
    if branch.led and order.column == "v.last_at":
        return "conversations_mine"
    if _are_few(tx, branch.assigned, values, FEW):
        return ""
    return (_OF_STATUS if branch.led else _ALL)[order.column]


def _are_few(tx: Tx, ids: str, values: dict[str, Any], most: int) -> bool:
    number = tx.query(f"SELECT count(*) FROM (SELECT 1 FROM ({ids}) j LIMIT {most + 1}) c", values)[0][0]
    return bool(number <= most)


_BOTH = ("status", "bulk")
_OF_STATUS = {"v.last_at": "conversations_list", "v.waiting_since": "conversations_waiting"}
"""Where the status is one, and whether it is bulk is said."""
_ALL = {"v.last_at": "conversations_all", "v.waiting_since": "conversations_longest"}
