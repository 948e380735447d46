"""The store in one SQLite file."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from omni_tui.store.in_use import InUse
from omni_tui.store.listed import Listed
from omni_tui.store.sqlite_errors import in_words
from omni_tui.store.sqlite_session import ActSession, PartFailed, SqliteSession
from omni_tui.store.store import Store, T, Tx, Writer, check_schema, refuse_event_loop
from omni_tui.store.waiting import begin, give_way

if TYPE_CHECKING:
    from omni_tui.store.checkpoints import Checkpoints
    from omni_tui.store.ear import Ear

BUSY_MS = 10_000
PROGRESS_STEPS = 20_000
"""Virtual machine steps between two looks at whether a read was dropped: well under a millisecond."""
LEAVING_S = 0.5
"""How long whoever closes the store waits for what other threads do in it; then they close behind themselves."""
LARGE_S = 0.015
"""Work from which on a write is a large one, of megabytes."""
SMALL = 30
"""Small writes that come to as much: some 2 MB of log."""
Role = Literal["read", "write", "durable"]


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

    def act(self, act: Callable[[Writer], T]) -> T:
        """As :meth:`Store.act`. Its parts are set apart only where one of them fails, when all is done again."""
        try:
            with self._write("write", ActSession) as tx:
                return act(tx)
        except PartFailed:
            return super().act(act)

    @contextlib.contextmanager
    def _write(self, role: Role, kind: type[SqliteSession] = SqliteSession) -> Generator[Writer, None, None]:
        with self._using(role) as connection, in_words(self._path):
            begin(connection, BUSY_MS / 1000, self._path)
            try:
                session = kind(connection, self._path, getattr(self._local, f"{role} listed"))
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
        # large writes a thread is ahead of that (checkpoints.py): an agent's small write should not meet it, and a
        # first sync seldom.
        connection.execute("PRAGMA wal_autocheckpoint = 40000")
        # What the log grows to beside a first sync: to cut it off and make it anew each time takes long as well.
        connection.execute("PRAGMA journal_size_limit = 100663296")
        # Debian's SQLite writes pages that are given up once more, as zeros: where words of the index are merged these
        # are a sixteenth of all a first sync writes. What is taken out of a page that stays is overwritten as before.
        connection.execute("PRAGMA secure_delete = FAST")
        connection.execute("PRAGMA synchronous = FULL" if role == "durable" else "PRAGMA synchronous = NORMAL")
