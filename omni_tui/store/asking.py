"""Somebody's own SQL: asked on a connection of its own that cannot write, for a limited time, for so many rows."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from omni_tui.model.errors import StoreError, UsageError
from omni_tui.store.sqlite_errors import in_words
from omni_tui.store.store import Store
from omni_tui.text.i18n import _

LONGEST_VALUE = 64 << 20
"""Bytes of one value that SQLite may make up on the way."""
_STEPS = 20_000
_QUESTION = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*+(?:select|with|values|explain|table)\b", re.DOTALL | re.IGNORECASE
)

Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer; ``more`` when there were more than asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    more: bool


def ask(store: Store, sql: str, *, limit: int, seconds: float) -> Answer:
    """The answer to ``sql``, at most ``limit`` rows of it.

    Raises UsageError for SQL that cannot be understood or would change anything, StoreError after ``seconds``.
    """
    if not _QUESTION.match(sql) or "\0" in sql:
        raise UsageError(
            _("Only questions are answered: SELECT, WITH, VALUES."), _("The views and their columns: docs/sql.md")
        )
    rows = _sqlite(store, sql, seconds) if store.dialect == "sqlite" else _postgresql(store, sql, seconds)
    with contextlib.closing(rows):
        columns = next(rows)
        found = tuple(tuple(map(_plain, row)) for row in islice(rows, limit))
        more = len(found) == limit and next(rows, None) is not None
    return Answer(tuple(map(str, columns)), found, more)


def _sqlite(store: Store, sql: str, seconds: float) -> Generator[Sequence[Any], None, None]:
    path = store.path
    give_up = time.monotonic() + seconds
    with (
        in_words(path),
        contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        ) as connection,
    ):
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA case_sensitive_like = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        connection.set_authorizer(_only_questions)
        connection.set_progress_handler(lambda: time.monotonic() > give_up, _STEPS)
        try:
            cursor = connection.execute(sql)
            yield tuple(column[0] for column in cursor.description or ())
            yield from cursor
        except sqlite3.Error as error:
            if "interrupted" in str(error):
                raise _too_long(seconds) from error
            if any(word in str(error) for word in _DAMAGED):
                raise
            raise _wrong(str(error)) from error
        except sqlite3.Warning as error:
            raise _wrong(str(error)) from error


_DAMAGED = ("malformed", "not a database", "locked", "disk I/O", "unable to open")
"""What SQLite says when the question is not to blame."""
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def _only_questions(action: int, _one: str | None, name: str | None, _three: str | None, _four: str | None) -> int:
    if action not in _ALLOWED or (action == sqlite3.SQLITE_FUNCTION and name in ("load_extension", "fts3_tokenizer")):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _postgresql(store: Store, sql: str, seconds: float) -> Generator[Sequence[Any], None, None]:
    import psycopg

    from omni_tui.store.postgres_link import connect
    from omni_tui.store.postgres_words import in_words as in_words_of_postgres
    from omni_tui.store.postgres_words import said

    with (
        in_words_of_postgres(store.name),
        contextlib.closing(connect(str(store.location), "read")) as connection,
    ):
        try:
            connection.execute("BEGIN READ ONLY", prepare=False)
            connection.execute(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}", prepare=False)
            cursor = connection.cursor()
            # A stream goes by the extended protocol, which takes one statement and no second one behind a semicolon.
            rows = cursor.stream(sql.encode())
            first = next(rows, None)
            yield tuple(column.name for column in cursor.description or ())
            if first is not None:
                yield first
            yield from rows
        except psycopg.errors.QueryCanceled as error:
            raise _too_long(seconds) from error
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            raise _wrong(said(error)) from error


def _plain(value: Any) -> Value:
    if value is None or isinstance(value, int | float | str | bytes):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return bytes(value) if isinstance(value, memoryview | bytearray) else str(value)


def _wrong(said: str) -> UsageError:
    return UsageError(
        _("That cannot be asked: {said}").format(said=said), _("The views and their columns: docs/sql.md")
    )


def _too_long(seconds: float) -> StoreError:
    return StoreError(
        _("The answer took longer than {seconds:g} s.").format(seconds=seconds),
        _("Ask for less, or allow more: --timeout SECONDS"),
    )


def is_time(column: str) -> bool:
    """Whether a column of this name holds epoch milliseconds, as docs/sql.md says."""
    return column.endswith(("_at", "_since", "_until")) or column in ("at", "since", "until", "not_before")


def as_csv(value: Value) -> str:
    """A value as a spreadsheet may have it: a text that would be a formula is made one that is none (OWASP)."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return str(value)


def csv_lines(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Lines of CSV as RFC 4180 has them, with LF ends."""
    for row in (columns, *rows):
        yield ",".join(_quoted(field) for field in row)


def _quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"' if re.search('[",\r\n]', field) else field
