"""One thread's connection to PostgreSQL: how it is set up, opened anew when it was lost, and how a question is dropped.

What goes together goes in one libpq pipeline, which costs one round trip. The last word of each is a Sync: the server
looks at ``idle_in_transaction_session_timeout`` only behind one, and a client that is stopped must not keep the lock.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import socket
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from omni_tui.model.errors import StoreAway, StoreError
from omni_tui.store.dialect import for_postgresql
from omni_tui.store.location import shown
from omni_tui.store.postgres_pipeline import Held
from omni_tui.store.postgres_rows import PgRow, adapt, row_factory
from omni_tui.store.postgres_words import unreachable
from omni_tui.text.i18n import _

PATIENCE_S = {"read": 2.0, "write": 10.0}
"""How long a connection that was lost is tried for: a screen says soon that it waits, a write rides through."""
LOST_S = 6
"""Seconds of silence after which either side takes the other for gone: the cable, the laptop's lid, the power."""
CONNECT_S = 3
"""Seconds that one server is tried to be reached for; where ``store.url`` names several, the next one is then asked."""
LONGEST_PAUSE_S = 0.5
"""Between two tries. All of these together are the most that passes until a server that is back is noticed."""
IDLE_MS = 5_000
"""A client that falls silent inside a transaction is put out after this: it holds everybody's lock."""
LOCK_MS = 8_000
"""The lock is waited for no longer, so that within ten seconds somebody is put out who has it and says nothing more."""
READ_MS = 60_000
LOOK_S = 0.02
"""Seconds between two looks at whether a question was dropped."""
CANCEL_S = 2.0
APPLICATION = "omni-tui"

# psycopg tells of errors it leaves out on the way; what counts is raised. On a screen its words would be in the way.
logging.getLogger("psycopg").addHandler(logging.NullHandler())
logging.getLogger("psycopg").propagate = False

Statement = tuple[str, Mapping[str, Any]]

# Of a connection on which nothing is said it is asked whether it is still there, after half of the time, each second.
_KEEPALIVE_S = LOST_S // 2
_CLIENT = {
    "connect_timeout": CONNECT_S,
    "keepalives": 1,
    "keepalives_idle": _KEEPALIVE_S,
    "keepalives_interval": 1,
    "keepalives_count": LOST_S - _KEEPALIVE_S,
    "tcp_user_timeout": LOST_S * 1000,
    "fallback_application_name": APPLICATION,
}
_SERVER = {
    "client_encoding": "UTF8",
    "tcp_keepalives_idle": str(_KEEPALIVE_S),
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": str(LOST_S - _KEEPALIVE_S),
    "tcp_user_timeout": str(LOST_S * 1000),
    "idle_in_transaction_session_timeout": str(IDLE_MS),
    "lock_timeout": str(LOCK_MS),
    # Compiling a question takes longer than any of ours does.
    "jit": "off",
    # Pages of an index are in memory more often than the default, made for a spinning disk, thinks: with it a look at
    # some thousand rows by their ids reads all rows there are.
    "random_page_cost": "1.1",
}
_ROLES = {
    "read": {
        "default_transaction_read_only": "on",
        "statement_timeout": str(READ_MS),
        # What the index of words gathers for a short beginning fits: what does not is looked at page by page.
        "work_mem": "32MB",
        # A reader has no lock that others wait for, and may be writing a long export to a slow disk.
        "idle_in_transaction_session_timeout": str(READ_MS),
    },
    # No limit on a write: one that ended the wait for a synchronous standby would pass for a commit.
    "write": {
        "statement_timeout": "0",
        # Plans are kept, those of foreign keys too: one made while a table was small would read the whole of it for
        # each row until somebody analyses it, and a first sync fills an empty store on one connection.
        "enable_seqscan": "off",
    },
}


# Raw mails take a fifth of the time with it. A server may have been built without.
_COMPRESSION = (
    "SELECT set_config(name, 'lz4', false) FROM pg_settings"
    " WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
)


