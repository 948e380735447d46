"""A store of the first release is brought up to date when it is opened, with a copy of it kept beside."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from omni_tui.desk import agents, view_edits, views
from omni_tui.store import open_store
from omni_tui.store.migrate import migrate
from omni_tui.store.statements import SQL_DIR


@pytest.fixture
def first_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with the schema of the first release, and an agent in it."""
    sql = tmp_path / "sql"
    shutil.copytree(SQL_DIR, sql)
    for file in sql.glob("[0-9]*.sql"):
        if not file.name.startswith("0001"):
            file.unlink()
    folder = tmp_path / "store"
    folder.mkdir(mode=0o700)
    path = folder / "omni.db"
    path.touch(0o600)
    with monkeypatch.context() as patch:
        patch.setattr("omni_tui.store.migrate.SQL_DIR", sql)
        migrate(path, 0)
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO agents (id, login, name, created_at) VALUES ('a1', 'ana', 'Ana', 1)")
    connection.close()
    return path


def test_an_old_store_is_upgraded_at_open_and_copied_before(first_release: Path) -> None:
    store = open_store(first_release)
    try:
        ana = agents.who(store, "ana")
        assert ana.id == "a1"
        assert views.listed(store, ana) == views.BUILT_IN
        view_edits.save(store, ana, "退款", "tag:退款")
        assert len(views.listed(store, ana)) == len(views.BUILT_IN) + 1
    finally:
        store.close()
    copy = sqlite3.connect(first_release.with_name("omni.db.schema-1.bak"))
    try:
        assert copy.execute("SELECT value FROM counters WHERE name = 'schema'").fetchone() == (1,)
        assert copy.execute("SELECT login FROM agents").fetchall() == [("ana",)]
        assert not copy.execute("SELECT name FROM sqlite_master WHERE name = 'saved_views'").fetchall()
    finally:
        copy.close()
