"""Whose words a transaction adds to: their conversations are unmapped when it ends.

SQLite keeps back what every row with a trigger changes, page by page, to be able to take that row alone back: an insert
costs half as much again. So what only adds words has no trigger there, and is told in one statement for all of a
transaction. On PostgreSQL the triggers ``search_unmapped_*`` do it, for all rows of a statement at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

ADDING = frozenset({"insert_conversation", "insert_search_doc"})
"""The statements that add words to a conversation."""


class Noted:
    """Conversations by their ids, and customers. One too many does no harm."""

    def __init__(self) -> None:
        self._conversations: set[str] = set()
        self._customers: set[str] = set()

    def note(self, name: str, values: Mapping[str, Any]) -> None:
        """One of the statements above is executed with these values."""
        if name == "insert_conversation":
            self._conversations.add(values["id"])
        elif values["kind"] == "message":
            self._conversations.add(values["conversation_id"])
        else:
            self._customers.add(values["entity_id"])

    def statements(self, counters: Mapping[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is to be executed at the end of the transaction.

        Nothing is before the words of the maps are chosen: whoever makes them reads every document after that.
        """
        if counters.get("maps_next"):
            if self._conversations:
                yield "unmap_conversations", {"ids": json.dumps(sorted(self._conversations))}
            if self._customers:
                yield "unmap_customers", {"ids": json.dumps(sorted(self._customers))}
