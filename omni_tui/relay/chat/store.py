"""What the relay keeps of its chats: one SQLite file beside the queue, every commit on the disk before it is told.

A visitor's token is kept as a hash only. Every reading names the session it reads for, so that no row of another one
can be had by a number guessed.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from omni_tui.relay.events import DAY_MS, QueueAway, QueueFull
from omni_tui.relay.queue import FREE_LEAST

Side = Literal["visitor", "agent"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, chat TEXT NOT NULL, user TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '', told TEXT NOT NULL DEFAULT '{}', visitor_got INTEGER NOT NULL DEFAULT 0,
  visitor_read INTEGER NOT NULL DEFAULT 0, agent_read INTEGER NOT NULL DEFAULT 0, seen_at INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS sessions_user ON sessions (chat, user) WHERE user <> '';
CREATE INDEX IF NOT EXISTS sessions_seen ON sessions (seen_at);
CREATE TABLE IF NOT EXISTS tokens (
  sha256 TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, at INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_session ON tokens (session);
CREATE TABLE IF NOT EXISTS entries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
  side TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, agent TEXT NOT NULL, files TEXT NOT NULL,
  at INTEGER NOT NULL, way TEXT NOT NULL DEFAULT '', UNIQUE (session, side, key)) STRICT;
CREATE INDEX IF NOT EXISTS entries_session ON entries (session, seq);
CREATE TABLE IF NOT EXISTS files (
  id TEXT PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, name TEXT NOT NULL,
  mime TEXT NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS files_session ON files (session);
"""
_SESSION = (
    "SELECT s.id, s.chat, s.user, s.name, s.email, s.told, s.visitor_got, s.visitor_read, s.agent_read FROM sessions s"
)
_ADDED = "ALTER TABLE entries ADD COLUMN way TEXT NOT NULL DEFAULT ''"
"""For a file that was made before entries had a way."""
_ENTRY = "SELECT seq, side, key, text, agent, files, at, way FROM entries WHERE session = ?"
_BY_KEY = _ENTRY + " AND side = ? AND key = ?"
_MOST_TOKENS = 20
"""Browsers in which one signed customer's chat stays open; the one opened longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Session:
    """One visitor. ``user`` is who the shop's signature says it is; ``name`` and ``email`` are what was typed.

    ``told`` is what the engine was told of last, so that it is told again only when it changed. ``got``, ``read``:
    the last entry the browser has and has shown; ``agent_read``: the last one an agent has seen.
    """

    id: str
    chat: str
    user: str
    name: str
    email: str
    told: Mapping[str, str]
    got: int
    read: int
    agent_read: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a chat, by the visitor or by an agent; ``key`` is what its sender calls it.

    ``way`` is ``mail`` for an answer that went to the visitor by mail; empty for what was said here.
    """

    seq: int
    side: Side
    key: str
    text: str
    agent: str
    files: tuple[Mapping[str, Any], ...]
    at: int
    way: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of a chat."""

    id: str
    name: str
    mime: str
    size: int
    data: bytes = field(repr=False)

    def told(self) -> dict[str, Any]:
        """All of it but the bytes."""
        return {"id": self.id, "name": self.name, "mime": self.mime, "size": self.size}


class ChatStore:
    """Use it from one thread. ``most_bytes`` bounds the file; what is beyond it is refused."""

    def __init__(self, path: Path, *, most_bytes: int) -> None:
        self._path, self._most = path, most_bytes
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        for pragma in ("auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)
        if "way" not in {row[1] for row in self._db.execute("PRAGMA table_info(entries)").fetchall()}:
            self._db.execute(_ADDED)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextlib.contextmanager
    def _write(self, room: int = 0) -> Generator[sqlite3.Connection, None, None]:
        if room and (shutil.disk_usage(self._path.parent).free < FREE_LEAST + room or self._size() + room > self._most):
            raise QueueFull
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                with contextlib.suppress(sqlite3.OperationalError):
                    self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise (QueueFull if "full" in str(error) else QueueAway) from error
            raise

    def _size(self) -> int:
        pages, free, size = (
            int(self._db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    # Sessions ------------------------------------------------------------------------------------------

    def open(self, chat: str, token_sha256: str, *, user: str, name: str, email: str, now: int) -> Session:
        """A session for a new token. A signed customer's is found again, an unsigned visitor's always new."""
        with self._write(1024) as db:
            row = db.execute("SELECT id FROM sessions WHERE chat = ? AND user = ?", (chat, user)) if user else None
            found = row.fetchone() if row is not None else None
            session = str(found[0]) if found else secrets.token_hex(12)
            if not found:
                db.execute(
                    "INSERT INTO sessions (id, chat, user, seen_at) VALUES (?, ?, ?, ?)", (session, chat, user, now)
                )
            self._claim(session, name, email)
            db.execute("INSERT INTO tokens (sha256, session, at) VALUES (?, ?, ?)", (token_sha256, session, now))
            db.execute(
                "DELETE FROM tokens WHERE session = ?1 AND sha256 NOT IN"
                " (SELECT sha256 FROM tokens WHERE session = ?1 ORDER BY at DESC LIMIT ?2)",
                (session, _MOST_TOKENS),
            )
        return self._session("s.id = ?", (session,))[0]

    def by_token(self, chat: str, token_sha256: str) -> Session | None:
        """Whose token it is, in this chat."""
        found = self._session(
            "s.chat = ? AND s.id = (SELECT session FROM tokens WHERE sha256 = ?)", (chat, token_sha256)
        )
        return found[0] if found else None

    def by_id(self, chat: str, session: str) -> Session | None:
        """A session by its visitor's id: for the engine, never for a browser."""
        found = self._session("s.chat = ? AND s.id = ?", (chat, session))
        return found[0] if found else None

    def by_user(self, chat: str, user: str) -> Session | None:
        """The session of a signed customer: for the engine, never for a browser."""
        found = self._session("s.chat = ? AND s.user = ?", (chat, user)) if user else []
        return found[0] if found else None

    def claim(self, session: str, name: str, email: str) -> None:
        """What the visitor typed of themselves; what is empty changes nothing."""
        with self._write():
            self._claim(session, name, email)

    def _claim(self, session: str, name: str, email: str) -> None:
        self._db.execute(
            "UPDATE sessions SET name = COALESCE(NULLIF(?, ''), name), email = COALESCE(NULLIF(?, ''), email)"
            " WHERE id = ?",
            (name, email, session),
        )

    def _session(self, where: str, values: Sequence[Any]) -> list[Session]:
        rows = self._db.execute(_SESSION + " WHERE " + where, values).fetchall()
        return [Session(*(*row[:5], json.loads(row[5]), *row[6:])) for row in rows]

    # Entries -------------------------------------------------------------------------------------------

    def add(
        self,
        session: str,
        side: Side,
        key: str,
        text: str,
        *,
        agent: str = "",
        files: Sequence[Mapping[str, Any]] = (),
        way: str = "",
        now: int,
        told: Mapping[str, str] | None = None,
    ) -> Entry:
        """Keep a message; the one kept first where the same key comes again."""
        with self._write(4 * len(text) + 1024) as db:
            new = db.execute(
                "INSERT INTO entries (session, side, key, text, agent, files, at, way) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (session, side, key, text, agent, json.dumps(list(files), ensure_ascii=False), now, way),
            ).rowcount
            row = db.execute(
                _BY_KEY,
                (session, side, key),
            ).fetchone()
            if new:
                if told is not None:
                    db.execute("UPDATE sessions SET told = ? WHERE id = ?", (json.dumps(told), session))
                if side == "agent":
                    # Who answers has read what they answer.
                    db.execute("UPDATE sessions SET agent_read = ? WHERE id = ?", (row[0], session))
                db.execute("UPDATE sessions SET seen_at = ? WHERE id = ?", (now, session))
        return _entry(row)

    def known(self, session: str, side: Side, key: str) -> Entry | None:
        """The message of this key, if it was kept."""
        row = self._db.execute(
            _BY_KEY,
            (session, side, key),
        ).fetchone()
        return _entry(row) if row else None

    def after(self, session: str, seq: int, limit: int) -> list[Entry]:
        """The entries behind ``seq``, oldest first; for ``seq`` 0 the last ones."""
        order = "seq DESC" if seq <= 0 else "seq"
        rows = self._db.execute(
            _ENTRY + " AND seq > ? ORDER BY " + order + " LIMIT ?",
            (session, seq, limit),
        ).fetchall()
        return sorted(map(_entry, rows), key=lambda entry: entry.seq)

    def mark(self, session: str, got: int, read: int) -> tuple[list[str], list[str]]:
        """The browser has entries up to ``got`` and has shown those up to ``read``: the agents' keys new among each."""
        with self._write() as db:
            last = db.execute("SELECT COALESCE(max(seq), 0) FROM entries WHERE session = ?", (session,)).fetchone()[0]
            read = min(read, last)
            got = max(min(got, last), read)
            row = db.execute("SELECT visitor_got, visitor_read FROM sessions WHERE id = ?", (session,)).fetchone()
            fresh = tuple(
                [
                    str(key)
                    for (key,) in db.execute(
                        "SELECT key FROM entries WHERE session = ? AND side = 'agent' AND seq > ? AND seq <= ?"
                        " ORDER BY seq LIMIT 90",
                        (session, before, until),
                    )
                ]
                for before, until in ((row[0], got), (row[1], read))
            )
            db.execute(
                "UPDATE sessions SET visitor_got = max(visitor_got, ?), visitor_read = max(visitor_read, ?)"
                " WHERE id = ?",
                (got, read, session),
            )
        return fresh[0], fresh[1]

    def agent_read(self, session: str, key: str) -> None:
        """An agent has seen the visitor's message ``key``."""
        with self._write() as db:
            db.execute(
                "UPDATE sessions SET agent_read = e.seq FROM entries e WHERE sessions.id = ?1 AND e.session = ?1"
                " AND e.side = 'visitor' AND e.key = ?2 AND e.seq > sessions.agent_read",
                (session, key),
            )

    # Files ---------------------------------------------------------------------------------------------

    def put_file(self, session: str, name: str, mime: str, data: bytes) -> File:
        """Keep a file; its id cannot be guessed."""
        file = File(secrets.token_hex(16), name, mime, len(data), data)
        with self._write(len(data) + 4096) as db:
            db.execute(
                "INSERT INTO files (id, session, name, mime, size, data) VALUES (?, ?, ?, ?, ?, ?)",
                (file.id, session, name, mime, file.size, data),
            )
        return file

    def file(self, session: str, id: str) -> File | None:
        """A file of this session."""
        row = self._db.execute(
            "SELECT id, name, mime, size, data FROM files WHERE id = ? AND session = ?", (id, session)
        ).fetchone()
        return File(*row) if row else None

    def file_of(self, chat: str, id: str) -> File | None:
        """A file of any session of a chat: for the engine, never for a browser."""
        row = self._db.execute(
            "SELECT f.id, f.name, f.mime, f.size, f.data FROM files f JOIN sessions s ON s.id = f.session"
            " WHERE f.id = ? AND s.chat = ?",
            (id, chat),
        ).fetchone()
        return File(*row) if row else None

    def tidy(self, chat: str, keep_days: int, now: int) -> int:
        """Forget the sessions nobody has touched for long; how many went."""
        with self._write() as db:
            gone = db.execute(
                "DELETE FROM sessions WHERE chat = ? AND seen_at < ?", (chat, now - keep_days * DAY_MS)
            ).rowcount
        self._db.execute("PRAGMA incremental_vacuum(2000)").fetchall()
        return gone


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(row[0], row[1], row[2], row[3], row[4], tuple(json.loads(row[5])), row[6], row[7])
