"""A backup in the place of the store. The old one stays beside it; dying on the way leaves one of the two whole."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from omni_tui.model.errors import Conflict, StoreError, StoreTooNew, UsageError
from omni_tui.store.backup import Copy, check, copy_into, open_copy
from omni_tui.store.opening import prepare, share
from omni_tui.store.sqlite_errors import in_words
from omni_tui.store.store import SCHEMA
from omni_tui.text.i18n import _

_LOCKED_FROM, _LOCKED_BYTES = 0x40000000, 512
"""Where SQLite's locks lie in a file: PENDING_BYTE and what follows (https://www.sqlite.org/fileformat2.html, 1.7)."""
_MAGIC = b"SQLite format 3\0"
_WAIT_S = 1.0
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in the store's place now, and where the replaced one went; None where none was."""

    holds: Copy
    replaced: Path | None


def look(source: Path, store: Path) -> Copy:
    """What would be restored. Raises StoreError for a backup that is damaged, none of ours or too new."""
    if store.exists() and source.exists() and source.samefile(store):
        raise UsageError(_("{path} is the store itself.").format(path=source), _("Name a backup."))
    holds = check(source)
    if holds.schema > SCHEMA:
        raise StoreTooNew(
            _("The backup comes from a newer omni-tui (schema {theirs}, this one knows {ours}).").format(
                theirs=holds.schema, ours=SCHEMA
            ),
            _("Upgrade omni-tui on this host."),
        )
    return holds


def restore(source: Path, store: Path, now: datetime, *, group: str = "", dry_run: bool = False) -> Restored:
    """Put the backup ``source`` in the place of ``store``. Raises Conflict while anybody has the store open.

    Answers that were on their way when the backup was made become uncertain, for they may have left since.
    """
    holds = look(source, store)
    there = store.exists() and store.stat().st_size > 0
    kept = store.with_name(f"{store.stem}-replaced-{now.strftime('%Y-%m-%d-%H%M%S')}.db") if there else None
    if dry_run:
        if there:
            with _alone(store):
                pass
        return Restored(holds, kept)
    gid, mode = prepare(store, group)
    fresh = store.with_name(f".{store.name}.{os.getpid()}.part")
    try:
        with in_words(source), contextlib.closing(open_copy(source)) as connection:
            copy_into(connection, fresh)
        _settle(fresh, now)
        share(fresh, gid, mode)
        with _alone(store) as held:
            if kept is not None:
                held.keep(kept, gid, mode)
            held.clear()
            fresh.replace(store)
            _sync(store.parent)
            held.shut()
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()
    return Restored(holds, kept)


def _settle(fresh: Path, now: datetime) -> None:
    with in_words(fresh), contextlib.closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(
            "UPDATE outbox SET state = 'uncertain', claimed_until = 0, updated_at = :now"
            " WHERE state IN ('queued', 'sending')",
            {"now": int(now.timestamp() * 1000)},
        )
        connection.execute("UPDATE leases SET until_at = 0")


class _Held:
    """The old store's file, which nobody else can begin to use."""

    def __init__(self, store: Path, file: int, connection: sqlite3.Connection | None) -> None:
        self._store, self._file, self._connection = store, file, connection

    def keep(self, target: Path, gid: int | None, mode: int) -> None:
        """Copy the old store to ``target``; what cannot be read as a store is copied byte by byte, its log too."""
        part = target.with_name(f".{target.name}.part")
        if self._connection is not None:
            with in_words(self._store):
                copy_into(self._connection, part)
            parts = {part: target}
        else:
            parts = {}
            for end in ("", "-wal", "-shm"):
                source = self._store.with_name(self._store.name + end)
                if source.exists():
                    copy = part.with_name(part.name + end)
                    self._copy(source, copy)
                    parts[copy] = target.with_name(target.name + end)
        for copy, final in parts.items():
            share(copy, gid, mode)
            copy.replace(final)
        _sync(target.parent)

    def _copy(self, source: Path, target: Path) -> None:
        # Closing another descriptor of the store's own file would let go of the lock on it (fcntl(2)).
        file = self._file if source == self._store else os.open(source, os.O_RDONLY)
        with target.open("wb") as out:
            target.chmod(0o600)
            at = 0
            while piece := os.pread(file, _PIECE, at):
                out.write(piece)
                at += len(piece)
            out.flush()
            os.fsync(out.fileno())
        if file != self._file:
            os.close(file)

    def clear(self) -> None:
        """Take away the log of the old store: read with the new one, it would ruin it."""
        for end in ("-wal", "-shm", "-journal"):
            self._store.with_name(self._store.name + end).unlink(missing_ok=True)

    def shut(self) -> None:
        """Spoil the old file, which has no name any more, for whoever was just opening it."""
        if os.fstat(self._file).st_nlink == 0:
            os.pwrite(self._file, b"\xff" * 100, 0)


@contextlib.contextmanager
def _alone(store: Path) -> Iterator[_Held]:
    """Nobody has the store open, nor can open it. Raises Conflict where somebody has."""
    try:
        file = os.open(store, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise StoreError(
            _("The store {path} could not be opened: {reason}").format(path=store, reason=error.strerror)
        ) from error
    connection = None
    try:
        # SQLite throws the log of a file away whose beginning it does not know.
        if os.pread(file, len(_MAGIC), 0) in (_MAGIC, b""):
            with contextlib.suppress(sqlite3.DatabaseError):
                connection = _locked(store)
        if connection is None:
            # Damaged: its own locks can be asked for all the same.
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKED_BYTES, _LOCKED_FROM)
            except OSError as error:
                raise _used(store) from error
        yield _Held(store, file, connection)
    finally:
        if connection is not None:
            connection.close()
        os.close(file)


def _locked(store: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(store, isolation_level=None, timeout=_WAIT_S)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        # Leaving the log needs the file for oneself alone; what was only in the log is in the file then.
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise _used(store) from error
        raise
    if said != "ok":
        connection.close()
        raise sqlite3.DatabaseError(said)
    return connection


def _used(store: Path) -> Conflict:
    return Conflict(
        _("The store {path} is in use.").format(path=store),
        _("Close omni-tui everywhere and stop the engine (omni-tui status says where it runs), then try again."),
    )


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
