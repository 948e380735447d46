"""Values of many rows are bound by place."""

from __future__ import annotations

from pathlib import Path

from omni_tui.store import open_store
from omni_tui.store.dialect import numbered


def test_a_name_that_stands_twice_has_one_place() -> None:
    sql = "-- :none\nINSERT INTO t VALUES (:id, :id, :name) WHERE a::text = ':b' AND c LIKE '%' || :name"
    assert numbered(sql) == (
        "-- :none\nINSERT INTO t VALUES (?1, ?1, ?2) WHERE a::text = ':b' AND c LIKE '%' || ?2",
        ("id", "name"),
    )


def test_rows_go_in_whatever_the_order_of_their_values(tmp_path: Path) -> None:
    store = open_store(tmp_path / "omni.db")
    with store.write() as tx:
        tx.run_many("insert_customer", [{"now": 5, "name": "Ana", "id": "a"}, {"id": "b", "name": "Ben", "now": 6}])
        tx.run_many("insert_search_word", [{"word": "lamp"}, {"word": "lamps"}])
    with store.read() as tx:
        found = tx.query("SELECT id, root_id, name, created_at FROM customers ORDER BY id", {})
        words = tx.query("SELECT word FROM search_words ORDER BY word", {})
    store.close()
    assert [tuple(row) for row in found] == [("a", "a", "Ana", 5), ("b", "b", "Ben", 6)]
    assert [row[0] for row in words] == ["lamp", "lamps"]
