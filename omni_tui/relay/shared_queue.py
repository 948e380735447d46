"""The durable queue in a PostgreSQL database that several relays behind a balancer share.

Every write takes the one row of ``relay_queue`` first: numbers are given under that lock, so that they become visible
in their order and an engine that has read up to one has missed none. Taking the same events in twice changes nothing,
so a write whose answer was lost with its connection is simply made again.

What goes together goes in one round trip, two for most writes: the lock is held no longer than the second takes, and
on a busy host it is the trips that cost.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from omni_tui.model.errors import StoreError
from omni_tui.relay.bell import Bell
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
from omni_tui.store.postgres_link import PgConnection, connect

T = TypeVar("T")

BELL = "omni_relay"
"""The name on which arrivals are told to the other relays (NOTIFY)."""
_PATIENCE_S = 2.0
"""How long a lost connection is tried for: providers wait five seconds for their answer."""
_FULL = ("53100", "53200")
_SCHEMA_LOCK = 0x6F6D6E69
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS relay_queue (one bigint PRIMARY KEY CHECK (one = 1), id text NOT NULL,"
    " bytes bigint NOT NULL, last bigint NOT NULL, last_at bigint NOT NULL)",
    'CREATE TABLE IF NOT EXISTS relay_sources (name text COLLATE "C" PRIMARY KEY, fetched bigint NOT NULL DEFAULT 0,'
    " waiting bigint NOT NULL DEFAULT 0, waiting_bytes bigint NOT NULL DEFAULT 0)",
    'CREATE TABLE IF NOT EXISTS relay_events (seq bigint PRIMARY KEY, source text COLLATE "C" NOT NULL,'
    " event_id text NOT NULL, content_type text NOT NULL, body bytea NOT NULL, received_at bigint NOT NULL)",
    "CREATE INDEX IF NOT EXISTS relay_events_source ON relay_events (source, seq)",
    'CREATE TABLE IF NOT EXISTS relay_seen (source text COLLATE "C" NOT NULL, event_id text COLLATE "C" NOT NULL,'
    " at bigint NOT NULL, PRIMARY KEY (source, event_id))",
    'CREATE TABLE IF NOT EXISTS relay_acks (source text COLLATE "C" NOT NULL, minute bigint NOT NULL,'
    " seq bigint NOT NULL, PRIMARY KEY (source, minute))",
    "CREATE INDEX IF NOT EXISTS relay_seen_at ON relay_seen (at)",
)
_EVENT = "SELECT e.seq, e.source, e.event_id, e.content_type, e.body, e.received_at "
_PAGE = (
    "SELECT seq, source, event_id, content_type, body, received_at FROM"
    " (SELECT *, sum(octet_length(body)) OVER upwards AS upto, row_number() OVER upwards AS nth"
    " FROM (SELECT * FROM relay_events WHERE source = %s AND seq > %s ORDER BY seq LIMIT %s) page"
    " WINDOW upwards AS (ORDER BY seq)) e WHERE nth = 1 OR upto <= %s ORDER BY seq"
)
# Source by source: what waits of one may stand before all of another.
_OLDEST_FETCHED = (
    "SELECT e.seq, e.size FROM relay_sources s CROSS JOIN LATERAL (SELECT x.seq, octet_length(x.body) AS size"
    " FROM relay_events x WHERE x.source = s.name AND x.seq <= s.fetched ORDER BY x.seq LIMIT 500) e"
    " ORDER BY e.seq LIMIT 500"
)

_BEGIN, _COMMIT = "BEGIN", "COMMIT"
_LOCK = "SELECT last, bytes, last_at FROM relay_queue FOR UPDATE"
"""The queue's lock, and with it the last number given, the bytes kept, and the latest time of an event."""
_NOT_SEEN = (
    "INSERT INTO relay_seen SELECT * FROM unnest(CAST(%s AS text[]), CAST(%s AS text[]), CAST(%s AS bigint[]))"
    " ON CONFLICT DO NOTHING RETURNING source, event_id"
)
"""The names that never came before, noted as having come."""
_ARRIVED = (
    "INSERT INTO relay_events SELECT * FROM unnest(CAST(%s AS bigint[]), CAST(%s AS text[]), CAST(%s AS text[]),"
    " CAST(%s AS text[]), CAST(%b AS bytea[]), CAST(%s AS bigint[]))"
)
_COUNTED = (
    "INSERT INTO relay_sources AS s (name, waiting, waiting_bytes)"
    " SELECT name, count(*), sum(size) FROM unnest(CAST(%s AS text[]), CAST(%s AS bigint[])) AS t (name, size)"
    " GROUP BY name ORDER BY name ON CONFLICT (name)"
    " DO UPDATE SET waiting = s.waiting + excluded.waiting, waiting_bytes = s.waiting_bytes + excluded.waiting_bytes"
)
_GROWN = "UPDATE relay_queue SET last = last + %s, bytes = bytes + %s, last_at = %s"
_SOON = "SET LOCAL synchronous_commit = off"
"""For what a power cut may take back: an engine tells with its next question up to where it has everything."""
_FETCHED = (
    "UPDATE relay_sources s SET fetched = e.upto, waiting = s.waiting - e.count,"
    " waiting_bytes = s.waiting_bytes - e.size FROM (SELECT q.upto, count(x.seq) AS count,"
    " COALESCE(sum(octet_length(x.body)), 0) AS size"
    " FROM (SELECT least(CAST(%(seq)s AS bigint), last) AS upto FROM relay_queue) q"
    " JOIN relay_sources y ON y.name = %(source)s"
    " LEFT JOIN relay_events x ON x.source = y.name AND x.seq > y.fetched AND x.seq <= q.upto GROUP BY q.upto) e"
    " WHERE s.name = %(source)s AND s.fetched < e.upto"
)
_ACKNOWLEDGED = (
    "INSERT INTO relay_acks AS a SELECT %(source)s, CAST(%(minute)s AS bigint), least(CAST(%(seq)s AS bigint), last)"
    " FROM relay_queue ON CONFLICT (source, minute) DO UPDATE SET seq = greatest(a.seq, excluded.seq)"
)


