"""The relay's durable queue: one SQLite file in WAL mode, every commit on the disk before anybody is told.

Events stay until an engine has acknowledged them, and a while longer, so that an engine whose store was restored
from a backup can read them again. The ids of what was forgotten stay as long as providers redeliver.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Generator, Sequence
from pathlib import Path

from omni_tui.relay.events import Arrived, Depth, Queued, QueueFull

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, event_id TEXT NOT NULL, content_type TEXT NOT NULL,
  body BLOB NOT NULL, received_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seen (
  source TEXT NOT NULL, event_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (source, event_id))
  STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_at ON seen (at);
CREATE TABLE IF NOT EXISTS numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO numbers (name, value) VALUES ('fetched', 0), ('bytes', 0), ('waiting_bytes', 0), ('waiting', 0);
"""
DAY_MS = 86_400_000
SEEN_MS = 14 * DAY_MS
"""Meta redelivers for seven days, Tawk.to for half a day; twice the longest."""
FREE_LEAST = 64 * 1024 * 1024
"""Bytes left free on the disk whatever the configuration allows."""


class Queue:
    """Use it from one thread. ``most_bytes`` bounds the bodies kept; ``keep_ms`` how long what was fetched stays."""

    def __init__(self, path: Path, *, most_bytes: int, keep_ms: int = 2 * DAY_MS) -> None:
        self._path, self._most, self._keep_ms = path, most_bytes, keep_ms
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        self._db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextlib.contextmanager
    def _write(self) -> Generator[None, None, None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
                raise QueueFull from error
            raise

    def put(self, events: Sequence[Arrived]) -> int:
        """Take events in, all or none, on the disk when it returns; how many were new. Raises :class:`QueueFull`.

        One that was taken in before, by its source and id, is let pass without a second copy.
        """
        new = size = 0
        with self._write():
            for event in events:
                known = self._db.execute(
                    "INSERT INTO seen (source, event_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (event.source, event.event_id, event.received_at),
                )
                if not known.rowcount:
                    continue
                new += 1
                size += len(event.body)
                self._db.execute(
                    "INSERT INTO events (source, event_id, content_type, body, received_at) VALUES (?, ?, ?, ?, ?)",
                    (event.source, event.event_id, event.content_type, event.body, event.received_at),
                )
            if new:
                self._make_room(size)
                self._add(bytes=size, waiting_bytes=size, waiting=new)
        return new

    def _make_room(self, size: int) -> None:
        if shutil.disk_usage(self._path.parent).free < FREE_LEAST + size:
            raise QueueFull
        over = self._number("bytes") + size - self._most
        if over <= 0:
            return
        # What an engine has already is given up first; what none has is never.
        freed = 0
        fetched = self._number("fetched")
        for seq, length in self._db.execute(
            "SELECT seq, length(body) FROM events WHERE seq <= ? ORDER BY seq", (fetched,)
        ).fetchall():
            self._db.execute("DELETE FROM events WHERE seq = ?", (seq,))
            freed += length
            if freed >= over:
                self._add(bytes=-freed)
                return
        raise QueueFull

    def after(self, seq: int, *, limit: int, most_bytes: int = 4 << 20) -> list[Queued]:
        """The events behind ``seq``, oldest first; as many as fit, at least one."""
        found: list[Queued] = []
        size = 0
        cursor = self._db.execute(
            "SELECT seq, source, event_id, content_type, body, received_at FROM events WHERE seq > ?"
            " ORDER BY seq LIMIT ?",
            (seq, limit),
        )
        for row in cursor:
            size += len(row[4])
            if found and size > most_bytes:
                break
            found.append(Queued(*row))
        cursor.close()
        return found

    def acknowledge(self, seq: int) -> None:
        """An engine has everything up to ``seq`` in its store. Going back is not possible."""
        with self._write():
            fetched = self._number("fetched")
            seq = min(seq, self._last())
            if seq <= fetched:
                return
            count, size = self._db.execute(
                "SELECT count(*), COALESCE(sum(length(body)), 0) FROM events WHERE seq > ? AND seq <= ?", (fetched, seq)
            ).fetchone()
            self._add(waiting=-count, waiting_bytes=-size, fetched=seq - fetched)

    def tidy(self, now: int) -> int:
        """Forget what was fetched long ago, and ids too old to come again; how many events went."""
        with self._write():
            gone, size = self._db.execute(
                "SELECT count(*), COALESCE(sum(length(body)), 0) FROM events WHERE seq <= ? AND received_at < ?",
                (self._number("fetched"), now - self._keep_ms),
            ).fetchone()
            if gone:
                self._db.execute(
                    "DELETE FROM events WHERE seq <= ? AND received_at < ?",
                    (self._number("fetched"), now - self._keep_ms),
                )
                self._add(bytes=-size)
            self._db.execute("DELETE FROM seen WHERE at < ?", (now - SEEN_MS,))
        self._db.execute("PRAGMA incremental_vacuum(2000)").fetchall()
        return int(gone)

    def depth(self) -> Depth:
        """How full it is."""
        fetched = self._number("fetched")
        oldest = self._db.execute(
            "SELECT received_at FROM events WHERE seq > ? ORDER BY seq LIMIT 1", (fetched,)
        ).fetchone()
        return Depth(
            waiting=self._number("waiting"),
            waiting_bytes=self._number("waiting_bytes"),
            kept_bytes=self._number("bytes"),
            oldest_at=oldest[0] if oldest else None,
            last_seq=self._last(),
            fetched_seq=fetched,
        )

    def _last(self) -> int:
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        return int(row[0]) if row else 0

    def _number(self, name: str) -> int:
        return int(self._db.execute("SELECT value FROM numbers WHERE name = ?", (name,)).fetchone()[0])

    def _add(self, **by: int) -> None:
        for name, value in by.items():
            self._db.execute("UPDATE numbers SET value = value + ? WHERE name = ?", (value, name))
