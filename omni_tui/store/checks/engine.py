"""What an engine says of itself: SQLite of its pages and full-text index, PostgreSQL of what it has not validated."""

from __future__ import annotations

import contextlib
import os
import sqlite3

from omni_tui.model.errors import StoreError
from omni_tui.store.backup import copy_to
from omni_tui.store.sqlite import connect
from omni_tui.store.sqlite_errors import in_words
from omni_tui.store.store import Store
from omni_tui.text.i18n import _

MOST = 20
"""Sentences of an engine that are told."""


def integrity(store: Store) -> tuple[str, ...]:
    """What is wrong with the store as the engine sees it; empty when nothing is."""
    if store.dialect == "sqlite":
        with in_words(store.path), contextlib.closing(connect(store.path, "read")) as connection:
            try:
                said = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({MOST})").fetchall()]
            except sqlite3.DatabaseError as error:
                if "malformed" not in str(error):
                    raise
                said = [str(error)]
        return () if said == ["ok"] else tuple(said)
    with store.read() as tx:
        rows = tx.query(
            "SELECT c.conname AS name FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace"
            " WHERE n.nspname = current_schema() AND NOT c.convalidated"
            " UNION ALL SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
            " JOIN pg_namespace n ON n.oid = i.relnamespace WHERE n.nspname = current_schema() AND NOT x.indisvalid",
            {},
        )
    return tuple(_("{name} is not valid").format(name=row["name"]) for row in rows[:MOST])


def index_is_whole(store: Store) -> bool:
    """Whether SQLite's full-text index has exactly the words of the search documents.

    FTS5 looks under the write lock, and long: so it looks at a copy. PostgreSQL's index has no words of its own.
    """
    if store.dialect != "sqlite":
        return True
    path = store.path
    copy = path.with_name(f".{path.name}.{os.getpid()}.check")
    try:
        copy_to(path, copy)
        with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            # rank = 1: against the documents too (https://www.sqlite.org/fts5.html, 6.4)
            connection.execute("INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error):
            return False
        raise StoreError(_("The search index could not be looked at: {said}").format(said=error)) from error
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                copy.with_name(copy.name + end).unlink()
    return True


def rebuild_index(store: Store) -> None:
    """Make the full-text index anew from the documents, in one transaction."""
    with store.write() as tx:
        tx.execute_many("INSERT INTO search_fts (search_fts) VALUES ('rebuild')", [{}])
