"""What an agent does, on PostgreSQL: looked at without the lock, stored in one round trip that waits for nobody.

Everybody who writes has the lock of the change counter meanwhile, so it must never wait for a slow line, a stopped
process or a laptop asleep. An act therefore asks its questions of a snapshot and writes nothing. At its end all goes
out at once: begin, lock, is what was seen still so (:mod:`omni_tui.store.postgres_still`), what is written, commit.
Where it is not, the server ends the transaction itself, and the act is done again. What a screen asked to show a
conversation need not be asked again first (:mod:`omni_tui.store.postgres_known`): then that is all there is, one round
trip.

What an act asks after it wrote is rehearsed: in one round trip all it wrote so far is stored, the question asked, and
everything undone. At the end the question is asked at its place once more, as all others are. So nobody waits for a
client there either. An act that does so often, or with much in its hands, or that writes something that answers, has
the lock from there on, as any write.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any

import psycopg

from omni_tui.model.errors import StoreBusy
from omni_tui.store.foreseen import only_reads
from omni_tui.store.numbers import Numbered, worked_out
from omni_tui.store.postgres_asked import Asked
from omni_tui.store.postgres_known import Answered, Known
from omni_tui.store.postgres_link import LOCK_MS, Link, PgConnection, Statement, run, say
from omni_tui.store.postgres_pace import Pace
from omni_tui.store.postgres_session import (
    BEGIN,
    BEGIN_READ,
    LOCK,
    NOW,
    ROLLBACK,
    STATE,
    WriteSession,
    at_first,
)
from omni_tui.store.postgres_still import SEEN, digest, in_time, is_missed, not_told_of, still
from omni_tui.store.session import Row
from omni_tui.store.store import SCHEMA, check_schema
from omni_tui.text.i18n import _

OLD_MS = LOCK_MS
"""How old the clock of an act may be when it is stored. Waiting for the lock counts."""
REHEARSED = 600
"""Statements that are stored and undone again for one act, at most: others cannot write meanwhile."""
REHEARSED_BYTES = 256 * 1024
"""What is sent more than once, at most: the files of a mail are not."""
_AGAIN = ("40001", "40P01")


class Missed(StoreBusy):
    """What an act was decided on is not so any more; nothing of it was stored."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else changed the same just now."), _("Nothing was changed. Try again in a moment.")
        )


