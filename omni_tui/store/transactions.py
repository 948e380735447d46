"""One transaction as everybody sees it: what is read in a snapshot, and what is written besides."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from omni_tui.model.errors import StoreError
from omni_tui.store.dialect import Dialect
from omni_tui.store.foreseen import Foreseen, Question, only_reads
from omni_tui.store.gathered import Gathered
from omni_tui.store.maps.noted import ADDING, Noted
from omni_tui.store.numbers import Counts
from omni_tui.store.session import Row, Session, WriteSession
from omni_tui.store.statements import all_statements
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.events import Beginnings


class LeaseLost(StoreError):
    """Another engine took over: what this one was doing must not be stored."""


class Tx:
    """A snapshot to read from. Rows are always fetched whole: an unfinished SELECT would pin old pages."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.dialect: Dialect = session.dialect
        self._statements = all_statements(session.dialect)
        self._foreseen = Foreseen()

    @property
    def now(self) -> int:
        """The only clock for stored times and leases: this host's on SQLite, the server's on PostgreSQL."""
        return self._session.now

    def all(self, name: str, /, **values: Any) -> list[Row]:
        """Every row of the named statement."""
        return self._asked(self._statements[name], values)

    def one(self, name: str, /, **values: Any) -> Row | None:
        """The first row of the named statement, if any."""
        rows = self.all(name, **values)
        return rows[0] if rows else None

    def value(self, name: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(name, **values)
        return None if row is None else row[0]

    def query(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Rows of portable SQL composed inside the store from fixed fragments; every value is bound."""
        return self._asked(sql, values)

    def queries(self, asked: Sequence[Question]) -> list[list[Row]]:
        """The same for a few questions that do not wait for each other's answers: on PostgreSQL in one round trip."""
        known = [self._foreseen.find(sql, values) for sql, values in asked]
        unknown = [question for question, rows in zip(asked, known, strict=True) if rows is None]
        answers = iter(self._session.fetch_together(unknown) if unknown else ())
        return [next(answers) if rows is None else rows for rows in known]

    def together(self, *asked: Question) -> list[list[Row]]:
        """The rows of a few named statements, likewise."""
        return self.queries([(self._statements[name], values) for name, values in asked])

    def foresee(self, named: Iterable[Question], composed: Iterable[Question] = ()) -> None:
        """Ask named statements, and SQL composed inside the store, in one round trip.

        Whoever asks one of them in this transaction, with the same values, has its answer at once; a write makes an end
        of that.
        """
        asked = [(self._statements[name], values) for name, values in named] + list(composed)
        asked = [question for question in asked if self._foreseen.find(*question) is None]
        if asked:
            for (sql, values), rows in zip(asked, self._fetched(asked), strict=True):
                self._foreseen.remember(sql, values, rows)

    def keep(self, named: Iterable[Question]) -> None:
        """An act of this process need not ask again what was foreseen here."""
        self._session.keep([(self._statements[name], values) for name, values in named])

    def _fetched(self, asked: Sequence[Question]) -> list[list[Row]]:
        return self._session.fetch_together(asked)

    def _asked(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        known = self._foreseen.find(sql, values)
        return self._session.fetch(sql, values) if known is None else known


class Writer(Tx):
    """A write transaction."""

    def __init__(self, session: WriteSession) -> None:
        super().__init__(session)
        self._writing = session
        self._changed: dict[tuple[str, str], None] = {}
        self._words: dict[int, str] = {}
        self._counts = Counts(session.number)
        self._known: set[str] = set()
        self._told: dict[Beginnings, None] = {}
        self._gathered: Gathered | None = None
        self.again: dict[str, None] = {}
        """The conversations that messages taken in ask to be looked at once more, behind all that was gathered."""
        self._noted = Noted() if session.dialect == "sqlite" else None

    def all(self, name: str, /, **values: Any) -> list[Row]:
        """Every row of the named statement; at once where it was asked :meth:`ahead`."""
        if self._gathered is not None:
            known = self._gathered.answer(name, values)
            if known is not None:
                return known
            self._send_gathered()
        return super().all(name, **values)

    def one(self, name: str, /, **values: Any) -> Row | None:
        """The first of these rows, if any."""
        if self._gathered is not None:
            known = self._gathered.answer(name, values)
            if known is not None:
                return known[0] if known else None
        return super().one(name, **values)

    def query(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """As :meth:`Tx.query`, behind all that was gathered."""
        self._send_gathered()
        return super().query(sql, values)

    def _fetched(self, asked: Sequence[Question]) -> list[list[Row]]:
        self._send_gathered()
        return self._writing.fetch_each(asked)

    def _asked(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        if not only_reads(sql):
            self._foreseen.forget()
        return super()._asked(sql, values)

    def queries(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        """As :meth:`Tx.queries`, behind all that was gathered."""
        self._send_gathered()
        return super().queries(asked)

    def ahead(self, questions: Iterable[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        """The answers to many named statements, in one round trip; :meth:`gathering` remembers them."""
        asked = list(questions)
        self._send_gathered()
        answers = self._writing.fetch_each([(self._statements[name], values) for name, values in asked])
        if self._gathered is not None:
            self._gathered.remember(asked, answers)
        return answers

    @contextlib.contextmanager
    def gathering(self) -> Generator[None, None, None]:
        """Inside, what arriving messages write is held in memory and sent together, at the end at the latest."""
        self._gathered = Gathered()
        try:
            yield
            self._send_gathered()
        finally:
            self._gathered = None

    def _send_gathered(self) -> None:
        if self._gathered is not None:
            for name, rows in self._gathered.take():
                self._foreseen.forget()
                self._writing.send_many(self._statements[name], rows)

    def _apart(self) -> None:
        """Before a write that is not gathered."""
        if self._gathered is not None:
            self._send_gathered()
            self._gathered.forget()

    def run(self, name: str, /, **values: Any) -> None:
        """Execute the named statement. PostgreSQL gets it with the next question or with the commit."""
        if name in ADDING and self._noted is not None:
            self._noted.note(name, values)
        if self._gathered is not None:
            if self._gathered.gather(name, values):
                return
            self._apart()
        self._foreseen.forget()
        self._writing.send(self._statements[name], values)

    def touched(self, name: str, /, **values: Any) -> int:
        """Execute the named statement; the number of rows it touched. On PostgreSQL this waits for the answer."""
        self._foreseen.forget()
        self._apart()
        return self._writing.touched(self._statements[name], values)

    def run_many(self, name: str, /, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute the named statement once per row."""
        self._foreseen.forget()
        if name in ADDING and self._noted is not None:
            rows = list(rows)
            for values in rows:
                self._noted.note(name, values)
        if self._gathered is not None:
            for values in rows:
                if not self._gathered.gather(name, values):
                    self._apart()
                    self._writing.send(self._statements[name], values)
            return
        self._writing.send_many(self._statements[name], rows)

    def execute_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute portable SQL composed inside the store once per row; every value is bound."""
        self._foreseen.forget()
        self._apart()
        self._writing.send_many(sql, rows)

    def index(self, doc_id: int, tokens: str) -> None:
        """Give a search document's words to SQLite's full-text index, with all others at the end of the transaction.

        FTS5 writes out what it holds in memory at every savepoint, a trigger's own included, and whenever a number
        is lower than the one before it: one by one, newest first, words cost three times as much. PostgreSQL has
        the words in the document's row.
        """
        if self.dialect == "sqlite":
            self._words[doc_id] = tokens

    def index_now(self) -> None:
        """The same at once: before anything can be taken out of the index again."""
        words, self._words = self._words, {}
        if words:
            self.run_many("insert_search_words", ({"doc_id": id, "tokens": words[id]} for id in sorted(words)))

    def know(self, words: Iterable[str]) -> None:
        """Note words of the index, to be written once at the end of the transaction. One too many does no harm."""
        self._known.update(words)

    def know_told(self, told: Beginnings) -> None:
        """The same of all that a reader has told."""
        self._told[told] = None

    def next(self, counter: str) -> int:
        """The next number of a counter, without gaps among committed transactions; in an act only to be stored."""
        return self._counts.next(counter)

    def go_on_from(self, counter: str, number: int) -> None:
        """Let a counter go on from ``number``, whatever it was."""
        self._counts.go_on_from(counter, number)

    def changes(self) -> tuple[tuple[str, str], ...]:
        """What the feed is told so far: entity and id."""
        return tuple(self._changed)

    def changed(self, entity: str, entity_id: str) -> None:
        """Tell the change feed; one row per entity and transaction."""
        self._changed[(entity, entity_id)] = None

    @property
    def at_once(self) -> int:
        """How many arriving messages are best taken in together."""
        return self._writing.at_once

    def took_in(self, number: int) -> None:
        """So many arriving messages are part of this."""
        self._writing.took_in(number)

    def is_long(self, share: float = 1.0) -> bool:
        """Whether others have waited for the lock long enough: what can be done in parts should commit now.

        With a ``share`` of it, whether more than that is over.
        """
        return self._writing.is_long(share)

    def fence(self, epoch: int) -> None:
        """Raise :class:`LeaseLost` unless ``epoch`` is the engine lease's current one."""
        if self.value("lease_epoch", name="engine") != epoch:
            raise LeaseLost(_("Another engine took over this store."))

    @contextlib.contextmanager
    def savepoint(self) -> Generator[None, None, None]:
        """Part of the transaction that can fail alone; a store that cannot go on at all raises ``StoreError``."""
        self._send_gathered()
        changed, words, counts = dict(self._changed), dict(self._words), self._counts.copy()
        try:
            with self._writing.part():
                yield
                self._send_gathered()
        except BaseException:
            if self._gathered is not None:
                for _name, _rows in self._gathered.take():
                    pass
                self._gathered.forget()
            self._changed, self._words, self._counts = changed, words, counts
            self._foreseen.forget()
            raise

    def finish(self) -> None:
        """What is written once, at the end: the words, whose they are, the counters, and the numbered changes.

        They are numbered in commit order and without gaps, for the write lock is ours.
        """
        if self._noted is not None:
            for name, values in self._noted.statements(self._writing.counters):
                self.run(name, **values)
        self.index_now()
        if self._known or self._told:
            new = sorted(self._writing.unknown(self._known, self._told))
            self.run_many("insert_search_word", ({"word": word} for word in new))
        if self._changed:
            self._counts.start_over("change")
            at, number = self.now, self._counts.next
            changed = [
                {"seq": number("change"), "at": at, "entity": entity, "entity_id": entity_id}
                for entity, entity_id in self._changed
            ]
            self.run_many("insert_change", changed)
            self._writing.announce()
        for name, value in self._counts.counted():
            self.run("set_counter", name=name, value=value)