class SharedQueue:
    """See :class:`omni_tui.relay.durable.DurableQueue`. ``most_bytes`` bounds the bodies of all relays together."""

    def __init__(self, url: str, *, most_bytes: int, keep_ms: int = 2 * DAY_MS) -> None:
        self._url, self._most, self._keep_ms = url, most_bytes, keep_ms
        self._bell: Bell | None = None
        self._db: PgConnection | None = _opened(url)
        self.id = self._tried(_made)

    def close(self) -> None:
        if self._bell is not None:
            self._bell.close()
        if self._db is not None:
            self._db.close()

    def watch(self, ring: Callable[[], None]) -> None:
        self._bell = Bell(self._url, BELL, ring)

    def put(self, events: Sequence[Arrived]) -> int:
        return self._tried(lambda db: self._put(db, events))

    def _put(self, db: PgConnection, events: Sequence[Arrived]) -> int:
        told = _columns([(*name, one.received_at) for one in events for name in one.names])
        _begun, locked, new = _together(db, (_BEGIN, ()), (_LOCK, ()), (_NOT_SEEN, told))
        fresh = fresh_of(events, {(row[0], row[1]) for row in new})
        if not fresh:
            _together(db, (_COMMIT, ()))
            return 0
        number, kept, last_at = (int(each) for each in locked[0])
        size = sum(len(event.body) for event in fresh)
        rows = []
        for nth, event in enumerate(fresh, 1):
            last_at = _in_order(event.received_at, last_at)
            rows.append((number + nth, event.source, event.event_id, event.content_type, event.body, last_at))
        freed = self._make_room(db, kept + size - self._most)
        _together(
            db,
            (_ARRIVED, _columns(rows)),
            (_COUNTED, _columns([(event.source, len(event.body)) for event in fresh])),
            (_GROWN, (len(fresh), size - freed, last_at)),
            (f"NOTIFY {BELL}", ()),
            (_COMMIT, ()),
        )
        return len(fresh)

    def _make_room(self, db: PgConnection, over: int) -> int:
        """What an engine has already is given up first; what none has is never. The bytes freed."""
        freed = 0
        while freed < over:
            oldest = _together(db, (_OLDEST_FETCHED, ()))[0]
            if not oldest:
                raise QueueFull
            gone = []
            for seq, size in oldest:
                if freed >= over:
                    break
                gone.append(seq)
                freed += size
            _together(db, ("DELETE FROM relay_events WHERE seq = ANY(%s)", (gone,)))
        return freed

    def after(self, source: str, seq: int, *, limit: int, most_bytes: int = 4 << 20) -> list[Queued]:
        rows = self._asked(
            _PAGE,
            (source, seq, limit, most_bytes),
        )
        return [Queued(*row) for row in rows]

    def last(self) -> int:
        return int(self._asked("SELECT last FROM relay_queue")[0][0])

    def number(self, source: str, event_id: str) -> int | None:
        rows = self._asked("SELECT max(seq) FROM relay_events WHERE source = %s AND event_id = %s", (source, event_id))
        return None if rows[0][0] is None else int(rows[0][0])

    def newest(self, count: int) -> list[Queued]:
        rows = self._asked(_EVENT + "FROM relay_events e ORDER BY e.seq DESC LIMIT %s", (max(0, count),))
        return [Queued(*row) for row in reversed(rows)]

    def since(self, seq: int, limit: int = 500) -> list[Queued]:
        rows = self._asked(_EVENT + "FROM relay_events e WHERE e.seq > %s ORDER BY e.seq LIMIT %s", (seq, limit))
        return [Queued(*row) for row in rows]

    def acknowledge(self, source: str, seq: int, now: int) -> None:
        known = self._asked("SELECT fetched FROM relay_sources WHERE name = %s", (source,))
        if known and known[0][0] < seq:
            told = {"source": source, "seq": seq, "minute": now // MINUTE_MS}
            self._tried(
                lambda db: _together(
                    db, (_BEGIN, ()), (_SOON, ()), (_LOCK, ()), (_FETCHED, told), (_ACKNOWLEDGED, told), (_COMMIT, ())
                )
            )

    def tidy(self, now: int) -> int:
        def forget(db: PgConnection) -> int:
            until = (now - self._keep_ms) // MINUTE_MS
            _begun, _locked, gone = _together(
                db,
                (_BEGIN, ()),
                (_LOCK, ()),
                (
                    "DELETE FROM relay_events WHERE seq IN (SELECT e.seq FROM (SELECT source, max(seq) AS upto"
                    " FROM relay_acks WHERE minute < %s GROUP BY source) a JOIN relay_events e"
                    " ON e.source = a.source AND e.seq <= a.upto LIMIT %s) RETURNING octet_length(body)",
                    (until, TIDY_MOST),
                ),
            )
            all_gone = [("DELETE FROM relay_acks WHERE minute < %s", (until,))] if len(gone) < TIDY_MOST else []
            _together(
                db,
                *all_gone,
                ("UPDATE relay_queue SET bytes = bytes - %s", (sum(int(length) for (length,) in gone),)),
                (
                    "DELETE FROM relay_seen WHERE (source, event_id) IN"
                    " (SELECT source, event_id FROM relay_seen WHERE at < %s LIMIT %s)",
                    (now - SEEN_MS, 2 * TIDY_MOST),
                ),
                (_COMMIT, ()),
            )
            return len(gone)

        return self._tried(forget)

    def depth(self) -> Depth:
        ((kept, last),) = self._asked("SELECT bytes, last FROM relay_queue")
        rows = self._asked(
            "SELECT s.name, s.waiting, s.fetched, s.waiting_bytes, (SELECT e.received_at FROM relay_events e"
            " WHERE e.source = s.name AND e.seq > s.fetched ORDER BY e.seq LIMIT 1) FROM relay_sources s ORDER BY 1"
        )
        return Depth(
            waiting=sum(row[1] for row in rows),
            waiting_bytes=sum(row[3] for row in rows),
            kept_bytes=kept,
            oldest_at=min((row[4] for row in rows if row[4] is not None), default=None),
            last_seq=last,
            sources=tuple(SourceDepth(*row[:3]) for row in rows),
        )

    def _asked(self, question: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._tried(lambda db: _together(db, (question, values))[0])

    def _tried(self, call: Callable[[PgConnection], T]) -> T:
        """``call`` on the connection, once more on a new one where it was lost: each of ours may be made twice."""
        for last in (False, True):
            try:
                if self._db is None or self._db.closed:
                    self._db = _opened(self._url, _PATIENCE_S)
                return self._whole(self._db, call)
            except psycopg.Error as error:
                if error.sqlstate in _FULL:
                    raise QueueFull from error
                # A deadlock or a timeout leaves a connection that is as good as new, a loss does not.
                if last or not isinstance(error, psycopg.OperationalError):
                    raise QueueAway from error
            except StoreError as error:
                raise QueueAway from error
        raise QueueAway

    def _whole(self, db: PgConnection, call: Callable[[PgConnection], T]) -> T:
        """``call``, and nothing of it left where it failed."""
        try:
            return call(db)
        except BaseException:
            if not db.closed and db.info.transaction_status != TransactionStatus.IDLE:
                with contextlib.suppress(psycopg.Error):
                    _together(db, ("ROLLBACK", ()))
            raise


def _opened(url: str, patience_s: float = 0) -> PgConnection:
    db = connect(url, "write", patience_s)
    db.enter_pipeline()
    return db


def _together(db: PgConnection, *statements: tuple[str, Any]) -> list[list[Any]]:
    """What each finds, in one round trip. The first error is raised, with the connection ready for what follows."""
    try:
        done = [db.execute(sql.encode(), values) for sql, values in statements]
        db.sync()
    except psycopg.Error:
        db.settle()
        raise
    return [each.fetchall() if each.description is not None else [] for each in done]


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))


def _made(db: PgConnection) -> str:
    """The tables, made if they are not there; the queue's id. Several relays may start at once."""
    _begun, _locked, there = _together(
        db,
        (_BEGIN, ()),
        ("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,)),
        ("SELECT to_regclass('relay_seen_at')", ()),
    )
    missing = _SCHEMA if there[0][0] is None else ()
    _together(
        db,
        *((statement, ()) for statement in missing),
        (
            "INSERT INTO relay_queue (one, id, bytes, last, last_at) VALUES (1, %s, 0, 0, 0) ON CONFLICT DO NOTHING",
            (secrets.token_hex(8),),
        ),
        (_COMMIT, ()),
    )
    return str(_together(db, ("SELECT id FROM relay_queue", ()))[0][0][0])


def _in_order(at: int, last_at: int) -> int:
    """A time that does not go back where the relays' clocks differ a little; a clock that was put right is believed."""
    return last_at if at < last_at < at + MINUTE_MS else at
