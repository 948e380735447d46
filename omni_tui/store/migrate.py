"""Bringing a store to this program's schema: numbered ``.sql`` files, each applied once, all or nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlite_utils
from sqlite_utils.migrations import Migrations

from omni_tui.store.dialect import for_sqlite
from omni_tui.store.sqlite import connect
from omni_tui.store.sqlite_errors import in_words
from omni_tui.store.statements import SQL_DIR


def migrate(path: Path, schema: int) -> None:
    """Apply every step the store at ``path`` lacks. Several processes may do so at once.

    A store that holds something (``schema`` > 0) is copied beside itself first.
    """
    if schema:
        from omni_tui.store.backup import copy_to

        copy_to(path, path.with_name(f"{path.name}.schema-{schema}.bak"))
    with in_words(path), contextlib.closing(connect(path, "durable")) as connection:
        # The lock comes before the look at what is applied: two processes never apply one step twice.
        connection.execute("BEGIN IMMEDIATE")
        try:
            _steps().apply(sqlite_utils.Database(connection, execute_plugins=False))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _steps() -> Migrations:
    steps = Migrations("omni_tui")
    for file in sorted(SQL_DIR.glob("[0-9]*.sql")):
        # 0001_init.sql, 0001_search.sqlite.sql: a middle word names the dialect it is for.
        if file.suffixes[0] in (".sql", ".sqlite"):
            steps(name=file.name.split(".", 1)[0])(_step(file))
    return steps


def _step(file: Path) -> Callable[[sqlite_utils.Database], None]:
    def apply(db: sqlite_utils.Database) -> None:
        for sql in split(for_sqlite(file.read_text("utf-8"))):
            db.conn.execute(sql)

    return apply


def split(script: str) -> Iterator[str]:
    """The statements of a script. (``executescript`` would commit the transaction we are in.)"""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending
