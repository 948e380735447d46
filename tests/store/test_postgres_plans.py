"""PostgreSQL's plans for a list that is narrowed by what most of it has: it is walked by its index, and not sorted."""

from __future__ import annotations

import psycopg
import pytest

from omni_tui.desk.query import parse
from omni_tui.store import open_store
from omni_tui.store.filter import where
from omni_tui.store.order import Order

MANY = 20_000
PEOPLE = """
INSERT INTO channels (id, name, kind, address, created_at) VALUES ('h', 'shop', 'mail', 'shop@post.example', 0);
INSERT INTO customers (id, root_id, name, created_at, updated_at) VALUES ('c', 'c', 'Ana', 0, 0);
"""
CONVERSATIONS = """
INSERT INTO conversations (id, ref, customer_id, channel_id, status, last_at, last_direction, created_at, updated_at)
SELECT 'v' || n, n, 'c', 'h', 'open', n * 1000, 'inbound', 0, 0 FROM generate_series(1, %s) AS n
"""


@pytest.mark.parametrize("text", ["channel:shop", "kind:mail", "kind:mail -is:resolved"])
def test_a_stretch_of_a_channels_list_is_not_sorted(database: str, text: str) -> None:
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(PEOPLE)
        admin.execute(CONVERSATIONS, [MANY])
        admin.execute("ANALYZE")
    built = where(parse(text, 10**12), "")
    (branch,) = built.branches
    by = Order("v.last_at", False)
    store = open_store(database)
    with store.read() as tx:
        values = dict(built.values)
        behind = by.condition(values, (MANY * 900, ""))
        sql = f"SELECT v.last_at FROM conversations v WHERE {branch.sql} AND {behind} ORDER BY {by.by} LIMIT 1440"
        plan = [row[0] for row in tx.query(f"EXPLAIN {sql}", values)]
    store.close()
    assert any("conversations_all" in line for line in plan), plan
    assert not any("Sort" in line for line in plan), plan