class ActSession(WriteSession):
    """A write that has the lock only once it needs nothing more to know.

    ``known`` is what may be believed until then without asking.
    """

    def __init__(self, link: Link, pace: Pace, *, durable: bool, known: Known | None = None) -> None:
        super().__init__(link, durable=durable)
        self._pace = pace
        self._known = known
        self._snapshot: PgConnection | None = None
        self._snapshot_seen = ""
        self._decides = False
        self._looked: list[tuple[Statement, Answered, str]] = []
        self._took_in = 0
        self._rehearsed = 0
        self._stores_unlocked = False
        self._asked = Asked()
        self.believed = False
        """Whether anything was decided on what was known before."""

    def number(self, counter: str, ahead: int) -> int:
        if self._connection is not None:
            return super().number(counter, ahead)
        return Numbered(counter, self.counters[counter], ahead)

    def fetch(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        (rows,) = self._known_first(((sql, values),), super().fetch_together)
        return rows

    def fetch_together(self, asked: Sequence[Statement]) -> list[list[Row]]:
        return self._known_first(asked, super().fetch_together)

    def fetch_each(self, asked: Sequence[Statement]) -> list[list[Row]]:
        return self._known_first(asked, super().fetch_each)

    def send(self, sql: str, values: Mapping[str, Any]) -> None:
        self._asked.wrote(sql)
        super().send(*worked_out(sql, values))

    def touched(self, sql: str, values: Mapping[str, Any]) -> int:
        self._asked.wrote(sql)
        return super().touched(sql, values)

    def commit(self, writer: str, mark: int) -> bool:
        if self._connection is not None:
            return super().commit(writer, mark)
        if not self._pending:
            self._leave()
            if self.believed:
                # That there is nothing to do was believed as well, and nobody has asked.
                raise Missed
            return False
        self._begun()
        self._pending.append(NOW)
        told = len(self._pending)
        self._close(writer, mark)
        behind = len(self._pending) - told
        self._stores_unlocked = True
        # Whoever hears no answer asks whether it is there, and does it again: what comes late must not be stored, too.
        done = self._begin([not_told_of(writer, mark), *self._taken()])
        self._pace.follow(self._took_in, done[-1 - behind].fetchall()[0][0] - self._told)
        return True

    @property
    def at_once(self) -> int:
        return self._pace.at_once if self._connection is None else super().at_once

    def took_in(self, number: int) -> None:
        self._took_in += number
        self._pace.untidied += number

    def is_long(self, share: float = 1.0) -> bool:
        if self._connection is not None:
            return super().is_long(share)
        return self._took_in > share * self._pace.at_once

    @contextlib.contextmanager
    def part(self) -> Generator[None, None, None]:
        """Without the lock nothing of it is stored before all is; what is refused then is done again under the lock."""
        if self._connection is not None:
            try:
                with super().part():
                    yield
            except Exception:
                self._asked.forget()
                raise
            return
        begins, took_in = len(self._pending), self._took_in
        try:
            yield
        except Exception:
            if self._connection is not None:
                # What was stored on the way can be undone with all the rest alone.
                raise Missed from None
            del self._pending[begins:]
            self._took_in = took_in
            self._asked.forget()
            raise

    def take_back(self) -> None:
        if self._connection is not None:
            super().take_back()
            return
        self._pending.clear()
        self._leave()

    def may_go_another_time(self, error: psycopg.Error) -> bool:
        """Whether an act that could not be stored for this is done again."""
        return self._stores_unlocked and _may_go_another_time(error)

    def _begun(self) -> None:
        if self._connection is None and not self._decides and not self._believe():
            self._look(())

    def _believe(self) -> bool:
        """Go by the clock and the counters that are known; whether they are."""
        state = self._known.state() if self._known is not None and not self._decides else None
        if state is None:
            return self._decides
        self._now, self._counters = state
        self._decides = True
        return True

    def _known_first(
        self, asked: Sequence[Statement], ask: Callable[[Sequence[Statement]], list[list[Row]]]
    ) -> list[list[Row]]:
        """Answers that are known, and those of ``ask`` to the other questions."""
        found = [self._asked.find(each) if only_reads(each[0]) else None for each in asked]
        unknown = [each for each, rows in zip(asked, found, strict=True) if rows is None]
        answers = iter(self._believed_first(unknown, ask))
        known = [next(answers) if rows is None else rows for rows in found]
        for each, rows in zip(asked, known, strict=True):
            if only_reads(each[0]):
                self._asked.remember(each, rows)
            else:
                self._asked.wrote(each[0])
        return known

    def _believed_first(
        self, asked: Sequence[Statement], ask: Callable[[Sequence[Statement]], list[list[Row]]]
    ) -> list[list[Row]]:
        """The same of answers that a screen had."""
        if not asked:
            return []
        if self._known is None or self._connection is not None or self._pending or not self._believe():
            return ask(asked)
        found = [self._known.find(each) for each in asked]
        self.believed = self.believed or any(found)
        self._looked.extend((each, known[1], "") for each, known in zip(asked, found, strict=True) if known is not None)
        unknown = [each for each, known in zip(asked, found, strict=True) if known is None]
        answers = iter(ask(unknown) if unknown else ())
        return [next(answers) if known is None else known[0] for known in found]

    def _ask(self, *last: Statement) -> list[Answered]:
        if self._connection is not None:
            return super()._ask(*(worked_out(*each) for each in last))
        if all(only_reads(sql) for sql, _values in last):
            if not self._pending or (not self._rehearsed and all(self._asked.is_untouched(sql) for sql, _v in last)):
                return self._look(last)
            if self._may_rehearse():
                return self._rehearse([worked_out(*each) for each in last])
        return self._begin([*self._taken(), *(worked_out(*each) for each in last)])

    def _look(self, asked: Sequence[Statement]) -> list[Answered]:
        """Ask the snapshot, which begins with its first question."""
        try:
            if self._snapshot is None:
                done = at_first(self._link, (BEGIN_READ, STATE, SEEN, *asked))
                self._snapshot = self._link.connection()
                self._snapshot_seen = done[2].fetchall()[0][0]
                if not self._decides:
                    self._seen(done[1])
                    check_schema(self._counters.get("schema"))
                    self._decides = True
            else:
                done = run(self._snapshot, asked)
        except psycopg.Error as error:
            if self._link.is_open() and _may_go_another_time(error):
                raise Missed from None
            raise
        answers = done[len(done) - len(asked) :]
        self._looked.extend((each, answer, self._snapshot_seen) for each, answer in zip(asked, answers, strict=True))
        return done

    def _may_rehearse(self) -> bool:
        if self._rehearsed + len(self._pending) > REHEARSED:
            return False
        values = (value for _sql, bound in self._pending for value in bound.values())
        return sum(len(value) for value in values if isinstance(value, str | bytes)) <= REHEARSED_BYTES

    def _rehearse(self, asked: Sequence[Statement]) -> list[Answered]:
        """Ask behind what is to be written, and leave nothing of it; the answers must be the same at the end."""
        self._begun()
        connection, first = self._from_here()
        self._rehearsed += len(self._pending)
        try:
            done = run(connection, (*first, *self._pending, *asked, ROLLBACK))
        except psycopg.Error as error:
            if connection.closed:
                raise
            run(connection, (ROLLBACK,))
            if is_missed(error) or _may_go_another_time(error):
                raise Missed from None
            raise
        answers = done[-1 - len(asked) : -1]
        self._pending.extend(still(each, digest(answer)) for each, answer in zip(asked, answers, strict=True))
        return answers

    def _from_here(self) -> tuple[PgConnection, tuple[Statement, ...]]:
        """Where to write, and what takes the lock there if what was seen is still so."""
        looked = (still(asked, digest(answer), seen) for asked, answer, seen in self._looked)
        checks = (in_time(SCHEMA, self._now, OLD_MS), *looked)
        leaving = () if self._snapshot is None else (ROLLBACK,)
        connection, self._snapshot = self._snapshot or self._link.connection(), None
        return connection, (*leaving, *BEGIN, LOCK, STATE, *checks)

    def _begin(self, statements: Iterable[Statement]) -> list[Answered]:
        """Take the lock, if what was seen is still so, and execute."""
        if not self._decides:
            return super()._begin(statements)
        self._connection, first = self._from_here()
        try:
            done = run(self._connection, (*first, *statements))
        except psycopg.Error as error:
            if is_missed(error):
                raise Missed from None
            raise
        self._locked(done[first.index(STATE)])
        return done

    def _leave(self) -> None:
        if self._snapshot is not None and not self._snapshot.closed:
            say(self._snapshot, ROLLBACK)
        self._snapshot = None


def _may_go_another_time(error: psycopg.Error) -> bool:
    """What refuses a row refuses it under the lock as well, if it was not somebody else's doing."""
    return not isinstance(error, psycopg.OperationalError) or error.sqlstate in _AGAIN
