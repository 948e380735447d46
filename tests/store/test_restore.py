"""A backup in the place of the store: never a mixture, never over somebody's head, killed wherever it may be."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.shop import Shop

from omni_tui.desk import replies
from omni_tui.model.errors import Conflict, NotFound, StoreError, StoreTooNew, UsageError
from omni_tui.store import open_store
from omni_tui.store.backup import backup, check
from omni_tui.store.restore import restore
from omni_tui.store.rotation import dated, newest_whole, rotate

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "store")
    made.receive("eve@example.com", "before")
    yield made
    made.store.close()


@pytest.fixture
def copy(shop: Shop, tmp_path: Path) -> Path:
    """A backup with one message in it; the store goes on to two."""
    backup(shop.store, tmp_path / "backup.db")
    shop.receive("finn@example.com", "after")
    return tmp_path / "backup.db"


def bodies(path: Path) -> list[str]:
    store = open_store(path, create=False)
    with store.read() as tx:
        found = [row[0] for row in tx.query("SELECT body FROM messages ORDER BY id", {})]
    store.close()
    return found


def test_the_old_store_is_kept_and_the_new_one_is_private(shop: Shop, copy: Path) -> None:
    path = shop.store.path
    shop.store.close()
    done = restore(copy, path, NOW)
    assert done.replaced == path.with_name("omni-replaced-2026-11-22-103000.db")
    assert (done.holds.conversations, done.holds.messages) == (1, 1)
    assert bodies(path) == ["before"]
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600, file
    assert bodies(done.replaced) == ["before", "after"]
    assert bodies(copy) == ["before"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to any group")
def test_a_shared_store_stays_shared(copy: Path, tmp_path: Path) -> None:
    path = tmp_path / "team" / "omni.db"
    open_store(path, group="users").close()
    done = restore(copy, path, NOW, group="users")
    assert done.replaced is not None
    for file in (path, done.replaced):
        assert file.stat().st_mode & 0o777 == 0o660
        assert file.stat().st_gid == path.parent.stat().st_gid
    open_store(path, group="users").close()


def test_a_dry_run_changes_nothing(shop: Shop, copy: Path) -> None:
    shop.store.close()
    before = sorted(file.name for file in shop.folder.iterdir())
    assert restore(copy, shop.store.path, NOW, dry_run=True).replaced is not None
    assert bodies(shop.store.path) == ["before", "after"]
    assert {file.name for file in shop.folder.iterdir()} <= {*before, "omni.db", "omni.db-wal", "omni.db-shm"}


def test_where_there_is_no_store_one_is_made(copy: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "omni.db"
    assert restore(copy, path, NOW).replaced is None
    assert bodies(path) == ["before"]
    assert [file.name for file in path.parent.iterdir() if "replaced" in file.name] == []


@pytest.mark.parametrize("damaged", [False, True])
def test_not_while_somebody_has_it_open(shop: Shop, copy: Path, damaged: bool) -> None:
    path = shop.store.path
    shop.store.close()
    program = (
        "import sys; from pathlib import Path; from omni_tui.store import open_store\n"
        "store = open_store(Path(sys.argv[1]))\n"
        "with store.read() as tx: tx.query('SELECT count(*) FROM messages', {})\n"
        "print('ready', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        other.stdout.readline()
        if damaged:
            with path.open("r+b") as file:
                file.write(b"\0" * 4096)
        for dry_run in (True, False):
            with pytest.raises(Conflict, match="in use"):
                restore(copy, path, NOW, dry_run=dry_run)
        other.stdin.close()
    restore(copy, path, NOW)
    assert bodies(path) == ["before"]


def test_who_comes_while_it_is_replaced_waits_and_gets_no_mixture(shop: Shop, copy: Path) -> None:
    """A connection that began to open the old file must not go on with the log of the new one."""
    from omni_tui.store import restore as module

    path = shop.store.path
    shop.store.close()
    late = sqlite3.connect(path, timeout=0.05)
    said: list[str] = []

    with module._alone(path) as held:
        try:
            late.execute("SELECT count(*) FROM messages").fetchall()
        except sqlite3.OperationalError as error:
            said.append(str(error))
        copy.replace(path)
        held.shut()
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        late.execute("PRAGMA journal_mode = WAL").fetchall()
    late.close()
    assert said == ["database is locked"]
    assert not path.with_name("omni.db-wal").exists()


def test_a_file_with_another_name_is_not_spoilt(shop: Shop, copy: Path, tmp_path: Path) -> None:
    """Snapshots by hard links share the old file."""
    shop.store.close()
    sqlite3.connect(shop.store.path).execute("PRAGMA journal_mode = DELETE").connection.close()
    os.link(shop.store.path, tmp_path / "snapshot.db")
    restore(copy, shop.store.path, NOW)
    assert check(tmp_path / "snapshot.db").messages == 2


def test_a_damaged_store_gives_way_and_is_kept_with_its_log(shop: Shop, copy: Path) -> None:
    path = shop.store.path
    shop.store.close()
    with path.open("r+b") as file:
        file.write(b"not a database" * 400)
    path.with_name("omni.db-wal").write_bytes(b"a log")
    path.with_name("omni.db-wal").chmod(0o600)
    old = path.read_bytes()
    done = restore(copy, path, NOW)
    assert done.replaced is not None
    assert done.replaced.read_bytes() == old
    assert done.replaced.with_name(f"{done.replaced.name}-wal").read_bytes() == b"a log"
    assert bodies(path) == ["before"]


def test_what_was_on_its_way_is_not_sent_again(shop: Shop, tmp_path: Path) -> None:
    replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    backup(shop.store, tmp_path / "b.db")
    shop.store.close()
    restore(tmp_path / "b.db", shop.store.path, NOW)
    store = open_store(shop.store.path)
    with store.read() as tx:
        assert [row[0] for row in tx.query("SELECT state FROM outbox", {})] == ["uncertain"]
        assert tx.query("SELECT 1 FROM leases WHERE until_at > 0", {}) == []
    store.close()


def test_what_is_no_backup_is_refused_and_nothing_changes(shop: Shop, copy: Path, tmp_path: Path) -> None:
    path = shop.store.path
    shop.store.close()
    (tmp_path / "text.db").write_text("hello" * 1000)
    (tmp_path / "empty.db").touch()
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE counters (name TEXT)")
    other.close()
    (tmp_path / "half.db").write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    for name in ("text", "empty", "other", "half"):
        with pytest.raises(StoreError):
            restore(tmp_path / f"{name}.db", path, NOW)
    with pytest.raises(NotFound):
        restore(tmp_path / "none.db", path, NOW)
    with pytest.raises(UsageError, match="itself"):
        restore(path, path, NOW)
    with sqlite3.connect(copy) as newer:
        newer.execute("UPDATE counters SET value = 999 WHERE name = 'schema'")
    newer.close()
    with pytest.raises(StoreTooNew):
        restore(copy, path, NOW)
    assert bodies(path) == ["before", "after"]
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".")] == []


KILLED = """
import os, shutil, sys
from datetime import datetime, UTC
from pathlib import Path
from omni_tui.store import restore as module
import omni_tui.store.statements