class PgConnection(psycopg.Connection[PgRow]):
    """A connection whose waiting ends soon after its question was dropped."""

    dropped: Callable[[], bool] | None = None
    """Asked now and then while an answer is waited for."""
    waiting = False
    """Whether a thread waits for an answer."""
    hung_up = False
    """Whether it was ended under that thread."""
    _line: Held | None = None
    _lines: contextlib.ExitStack | None = None

    def enter_pipeline(self) -> None:
        """From now on what is executed goes out with the next :meth:`sync`.

        psycopg's own way to leave a pipeline sends a Flush behind the last Sync, and the server, having heard
        something, looks at no idle time any more. So it is never left.
        """
        self._lines = contextlib.ExitStack()
        self._pipeline = self._line = Held(self)
        self._lines.enter_context(self.pipeline())

    def sync(self) -> None:
        """Wait until all that was executed is done; the first error is raised."""
        assert self._line is not None
        with self._line.going():
            self._line.sync()

    def leave(self) -> None:
        """Send all that was executed, and wait for no answer: the next :meth:`sync` hears it."""
        assert self._line is not None
        self._line._enqueue_sync()
        with self._line.going():
            self.wait(self._line._communicate_gen())

    def is_owed(self) -> bool:
        """Whether there is an answer that was not waited for."""
        return self._line is not None and bool(self._line.result_queue)

    def hear(self) -> None:
        """Take in what was not waited for: libpq tells of no notification before the answers that came ahead of it."""
        if self._line is not None and self._line.result_queue:
            self.wait(self._line._fetch_gen(flush=False))

    def settle(self) -> None:
        """After an error: hear the rest of the answers."""
        # What was to be prepared behind the error never was, and psycopg does not notice.
        self._prepared.clear()
        while not self.closed:
            try:
                self.sync()
            except psycopg.errors.PipelineAborted:
                continue
            except psycopg.Error:
                self.close()
            return

    def close(self) -> None:
        """At once, whatever state it is in."""
        self.pgconn.finish()
        lines, self._lines = self._lines, None
        if lines is not None:
            with contextlib.suppress(psycopg.Error):
                lines.close()
        super().close()

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:
        """As psycopg's; asked for every answer."""
        self.waiting = True
        try:
            if self.dropped is None:
                return super().wait(gen, *args, **kwargs)
            return super().wait(self._watched(gen), LOOK_S, **kwargs)
        finally:
            self.waiting = False
            if self.hung_up:
                # Also where the answer was quicker. Not close(): whoever waits holds the lock that leaving needs.
                self.pgconn.finish()

    def hang_up(self) -> None:
        """End the connection under whoever waits on it: that thread then closes it."""
        self.hung_up = True
        with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
        if not self.waiting:
            self.pgconn.finish()

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        cancelled, ready = False, None
        while True:
            try:
                wanted = gen.send(ready)
            except StopIteration as end:
                return end.value
            ready = yield wanted
            if not ready and not cancelled and self.dropped is not None and self.dropped():
                cancelled = True
                try:
                    self.cancel_safe(timeout=CANCEL_S)
                except psycopg.Error:
                    # Not even that gets through: whatever the server still says is of no use.
                    self.pgconn.finish()
                    raise


