"""Many rows by one statement of SQLite's, ``VALUES (…), (…), …``.

Python takes the interpreter's lock back after every step of SQLite's, and with ``executemany`` each row is a step:
where other threads have something to do, a first sync spends a seventh of its time on waiting for that lock. Many rows
by one statement are one step, and others work meanwhile. A statement that fails leaves none of its rows.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any

SIZES = (64, 16, 4)
"""Rows of a statement; what is left over goes one by one. Few sizes, for SQLite compiles each of them once; large ones,
for each statement copies the pages it writes to, to be able to take itself back.
"""
LONGEST = frozenset(("body", "data", "tokens"))
"""Values that may be whole texts; a row has one of them at most."""
KEPT = 1 << 20
"""Characters or bytes of those in a statement of the largest size, which keeps what was bound to it last."""
INDEXED = 512
"""Documents whose words one statement gives to the index: those of a batch of mails and of the customers in it."""

_ADDS = re.compile(r"((?:--[^\n]*\n|\s)*INSERT\b.*\bVALUES\s*)(\([^()]*\))([^?()]*(?:\([^?()]*\)[^?()]*)*)", re.DOTALL)
_PLACE = re.compile(r"\?(\d+)")
_INDEX = "INSERT INTO search_fts (rowid, tokens) "
_NOBODY = -(1 << 63)
"""A number that no document has: there is none below. Python takes six times as long to bind a None."""
_CHUNKS = "INSERT INTO blob_chunks "
TOGETHER = 1 << 16
"""Bytes of a chunk of which several are bound at once; others have a megabyte."""


def send(connection: sqlite3.Connection, statement: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Execute ``statement`` for every row; its values ``?1``, ``?2`` … have these names elsewhere."""
    kept = list(rows)
    if statement.startswith(_INDEX) and len(kept) > SIZES[-1]:
        _index(connection, kept)
        return
    if statement.startswith(_CHUNKS):
        connection.executemany(statement, (row for row in kept if len(row[-1]) > TOGETHER))
        kept = [row for row in kept if len(row[-1]) <= TOGETHER]
    sent, long = 0, _longest(names)
    for size in () if statement.startswith(_INDEX) else SIZES:
        while len(kept) - sent >= size and (wide := _wide(statement, len(names), size)):
            some = kept[sent : sent + size]
            if long is not None and size == SIZES[0] and sum([len(row[long] or "") for row in some]) > KEPT:
                break
            connection.execute(wide, tuple(chain.from_iterable(some)))
            sent += size
    if sent < len(kept):
        connection.executemany(statement, kept[sent:])


@cache
def _longest(names: Sequence[str]) -> int | None:
    return next((place for place, name in enumerate(names) if name in LONGEST), None)


def _index(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """FTS5 writes out what it holds at the end of a statement of several rows: a part of the index for each.

    So all rows go by one statement of one size, in which those that are not needed are nobody's.
    """
    statement = _indexing()
    for start in range(0, len(rows), INDEXED):
        values = [*chain.from_iterable(rows[start : start + INDEXED])]
        connection.execute(statement, values + [_NOBODY] * (2 * INDEXED - len(values)))
    # Else the statement would keep the words of all of them, a megabyte or many, until it is needed again.
    connection.execute(statement, [_NOBODY] * (2 * INDEXED))


@cache
def _indexing() -> str:
    rows = ", ".join(["(?, ?)"] * INDEXED)
    return f"{_INDEX}SELECT * FROM (VALUES {rows}) WHERE column1 <> {_NOBODY}"


@lru_cache(maxsize=512)
def _wide(statement: str, width: int, size: int) -> str:
    """The statement for so many rows; empty if it is none that adds the values of a row as they are."""
    found = _ADDS.fullmatch(statement)
    if found is None:
        return ""
    head, row, tail = found.groups()

    def nth(number: int) -> str:
        return _PLACE.sub(lambda place: f"?{int(place.group(1)) + number * width}", row)

    return f"{head}{', '.join(map(nth, range(size)))}{tail}"
