"""Whether what an act was decided on still holds: asked of the server, which ends the transaction by itself if not.

Of each answer the digest of its rows is kept, as PostgreSQL writes a row as text
(https://www.postgresql.org/docs/15/rowtypes.html#ROWTYPES-IO-SYNTAX). Under the lock the server asks the question again
and compares. A digest that comes out differently for another reason costs a second try and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Any

import psycopg

from omni_tui.store.postgres_link import Statement

MISSED = "omni-tui: changed meanwhile"
_DIGEST = "omni_digest"
_SEEN = "omni_seen"
# Every transaction that ended since raises the upper end. Where some were under way, the two ends are not the same.
SEEN: Statement = (
    "SELECT CASE WHEN pg_snapshot_xmin(s) = pg_snapshot_xmax(s) THEN pg_snapshot_xmax(s)::text ELSE '' END"
    " FROM pg_current_snapshot() s",
    {},
)
"""What nobody stored anything behind, as text; empty where that is not known.

https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-PG-SNAPSHOT
"""
# What record_out() puts into quotes: src/backend/utils/adt/rowtypes.c.
_QUOTED = re.compile(rb'["\\(),\s]')
_DOUBLED = re.compile(rb'(["\\])')
_TICK_MS = 50
"""Two clocks that were set alike a while ago differ by some milliseconds."""
_CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"


def digest(cursor: psycopg.Cursor[Any]) -> str:
    """The digest of all rows of an answer that came as text."""
    result = cursor.pgresult
    assert result is not None
    columns = range(result.nfields)
    lines = (_row([result.get_value(row, column) for column in columns]) for row in range(result.ntuples))
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def still(question: Statement, known: str, seen: str = "") -> Statement:
    """Ends the transaction unless ``question`` has the answer whose digest is ``known``.

    ``seen`` is what :data:`SEEN` told in the snapshot that answered: nothing is compared where nobody stored anything
    since.
    """
    sql, values = question
    return _check(sql), {**values, _DIGEST: known, _SEEN: seen}


def in_time(schema: int, now: int, most_ms: int) -> Statement:
    """Ends the transaction unless the store has this schema, and ``now`` was in the last ``most_ms``."""
    return _IN_TIME, {"schema": schema, "now": now, "most": most_ms}


def not_told_of(writer: str, mark: int) -> Statement:
    """Ends the transaction if somebody was told already that this write of ``writer`` is not there, or it is."""
    return _NOT_TOLD_OF, {"writer": writer, "mark": mark}


def is_missed(error: psycopg.Error) -> bool:
    """Whether one of these ended the transaction."""
    return error.sqlstate == "22P02" and MISSED in str(error)


def _ends_unless(*conditions: str) -> str:
    # A text that is no number cannot be made one; which is found out only where it is tried.
    enough = " ".join(f"WHEN {condition} THEN '1'" for condition in conditions)
    return f"SELECT CAST(CASE {enough} ELSE '{MISSED}' END AS integer)"


_IN_TIME = _ends_unless(
    "(SELECT value FROM counters WHERE name = 'schema') = CAST(:schema AS bigint)"
    f" AND {_CLOCK} - CAST(:now AS bigint) BETWEEN {-_TICK_MS} AND CAST(:most AS bigint)"
)


_NOT_TOLD_OF = _ends_unless("NOT EXISTS (SELECT 1 FROM write_marks WHERE writer = :writer AND mark >= :mark)")


@lru_cache(maxsize=512)
def _check(sql: str) -> str:
    # The line's end: the question may have a comment behind it.
    rows = f"SELECT string_agg(omni_row::text, chr(10)) FROM ({sql}\n) omni_row"
    found = f"encode(sha256(convert_to(coalesce(({rows}), ''), 'UTF8')), 'hex')"
    return _ends_unless(f"pg_snapshot_xmax(pg_current_snapshot())::text = :{_SEEN}", f"{found} = :{_DIGEST}")


def _row(values: list[bytes | None]) -> bytes:
    return b"(" + b",".join(map(_field, values)) + b")"


def _field(value: bytes | None) -> bytes:
    if value is None:
        return b""
    if value and _QUOTED.search(value) is None:
        return value
    return b'"' + _DOUBLED.sub(rb"\1\1", value) + b'"'
