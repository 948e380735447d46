"""The store itself: snapshots to read, one way to write, and the errors of both in words."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from omni_tui.model.errors import StoreBusy, StoreError, StoreFull, StoreTooNew
from omni_tui.store.statements import statement
from omni_tui.text.i18n import _

SCHEMA = 1
"""The schema number this program knows."""

BUSY_MS = 10_000
ROOM = 128 * 1024
"""Bytes without which no store can be opened: twice the index of its log, and a few pages."""
PROGRESS_STEPS = 20_000
"""Virtual machine steps between two looks at whether a read was dropped: well under a millisecond."""
Row = sqlite3.Row
_Role = Literal["read", "write", "durable"]


class Interrupted(StoreError):
    """A newer question made this read pointless."""


class LeaseLost(StoreError):
    """Another engine took over: what this one was doing must not be stored."""


class Tx:
    """A snapshot to read from. Rows are always fetched whole: an unfinished SELECT would pin the WAL."""

    def __init__(self, connection: sqlite3.Connection, now: int) -> None:
        self._connection = connection
        self.now = now

    def all(self, name: str, /, **values: Any) -> list[Row]:
        """Every row of the named statement."""
        return self._connection.execute(statement(name), values).fetchall()

    def one(self, name: str, /, **values: Any) -> Row | None:
        """The first row of the named statement, if any."""
        rows = self._connection.execute(statement(name), values).fetchall()
        return rows[0] if rows else None

    def value(self, name: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(name, **values)
        return None if row is None else row[0]

    def query(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Rows of SQL composed inside the store from fixed fragments; every value is bound."""
        return self._connection.execute(sql, values).fetchall()


