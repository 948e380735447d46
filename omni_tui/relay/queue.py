"""The relay's durable queue: one SQLite file in WAL mode, every commit on the disk before anybody is told.

Events stay until an engine has acknowledged them, and a while longer, so that an engine whose store was restored
from a backup can read them again. The ids of what was forgotten stay as long as providers redeliver.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Generator, Sequence
from pathlib import Path

from omni_tui.relay.events import Arrived, Depth, Queued, QueueFull, SourceDepth

_SCHEMA = """
CREATE TABLE IF NOT EXISTS queue (id TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sources (
  name TEXT PRIMARY KEY, fetched INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0,
  waiting_bytes INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, event_id TEXT NOT NULL, content_type TEXT NOT NULL,
  body BLOB NOT NULL, received_at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS events_source ON events (source, seq);
CREATE TABLE IF NOT EXISTS seen (
  source TEXT NOT NULL, event_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (source, event_id))
  STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_at ON seen (at);
"""
_FETCHED = "SELECT e.seq, length(e.body) FROM events e JOIN sources s ON s.name = e.source WHERE e.seq <= s.fetched"
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
        with self._write():
            if self._db.execute("SELECT 1 FROM queue").fetchone() is None:
                self._db.execute("INSERT INTO queue (id, bytes) VALUES (?, 0)", (secrets.token_hex(8),))
        self.id = str(self._db.execute("SELECT id FROM queue").fetchone()[0])
        """Told with every answer: numbers mean nothing in another queue."""

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
                self._db.execute(
                    "INSERT INTO sources (name, waiting, waiting_bytes) VALUES (?, 1, ?) ON CONFLICT (name) DO UPDATE"
                    " SET waiting = waiting + 1, waiting_bytes = waiting_bytes + excluded.waiting_bytes",
                    (event.source, len(event.body)),
                )
            if new:
                self._make_room(size)
                self._grow(size)
        return new

    def _make_room(self, size: int) -> None:
        if shutil.disk_usage(self._path.parent).free < FREE_LEAST + size:
            raise QueueFull
        over = self._bytes() + size - self._most
        if over <= 0:
            return
        # What an engine has already is given up first; what none has is never.
        freed = 0
        for seq, length in self._db.execute(_FETCHED + " ORDER BY e.seq").fetchall():
            self._db.execute("DELETE FROM events WHERE seq = ?", (seq,))
            freed += length
            if freed >= over:
                self._grow(-freed)
                return
        raise QueueFull

    def after(self, source: str, seq: int, *, limit: int, most_bytes: int = 4 << 20) -> list[Queued]:
        """The events of a source behind ``seq``, oldest first; as many as fit, at least one."""
        found: list[Queued] = []
        size = 0
        cursor = self._db.execute(
            "SELECT seq, source, event_id, content_type, body, received_at FROM events"
            " WHERE source = ? AND seq > ? ORDER BY seq LIMIT ?",
            (source, seq, limit),
        )
        for row in cursor:
            size += len(row[4])
            if found and size > most_bytes:
                break
            found.append(Queued(*row))
        cursor.close()
        return found

    def acknowledge(self, source: str, seq: int) -> None:
        """An engine has everything of a source up to ``seq`` in its store. Going back is not possible."""
        row = self._db.execute("SELECT fetched FROM sources WHERE name = ?", (source,)).fetchone()
        seq = min(seq, self._last())
        if row is None or seq <= row[0]:
            return
        with self._write():
            count, size = self._db.execute(
                "SELECT count(*), COALESCE(sum(length(body)), 0) FROM events WHERE source = ? AND seq > ? AND seq <= ?",
                (source, row[0], seq),
            ).fetchone()
            self._db.execute(
                "UPDATE sources SET fetched = ?, waiting = waiting - ?, waiting_bytes = waiting_bytes - ?"
                " WHERE name = ?",
                (seq, count, size, source),
            )

    def tidy(self, now: int) -> int:
        """Forget what was fetched long ago, and ids too old to come again; how many events went."""
        with self._write():
            gone = self._db.execute(_FETCHED + " AND e.received_at < ?", (now - self._keep_ms,)).fetchall()
            self._db.executemany("DELETE FROM events WHERE seq = ?", [(seq,) for seq, _length in gone])
            self._grow(-sum(length for _seq, length in gone))
            self._db.execute("DELETE FROM seen WHERE at < ?", (now - SEEN_MS,))
        self._db.execute("PRAGMA incremental_vacuum(2000)").fetchall()
        return len(gone)

    def depth(self) -> Depth:
        """How full it is."""
        return depth_of(self._db)

    def _bytes(self) -> int:
        return int(self._db.execute("SELECT bytes FROM queue").fetchone()[0])

    def _grow(self, size: int) -> None:
        self._db.execute("UPDATE queue SET bytes = bytes + ?", (size,))

    def _last(self) -> int:
        return last_of(self._db)


def last_of(db: sqlite3.Connection) -> int:
    """The last number given."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return int(row[0]) if row else 0


def depth_of(db: sqlite3.Connection) -> Depth:
    """How full the queue behind a connection is."""
    waiting, waiting_bytes = db.execute(
        "SELECT COALESCE(sum(waiting), 0), COALESCE(sum(waiting_bytes), 0) FROM sources"
    ).fetchone()
    oldest = db.execute(
        "SELECT min((SELECT e.received_at FROM events e WHERE e.source = s.name AND e.seq > s.fetched ORDER BY e.seq"
        " LIMIT 1)) FROM sources s"
    ).fetchone()[0]
    sources = db.execute("SELECT name, waiting, fetched FROM sources ORDER BY name").fetchall()
    return Depth(
        waiting=waiting,
        waiting_bytes=waiting_bytes,
        kept_bytes=db.execute("SELECT bytes FROM queue").fetchone()[0],
        oldest_at=oldest,
        last_seq=last_of(db),
        sources=tuple(SourceDepth(*row) for row in sources),
    )
