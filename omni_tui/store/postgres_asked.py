"""What one act was told so far, and which of it still holds behind what the act itself writes.

An answer holds until a table is written that the question names. What a statement writes is read off its words; what is
deleted along with a row of another table (``ON DELETE``) is not, so that deleting from one of those touches everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from omni_tui.store.numbers import Numbered
from omni_tui.store.postgres_link import Statement
from omni_tui.store.session import Row

PARENTS = frozenset(
    ["acts", "attachments", "blobs", "channels", "conversations", "customers", "messages", "new_drafts", "tags"]
)
"""The tables whose rows take others along when they are deleted."""
ALONG = "search_unmapped"
"""What triggers write with them: whose words may be others now."""
TRIGGERING = frozenset(["conversations", "customers", "search_docs"])
"""The tables whose triggers do."""

_WRITES = re.compile(r"(?:--[^\n]*\n|\s)*(INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_Bound = tuple[tuple[str, Any], ...]


class Asked:
    """The answers an act has, as long as they hold."""

    def __init__(self) -> None:
        self._answers: dict[str, dict[_Bound, list[Row]]] = {}
        self._written: set[str] = set()
        self._anything = False

    def remember(self, question: Statement, rows: list[Row]) -> None:
        """Keep what was answered just now."""
        sql, values = question
        if not any(isinstance(value, Numbered) for value in values.values()):
            self._answers.setdefault(sql, {})[_bound(values)] = rows

    def find(self, question: Statement) -> list[Row] | None:
        """The answer; None where it must be asked."""
        sql, values = question
        rows = self._answers.get(sql, {}).get(_bound(values))
        return None if rows is None else list(rows)

    def wrote(self, sql: str) -> None:
        """This was written: whatever names what it touches must be asked again."""
        table = written(sql)
        if table is None:
            self._anything = True
            self._answers.clear()
            return
        touched = {table, ALONG} if table in TRIGGERING else {table}
        self._written |= touched
        for question in [question for question in self._answers if not touched.isdisjoint(_words(question))]:
            del self._answers[question]

    def is_untouched(self, sql: str) -> bool:
        """Whether nothing was written that the answer to ``sql`` hangs on."""
        return not self._anything and self._written.isdisjoint(_words(sql))

    def forget(self) -> None:
        """Know nothing any more: what was written is taken back."""
        self._answers.clear()


def _bound(values: Mapping[str, Any]) -> _Bound:
    return tuple(sorted(values.items()))


@lru_cache(maxsize=512)
def written(sql: str) -> str | None:
    """The one table a statement writes; None where that may be several, or is not plain to see."""
    found = _WRITES.match(sql)
    if found is None or (found[1] == "DELETE FROM" and found[2] in PARENTS):
        return None
    return found[2]


@lru_cache(maxsize=512)
def _words(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sql))
