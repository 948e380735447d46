"""Whole tables, a page at a time, in the order of their keys: memory stays flat however many rows there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from omni_tui.store.shape import Table
from omni_tui.store.store import Row, Tx

PAGE = 500


def pages(tx: Tx, table: Table, columns: Sequence[str] = (), condition: str = "1 = 1") -> Iterator[list[Row]]:
    """The rows of ``table`` that meet ``condition``: the key's columns first, then ``columns``."""
    yield from select(tx, f"{table.name} t", [f"t.{name}" for name in table.key], columns, condition)


def select(
    tx: Tx, source: str, key: Sequence[str], columns: Sequence[str], condition: str = "1 = 1", size: int = PAGE
) -> Iterator[list[Row]]:
    """Rows of ``source``, whose ``key`` tells them apart, in its order; the key's columns first, then ``columns``."""
    marks = [f"k{n}" for n in range(len(key))]
    past = f"({', '.join(key)}) > ({', '.join(f':{mark}' for mark in marks)})"
    head = f"SELECT {', '.join([*key, *columns])} FROM {source} WHERE ({condition})"
    tail = f" ORDER BY {', '.join(key)} LIMIT {size}"
    values: Mapping[str, Any] = {}
    while True:
        rows = tx.query(head + (f" AND {past}" if values else "") + tail, values)
        if rows:
            yield rows
        if len(rows) < size:
            return
        values = {mark: rows[-1][n] for n, mark in enumerate(marks)}
