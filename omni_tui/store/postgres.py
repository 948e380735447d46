"""The store in a PostgreSQL database."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, TypeVar

from omni_tui.model.errors import NotFound, StoreAway, StoreError, StoreTooNew, StoreTooOld, StoreUnsure
from omni_tui.model.ids import uuid7
from omni_tui.store.location import shown
from omni_tui.store.store import SCHEMA, Interrupted, Store, Tx, Writer, refuse_event_loop
from omni_tui.text.i18n import _

try:
    import psycopg

    from omni_tui.store.postgres_act import ActSession, Missed
    from omni_tui.store.postgres_known import Known
    from omni_tui.store.postgres_link import Abandoned, Link, PgConnection, Statement, run
    from omni_tui.store.postgres_pace import Pace
    from omni_tui.store.postgres_session import CHANNEL, ROLLBACK, ReadSession, WriteSession, on_the_disk
    from omni_tui.store.postgres_silent import put_out, putting_out
    from omni_tui.store.postgres_words import in_words
except ImportError as error:
    raise StoreError(
        _("A store in PostgreSQL needs psycopg, which is not installed."),
        _('Install it with: pip install "omni-tui[postgres]"'),
    ) from error

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from omni_tui.store.watching import Ear

T = TypeVar("T")
_MARK_OF = "SELECT mark FROM write_marks WHERE writer = :writer"
# Not over the mark itself: what is there is there.
_FENCE = (
    "INSERT INTO write_marks (writer, mark, at) VALUES (:writer, :fence,"
    " (extract(epoch FROM clock_timestamp()) * 1000)::bigint) ON CONFLICT (writer) DO UPDATE"
    " SET mark = excluded.mark, at = excluded.at WHERE write_marks.mark < :mark"
)
PAUSE_S = 0.2
_TIDY: Statement = ("SELECT gin_clean_pending_list('search_docs_words')", {})
LOOK_S = 2.0
"""Seconds after which the feed is looked at although nobody was heard: a notification may be lost with a connection."""
UNTIDY = 50
"""Messages whose words may wait to be sorted in: some hundred kilobytes, which each search reads through."""
TRIES = 2
"""How often an act is done without the lock; after that with it."""
SURE_S = 30.0
"""How long is looked for what became of a write whose answer was lost."""


def open_postgres(url: str) -> PostgresStore:
    """The store at ``url``. Raises NotFound, StoreTooOld or StoreTooNew unless its schema is ours."""
    store = PostgresStore(url)
    try:
        theirs = store.schema()
        _refuse(theirs, store.name)
    except BaseException:
        store.close()
        raise
    return store


def schema_at(url: str) -> int:
    """The number of the schema in the database at ``url``, 0 when it has no store."""
    store = PostgresStore(url)
    try:
        return store.schema()
    finally:
        store.close()


def _refuse(theirs: int, name: str) -> None:
    if not theirs:
        raise NotFound(_("There is no store in {name} yet.").format(name=name), _("Make it: omni-tui store migrate"))
    if theirs < SCHEMA:
        text = _("The store in {name} has schema {theirs}; this omni-tui needs {ours}.")
        raise StoreTooOld(
            text.format(name=name, theirs=theirs, ours=SCHEMA),
            _("Run omni-tui store migrate. Who still has an older omni-tui open must restart then."),
        )
    if theirs > SCHEMA:
        raise StoreTooNew(
            _("The store was upgraded by a newer omni-tui (schema {theirs}, this one knows {ours}).").format(
                theirs=theirs, ours=SCHEMA
            ),
            _("It was upgraded, please restart omni-tui; if this stays, upgrade it on this host."),
        )


def _is_done_again(session: WriteSession, writing: _Writing, error: Exception) -> bool:
    """Whether this was an act that is done again: its connection was lost before anything was stored, or it was decided
    on what is perhaps not so any more.
    """
    if not isinstance(session, ActSession) or isinstance(error, Missed):
        return False
    return session.believed or (isinstance(error, psycopg.OperationalError) and not writing.link.is_open())


def _is_marked(writing: _Writing) -> bool:
    """Whether a write is there whose answer was an error, on the connection that told it."""
    try:
        (found,) = run(writing.link.connection(), ((_MARK_OF, {"writer": writing.writer}),))
    except (psycopg.Error, StoreAway):
        raise _unsure() from None
    row = found.fetchone()
    return row is not None and int(row[0]) == writing.mark


def _flush(writing: _Writing) -> None:
    try:
        run(writing.link.connection(), on_the_disk(writing.writer))
    except (psycopg.Error, StoreAway):
        if writing.link.is_open():
            with contextlib.suppress(psycopg.Error):
                run(writing.link.connection(), (ROLLBACK,))
        raise StoreUnsure(
            _("This is stored, but the database did not put it on the disk: a power cut may still take it."),
            _("Do not do it again. Look whether its host has room, and whether its log tells of trouble."),
        ) from None


def _unsure() -> StoreUnsure:
    return StoreUnsure(
        _("The connection was lost while this was being stored, and the database does not come back."),
        _("Look whether it is there before you do it again."),
    )


class _Writing:
    """The link a thread writes on, and the marks its writes leave."""

    def __init__(self, url: str) -> None:
        self.link = Link(url, "write")
        self.writer = uuid7()
        self.mark = 0
        self.tidies = True
        self.pace = Pace()


class PostgresStore(Store):
    """A store in a database, opened by :func:`omni_tui.store.open_store`."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._url = url
        self._lock = threading.Lock()
        self._links: list[Link] = []
        self._known = Known()

    @property
    def name(self) -> str:
        return shown(self._url)

    @contextlib.contextmanager
    def read(self) -> Generator[Tx, None, None]:
        link = self._reading()
        session = ReadSession(link, self._known)
        with in_words(self.name):
            try:
                yield Tx(session)
            except (psycopg.Error, StoreAway):
                if self._is_dropped():
                    raise Interrupted(_("The question was dropped for a newer one.")) from None
                raise
            finally:
                # What was asked is answered: how the connection takes leave of it changes nothing.
                with contextlib.suppress(psycopg.Error):
                    session.end()

    def write(self) -> AbstractContextManager[Writer]:
        return self._write(durable=False)

    def write_durable(self) -> AbstractContextManager[Writer]:
        return self._write(durable=True)

    def act(self, act: Callable[[Writer], T]) -> T:
        return self._act(act, durable=False)

    def act_durably(self, act: Callable[[Writer], T]) -> T:
        return self._act(act, durable=True)

    def _act(self, act: Callable[[Writer], T], *, durable: bool) -> T:
        writing = self._writing()
        for number in range(TRIES):
            known = None if number else self._known
            session = ActSession(writing.link, writing.pace, durable=durable, known=known)
            with contextlib.suppress(Missed), self._writes(session, writing) as tx:
                return act(tx)
            self._known.forget()
        with self._writes(WriteSession(writing.link, durable=durable), writing) as tx:
            return act(tx)

    def heard(self, changes: Iterable[tuple[str, str]] | None) -> None:
        self._known.forget(changes)

    def _write(self, *, durable: bool) -> AbstractContextManager[Writer]:
        writing = self._writing()
        return self._writes(WriteSession(writing.link, durable=durable), writing)

    @contextlib.contextmanager
    def _writes(self, session: WriteSession, writing: _Writing) -> Generator[Writer, None, None]:
        with in_words(self.name), putting_out(session, writing.link):
            try:
                tx = Writer(session)
                yield tx
                tx.finish()
            except BaseException as error:
                with contextlib.suppress(psycopg.Error):
                    session.take_back()
                if isinstance(error, Exception) and _is_done_again(session, writing, error):
                    raise Missed from None
                raise
            writing.mark += 1
            try:
                session.commit(writing.writer, writing.mark)
            except psycopg.Error as error:
                if writing.link.is_open():
                    with contextlib.suppress(psycopg.Error):
                        session.take_back()
                    if not _is_marked(writing):
                        if isinstance(session, ActSession) and session.may_go_another_time(error):
                            raise Missed from None
                        raise
                    # It is there; what went wrong is how it was to get onto the disk.
                    _flush(writing)
                elif not self._was_stored(writing):
                    if isinstance(session, ActSession):
                        raise Missed from None
                    raise
            except Missed:
                if writing.link.is_open():
                    with contextlib.suppress(psycopg.Error):
                        session.take_back()
                raise
            session.told(self._known)
            self._known.forget(tx.changes())

    def _was_stored(self, writing: _Writing) -> bool:
        """Whether the write whose answer was lost is there.

        Having the lock means that it came to an end. An act that is on its way still, and has not had the lock, comes
        to nothing: a higher mark is there before it.
        """
        give_up = time.monotonic() + SURE_S
        fence = {"writer": writing.writer, "mark": writing.mark, "fence": writing.mark + 1}
        while True:
            try:
                connection = writing.link.connection(max(0.0, give_up - time.monotonic()))
                found = run(
                    connection,
                    (
                        ("BEGIN", {}),
                        ("SELECT 1 FROM counters WHERE name = 'change' FOR UPDATE", {}),
                        (_MARK_OF, {"writer": writing.writer}),
                        (_FENCE, fence),
                        ("COMMIT", {}),
                        *on_the_disk(writing.writer),
                    ),
                )
                row = found[2].fetchone()
                stored = row is not None and int(row[0]) == writing.mark
                writing.mark += not stored
                return stored
            except (psycopg.OperationalError, StoreAway) as error:
                if isinstance(error, psycopg.errors.LockNotAvailable):
                    put_out(writing.link)
                if time.monotonic() < give_up and not isinstance(error, Abandoned):
                    if not writing.link.is_open():
                        writing.link.lose()
                    time.sleep(PAUSE_S)
                    continue
                raise _unsure() from (None if isinstance(error, psycopg.Error) else error)

    def tidy(self) -> None:
        """Put words that were written lately where they belong in the index.

        GIN collects them in a list, and who fills it sorts them in: within a write that takes tens of milliseconds, and
        everybody waits. https://www.postgresql.org/docs/15/gin-implementation.html#GIN-FAST-UPDATE
        """
        writing = self._writing()
        if writing.tidies and writing.pace.untidied >= UNTIDY:
            writing.pace.untidied = 0
            try:
                run(writing.link.connection(), (_TIDY,))
            except (psycopg.Error, StoreError):
                # Who is not the owner of the index may not; and a connection that is lost is told by the next write.
                writing.tidies = False

    def data_version(self) -> int:
        """Counts the notifications heard; without any it goes on every two seconds."""
        link = self._reading()
        with in_words(self.name):
            try:
                self._listen(link)
            except psycopg.OperationalError:
                link.lose()
                self._listen(link)
        if time.monotonic() - self._local.looked_at > LOOK_S:
            self._count()
        return int(self._local.version)

    def ear(self, told: Callable[[], None]) -> Ear | None:
        from omni_tui.store.postgres_ear import PostgresEar  # only what stays listens

        link = self._reading()

        def socket() -> int | None:
            return link.connection().fileno() if self._is_listening(link) else None

        def owed() -> bool:
            return self._is_listening(link) and link.connection().is_owed()

        return PostgresEar(socket, lambda: self._count_of(link), owed, told)

    def _count_of(self, link: Link) -> int:
        """What was counted by now; another for another connection."""
        if self._is_listening(link):
            with contextlib.suppress(psycopg.Error):
                self._take_in(link.connection())
                return int(self._local.version)
        return -link.opened - 1

    def _is_listening(self, link: Link) -> bool:
        return link.is_open() and getattr(self._local, "listening", 0) == link.opened

    def _listen(self, link: Link) -> None:
        """Count what was heard since the last time. On a new connection something may have been missed."""
        connection = link.connection()
        if not self._is_listening(link):
            connection.add_notify_handler(self._heard)
            run(connection, ((f"LISTEN {CHANNEL}", {}),))
            self._local.listening = link.opened
            self._count()
        self._take_in(connection)

    def _take_in(self, connection: PgConnection) -> None:
        connection.hear()
        connection.pgconn.consume_input()
        while connection.pgconn.notifies() is not None:
            self._count()

    def _heard(self, _notification: object) -> None:
        self._count()

    def _count(self) -> None:
        self._local.version = getattr(self._local, "version", 0) + 1
        self._local.looked_at = time.monotonic()

    def schema(self) -> int:
        """The number of the schema, 0 for a database without a store."""
        link = self._reading()
        with in_words(self.name):
            return schema_on(link)

    def close(self) -> None:
        with self._lock:
            links, self._links = self._links, []
            self._local = threading.local()
        for link in links:
            link.abandon()

    def _reading(self) -> Link:
        refuse_event_loop()
        found: Link | None = getattr(self._local, "read", None)
        if found is None:
            self._local.read = found = self._keep(Link(self._url, "read", self._is_dropped))
        return found

    def _writing(self) -> _Writing:
        refuse_event_loop()
        found: _Writing | None = getattr(self._local, "write", None)
        if found is None:
            self._local.write = found = _Writing(self._url)
            self._keep(found.link)
        return found

    def _keep(self, link: Link) -> Link:
        with self._lock:
            self._links.append(link)
        return link


def schema_on(link: Link) -> int:
    """The number of the schema, 0 for a database without a store."""
    (there,) = run(link.connection(), (("SELECT to_regclass('counters') IS NOT NULL", {}),))
    if not there.fetchall()[0][0]:
        return 0
    (number,) = run(link.connection(), (("SELECT value FROM counters WHERE name = 'schema'", {}),))
    rows = number.fetchall()
    return int(rows[0][0]) if rows else 0
