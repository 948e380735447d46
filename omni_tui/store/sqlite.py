"""The store in one SQLite file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence, Set
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from omni_tui.model.errors import StoreBusy, StoreError, StoreFull
from omni_tui.store.dialect import Dialect, numbered
from omni_tui.store.in_use import InUse
from omni_tui.store.listed import Listed
from omni_tui.store.session import Row
from omni_tui.store.store import Interrupted, Store, Tx, Writer, check_schema, refuse_event_loop
from omni_tui.store.waiting import begin, give_way, is_waited_for
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.events import Beginnings
    from omni_tui.store.checkpoints import Checkpoints
    from omni_tui.store.ear import Ear

BUSY_MS = 10_000
ROOM = 128 * 1024
"""Bytes without which no store can be opened: twice the index of its log, and a few pages."""
PROGRESS_STEPS = 20_000
"""Virtual machine steps between two looks at whether a read was dropped: well under a millisecond."""
AT_ONCE = 200
"""Messages taken in together: their rows go in by a few statements a table, in some 60 ms."""
LONG_S = 0.3
"""Work after which a write should make an end, when words are indexed: half as long again. Work, not time: where the
processor is busy, more and smaller transactions would only be more work, and nobody would be served sooner.
"""
SHORT_S = 0.025
"""The same where somebody waits for the lock, before rows go in, half as long again: each transaction writes the same
pages of the indexes once more, so many small ones are dearer.
"""
LOOK_S = 0.001
"""Work between two looks for somebody who waits: a look takes as long as a twentieth of taking a message in."""
LEAVING_S = 0.5
"""How long whoever closes the store waits for what other threads do in it; then they close behind themselves."""
LARGE_S = 0.015
"""Work from which on a write is a large one, of megabytes."""
SMALL = 30
"""Small writes that come to as much: some 2 MB of log."""
Role = Literal["read", "write", "durable"]


class SqliteSession:
    """A transaction on a connection: SQLite answers at once, so nothing is kept back."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection, path: Path, listed: Listed | None = None) -> None:
        self._connection = connection
        self._path = path
        self._listed = listed if listed is not None else Listed()
        self._began = time.thread_time()
        self._looked, self._waited_for = -2 * LOOK_S, False
        self.now = _now()
        self.counters: dict[str, int] = {}

    def number(self, counter: str, ahead: int) -> int:
        return self.counters[counter] + ahead

    def keep(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """To ask again costs no more than to remember."""

    def fetch(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def fetch_together(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        return [self._connection.execute(sql, values).fetchall() for sql, values in asked]

    def fetch_each(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        from omni_tui.store.sqlite_wide import answers  # for who takes messages in; most processes only read

        return answers(self.fetch, asked)

    def send(self, sql: str, values: Mapping[str, Any]) -> None:
        cursor = self._connection.execute(sql, values)
        if cursor.description is not None:
            cursor.fetchall()

    def send_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        from omni_tui.store import sqlite_rows  # for who writes; most processes only read

        statement, names = numbered(sql)
        sqlite_rows.send(self._connection, statement, names, _by_place(names, rows))

    def touched(self, sql: str, values: Mapping[str, Any]) -> int:
        cursor = self._connection.execute(sql, values)
        if cursor.description is not None:
            cursor.fetchall()
        return cursor.rowcount

    @property
    def at_once(self) -> int:
        return AT_ONCE

    def took_in(self, number: int) -> None:
        """The clock is looked at as they are taken in."""

    def unknown(self, words: Set[str], told: Iterable[Beginnings]) -> Set[str]:
        return self._listed.unknown(words, told)

    def committed(self) -> None:
        """What this wrote is there."""
        self._listed.committed()

    def is_long(self, share: float = 1.0) -> bool:
        worked = self.worked()
        return worked > share * LONG_S or (worked > share * SHORT_S and self._is_waited_for(worked))

    def _is_waited_for(self, worked: float) -> bool:
        if worked - self._looked > LOOK_S:
            self._looked, self._waited_for = worked, is_waited_for(self._path) is not False
        return self._waited_for

    def worked(self) -> float:
        """Seconds of processor time since this began."""
        return time.thread_time() - self._began

    def announce(self) -> None:
        """Others see the file change."""

    @contextlib.contextmanager
    def part(self) -> Generator[None, None, None]:
        self._connection.execute("SAVEPOINT part")
        try:
            with in_words(self._path):
                yield
        except BaseException:
            # A full disk may have ended the whole transaction already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO part")
                self._connection.execute("RELEASE part")
            raise
        self._connection.execute("RELEASE part")


class SqliteStore(Store):
    """A store in one file, opened by :func:`omni_tui.store.open_store`."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._path = path
        self._lock = threading.Lock()
        self._connections: list[InUse] = []
        self._checkpoints: Checkpoints | None = None
        self._small = 0

    @property
    def name(self) -> str:
        return str(self._path)

    @contextlib.contextmanager
    def read(self) -> Generator[Tx, None, None]:
        with self._using("read") as connection, in_words(self._path):
            connection.execute("BEGIN")
            try:
                yield Tx(SqliteSession(connection, self._path))
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")

    def write(self) -> contextlib.AbstractContextManager[Writer]:
        return self._write("write")

    def write_durable(self) -> contextlib.AbstractContextManager[Writer]:
        return self._write("durable")

    @contextlib.contextmanager
    def _write(self, role: Role) -> Generator[Writer, None, None]:
        with self._using(role) as connection, in_words(self._path):
            begin(connection, BUSY_MS / 1000, self._path)
            try:
                session = SqliteSession(connection, self._path, getattr(self._local, f"{role} listed"))
                tx = Writer(session)
                session.counters = {row[0]: row[1] for row in tx.all("counters")}
                check_schema(session.counters.get("schema"))
                yield tx
                tx.finish()
                connection.execute("COMMIT")
                session.committed()
                self._log_grew(session.worked() if role == "write" else 0.0)
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def tidy(self) -> None:
        """Give way to those who wait for the lock; nothing is left for later."""
        give_way(self._path)

    def _log_grew(self, worked_s: float) -> None:
        if worked_s <= LARGE_S:
            self._small += 1
            if self._small < SMALL:
                return
        from omni_tui.store.checkpoints import TOGETHER_S, Checkpoints  # for who takes in or acts much

        if worked_s <= LARGE_S:
            self._small, worked_s = 0, TOGETHER_S
        with self._lock:
            if self._checkpoints is None:
                self._checkpoints = Checkpoints(lambda: connect(self._path, "write"))
            checkpoints = self._checkpoints
        checkpoints.grew(worked_s)

    def heard(self, changes: Iterable[tuple[str, str]] | None) -> None:
        """Nothing is remembered."""

    def data_version(self) -> int:
        with self._using("read") as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

    def ear(self, told: Callable[[], None]) -> Ear | None:
        from omni_tui.store.ear import ear_at  # only what stays is worth its import

        return ear_at(self._path.with_name(f"{self._path.name}-wal"), told)

    def close(self) -> None:
        with self._lock:
            connections, self._connections = self._connections, []
            checkpoints, self._checkpoints = self._checkpoints, None
            self._local = threading.local()
        if checkpoints is not None:
            checkpoints.close()
        until = time.monotonic() + LEAVING_S
        for connection in connections:
            connection.close(until)

    def _using(self, role: Role) -> InUse:
        """This thread's connection for ``role``."""
        refuse_event_loop()
        found: InUse | None = getattr(self._local, role, None)
        if found is None:
            with in_words(self._path):
                connection = connect(self._path, role)
            found = in_use = InUse(connection)
            if role == "read":
                connection.set_progress_handler(lambda: in_use.is_over or self._is_dropped(), PROGRESS_STEPS)
            else:
                connection.execute("PRAGMA busy_timeout = 0")  # begin() waits
            with self._lock:
                # Closed in this order: the last one of all brings the log into the file and takes it away, and one
                # that only reads cannot (https://www.sqlite.org/wal.html#ckpt).
                self._connections.insert(0 if role == "read" else len(self._connections), found)
            setattr(self._local, role, found)
            # Of this connection: another one may find another file here, put back from a backup.
            setattr(self._local, f"{role} listed", Listed())
        return found


def _by_place(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Any, ...]]:
    if len(names) == 1:
        (name,) = names
        return [(row[name],) for row in rows]
    return map(itemgetter(*names), rows) if names else [() for _row in rows]


def connect(path: Path, role: Role) -> sqlite3.Connection:
    """A connection in autocommit mode with our settings; readers cannot write."""
    mode = "ro" if role == "read" else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MS / 1000,
        cached_statements=256,
    )
    try:
        _set_up(connection, role)
    except UnicodeDecodeError as error:
        # SQLite names what it cannot read of a damaged schema, and Python cannot read the name.
        connection.close()
        raise sqlite3.DatabaseError("malformed database schema") from error
    except BaseException:
        # Left open it would lock a damaged file against whoever is to put a backup in its place.
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection, role: Role) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    # Who writes much touches the pages of every index all over, and would read them again and again.
    connection.execute("PRAGMA cache_size = -16000" if role == "read" else "PRAGMA cache_size = -24000")
    connection.execute("PRAGMA temp_store = MEMORY")
    # LIKE takes letters as they are, as PostgreSQL's does; what is to be folded is folded on both sides.
    connection.execute("PRAGMA case_sensitive_like = ON")
    if role != "read":
        connection.execute("PRAGMA journal_mode = WAL")
        # Each checkpoint waits for the disk, in the commit that finds so many pages in the log, whoever's it is. Beside
        # large writes a thread is ahead of that (checkpoints.py): an agent's small write should not meet it.
        connection.execute("PRAGMA wal_autocheckpoint = 16000")
        # What the log grows to beside a first sync: to cut it off and make it anew each time takes long as well.
        connection.execute("PRAGMA journal_size_limit = 100663296")
        # Debian's SQLite writes pages that are given up once more, as zeros: where words of the index are merged these
        # are a sixteenth of all a first sync writes. What is taken out of a page that stays is overwritten as before.
        connection.execute("PRAGMA secure_delete = FAST")
        connection.execute("PRAGMA synchronous = FULL" if role == "durable" else "PRAGMA synchronous = NORMAL")


def _now() -> int:
    return time.time_ns() // 1_000_000


def _no_space_beside(path: Path) -> bool:
    """Without room for the files beside the store SQLite speaks of an I/O error, or that it cannot open the file."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < ROOM


def _read_only(path: Path) -> bool:
    """On a file system that takes no writing SQLite only says that it cannot open the file beside the store."""
    try:
        return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False


@contextlib.contextmanager
def in_words(path: Path) -> Generator[None, None, None]:
    """SQLite's errors as ours. Anything else that goes wrong inside passes unchanged."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "interrupted" in said:
            raise Interrupted(_("The question was dropped for a newer one.")) from error
        if "locked" in said or "busy" in said:
            raise StoreBusy(
                _("Another process is writing to the store."),
                _("Nothing was changed. Try again in a moment."),
            ) from error
        if "readonly" in said or "read-only" in said or _read_only(path):
            raise StoreFull(
                _("The store {path} cannot be written.").format(path=path),
                _("Check its owner and whether the file system is read-only."),
            ) from error
        if "full" in said or _no_space_beside(path):
            raise StoreFull(
                _("The disk that holds {path} is full.").format(path=path),
                _("Nothing was changed. Free some space and try again."),
            ) from error
        raise StoreError(
            _("The store {path} could not be used: {said}").format(path=path, said=said),
            _("See what is wrong: omni-tui doctor --store. Put a backup in its place: omni-tui restore FILE"),
        ) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.DataError):
            raise
        raise StoreError(
            _("{path} is damaged or is no omni-tui store: {said}").format(path=path, said=error),
            _("Put the newest backup in its place: omni-tui restore FILE (omni-tui doctor names it)"),
        ) from error
