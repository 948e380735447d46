"""What an act was told, and which of it still holds behind what it writes: read off the words of the statements."""

from __future__ import annotations

import re

import psycopg

from omni_tui.store.foreseen import only_reads
from omni_tui.store.numbers import Numbered
from omni_tui.store.postgres_asked import ALONG, PARENTS, TRIGGERING, Asked, written
from omni_tui.store.session import Row
from omni_tui.store.statements import all_statements

TAGS = "SELECT id FROM tags WHERE name = :name"
BOTH = "SELECT t.id FROM tags t JOIN conversation_tags c ON c.tag_id = t.id"


def test_an_answer_holds_until_a_table_it_names_is_written() -> None:
    asked, rows = Asked(), list[Row]()
    asked.remember((TAGS, {"name": "a"}), rows)
    asked.remember((BOTH, {}), rows)
    asked.wrote("INSERT INTO conversation_tags (tag_id) VALUES (:id)")
    assert asked.find((TAGS, {"name": "a"})) == []
    assert asked.find((TAGS, {"name": "b"})) is None
    assert asked.find((BOTH, {})) is None
    assert asked.is_untouched(TAGS) and not asked.is_untouched(BOTH)
    # What goes along with a row of another table is not told by the statement.
    asked.wrote("DELETE FROM tags WHERE id = :id")
    assert asked.find((TAGS, {"name": "a"})) is None
    assert not asked.is_untouched("SELECT 1 FROM agents")


def test_what_triggers_write_is_touched_along() -> None:
    asked = Asked()
    unmapped = f"SELECT ref FROM {ALONG}"
    for table in TRIGGERING:
        asked.remember((unmapped, {}), [])
        asked.wrote(f"UPDATE {table} SET id = :id")
        assert asked.find((unmapped, {})) is None
    assert not asked.is_untouched(unmapped)


def test_what_a_number_that_is_a_guess_found_is_not_kept() -> None:
    asked = Asked()
    asked.remember(("SELECT 1 FROM conversations WHERE ref = :ref", {"ref": Numbered("conversation", 6, 1)}), [])
    assert asked.find(("SELECT 1 FROM conversations WHERE ref = :ref", {"ref": 7})) is None


def test_it_is_plain_of_every_statement_what_it_writes(database: str) -> None:
    with psycopg.connect(database) as connection:
        told = connection.execute(
            "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confdeltype <> 'a'"
        )
        assert {name for (name,) in told} == PARENTS
        tables = {
            name
            for (name,) in connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        }
        # One table is written behind the back of a statement, and no question reads a table by another name.
        triggers = connection.execute(
            "SELECT t.tgrelid::regclass::text, f.prosrc FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal"
        ).fetchall()
        assert {table for table, _body in triggers} == TRIGGERING
        writes = [re.findall(r"\b(?:INSERT INTO|UPDATE|DELETE FROM) (?!SET\b)(\w+)", body) for _table, body in triggers]
        assert {table for each in writes for table in each} == {ALONG}
        views = {name for (name,) in connection.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public'")}
    for name, sql in all_statements("postgresql").items():
        if only_reads(sql):
            assert views.isdisjoint(re.findall(r"\w+", sql)), name
            continue
        table = written(sql)
        assert table in tables or "DELETE FROM" in sql, name
