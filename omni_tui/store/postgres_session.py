"""Transactions on PostgreSQL, in as few round trips as can be.

A read begins together with its first question. A write begins, takes the lock and asks its first question in one; what
it stores without looking at the outcome goes along with the next question or with the commit.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Iterable, Mapping, Sequence, Set
from itertools import islice
from typing import TYPE_CHECKING, Any

import psycopg

from omni_tui.store.dialect import Dialect
from omni_tui.store.postgres_known import Answered, Known
from omni_tui.store.postgres_link import Link, PgConnection, Statement, run, say
from omni_tui.store.postgres_wide import wide_insert, wide_question
from omni_tui.store.postgres_words import in_words
from omni_tui.store.session import Row
from omni_tui.store.store import check_schema

if TYPE_CHECKING:
    from omni_tui.model.events import Beginnings

CHANNEL = "omni_tui"
MOST_PENDING = 1000
"""Statements kept back at most: they are held in memory."""

MOST_WIDE = 500
"""Rows inserted by one statement at most."""

AT_ONCE = 12
"""Messages taken in together: some milliseconds of work and four round trips."""

LONG_S = 0.02
"""How long a write may have the lock before it should make an end: the end itself takes some of the 50 ms."""

_NONE: Mapping[str, Any] = {}
_CLOCK = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
BEGIN_READ: Statement = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", _NONE)
ROLLBACK: Statement = ("ROLLBACK", _NONE)
BEGIN: tuple[Statement, ...] = (("BEGIN", _NONE), ("SET LOCAL synchronous_commit = off", _NONE))
NOW: Statement = (f"SELECT {_CLOCK}", _NONE)
# The lock first, and what it guards in a statement after it: one that waited sees what was there when it began to wait.
LOCK: Statement = ("SELECT 1 FROM counters WHERE name = 'change' FOR UPDATE", _NONE)
STATE: Statement = (f"SELECT name, value, {_CLOCK} AS now FROM counters", _NONE)
_MARK = (
    "INSERT INTO write_marks (writer, mark, at) VALUES (:writer, :mark, :at)"
    " ON CONFLICT (writer) DO UPDATE SET mark = excluded.mark, at = excluded.at"
)

_FORGET = "DELETE FROM write_marks WHERE at < :before"
KEPT_MS = 24 * 3600 * 1000
"""How long a writer's mark outlives its last write."""


