"""The names messages are replied to by come along when they are put in another order (schema 15), on both engines."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from omni_tui.store import Store, open_store
from omni_tui.store.migrate import migrate
from omni_tui.store.postgres_migrate import migrate_postgres
from omni_tui.store.statements import SQL_DIR

BEFORE = """
INSERT INTO channels (id, name, kind, address, created_at) VALUES ('h1', 'shop', 'mail', 'support@shop.example', 1);
INSERT INTO customers (id, root_id, name, created_at, updated_at) VALUES ('c1', 'c1', 'Eva', 1, 1);
INSERT INTO conversations (id, ref, customer_id, channel_id, status, last_at, last_direction, created_at, updated_at)
VALUES ('v1', 1001, 'c1', 'h1', 'open', 5, 'inbound', 1, 1), ('v2', 1002, 'c1', 'h1', 'open', 9, 'inbound', 1, 1);
INSERT INTO messages (id, conversation_id, direction, channel_id, external_id, received_at, created_at)
VALUES ('m1', 'v1', 'inbound', 'h1', 'e1', 5, 1), ('m2', 'v2', 'inbound', 'h1', 'e2', 9, 1);
INSERT INTO message_keys (channel_id, reply_key, message_id, conversation_id, own)
VALUES ('h1', 'first@post.example', 'm1', 'v1', 1), ('h1', 'first@post.example', 'm2', 'v2', 0),
       ('h1', 'second@post.example', 'm2', 'v2', 1);
"""
"""A message, and one in another conversation that names it."""


@contextlib.contextmanager
def schema_14(folder: Path) -> Iterator[None]:
    """Stores are made as they were before."""
    sql = folder / "sql"
    shutil.copytree(SQL_DIR, sql)
    for file in sql.glob("[0-9]*.sql"):
        if int(file.name[:4]) > 14:
            file.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("omni_tui.store.migrate.SQL_DIR", sql)
        patch.setattr("omni_tui.store.postgres_migrate.SQL_DIR", sql)
        yield


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir(mode=0o700)
    path = folder / "omni.db"
    path.touch(0o600)
    with schema_14(tmp_path):
        migrate(path, 0)
    connection = sqlite3.connect(path)
    connection.executescript(BEFORE)
    connection.close()
    return path


@pytest.fixture
def old_database(empty_database: str, tmp_path: Path) -> str:
    with schema_14(tmp_path):
        migrate_postgres(empty_database)
    with psycopg.connect(empty_database) as connection:
        for statement in BEFORE.encode().split(b";\n"):
            if statement.strip():
                connection.execute(statement)
    return empty_database


def _is_all_there(store: Store) -> None:
    with store.read() as tx:

        def named(key: str) -> list[tuple[str, int]]:
            rows = tx.all("keyed_conversations", channel_id="h1", reply_key=key)
            return [(row["conversation_id"], row["own"]) for row in rows]

        assert named("first@post.example") == [("v1", 1), ("v2", 0)]
        assert named("second@post.example") == [("v2", 1)]
        assert named("third@post.example") == []
        assert tx.value("own_key", message_id="m2") == "second@post.example"
    with store.write() as tx:
        # What is there is there once, and goes with its message.
        again = {"channel_id": "h1", "reply_key": "first@post.example", "message_id": "m1", "conversation_id": "v1"}
        tx.run("insert_message_key", **again, own=1)
        tx.execute_many("DELETE FROM messages WHERE id = :id", [{"id": "m2"}])
        found = tx.query("SELECT reply_key, message_id FROM message_keys", {})
        assert [tuple(row) for row in found] == [("first@post.example", "m1")]


def test_a_file_keeps_the_names(old_file: Path) -> None:
    store = open_store(old_file)
    _is_all_there(store)
    store.close()


def test_a_database_keeps_the_names(old_database: str) -> None:
    assert migrate_postgres(old_database) == 14
    store = open_store(old_database)
    _is_all_there(store)
    store.close()
