"""Many rows, or many questions, as one statement of PostgreSQL's: each statement by itself costs more than its row.

The values go along as one JSON text, whose fields PostgreSQL reads as the types of the table's columns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from omni_tui.store.dialect import placed
from omni_tui.store.numbers import Numbered, from_counter

Values = Mapping[str, Any]

_INSERT = re.compile(
    r"(?:--[^\n]*\n|\s)*INSERT INTO (?P<table>\w+) \((?P<columns>[^)]*)\)\s*VALUES \((?P<values>[^)]*)\)(?P<rest>.*)",
    re.DOTALL,
)


def wide_insert(sql: str, rows: Sequence[Values]) -> tuple[str, Values] | None:
    """The one statement that inserts all ``rows``; None for what is no plain INSERT, for bytes and parts of numbers."""
    counters = _counters(rows[0])
    made = _insert(sql, counters)
    if made is None or len(rows) < 2 or not all(map(_is_simple, rows[0].values())):
        return None
    if any(_counters(row) != counters for row in rows):
        return None
    wide, names = made
    return wide, {"rows": _json([{column: _plain(row[name]) for column, name in names} for row in rows])}


def _counters(row: Values) -> tuple[tuple[str, str], ...]:
    return tuple([(name, value.counter) for name, value in row.items() if isinstance(value, Numbered)])


def _is_simple(value: Any) -> bool:
    return not isinstance(value, bytes) and not (isinstance(value, Numbered) and value.bits)


def _plain(value: Any) -> Any:
    return value.ahead if isinstance(value, Numbered) else value


@lru_cache(maxsize=128)
def _insert(sql: str, counters: tuple[tuple[str, str], ...]) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    found = _INSERT.fullmatch(sql)
    if found is None:
        return None
    columns = [each.strip() for each in found["columns"].split(",")]
    values = [each.strip() for each in found["values"].split(",")]
    names = tuple((column, value[1:]) for column, value in zip(columns, values, strict=True) if value.startswith(":"))
    counted = {f":{name}": counter for name, counter in counters}
    chosen = ", ".join(
        from_counter(counted[value], f"x.{column}")
        if value in counted
        else f"x.{column}"
        if value.startswith(":")
        else value
        for column, value in zip(columns, values, strict=True)
    )
    table = found["table"]
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen}"
        f" FROM json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json)) x{found['rest']}"
    ), names


def wide_question(sql: str, asked: Sequence[Values]) -> tuple[str, Values]:
    """One question for all of ``asked``: in the rows' last column stands which of them each row answers."""
    types = tuple((name, "bigint" if isinstance(value, int) else "text") for name, value in asked[0].items())
    rows = [{**values, "asked": n} for n, values in enumerate(asked)]
    return _question(sql, types), {"rows": _json(rows)}


def _json(rows: Sequence[Values]) -> str:
    """The rows as PostgreSQL can read them: it knows no NUL, escaped or not, and makes no text of half a character."""
    said = json.dumps(rows, ensure_ascii=False)
    if "\\u0000" not in said:
        return said
    plain = [{name: _without_nul(value) for name, value in row.items()} for row in rows]
    return json.dumps(plain, ensure_ascii=False)


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


@lru_cache(maxsize=128)
def _question(sql: str, types: tuple[tuple[str, str], ...]) -> str:
    columns = ", ".join(f"{name} {type_}" + (' COLLATE "C"' if type_ == "text" else "") for name, type_ in types)
    inner = placed(sql, "x.")
    # The OFFSET keeps the planner from joining the whole table: each question is a look at an index.
    return (
        f"SELECT q.*, x.asked FROM json_to_recordset(CAST(:rows AS json)) AS x (asked bigint, {columns})"
        f" CROSS JOIN LATERAL ({inner} OFFSET 0) q"
    )
