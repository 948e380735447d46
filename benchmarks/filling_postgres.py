"""The large store in PostgreSQL: rows stream into bare tables by COPY, and keys and indexes are made behind them.

https://www.postgresql.org/docs/15/populate.html: indexes and foreign keys that are there while rows come in cost more
than making them at the end, and COPY costs less than any INSERT.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.filling import LARGE, Rows, Size, fill_store
from omni_tui.store import open_store, tsvector
from omni_tui.store.postgres_migrate import migrate_postgres
from omni_tui.store.statements import all_statements

_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)\s*VALUES \(([^)]*)\)")
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_MEMORY = "256MB"
"""For making an index."""

_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype IN ('p', 'u', 'f') AND connamespace = 'public'::regnamespace ORDER BY contype = 'f', conname
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
 WHERE c.relnamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a statement's values become the fields of a line: the name of a value, or the field itself."""

    table: str
    columns: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    def line(self, row: Mapping[str, Any]) -> str:
        return "\t".join([_field(row[name]) if name else same for name, same in self.fields]) + "\n"


class _Copies:
    """A COPY for each table, all at once: the server works on one while the rows of the next are made."""

    def __init__(self, url: str, open_until: contextlib.ExitStack) -> None:
        self._url = url
        self._open = open_until
        self._copies: dict[str, tuple[_Plan, psycopg.Copy]] = {}

    def write(self, rows: Rows) -> None:
        """Send the rows, and begin anew."""
        for row in rows.by_statement["insert_search_doc"]:
            row["tokens"] = tsvector.literal(row["tokens"])
        for statement, some in rows.by_statement.items():
            if some:
                plan, copy = self._copies.get(statement) or self._begun(statement)
                copy.write("".join(map(plan.line, some)))
                some.clear()

    def _begun(self, statement: str) -> tuple[_Plan, psycopg.Copy]:
        plan = _plan(all_statements("postgresql").get(statement, statement))
        connection = self._open.enter_context(psycopg.connect(self._url))
        copy = self._open.enter_context(
            connection.cursor().copy(
                sql.SQL("COPY {} ({}) FROM STDIN").format(
                    sql.Identifier(plan.table), sql.SQL(", ").join(map(sql.Identifier, plan.columns))
                )
            )
        )
        self._copies[statement] = plan, copy
        return plan, copy


def fill_postgresql(url: str, size: Size = LARGE) -> None:
    """Fill the empty database at ``url``, which holds a whole store with all its keys when this returns."""
    migrate_postgres(url)
    store = open_store(url)
    try:
        with (
            psycopg.connect(url, autocommit=True) as database,
            _bare(database),
            contextlib.ExitStack() as until,
        ):
            fill_store(store, size, _Copies(url, until).write)
    finally:
        store.close()
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("VACUUM ANALYZE")


@contextlib.contextmanager
def _bare(database: psycopg.Connection[Any]) -> Iterator[None]:
    """The tables without keys and indexes, which are made anew, and so checked, at the end.

    What the store itself looks up while it is filled is small.
    """
    keys = database.execute(_KEYS).fetchall()
    indexes = database.execute(_INDEXES).fetchall()
    for name, _ in indexes:
        database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    kept = [key for key in keys if key[0] in _LOOKED_UP and not key[2].startswith("FOREIGN")]
    dropped = [key for key in keys if key not in kept]
    for table, name, _ in reversed(dropped):
        database.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*map(sql.Identifier, (table, name))))
    yield
    database.execute(sql.SQL("SET maintenance_work_mem = {}").format(sql.Literal(_MEMORY)))
    for table, name, definition in dropped:
        database.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                sql.Identifier(table), sql.Identifier(name), sql.SQL(definition)
            )
        )
    for _, definition in indexes:
        database.execute(sql.SQL(definition))


_LOOKED_UP = frozenset({"agents", "channels", "counters", "tags", "write_marks"})
"""Tables written while the others fill, by statements that need their keys."""


def is_filled(url: str) -> bool:
    """Whether the database at ``url`` has a filled store."""
    with psycopg.connect(url) as database:
        there = database.execute("SELECT to_regclass('messages') IS NOT NULL").fetchone()
        if there is None or not there[0]:
            return False
        return database.execute("SELECT 1 FROM messages LIMIT 1").fetchone() is not None


def _plan(statement: str) -> _Plan:
    found = _INSERT.search(statement)
    if found is None:
        raise ValueError(f"no INSERT: {statement}")
    columns, values = ([each.strip() for each in part.split(",")] for part in (found[2], found[3]))
    fields = tuple((value[1:], "") if value.startswith(":") else ("", value.strip("'")) for value in values)
    return _Plan(found[1], tuple(columns), fields)


def _field(value: object) -> str:
    """One value in COPY's text format. https://www.postgresql.org/docs/15/sql-copy.html"""
    if value is None:
        return "\\N"
    return value.translate(_SPECIAL) if isinstance(value, str) else str(value)
