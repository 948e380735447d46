"""Many questions as a few statements of SQLite's: each statement by itself costs several times its look at an index.

The values that differ go along as one JSON text (https://www.sqlite.org/json1.html#jeach).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from omni_tui.store.dialect import placed
from omni_tui.store.session import Row
from omni_tui.store.statements import all_statements

Values = Mapping[str, Any]
Fetch = Callable[[str, Values], list[Row]]

TOGETHER = ("message_by_external_id", "identity", "conversation", "is_participant", "participants", "ledger_holds")
"""Statements that are one look at an index each: one statement answers them all."""
WORDED = {
    "newest_message": """
SELECT m.id, m.direction, m.body, m.received_at, m.automatic, m.answered, m.channel_id, x.asked
  FROM {given} CROSS JOIN messages m WHERE m.id = (
    SELECT n.id FROM messages n
     WHERE n.conversation_id = x.asked_id AND n.direction IN ('inbound', 'outbound') AND n.deleted_at IS NULL
     ORDER BY n.received_at DESC, n.id DESC LIMIT 1)"""
}
"""Statements that one answers together in words of its own."""
_FEW = 8
_KEYED = f"SELECT 1 FROM message_keys WHERE channel_id = :channel_id AND reply_key = :reply_key LIMIT {_FEW + 1}"
RARE = {
    "keyed_conversations": _KEYED,
    "message_by_key": _KEYED,
    "conversation_id_by_ref": "SELECT 1 FROM conversations WHERE ref = :ref",
    "late_reports": "SELECT 1 FROM delivery_reports WHERE about = :about AND message_id IS NULL LIMIT 1",
}
"""Statements most of which nothing answers, and a look that tells which: only the others are asked."""
SHORT = {
    "keyed_conversations": """
SELECT k.conversation_id, k.own, v.last_at, count(*) AS messages, x.asked
  FROM {given} CROSS JOIN message_keys k CROSS JOIN conversations v
 WHERE k.channel_id = x.asked_channel_id AND k.reply_key = x.asked_reply_key AND v.id = k.conversation_id
 GROUP BY x.asked, k.own, k.conversation_id ORDER BY x.asked, k.own DESC, v.last_at DESC"""
}
"""Of those, what answers together the ones for which no more is found than a look goes through."""
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
    known = _known()
    questions = [asked[place][1] for place in at]
    rows, differing = _differing(questions) if sql in known.all else ("", ())
    if len(at) < FEWEST or not differing or "\\u0000" in rows:
        return at  # SQLite's JSON ends a text at a NUL
    values, named = {**questions[0], "rows": rows}, tuple(questions[0])
    if sql in known.rare:
        numbers = [
            (at[row["asked"]], row["number"]) for row in fetch(_which(known.rare[sql], named, differing), values)
        ]
        wide, some = known.short.get(sql), [place for place, number in numbers if number <= _FEW]
        if wide is None or len(some) < FEWEST:
            return [place for place, _number in numbers]
        rows, differing = _differing([asked[place][1] for place in some])
        _place(fetch(_given_to(wide, named, differing), {**values, "rows": rows}), some, found)
        return [place for place, number in numbers if number > _FEW]
    wide = known.worded.get(sql)
    statement = _given_to(wide, named, differing) if wide is not None else _wide(sql, named, differing)
    _place(fetch(statement, values), at, found)
    return ()


def _place(rows: list[Row], places: Sequence[int], found: list[list[Row]]) -> None:
    for row in rows:
        found[places[row[-1]]].append(row)  # by name it would be looked for among all columns


def _differing(questions: Sequence[Values]) -> tuple[str, tuple[str, ...]]:
    """What differs among the questions, as JSON, and the names of it."""
    first = questions[0]
    names = tuple(name for name in first if any(values[name] != first[name] for values in questions))
    if len(names) == 1:
        return _encode([values[names[0]] for values in questions]), names
    return _encode([[values[name] for name in names] for values in questions]), names


@dataclass(frozen=True, slots=True)
class _Known:
    """The statements named above, by their SQL."""

    all: frozenset[str]
    worded: Mapping[str, str]
    rare: Mapping[str, str]
    short: Mapping[str, str]


@cache
def _known() -> _Known:
    sql = all_statements("sqlite")
    worded, rare, short = ({sql[name]: words for name, words in named.items()} for named in (WORDED, RARE, SHORT))
    return _Known(frozenset([*(sql[name] for name in TOGETHER), *worded, *rare]), worded, rare, short)


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
    number = f"(SELECT count(*) FROM ({placed(look, 'x.asked_')}))"
    return f"SELECT * FROM (SELECT x.asked, {number} AS number FROM {_given(named, differing)}) WHERE number > 0"


@lru_cache(maxsize=64)
def _given_to(words: str, named: tuple[str, ...], differing: tuple[str, ...]) -> str:
    return words.format(given=_given(named, differing))


def _given(named: tuple[str, ...], differing: tuple[str, ...]) -> str:
    """The questions as a table: their values in columns."""
    values = {
        name: "value" if len(differing) == 1 else f"json_extract(value, '$[{n}]')" for n, name in enumerate(differing)
    }
    columns = "".join(f", {values.get(name, f':{name}')} AS asked_{name}" for name in named)
    return f"(SELECT key AS asked{columns} FROM json_each(:rows)) x"
