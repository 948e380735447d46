"""A transaction in an SQLite file."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Generator, Iterable, Mapping, Sequence, Set
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omni_tui.model.errors import StoreError
from omni_tui.store.dialect import Dialect, numbered
from omni_tui.store.listed import Listed
from omni_tui.store.session import Row
from omni_tui.store.sqlite_errors import in_words
from omni_tui.store.waiting import is_waited_for
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.events import Beginnings

AT_ONCE = 200
"""Messages taken in together: their rows go in by a few statements a table, in some 60 ms."""
LONG_S = 0.3
"""Work after which a write should make an end, when words are indexed: half as long again. Work, not time: where the
processor is busy, more and smaller transactions would only be more work, and nobody would be served sooner.
"""
SHORT_S = 0.025
"""The same where somebody waits for the lock, before rows go in, half as long again: each transaction writes the same
pages of the indexes once more, so many small ones are dearer.
"""
LOOK_S = 0.001
"""Work between two looks for somebody who waits: a look takes as long as a twentieth of taking a message in."""


class SqliteSession:
    """A transaction on a connection: SQLite answers at once, so nothing is kept back."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection, path: Path, listed: Listed | None = None) -> None:
        self._connection = connection
        self._path = path
        self._listed = listed if listed is not None else Listed()
        self._began = time.thread_time()
        self._looked, self._waited_for = -2 * LOOK_S, False
        self.now = _now()
        self.counters: dict[str, int] = {}

    def number(self, counter: str, ahead: int) -> int:
        return self.counters[counter] + ahead

    def keep(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """To ask again costs no more than to remember."""

    def fetch(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def fetch_together(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        return [self._connection.execute(sql, values).fetchall() for sql, values in asked]

    def fetch_each(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[Row]]:
        from omni_tui.store.sqlite_wide import answers  # for who takes messages in; most processes only read

        return answers(self.fetch, asked)

    def send(self, sql: str, values: Mapping[str, Any]) -> None:
        cursor = self._connection.execute(sql, values)
        if cursor.description is not None:
            cursor.fetchall()

    def send_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        from omni_tui.store import sqlite_rows  # for who writes; most processes only read

        statement, names = numbered(sql)
        sqlite_rows.send(self._connection, statement, names, _by_place(names, rows))

    def touched(self, sql: str, values: Mapping[str, Any]) -> int:
        cursor = self._connection.execute(sql, values)
        if cursor.description is not None:
            cursor.fetchall()
        return cursor.rowcount

    @property
    def at_once(self) -> int:
        return AT_ONCE

    def took_in(self, number: int) -> None:
        """The clock is looked at as they are taken in."""

    def unknown(self, words: Set[str], told: Iterable[Beginnings]) -> Set[str]:
        return self._listed.unknown(words, told)

    def committed(self) -> None:
        """What this wrote is there."""
        self._listed.committed()

    def is_long(self, share: float = 1.0) -> bool:
        worked = self.worked()
        return worked > share * LONG_S or (worked > share * SHORT_S and self._is_waited_for(worked))

    def _is_waited_for(self, worked: float) -> bool:
        if worked - self._looked > LOOK_S:
            self._looked, self._waited_for = worked, is_waited_for(self._path) is not False
        return self._waited_for

    def worked(self) -> float:
        """Seconds of processor time since this began."""
        return time.thread_time() - self._began

    def announce(self) -> None:
        """Others see the file change."""

    @contextlib.contextmanager
    def part(self) -> Generator[None, None, None]:
        self._connection.execute("SAVEPOINT part")
        try:
            with in_words(self._path):
                yield
        except BaseException:
            # A full disk may have ended the whole transaction already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO part")
                self._connection.execute("RELEASE part")
            raise
        self._connection.execute("RELEASE part")


class PartFailed(StoreError):
    """A part of an act failed; nothing of it was stored."""

    def __init__(self) -> None:
        super().__init__(_("Nothing was changed."))


class ActSession(SqliteSession):
    """A transaction whose parts are not set apart: where one fails, none of it can stay, and it is to be done again.

    Behind a savepoint SQLite keeps a copy of every page that is changed, and goes through all of them whenever a
    statement of several rows ends: in a first sync that is a twelfth of what the storing thread does.
    """

    @contextlib.contextmanager
    def part(self) -> Generator[None, None, None]:
        try:
            with in_words(self._path):
                yield
        except StoreError:
            raise
        except Exception as error:
            raise PartFailed from error


def _by_place(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Any, ...]]:
    if len(names) == 1:
        (name,) = names
        return [(row[name],) for row in rows]
    return map(itemgetter(*names), rows) if names else [() for _row in rows]


def _now() -> int:
    return time.time_ns() // 1_000_000
