"""The relay's durable queue: one SQLite file in WAL mode, every commit on the disk before anybody is told.

Events stay until an engine has acknowledged them, and two days longer, so that an engine whose host lost its power or
whose store was restored from a backup can read them again. The ids of what was forgotten stay as long as providers
redeliver.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from omni_tui.relay.checkpoints import LATEST_PAGES, Checkpoints
from omni_tui.relay.events import (
    DAY_MS,
    MINUTE_MS,
    SEEN_MS,
    TIDY_MOST,
    Arrived,
    Depth,
    QueueAway,
    Queued,
    QueueFull,
    SourceDepth,
    fresh_of,
)

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
CREATE TABLE IF NOT EXISTS acks (
  source TEXT NOT NULL, minute INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, minute))
  STRICT, WITHOUT ROWID;
"""
_EVENTS = "SELECT seq, source, event_id, content_type, body, received_at FROM events "
FREE_LEAST = 64 * 1024 * 1024
"""Bytes left free on the disk whatever the configuration allows."""


class Queue:
    """Use it from one thread. ``most_bytes`` bounds the bodies kept; ``keep_ms`` how long what was fetched stays."""

    def __init__(self, path: Path, *, most_bytes: int, keep_ms: int = 2 * DAY_MS) -> None:
        self._path, self._most, self._keep_ms = path, most_bytes, keep_ms
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
        self._db = sqlite3.connect(
            path, isolation_level=None, timeout=10, check_same_thread=False, cached_statements=32
        )
        self._db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(f"PRAGMA wal_autocheckpoint = {LATEST_PAGES}")
        self._checkpoints = Checkpoints(path)
        self._db.executescript(_SCHEMA)
        with self._write():
            if self._db.execute("SELECT 1 FROM queue").fetchone() is None:
                self._db.execute("INSERT INTO queue (id, bytes) VALUES (?, 0)", (secrets.token_hex(8),))
        self.id = str(self._db.execute("SELECT id FROM queue").fetchone()[0])
        """Told with every answer: numbers mean nothing in another queue."""

    def close(self) -> None:
        """Close the file."""
        self._checkpoints.close()
        self._db.close()

    @contextlib.contextmanager
    def _write(self) -> Generator[None, None, None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                with contextlib.suppress(sqlite3.OperationalError):
                    self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise (QueueFull if "full" in str(error) else QueueAway) from error
            raise

    @contextlib.contextmanager
    def _soon(self) -> Generator[None, None, None]:
        """For what a power cut may take back: an engine tells with its next question up to where it has everything."""
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self._db.execute("PRAGMA synchronous = FULL")

    def put(self, events: Sequence[Arrived]) -> int:
        """Take events in, all or none, on the disk when it returns; how many were new. Raises :class:`QueueFull`.

        One that was taken in before, by its source and id, is let pass without a second copy.
        """
        with self._write():
            fresh = self._not_seen(events)
            if not fresh:
                return 0
            self._with_rows(
                "INSERT INTO events (source, event_id, content_type, body, received_at) VALUES {rows}",
                [(one.source, one.event_id, one.content_type, one.body, one.received_at) for one in fresh],
            )
            counts, sizes = Counter[str](), Counter[str]()
            for one in fresh:
                counts[one.source] += 1
                sizes[one.source] += len(one.body)
            self._with_rows(
                "INSERT INTO sources (name, waiting, waiting_bytes) VALUES {rows} ON CONFLICT (name) DO UPDATE"
                " SET waiting = waiting + excluded.waiting, waiting_bytes = waiting_bytes + excluded.waiting_bytes",
                [(name, counts[name], sizes[name]) for name in counts],
            )
            self._make_room(sizes.total())
        self._checkpoints.grew(len(fresh), sizes.total())
        return len(fresh)

    def _with_rows(self, statement: str, rows: Sequence[tuple[object, ...]]) -> list[Any]:
        """What ``statement`` finds, with a place for each value where it says ``{rows}``.

        One statement for all: each gives the interpreter away and has to get it back from a busy event loop. The 256
        events of a commit stay far below the 32,766 values SQLite takes.
        """
        one = f"({', '.join('?' * len(rows[0]))})"
        places = ", ".join([one] * len(rows))
        return self._db.execute(statement.replace("{rows}", places), [each for row in rows for each in row]).fetchall()

    def _not_seen(self, events: Sequence[Arrived]) -> list[Arrived]:
        """Those that never came before, noted as having come."""
        told = {name: one.received_at for one in reversed(events) for name in one.names}
        names = list(told)
        known = self._with_rows(
            "SELECT s.source, s.event_id FROM (VALUES {rows}) t CROSS JOIN seen s"
            " ON s.source = t.column1 AND s.event_id = t.column2",
            names,
        )
        new = set(names) - set(known)
        if new:
            rows = [(*name, told[name]) for name in names if name in new]
            self._with_rows("INSERT INTO seen (source, event_id, at) VALUES {rows}", rows)
        return fresh_of(events, new)

    def _make_room(self, size: int) -> None:
        if shutil.disk_usage(self._path.parent).free < FREE_LEAST + size:
            raise QueueFull
        over = self._grow(size) - self._most
        # What an engine has already is given up first; what none has is never.
        while over > 0:
            oldest = self._oldest_fetched()
            if not oldest:
                raise QueueFull
            freed = 0
            for seq, length in oldest:
                if freed >= over:
                    break
                self._db.execute("DELETE FROM events WHERE seq = ?", (seq,))
                freed += length
            over = self._grow(-freed) - self._most

    def _oldest_fetched(self) -> list[tuple[int, int]]:
        """Numbers and lengths; source by source, since what waits of one may stand before all of another."""
        found: list[tuple[int, int]] = []
        for name, fetched in self._db.execute("SELECT name, fetched FROM sources").fetchall():
            found += self._db.execute(
                "SELECT seq, length(body) FROM events WHERE source = ? AND seq <= ? ORDER BY seq LIMIT 500",
                (name, fetched),
            ).fetchall()
        return sorted(found)[:500]

    def after(self, source: str, seq: int, *, limit: int, most_bytes: int = 4 << 20) -> list[Queued]:
        """The events of a source behind ``seq``, oldest first; as many as fit, at least one."""
        found: list[Queued] = []
        size = 0
        cursor = self._db.execute(
            _EVENTS + "WHERE source = ? AND seq > ? ORDER BY seq LIMIT ?",
            (source, seq, limit),
        )
        for row in cursor:
            size += len(row[4])
            if found and size > most_bytes:
                break
            found.append(Queued(*row))
        cursor.close()
        return found

    def last(self) -> int:
        """The last number given; 0 before there was one."""
        return last_of(self._db)

    def number(self, source: str, event_id: str) -> int | None:
        """The number of an event that is still there."""
        row = self._db.execute(
            "SELECT max(seq) FROM events WHERE source = ? AND event_id = ?", (source, event_id)
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def newest(self, count: int) -> list[Queued]:
        """The last events that are still there, oldest first."""
        return newest_of(self._db, count)

    def since(self, seq: int, limit: int = 500) -> list[Queued]:
        """Events of all sources behind ``seq``, oldest first."""
        return since_of(self._db, seq, limit)

    def watch(self, ring: Callable[[], None]) -> None:
        """Nobody but this process puts anything in."""

    def acknowledge(self, source: str, seq: int, now: int) -> None:
        """An engine has everything of a source up to ``seq`` in its store. Going back is not possible."""
        row = self._db.execute("SELECT fetched FROM sources WHERE name = ?", (source,)).fetchone()
        seq = min(seq, self.last())
        if row is None or seq <= row[0]:
            return
        with self._soon(), self._write():
            count, size = self._db.execute(
                "SELECT count(*), COALESCE(sum(length(body)), 0) FROM events WHERE source = ? AND seq > ? AND seq <= ?",
                (source, row[0], seq),
            ).fetchone()
            self._db.execute(
                "UPDATE sources SET fetched = ?, waiting = waiting - ?, waiting_bytes = waiting_bytes - ?"
                " WHERE name = ?",
                (seq, count, size, source),
            )
            self._db.execute(
                "INSERT INTO acks (source, minute, seq) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq",
                (source, now // MINUTE_MS, seq),
            )

    def tidy(self, now: int) -> int:
        """Forget some of what was fetched long ago, and of the ids too old to come again; how many events went.

        Fewer than ``TIDY_MOST``: that was all. Whoever brings something meanwhile waits no longer than for one part.
        """
        with self._write():
            gone: list[tuple[int, int]] = []
            until = (now - self._keep_ms) // MINUTE_MS
            for source, seq in self._db.execute(
                "SELECT source, max(seq) FROM acks WHERE minute < ? GROUP BY source", (until,)
            ).fetchall():
                gone += self._db.execute(
                    "SELECT seq, length(body) FROM events WHERE source = ? AND seq <= ? ORDER BY seq LIMIT ?",
                    (source, seq, TIDY_MOST - len(gone)),
                ).fetchall()
            self._db.executemany("DELETE FROM events WHERE seq = ?", [(seq,) for seq, _length in gone])
            self._grow(-sum(length for _seq, length in gone))
            if len(gone) < TIDY_MOST:
                self._db.execute("DELETE FROM acks WHERE minute < ?", (until,))
            self._db.execute(
                "DELETE FROM seen WHERE (source, event_id) IN (SELECT source, event_id FROM seen WHERE at < ? LIMIT ?)",
                (now - SEEN_MS, 2 * TIDY_MOST),
            )
        self._db.execute("PRAGMA incremental_vacuum(2000)").fetchall()
        return len(gone)

    def depth(self) -> Depth:
        """How full it is."""
        return depth_of(self._db)

    def _grow(self, size: int) -> int:
        """The bytes kept, after ``size`` more."""
        grown = self._db.execute("UPDATE queue SET bytes = bytes + ? RETURNING bytes", (size,)).fetchall()
        return int(grown[0][0])


def last_of(db: sqlite3.Connection) -> int:
    """The last number given."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return int(row[0]) if row else 0


def newest_of(db: sqlite3.Connection, count: int) -> list[Queued]:
    """The last events behind a connection, oldest first."""
    rows = db.execute(_EVENTS + "ORDER BY seq DESC LIMIT ?", (max(0, count),)).fetchall()
    return [Queued(*row) for row in reversed(rows)]


def since_of(db: sqlite3.Connection, seq: int, limit: int) -> list[Queued]:
    """Events behind ``seq`` behind a connection, oldest first."""
    rows = db.execute(_EVENTS + "WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)).fetchall()
    return [Queued(*row) for row in rows]


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
