"""The large store in PostgreSQL: rows stream into bare tables by COPY, and keys and indexes are made behind them.

https://www.postgresql.org/docs/15/populate.html: indexes and foreign keys that are there while rows come in cost more
than making them at the end, and COPY costs less than any INSERT.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.filling import LARGE, Rows, Size, fill_store
from omni_tui.store import open_store, tsvector
from omni_tui.store.postgres_migrate import migrate_postgres
from omni_tui.store.statements import all_statements

_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)\s*VALUES \(([^)]*)\)")
_SPECIAL = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
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
    """A COPY for each table, all at once: the server works on one while the rows of the next are made ready.

    What is written is in the tables when :meth:`write` returns, so that ``took_s`` is all the store needs for it, apart
    from whoever makes the rows up.
    """

    def __init__(self, url: str, open_until: contextlib.ExitStack) -> None:
        self._url = url
        self._open = open_until
        self._connections: dict[str, psycopg.Connection[Any]] = {}
        self.took_s = 0.0

    def write(self, rows: Rows) -> None:
        """Store the rows, and begin anew."""
        began = time.perf_counter()
        for row in rows.by_statement["insert_search_doc"]:
            row["tokens"] = tsvector.literal(row["tokens"])
        with contextlib.ExitStack() as ended:
            for statement, some in rows.by_statement.items():
                if some:
                    plan = _plan(all_statements("postgresql").get(statement, statement))
                    ended.enter_context(self._copy(plan)).write("".join(map(plan.line, some)))
                    some.clear()
        self.took_s += time.perf_counter() - began

    def _copy(self, plan: _Plan) -> contextlib.AbstractContextManager[psycopg.Copy]:
        connection = self._connections.get(plan.table)
        if connection is None:
            connection = self._open.enter_context(psycopg.connect(self._url, autocommit=True))
            # As the store's own connections have it.
            connection.execute("SET default_toast_compression = lz4")
            # Nobody is told that a part is there; VACUUM and a checkpoint at the end put all of it on the disk.
            connection.execute("SET synchronous_commit = off")
            self._connections[plan.table] = connection
        return connection.cursor().copy(
            sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(plan.table), sql.SQL(", ").join(map(sql.Identifier, plan.columns))
            )
        )


def fill_postgresql(url: str, size: Size = LARGE) -> float:
    """Fill the empty database at ``url``, which holds a whole store with all its keys when this returns.

    The seconds that storing and indexing took, without making the rows up.
    """
    migrate_postgres(url)
    store = open_store(url)
    try:
        with psycopg.connect(url, autocommit=True) as database, contextlib.ExitStack() as until:
            copies = _Copies(url, until)
            own, referring = _bare(database)
            for table in _WITH_TRIGGERS:
                database.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
            fill_store(store, size, copies.write)
            for table in _WITH_TRIGGERS:
                database.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
            began = time.perf_counter()
            _at_once(url, own)
            # One by one: two tables that refer to each other would wait for each other.
            for statement in referring:
                database.execute(statement)
    finally:
        store.close()
    settle(url)
    return copies.took_s + time.perf_counter() - began


def settle(url: str) -> None:
    """Let the planner know what there is, and put it on the disk."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("VACUUM ANALYZE")
        database.execute("CHECKPOINT")


def _bare(database: psycopg.Connection[Any]) -> tuple[list[sql.Composable], list[sql.Composable]]:
    """Take the tables' keys and indexes away. The statements that make them anew, and those that let them refer.

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
    own: list[sql.Composable] = [sql.SQL(definition) for _, definition in indexes if "USING gin" in definition]
    own += [sql.SQL(definition) for _, definition in indexes if "USING gin" not in definition]
    referring: list[sql.Composable] = []
    # A key takes its table for itself: that of the words, whose index takes as long as all others, comes last.
    for table, name, definition in sorted(dropped, key=lambda key: key[0] == "search_docs"):
        (referring if definition.startswith("FOREIGN") else own).append(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                sql.Identifier(table), sql.Identifier(name), sql.SQL(definition)
            )
        )
    return own, referring


def _at_once(url: str, statements: list[sql.Composable]) -> None:
    """Execute the statements on a few connections, for one core makes one index."""
    left = queue.SimpleQueue[sql.Composable]()
    for statement in statements:
        left.put(statement)
    with contextlib.ExitStack() as until:
        connections = [until.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(os.cpu_count() or 1)]
        with ThreadPoolExecutor(len(connections)) as pool:
            list(pool.map(_each, [left] * len(connections), connections))


def _each(left: queue.SimpleQueue[sql.Composable], connection: psycopg.Connection[Any]) -> None:
    connection.execute(sql.SQL("SET maintenance_work_mem = {}").format(sql.Literal(_MEMORY)))
    with contextlib.suppress(queue.Empty):
        while True:
            connection.execute(left.get_nowait())


_WITH_TRIGGERS = ("conversations", "search_docs")
"""Tables whose triggers keep all rows of a statement for a look at them; there are no maps yet to tell of."""
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
    if not isinstance(value, str):
        return str(value)
    # The backslash comes first. What is not there costs next to nothing to look for.
    for character, written in _SPECIAL.items():
        if character in value:
            value = value.replace(character, written)
    return value