class ReadSession:
    """A snapshot: nothing is asked before the first question."""

    dialect: Dialect = "postgresql"

    def __init__(self, link: Link, known: Known) -> None:
        self._link = link
        self._known = known
        self._connection: PgConnection | None = None
        self._now = 0
        self._asked: list[tuple[Statement, list[Row], Answered]] = []

    @property
    def now(self) -> int:
        if self._connection is None:
            self._first(())
        return self._now

    def fetch(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        if self._connection is None:
            return _rows(self._first(((sql, values),))[-1])
        return _rows(run(self._connection, ((sql, values),))[0])

    def fetch_together(self, asked: Sequence[Statement]) -> list[list[Row]]:
        done = self._first(asked)[2:] if self._connection is None else run(self._connection, asked)
        found = [_rows(each) for each in done]
        self._asked.extend(zip(asked, found, done, strict=True))
        return found

    def keep(self, asked: Sequence[Statement]) -> None:
        wanted = list(asked)
        for statement, rows, answered in self._asked:
            if statement in wanted:
                self._known.keep(statement, rows, answered)

    def end(self) -> None:
        """Let go of the snapshot, without waiting to hear that it is gone."""
        if self._connection is not None and not self._connection.closed:
            say(self._connection, ROLLBACK)

    def _first(self, statements: Iterable[Statement]) -> list[Answered]:
        done = at_first(self._link, (BEGIN_READ, NOW, *statements))
        self._connection = self._link.connection()
        (row,) = done[1].fetchall()
        self._now = row[0]
        self._known.told(self._now)
        return done


class WriteSession:
    """The store's one write. ``durable``: what is committed is on the disk, and on a synchronous standby's."""

    dialect: Dialect = "postgresql"

    def __init__(self, link: Link, *, durable: bool) -> None:
        self._link = link
        self._durable = durable
        self._connection: PgConnection | None = None
        self._pending: list[Statement] = []
        self._now = 0
        self._counters: dict[str, int] = {}
        self._announced = False
        self._locked_at = 0.0
        self._told = 0
        """What the server's clock last showed."""
        self._told_at = 0.0

    @property
    def now(self) -> int:
        self._begun()
        return self._now

    @property
    def counters(self) -> dict[str, int]:
        self._begun()
        return self._counters

    def number(self, counter: str, ahead: int) -> int:
        return self.counters[counter] + ahead

    def keep(self, asked: Sequence[Statement]) -> None:
        """What a write is told is no longer so when it is stored."""

    def fetch(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        return _rows(self._ask((sql, values))[-1])

    def fetch_together(self, asked: Sequence[Statement]) -> list[list[Row]]:
        return [_rows(done) for done in self._ask(*asked)[-len(asked) :]] if asked else []

    def fetch_each(self, asked: Sequence[Statement]) -> list[list[Row]]:
        places: dict[str, list[int]] = {}
        for place, (sql, _values) in enumerate(asked):
            places.setdefault(sql, []).append(place)
        wide = [
            wide_question(sql, [asked[place][1] for place in at]) if len(at) > 1 else asked[at[0]]
            for sql, at in places.items()
        ]
        found: list[list[Row]] = [[] for _ in asked]
        for at, cursor in zip(places.values(), self._ask(*wide)[-len(wide) :] if wide else (), strict=True):
            if len(at) == 1:
                found[at[0]] = _rows(cursor)
                continue
            for row in _rows(cursor):
                found[at[row["asked"]]].append(row)
        return found

    def touched(self, sql: str, values: Mapping[str, Any]) -> int:
        return self._ask((sql, values))[-1].rowcount

    def send(self, sql: str, values: Mapping[str, Any]) -> None:
        self._pending.append((sql, values))
        if len(self._pending) >= MOST_PENDING:
            self._flush()

    def send_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        left = iter(rows)
        while some := list(islice(left, MOST_WIDE)):
            wide = wide_insert(sql, some)
            for one in (wide,) if wide is not None else ((sql, values) for values in some):
                self.send(*one)

    @property
    def at_once(self) -> int:
        return AT_ONCE

    def took_in(self, number: int) -> None:
        """The clock is looked at as they are taken in."""

    def unknown(self, words: Set[str], told: Iterable[Beginnings]) -> Set[str]:
        return words

    def is_long(self, share: float = 1.0) -> bool:
        return self._connection is not None and time.monotonic() - self._locked_at > share * LONG_S

    def told(self, known: Known) -> None:
        """Leave what this was told of the server's clock and counters."""
        if self._told:
            known.told_at(self._told, self._told_at, self._counters)

    def announce(self) -> None:
        self._announced = True

    @contextlib.contextmanager
    def part(self) -> Generator[None, None, None]:
        begin: Statement = ("SAVEPOINT part", _NONE)
        self._pending.append(begin)
        try:
            with in_words(self._link.name):
                yield
                if self._pending[-1:] == [begin]:
                    self._pending.pop()
                    return
                # What goes wrong in this part must be raised in it.
                self._pending.append(("RELEASE part", _NONE))
                self._flush()
        except BaseException:
            self._take_back(begin)
            raise

    def commit(self, writer: str, mark: int) -> bool:
        """Store it all; whether anything was to be stored.

        ``mark`` is stored along under ``writer``: should the answer be lost, it tells what became of it.
        """
        if self._connection is None:
            if not self._pending:
                return False
            self._begun()
        self._close(writer, mark)
        self._flush()
        return True

    def _close(self, writer: str, mark: int) -> None:
        """What comes behind all that is stored."""
        if self._announced:
            self._pending.append((f"NOTIFY {CHANNEL}", _NONE))
        if mark == 1:
            self._pending.append((_FORGET, {"before": self._now - KEPT_MS}))
        self._pending.append((_MARK, {"writer": writer, "mark": mark, "at": self._now}))
        self._pending.append(("COMMIT", _NONE))
        if self._durable:
            self._pending.extend(on_the_disk(writer))

    def take_back(self) -> None:
        """Undo it all."""
        self._pending.clear()
        if self._connection is not None and not self._connection.closed:
            run(self._connection, (ROLLBACK,))

    def _begun(self) -> None:
        if self._connection is None:
            self._begin(())

    def _taken(self) -> list[Statement]:
        """What was kept back, to be sent now."""
        pending, self._pending = self._pending, []
        return pending

    def _ask(self, *last: Statement) -> list[Answered]:
        pending = [*self._taken(), *last]
        if self._connection is None:
            return self._begin(pending)
        return run(self._connection, pending)

    def _flush(self) -> None:
        pending = self._taken()
        if self._connection is None:
            self._begin(pending)
        elif pending:
            run(self._connection, pending)

    def _begin(self, statements: Iterable[Statement]) -> list[Answered]:
        begin = (*BEGIN, LOCK, STATE)
        done = at_first(self._link, (*begin, *statements))
        self._connection = self._link.connection()
        self._locked(done[len(begin) - 1])
        check_schema(self._counters.get("schema"))
        return done

    def _locked(self, state: Answered) -> None:
        self._locked_at = time.monotonic()
        self._seen(state)

    def _seen(self, state: Answered) -> None:
        rows = state.fetchall()
        self._told = rows[0][2] if rows else 0
        self._told_at = time.monotonic()
        self._counters = {row[0]: row[1] for row in rows}
        # One act has one time, whenever it gets the lock.
        self._now = self._now or self._told

    def _take_back(self, begin: Statement) -> None:
        for at, statement in enumerate(self._pending):
            if statement is begin:
                # The server never heard of this part.
                del self._pending[at:]
                return
        self._pending.clear()
        if self._connection is not None and not self._connection.closed:
            run(self._connection, (("ROLLBACK TO part", _NONE), ("RELEASE part", _NONE)))


def on_the_disk(writer: str) -> tuple[Statement, ...]:
    """Wait until all that was committed so far is on the disk, and on a synchronous standby's, without the lock.

    A commit that waits has every commit before it on the disk, so a small one behind the write will do. Others need
    not wait for the disk to get the lock, and several who wait share one flush.
    """
    return (
        ("BEGIN", _NONE),
        ("SET LOCAL synchronous_commit = on", _NONE),
        ("UPDATE write_marks SET mark = mark WHERE writer = :writer", {"writer": writer}),
        ("COMMIT", _NONE),
    )


def at_first(link: Link, statements: tuple[Statement, ...]) -> list[Answered]:
    """The first round trip of a transaction. On a connection that was lost meanwhile it is made again on a new one."""
    again = link.is_open()
    connection = link.connection()
    try:
        return run(connection, statements)
    except psycopg.Error:
        if not connection.closed:
            run(connection, (ROLLBACK,))
            raise
        if not again:
            raise
    # Nothing was given out and nothing stored: another try is as good as the first.
    return run(link.connection(), statements)


def _rows(cursor: Answered) -> list[Row]:
    return cursor.fetchall() if cursor.pgresult is not None and cursor.pgresult.nfields else []
