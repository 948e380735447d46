"""Where an engine's words differ from the portable SQL of the ``.sql`` files: this file and nothing else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Dialect = Literal["sqlite", "postgresql"]

SQLITE = {
    "BIGINT": "INTEGER",  # STRICT tables know no BIGINT
    "/*strict*/": "STRICT",
    "/*keyed*/": "STRICT, WITHOUT ROWID",
    "/*pk*/": "INTEGER PRIMARY KEY",
    "/*tsv*/": "TEXT",
    "/*blob*/": "BLOB",
}
POSTGRESQL = {
    # Bytes in order, as SQLite compares them, whatever locale the database was made with: one order of rows, and
    # lower() and LIKE that fold a-z and nothing else, on both engines.
    "TEXT": 'TEXT COLLATE "C"',
    "/*strict*/": "",
    "/*keyed*/": "",
    "/*pk*/": "BIGINT PRIMARY KEY",
    "/*tsv*/": "TSVECTOR",
    "/*blob*/": "BYTEA",
}

_TYPES = r"\bTEXT\b|/\*(?:strict|keyed|pk|tsv|blob)\*/"
# What is not SQL comes first: a colon or a percent sign in a comment or in quotes is no placeholder.
_PIECES = r"--[^\n]*|'(?:[^']|'')*'|::|:([A-Za-z_]\w*)|%"


def for_sqlite(sql: str) -> str:
    """Portable SQL in SQLite's words."""
    for ours, theirs in SQLITE.items():
        sql = sql.replace(ours, theirs)
    return sql


def schema_for_postgresql(sql: str) -> str:
    """Statements that define tables in PostgreSQL's words."""
    return re.sub(_TYPES, lambda found: POSTGRESQL[found.group()], sql)


@lru_cache(maxsize=2048)
def for_postgresql(sql: str) -> str:
    """A portable statement as psycopg takes it: ``:name`` → ``%(name)s`` and ``%`` → ``%%``."""
    return re.sub(_PIECES, _piece, sql)


def _piece(found: re.Match[str]) -> str:
    name = found.group(1)
    return f"%({name})s" if name else found.group().replace("%", "%%")


def placed(sql: str, before: str) -> str:
    """A portable statement that takes each ``:name`` from a column: ``before`` and the name."""
    return re.sub(_PIECES, lambda found: f"{before}{found.group(1)}" if found.group(1) else found.group(), sql)


@lru_cache(maxsize=256)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """A portable statement for SQLite with ``?1``, ``?2`` … for its ``:name``s, and the names in that order.

    Bound by place, a row of a dozen values costs a fifth less: nobody looks up what each place is called.
    """
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        name = found.group(1)
        if not name:
            return found.group()
        if name not in names:
            names.append(name)
        return f"?{names.index(name) + 1}"

    return re.sub(_PIECES, place, sql), tuple(names)