backup, original, folders = map(Path, sys.argv[1:])
left, armed = 0, False

def step(event, arguments):
    global left
    if armed and event.split(".")[0] in ("open", "os", "sqlite3", "fcntl", "shutil"):
        left -= 1
        if left == 0:
            os._exit(9)

def counted(call):
    def counting(*arguments):
        step("os.call", arguments)
        return call(*arguments)
    return counting

for name in ("fsync", "pwrite", "fstat"):
    setattr(os, name, counted(getattr(os, name)))
sys.addaudithook(step)
for at in range(1, 500):
    folder = folders / f"at{at:03}"
    folder.mkdir(mode=0o700, parents=True)
    shutil.copy(original, folder / "omni.db")
    child = os.fork()
    if not child:
        left, armed = at, True
        module.restore(backup, folder / "omni.db", datetime(2026, 11, 22, tzinfo=UTC))
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 9:
        sys.exit(code)
"""


def test_killed_at_any_step_one_of_the_two_is_there_whole(shop: Shop, copy: Path, tmp_path: Path) -> None:
    shop.store.close()
    folders = tmp_path / "killed"
    done = subprocess.run([sys.executable, "-c", KILLED, copy, shop.store.path, folders], timeout=60, check=False)
    assert done.returncode == 0
    seen = []
    for folder in sorted(folders.iterdir()):
        seen.append(tuple(bodies(folder / "omni.db")))
        kept = list(folder.glob("omni-replaced-*.db"))
        assert all(check(file).messages == 2 for file in kept)
        assert seen[-1] == ("before", "after") or kept
    assert set(seen) == {("before",), ("before", "after")}
    assert seen == sorted(seen, key=len, reverse=True)
    assert len(seen) > 20


def test_rotation_counts_whole_backups_of_this_store_alone(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    made = [folder / dated("omni", ".db", datetime(2026, 1, day, tzinfo=UTC)) for day in range(1, 7)]
    for file in made:
        backup(shop.store, file)
    made[4].write_bytes(b"damaged")
    others = [folder / name for name in ("omni-2026-01-01.db", "other-2026-01-01-000000.db", "omni.db", "notes.txt")]
    for file in others:
        file.write_bytes(b"mine")
    link = folder / dated("omni", ".db", datetime(2025, 1, 1, tzinfo=UTC))
    link.symlink_to(others[0])
    would = rotate(folder, "omni", 3, made=made[5], dry_run=True)
    turned = rotate(folder, "omni", 3, made=made[5])
    assert would == turned
    assert turned.kept == (made[5], made[3], made[2])
    assert turned.removed == (made[1], made[0])
    assert turned.damaged == (made[4],)
    assert all(file.exists() for file in (*turned.kept, *turned.damaged, *others, link))
    assert not any(file.exists() for file in turned.removed)
    assert newest_whole(folder, "omni") == made[5]
    for file in made[2:]:
        file.write_bytes(b"damaged")
    assert newest_whole(folder, "omni") is None


def test_a_backup_of_a_database_is_an_archive(database: str, tmp_path: Path) -> None:
    from omni_tui.store.verifying import verify

    server = open_store(database)
    with server.write() as tx:
        tx.execute_many("INSERT INTO tags (id, name) VALUES (:id, :id)", [{"id": "spring"}])
    target = backup(server, tmp_path / dated("shop", ".tar.gz", NOW))
    assert {entry.name: entry.rows for entry in verify(target).manifest.tables}["tags"] == 1
    assert newest_whole(tmp_path, "shop") == target
    server.close()
