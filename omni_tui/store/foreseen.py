"""Answers to questions that were asked ahead, in one round trip, before the code that needs them asks one by one.

They are right for as long as the transaction sees the same rows: to the end of a snapshot, or until a write of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from omni_tui.store.session import Row

Values = Mapping[str, Any]
Question = tuple[str, Values]
"""SQL, or a statement's name, and what it binds."""


class Foreseen:
    """What is known, by the SQL that asks for it and the values it binds."""

    def __init__(self) -> None:
        self._answers: dict[str, list[tuple[Values, list[Row]]]] = {}

    def remember(self, sql: str, values: Values, rows: list[Row]) -> None:
        """Keep what the store answered."""
        self._answers.setdefault(sql, []).append((values, rows))

    def find(self, sql: str, values: Values) -> list[Row] | None:
        """The answer; None when the store must be asked."""
        for asked, rows in self._answers.get(sql, ()):
            if asked == values:
                return rows
        return None

    def forget(self) -> None:
        """Know nothing any more: something was written."""
        self._answers.clear()


@lru_cache(maxsize=1024)
def only_reads(sql: str) -> bool:
    """Whether a statement changes nothing, as far as its words tell."""
    words = " ".join(line for line in sql.splitlines() if not line.lstrip().startswith("--")).split()
    return bool(words) and words[0].upper() in ("SELECT", "WITH") and "RETURNING" not in map(str.upper, words)