class Abandoned(StoreAway):
    """The store was closed under the thread that asks."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("The store {name} was closed.").format(name=name),
            _("Nothing was changed. Open it again to go on."),
        )


class Link:
    """Where to connect to, and the connection there is."""

    def __init__(self, url: str, role: str, dropped: Callable[[], bool] | None = None) -> None:
        self.name = shown(url)
        self.role = role
        self.opened = 0
        """How many connections there have been."""
        self._url = url
        self._dropped = dropped
        self._connection: PgConnection | None = None
        self._abandoned = False

    def connection(self, patience_s: float | None = None) -> PgConnection:
        """The connection; opened, if there is none, within ``patience_s`` (without it: at once the first time).

        Raises StoreAway where none can be made, and :class:`Abandoned`.
        """
        found = self._connection
        if found is not None and not found.closed:
            return found
        self.lose()
        if self._abandoned:
            raise Abandoned(self.name)
        if patience_s is None:
            patience_s = PATIENCE_S[self.role] if self.opened else 0
        made = connect(self._url, self.role, patience_s, self._dropped)
        made.enter_pipeline()
        self._connection = made
        if self._abandoned:
            # While it was made: whoever abandoned it saw none to close.
            self.lose()
            raise Abandoned(self.name)
        self.opened += 1
        return made

    def is_open(self) -> bool:
        """Whether a connection is there, for all this side knows."""
        return self._connection is not None and not self._connection.closed

    def abandon(self) -> None:
        """Let go of the connection of another thread, which may be waiting for an answer on it and gets no other."""
        self._abandoned = True
        found = self._connection
        if found is not None and found.waiting:
            found.hang_up()
        else:
            self.lose()

    def lose(self) -> None:
        """Let go of the connection, whatever state it is in."""
        found, self._connection = self._connection, None
        if found is not None:
            found.close()


def connect(url: str, role: str, patience_s: float = 0, dropped: Callable[[], bool] | None = None) -> PgConnection:
    """A connection in autocommit mode with our settings, tried for ``patience_s``. Raises ``StoreAway`` in words."""
    settings = _settings(url)
    give_up = time.monotonic() + patience_s
    pause = 0.05
    while True:
        try:
            made = PgConnection.connect(make_conninfo("", **settings), autocommit=True, row_factory=row_factory)
            try:
                _set_up(made, role)
                made.dropped = dropped
            except BaseException:
                made.close()
                raise
            return made
        except psycopg.OperationalError as error:
            if time.monotonic() + pause > give_up or (dropped is not None and dropped()):
                # Without its cause: the error knows the whole address.
                raise unreachable(shown(url), error) from None
        # Many come back at once after a restart: not all in the same instant.
        time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  no secret hangs on it
        pause = min(pause * 2, LONGEST_PAUSE_S)


def run(connection: PgConnection, statements: Sequence[Statement]) -> list[psycopg.Cursor[PgRow]]:
    """Execute all in one round trip; the first error is raised, with the connection ready for what follows."""
    try:
        done = [
            # A plan for any words knows nothing of how many documents have these.
            connection.execute(for_postgresql(sql), values, prepare=False if "tsquery" in sql else None)
            for sql, values in statements
        ]
        connection.sync()
    except psycopg.Error:
        connection.settle()
        raise
    except BaseException:
        # Interrupted in the middle of an answer: nobody knows what the next word would belong to.
        connection.close()
        raise
    return done


def say(connection: PgConnection, statement: Statement) -> None:
    """Have a statement executed whose outcome nobody waits for; what goes wrong is raised by what is asked next."""
    sql, values = statement
    try:
        connection.execute(for_postgresql(sql), values)
        connection.leave()
    except psycopg.Error:
        connection.settle()
        raise
    except BaseException:
        connection.close()
        raise


def _settings(url: str) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        # What it says repeats the address, password and all.
        raise StoreError(
            _("store.url is no address of a PostgreSQL database."),
            _("It looks like postgresql://user@host:5432/database; special characters in it are written as %40."),
        ) from None
    hosts = str(given.get("host") or given.get("hostaddr") or "")
    chosen = {**_CLIENT, **given}
    if "," in hosts:
        chosen.setdefault("target_session_attrs", "read-write")
    return chosen


def _set_up(connection: PgConnection, role: str) -> None:
    adapt(connection)
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise StoreError(
            _("The database {name} does not hold its text as UTF-8.").format(name=connection.info.dbname),
            _("Make a new one: createdb --encoding=UTF8 --template=template0 {name}").format(
                name=connection.info.dbname
            ),
        )
    values = {**_SERVER, **_ROLES[role]}
    calls = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in values.items())
    connection.execute(f"SELECT {calls}", prepare=False)
    if role == "write":
        connection.execute(_COMPRESSION, prepare=False)
