"""A list is walked by the index of its order: SQLite would sort all rows of an index that a condition has."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_tui.desk.query import parse
from omni_tui.store import open_store, order
from omni_tui.store.filter import where
from omni_tui.store.order import Order, walking

ORDERS = (
    Order("v.last_at", False),
    Order("v.last_at", True),
    Order("v.waiting_since", True, "v.waiting_since IS NOT NULL", (5, "a")),
)
QUERIES = (
    *("", "is:open", "is:any", "-is:open", "is:waiting", "is:open,snoozed", "channel:shop", "kind:mail is:unread"),
    *("is:open is:any", "is:snoozed is:any", "is:spam"),
    *("assignee:none", "assignee:me is:open", "assignee:jo priority:high", "after:7d", "-before:7d is:open"),
)


@pytest.mark.parametrize("by", ORDERS, ids=lambda by: f"{by.column} {by.ascending}")
@pytest.mark.parametrize("text", QUERIES)
def test_no_page_sorts_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, by: Order) -> None:
    monkeypatch.setattr(order, "FEW", -1)
    monkeypatch.setattr(order, "LATELY", -1)
    tmp_path.chmod(0o700)
    store = open_store(tmp_path / "omni.db")
    built = where(parse(text, 10**12), "")
    (branch,) = built.branches
    with store.read() as tx:
        walked = walking(tx, branch, built.values, by)
        values = dict(built.values)
        sql = (
            f"SELECT v.id FROM {walked.table} WHERE {branch.sql} AND {by.condition(values, by.after)} ORDER BY {by.by}"
        )
        plan = [row["detail"] for row in tx.query(f"EXPLAIN QUERY PLAN {sql} LIMIT 50", values)]
    store.close()
    assert not any("TEMP B-TREE FOR ORDER" in line for line in plan), plan


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize(
    "text", ["after:7d", "-before:7d is:open", "before:7d", "-after:7d is:open", "after:9d before:7d"]
)
def test_a_stretch_behind_a_key_is_where_the_index_looks(tmp_path: Path, text: str, ascending: bool) -> None:
    """Not from the query's own limit of time on, which all stretches of the list have in common."""
    tmp_path.chmod(0o700)
    store = open_store(tmp_path / "omni.db")
    built = where(parse(text, 10**12), "")
    (branch,) = built.branches
    by, to = Order("v.last_at", ascending), "<=" if ascending else ">="
    with store.read() as tx:
        walked = walking(tx, branch, built.values, by)
        values = {**built.values, "last_at": 5, "last_id": "b"}
        condition = by.condition(values, (9, "a"))
        own = by.looked_at(tx, branch, ends=True)
        within = f"{condition} AND (v.last_at, v.id) {to} (:last_at, :last_id)"
        sql = f"SELECT v.id FROM {walked.table} WHERE {own} AND {within}"
        plan = [row["detail"] for row in tx.query(f"EXPLAIN QUERY PLAN {sql} ORDER BY {by.by}", values)]
    store.close()
    assert any("(last_at,id)>(?,?) AND (last_at,id)<(?,?)" in line for line in plan), plan
