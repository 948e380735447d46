"""Copies of the store, consistent while others write, and the question whether a copy is whole."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from omni_tui.model.errors import NotFound, StoreError
from omni_tui.store.sqlite import connect
from omni_tui.store.sqlite_errors import in_words
from omni_tui.store.store import Store
from omni_tui.text.i18n import _


def backup(store: Store, target: Path) -> Path:
    """A verified copy of the store at ``target`` (0600), replaced only when the new one is whole.

    Of a SQLite store it is another one; of a database it is an export archive, made in one snapshot.
    """
    if store.dialect == "sqlite":
        copy_to(store.path, target)
    else:
        from omni_tui.store.export import export_file

        export_file(store, target)
    return target


def suffix(store: Store) -> str:
    """What the names of this store's backups end in."""
    return ".db" if store.dialect == "sqlite" else ".tar.gz"


def copy_to(path: Path, target: Path) -> None:
    """``VACUUM INTO`` beside ``target``, check, rename: stepwise backup never ends while others write."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with in_words(path), contextlib.closing(connect(path, "read")) as connection:
            copy_into(connection, fresh)
        fresh.replace(target)
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()


def copy_into(connection: sqlite3.Connection, fresh: Path) -> None:
    """The database of ``connection`` as the new file ``fresh`` (0600), checked and on the disk."""
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
    except OSError as error:
        raise StoreError(
            _("The backup {path} cannot be written: {reason}").format(path=fresh.parent, reason=error.strerror)
        ) from error
    connection.execute("VACUUM INTO :target", {"target": str(fresh)})
    check(fresh)
    with fresh.open("rb") as written:
        os.fsync(written.fileno())


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy holds."""

    schema: int
    conversations: int
    messages: int


def check(file: Path) -> Copy:
    """What the SQLite file ``file`` holds. Raises StoreError unless it is whole and a store of ours."""
    try:
        with in_words(file), contextlib.closing(open_copy(file)) as copy:
            said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise StoreError(_("{path} did not pass its check: {said}").format(path=file, said=said))
            (schema,) = copy.execute("SELECT value FROM counters WHERE name = 'schema'").fetchone()
            (conversations,) = copy.execute("SELECT count(*) FROM conversations").fetchone()
            (messages,) = copy.execute("SELECT count(*) FROM messages").fetchone()
            return Copy(int(schema), int(conversations), int(messages))
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise _none_of_ours(file) from error
    except StoreError as error:
        if "no such table" in str(error.__cause__):
            raise _none_of_ours(file) from error
        raise


def open_copy(file: Path) -> sqlite3.Connection:
    """A connection that reads ``file`` and leaves nothing beside it, also where nothing can be written."""
    if not file.is_file():
        raise NotFound(_("There is no file {path}.").format(path=file))
    # With nothing beside it the file is all there is; SQLite would otherwise want to make its log there.
    logged = file.with_name(f"{file.name}-wal").exists() or file.with_name(f"{file.name}-journal").exists()
    mode = "mode=ro" if logged else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)


def _none_of_ours(file: Path) -> StoreError:
    return StoreError(_("{path} is no omni-tui store.").format(path=file), _("Name a backup made by omni-tui backup."))
