"""The tables of the schema, read from the schema itself: what must travel with an archive, and in which order.

The migrations are applied to an empty database in memory and its catalogue is read, so the answer is the same whichever
engine holds the store, and a table that a later step adds cannot be forgotten.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass, replace
from functools import cache

from omni_tui.store.dialect import for_sqlite
from omni_tui.store.statements import SQL_DIR

DERIVED = frozenset({"search_docs", "search_words", "search_map_words", "search_maps", "search_unmapped"})
"""Tables worked out from others: they do not travel, and are made anew."""
CHUNKS = "blob_chunks"
"""The table that travels as files, one for each blob."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``type`` is int, str or bytes."""

    name: str
    type: type[int | str | bytes]
    required: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key of one column; ``cascades``: a row goes with what it refers to."""

    column: str
    table: str
    target: str
    cascades: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``names`` are its columns' names in the order of the schema, ``key`` those of its primary key."""

    name: str
    columns: tuple[Column, ...]
    names: tuple[str, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]

    def only(self, names: tuple[str, ...]) -> Table:
        """The table as it was before it had other columns than ``names``."""
        columns = tuple(column for column in self.columns if column.name in names)
        references = tuple(each for each in self.references if each.column in names)
        return replace(self, columns=columns, names=names, references=references)

    @property
    def to_itself(self) -> tuple[Reference, ...]:
        """References between its own rows: they are set when all rows are there."""
        return tuple(each for each in self.references if each.table == self.name)


@cache
def tables() -> tuple[Table, ...]:
    """Every table but the derived ones; a table comes behind those it refers to, else by name."""
    with contextlib.closing(blank()) as connection:
        found = {
            name: _table(connection, name)
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                " AND name NOT LIKE 'search\\_fts%' ESCAPE '\\' ORDER BY name"
            ).fetchall()
            if name not in DERIVED
        }
    ordered: dict[str, Table] = {}
    while found:
        ready = [
            table
            for table in found.values()
            if all(each.table in ordered or each.table == table.name for each in table.references)
        ]
        if not ready:
            raise ValueError(f"the tables {sorted(found)} refer to one another in a circle")
        ordered[ready[0].name] = found.pop(ready[0].name)
    return tuple(ordered.values())


def blank() -> sqlite3.Connection:
    """An empty store in memory, with every step of the schema applied."""
    from omni_tui.store.migrate import split

    connection = sqlite3.connect(":memory:", isolation_level=None)
    for file in sorted(SQL_DIR.glob("[0-9]*.sql")):
        if file.suffixes[0] in (".sql", ".sqlite"):
            for sql in split(for_sqlite(file.read_text("utf-8"))):
                connection.execute(sql)
    return connection


_TYPES: dict[str, type[int | str | bytes]] = {"INTEGER": int, "TEXT": str, "BLOB": bytes}


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns, key = [], {}
    for _cid, column, kind, required, _default, place in connection.execute(f"PRAGMA table_info({name})").fetchall():
        columns.append(Column(column, _TYPES[kind], bool(required or place)))
        if place:
            key[place] = column
    references = [
        Reference(column, table, target, on_delete == "CASCADE")
        for _id, _seq, table, column, target, _update, on_delete, _match in connection.execute(
            f"PRAGMA foreign_key_list({name})"
        )
    ]
    return Table(
        name,
        tuple(columns),
        tuple(column.name for column in columns),
        tuple(key[n] for n in sorted(key)),
        tuple(sorted(references, key=str)),
    )
