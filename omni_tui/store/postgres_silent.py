"""Whoever has the lock and says nothing more, put out by those who wait for it.

The server's own limit (``idle_in_transaction_session_timeout``) counts only behind a whole word of the client. libpq
sends some kilobytes at a time, so a client that is stopped within a longer one is being listened to for good.
https://www.postgresql.org/docs/15/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator

import psycopg

from omni_tui.model.errors import StoreAway
from omni_tui.store.postgres_act import ActSession, Missed
from omni_tui.store.postgres_link import IDLE_MS, Link, run
from omni_tui.store.postgres_session import WriteSession

SILENT_MS = IDLE_MS
"""How long one with the lock may be listened to in vain."""
# Who only waits for the lock waits for no client, and others' locks on other tables are nothing of ours.
_PUT_OUT = """
SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a
 WHERE a.datname = current_database() AND a.usename = current_user AND a.pid <> pg_backend_pid()
   AND a.state = 'active' AND a.wait_event_type = 'Client' AND a.wait_event = 'ClientRead'
   AND a.query_start < clock_timestamp() - make_interval(secs => CAST(:silent_ms AS double precision) / 1000)
   AND EXISTS (SELECT 1 FROM pg_locks l
                WHERE l.pid = a.pid AND l.relation = 'counters'::regclass AND l.mode = 'RowShareLock' AND l.granted)
"""


def put_out(link: Link) -> bool:
    """Put out whoever has the lock and was not heard of for :data:`SILENT_MS`; whether there was somebody."""
    try:
        (found,) = run(link.connection(), ((_PUT_OUT, {"silent_ms": SILENT_MS}),))
    except (psycopg.Error, StoreAway):
        return False  # whoever waited says why it waited in vain, and tries again
    row = found.fetchone()
    return row is not None and int(row[0]) > 0


@contextlib.contextmanager
def putting_out(session: WriteSession, link: Link) -> Generator[None, None, None]:
    """Where the lock was waited for in vain, the next try gets it: at once that of an act, which raises Missed."""
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        if put_out(link) and isinstance(session, ActSession):
            raise Missed from None
        raise
