"""Many questions as a few statements of SQLite's: each statement by itself costs several times its look at an index.

The values that differ go along as one JSON text (https://www.sqlite.org/json1.html#jeach).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from omni_tui.store.dialect import placed
from omni_tui.store.session import Row
from omni_tui.store.statements import all_statements

Values = Mapping[str, Any]
Fetch = Callable[[str, Values], list[Row]]

TOGETHER = ("message_by_external_id", "identity", "conversation", "is_participant", "ledger_holds")
"""Statements that are one look at an index each: one statement answers them all."""
_KEYED = "SELECT 1 FROM message_keys WHERE channel_id = :channel_id AND reply_key = :reply_key LIMIT 1"
RARE = {"keyed_conversations": _KEYED, "message_by_key": _KEYED}
"""Statements most of which nothing answers, and a look that tells which: only the others are asked."""
FEWEST = 4
"""Questions that are not dearer one by one."""

_QUESTION = re.compile(
    r"(?:--[^\n]*\n|\s)*SELECT (?P<columns>[^()]*?)\s+FROM (?P<tables>[^()]*?)\s+WHERE (?P<condition>[^()]*)", re.DOTALL
)
_encode = json.JSONEncoder(ensure_ascii=False).encode


def answers(fetch: Fetch, asked: Sequence[tuple[str, Values]]) -> list[list[Row]]:
    """The rows of each question; where many were asked as one, their last column is ``asked``."""
    places: dict[str, list[int]] = {}
    for place, (sql, _values) in enumerate(asked):
        places.setdefault(sql, []).append(place)
    found: list[list[Row]] = [[] for _ in asked]
    for sql, at in places.items():
        for n in _one_by_one(fetch, sql, at, asked, found):
            found[n] = fetch(*asked[n])
    return found


def _one_by_one(
    fetch: Fetch, sql: str, at: Sequence[int], asked: Sequence[tuple[str, Values]], found: list[list[Row]]
) -> Sequence[int]:
    """Answer those of one statement that can be answered together; the places of the others."""
    together, rare = _known()
    questions = [asked[place][1] for place in at]
    rows, differing = _differing(questions) if sql in together or sql in rare else ("", ())
    if len(at) < FEWEST or not differing or "\\u0000" in rows:
        return at  # SQLite's JSON ends a text at a NUL
    values, named = {**questions[0], "rows": rows}, tuple(questions[0])
    if sql in rare:
        return [at[row["asked"]] for row in fetch(_which(rare[sql], named, differing), values)]
    for row in fetch(_wide(sql, named, differing), values):
        found[at[row["asked"]]].append(row)
    return ()


def _differing(questions: Sequence[Values]) -> tuple[str, tuple[str, ...]]:
    """What differs among the questions, as JSON, and the names of it."""
    first = questions[0]
    names = tuple(name for name in first if any(values[name] != first[name] for values in questions))
    if len(names) == 1:
        return _encode([values[names[0]] for values in questions]), names
    return _encode([[values[name] for name in names] for values in questions]), names


@cache
def _known() -> tuple[frozenset[str], dict[str, str]]:
    """The SQL of the statements named above."""
    known = all_statements("sqlite")
    return frozenset(known[name] for name in TOGETHER), {known[name]: look for name, look in RARE.items()}


@lru_cache(maxsize=64)
def _wide(sql: str, named: tuple[str, ...], differing: tuple[str, ...]) -> str:
    found = _QUESTION.fullmatch(sql)
    if found is None:
        raise ValueError("a question that cannot be asked together")
    columns = f"{found['tables']}.*" if found["columns"] == "*" else found["columns"]
    condition = placed(found["condition"], "x.asked_")
    # CROSS JOIN: the questions lead, and each is a look at an index.
    return f"SELECT {columns}, x.asked FROM {_given(named, differing)} CROSS JOIN {found['tables']} WHERE {condition}"


@lru_cache(maxsize=64)
def _which(look: str, named: tuple[str, ...], differing: tuple[str, ...]) -> str:
    return f"SELECT x.asked FROM {_given(named, differing)} WHERE EXISTS ({placed(look, 'x.asked_')})"


def _given(named: tuple[str, ...], differing: tuple[str, ...]) -> str:
    """The questions as a table: their values in columns."""
    values = {
        name: "value" if len(differing) == 1 else f"json_extract(value, '$[{n}]')" for n, name in enumerate(differing)
    }
    columns = "".join(f", {values.get(name, f':{name}')} AS asked_{name}" for name in named)
    return f"(SELECT key AS asked{columns} FROM json_each(:rows)) x"
