"""Bringing a database to this program's schema: the same numbered files, all that lack in one transaction."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator

import psycopg

from omni_tui.model.errors import StoreTooNew
from omni_tui.store.dialect import schema_for_postgresql
from omni_tui.store.location import shown
from omni_tui.store.migrate import split
from omni_tui.store.postgres_link import PgConnection, connect
from omni_tui.store.postgres_words import in_words
from omni_tui.store.statements import SQL_DIR
from omni_tui.store.store import SCHEMA
from omni_tui.text.i18n import _

ONE_AT_A_TIME = 0x6F6D6E69
"""The advisory lock of who migrates: "omni"."""

_TABLE = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)
_REFERENCE = re.compile(r"\bREFERENCES (\w+)")


def migrate_postgres(url: str) -> int:
    """Make the store in the database at ``url``, or upgrade it; the number of its schema before.

    Several may start it at once: one works, the others wait and find nothing left to do. A process of an older version
    is refused at its next write. Raises :class:`StoreTooNew` for a store of a newer version.
    """
    with in_words(shown(url)), contextlib.closing(connect(url, "write")) as connection, connection.transaction():
        # An index over a million messages takes its time, and so does waiting for it.
        connection.execute(
            "SELECT set_config(name, '0', true) FROM unnest(ARRAY['lock_timeout', "
            "'idle_in_transaction_session_timeout']) AS name"
        )
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (ONE_AT_A_TIME,))
        before = _schema(connection)
        if before > SCHEMA:
            raise StoreTooNew(
                _("The store was upgraded by a newer omni-tui (schema {theirs}, this one knows {ours}).").format(
                    theirs=before, ours=SCHEMA
                ),
                _("Upgrade omni-tui on this host."),
            )
        for file in sorted(SQL_DIR.glob("[0-9]*.sql")):
            if int(file.name[:4]) > before and file.suffixes[0] in (".sql", ".postgresql"):
                for sql in _in_order(split(schema_for_postgresql(file.read_text("utf-8")))):
                    connection.execute(sql, prepare=False)
    if before < SCHEMA:
        _analyse(url)
    return before


def _in_order(statements: Iterable[str]) -> Iterator[str]:
    """Each table behind those it refers to: SQLite takes them in any order, PostgreSQL does not."""
    waiting = list(statements)
    tables = {found[1]: sql for sql in waiting if (found := _TABLE.search(sql))}
    done: set[str] = set()

    def with_others(sql: str) -> Iterator[str]:
        if sql in done:
            return
        done.add(sql)
        if _TABLE.search(sql):
            for other in _REFERENCE.findall(sql):
                if other in tables:
                    yield from with_others(tables[other])
        yield sql

    for sql in waiting:
        yield from with_others(sql)


def _schema(connection: PgConnection) -> int:
    """The number of the schema, 0 for a database without a store; no other write is at work then."""
    there = connection.execute("SELECT to_regclass('counters') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return 0
    connection.execute("SELECT 1 FROM counters WHERE name = 'change' FOR UPDATE")
    row = connection.execute("SELECT value FROM counters WHERE name = 'schema'").fetchone()
    return int(row[0]) if row else 0


def _analyse(url: str) -> None:
    """Let the planner know what there is now."""
    with (
        in_words(shown(url)),
        contextlib.closing(connect(url, "write")) as connection,
        contextlib.suppress(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("ANALYZE")