class Writer(Tx):
    """A write transaction. ``now`` is the only clock for what it stores."""

    def __init__(self, connection: sqlite3.Connection, now: int, path: Path) -> None:
        super().__init__(connection, now)
        self._path = path
        self._changed: dict[tuple[str, str], None] = {}
        self._words: dict[int, str] = {}

    def run(self, name: str, /, **values: Any) -> int:
        """Execute the named statement; the number of rows it touched."""
        cursor = self._connection.execute(statement(name), values)
        if cursor.description is not None:
            cursor.fetchall()
        return cursor.rowcount

    def run_many(self, name: str, /, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute the named statement once per row."""
        self._connection.executemany(statement(name), rows)

    def index(self, doc_id: int, tokens: str) -> None:
        """Give a search document's words to the full-text index, with all others at the end of the transaction.

        FTS5 writes out what it holds in memory at every savepoint, a trigger's own included, and whenever a number
        is lower than the one before it: one by one, newest first, words cost three times as much.
        """
        self._words[doc_id] = tokens

    def index_now(self) -> None:
        """The same at once: before anything can be taken out of the index again."""
        words, self._words = self._words, {}
        if words:
            self.run_many("insert_search_words", ({"doc_id": id, "tokens": words[id]} for id in sorted(words)))

    def next(self, counter: str) -> int:
        """The next number of a counter, without gaps among committed transactions."""
        return int(self.value("next_counter", name=counter, by=1))

    def changed(self, entity: str, entity_id: str) -> None:
        """Tell the change feed; one row per entity and transaction."""
        self._changed[(entity, entity_id)] = None

    def fence(self, epoch: int) -> None:
        """Raise :class:`LeaseLost` unless ``epoch`` is the engine lease's current one."""
        if self.value("lease_epoch", name="engine") != epoch:
            raise LeaseLost(_("Another engine took over this store."))

    @contextlib.contextmanager
    def savepoint(self) -> Generator[None, None, None]:
        """Part of the transaction that can fail alone; a store that cannot go on at all raises ``StoreError``."""
        changed, words = dict(self._changed), dict(self._words)
        self._connection.execute("SAVEPOINT part")
        try:
            with _in_words(self._path):
                yield
        except BaseException:
            # A full disk may have ended the whole transaction already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO part")
                self._connection.execute("RELEASE part")
            self._changed, self._words = changed, words
            raise
        self._connection.execute("RELEASE part")

    def record_changes(self) -> None:
        """Number the changes of this transaction: in commit order and without gaps, for the write lock is ours."""
        if not self._changed:
            return
        last = int(self.value("next_counter", name="change", by=len(self._changed)))
        first = last - len(self._changed) + 1
        self.run_many(
            "insert_change",
            (
                {"seq": first + n, "at": self.now, "entity": entity, "entity_id": entity_id}
                for n, (entity, entity_id) in enumerate(self._changed)
            ),
        )


class Store:
    """An open store. Each thread that uses it gets connections of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []

    @contextlib.contextmanager
    def read(self) -> Generator[Tx, None, None]:
        """One consistent snapshot."""
        connection = self._connection("read")
        with _in_words(self.path):
            connection.execute("BEGIN")
            try:
                yield Tx(connection, _now())
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")

    def write(self) -> contextlib.AbstractContextManager[Writer]:
        """A write that a power cut may undo as a whole: what can be fetched again, and triage."""
        return self._write("write")

    def write_durable(self) -> contextlib.AbstractContextManager[Writer]:
        """A write on the disk when it returns: replies, notes, drafts, outbox transitions."""
        return self._write("durable")

    @contextlib.contextmanager
    def _write(self, role: _Role) -> Generator[Writer, None, None]:
        connection = self._connection(role)
        with _in_words(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                tx = Writer(connection, _now(), self.path)
                check_schema(tx.value("schema"))
                yield tx
                tx.index_now()
                tx.record_changes()
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def data_version(self) -> int:
        """Changes whenever another connection committed. Costs about a microsecond."""
        row = self._connection("read").execute("PRAGMA data_version").fetchone()
        return int(row[0])

    @contextlib.contextmanager
    def droppable(self, dropped: Callable[[], bool]) -> Generator[None, None, None]:
        """Reads of this thread inside raise :class:`Interrupted` soon after ``dropped()`` turns true."""
        self._local.dropped = dropped
        try:
            yield
        finally:
            self._local.dropped = None

    def _is_dropped(self) -> bool:
        dropped: Callable[[], bool] | None = getattr(self._local, "dropped", None)
        return dropped is not None and dropped()

    def close(self) -> None:
        """Close every connection of every thread."""
        with self._lock:
            connections, self._connections = self._connections, []
            self._local = threading.local()
        for connection in connections:
            connection.close()

    def _connection(self, role: _Role) -> sqlite3.Connection:
        if _on_event_loop():
            raise RuntimeError("the store was asked on the event loop's thread")
        found: sqlite3.Connection | None = getattr(self._local, role, None)
        if found is None:
            with _in_words(self.path):
                found = connect(self.path, role)
            if role == "read":
                found.set_progress_handler(self._is_dropped, PROGRESS_STEPS)
            with self._lock:
                self._connections.append(found)
            setattr(self._local, role, found)
        return found


def _on_event_loop() -> bool:
    # A verb of the command line has no loop and need not pay for importing asyncio to learn that.
    events = sys.modules.get("asyncio.events")
    return events is not None and events._get_running_loop() is not None


def check_schema(number: int | None) -> None:
    """Raise :class:`StoreTooNew` when the store was upgraded since this program began."""
    if number != SCHEMA:
        raise StoreTooNew(_("The store was upgraded by another version of omni-tui."), _("Restart omni-tui to go on."))


def connect(path: Path, role: _Role) -> sqlite3.Connection:
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
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute("PRAGMA temp_store = MEMORY")
    if role != "read":
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL" if role == "durable" else "PRAGMA synchronous = NORMAL")
    return connection


def _now() -> int:
    return time.time_ns() // 1_000_000


def _no_space_beside(path: Path) -> bool:
    """Without room for the files beside the store SQLite speaks of an I/O error, or that it cannot open the file."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < ROOM


@contextlib.contextmanager
def _in_words(path: Path) -> Generator[None, None, None]:
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
        if "full" in said or _no_space_beside(path):
            raise StoreFull(
                _("The disk that holds {path} is full.").format(path=path),
                _("Nothing was changed. Free some space and try again."),
            ) from error
        if "readonly" in said or "read-only" in said:
            raise StoreFull(
                _("The store {path} cannot be written.").format(path=path),
                _("Check its owner and whether the file system is read-only."),
            ) from error
        raise StoreError(
            _("The store {path} could not be used: {said}").format(path=path, said=said),
            _("Run omni-tui doctor. A backup is restored by copying it in its place."),
        ) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.DataError):
            raise
        raise StoreError(
            _("{path} is damaged or is no omni-tui store: {said}").format(path=path, said=error),
            _("Restore the newest backup, or move the file away to start anew."),
        ) from error
