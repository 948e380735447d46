"""What an agent should hear of without looking: a customer wrote, somebody waits too long, an answer did not leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from omni_tui.desk import inbox, mentioning
from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent, ConversationRow, ListKey
from omni_tui.model.enums import Direction, OutboxState, Status
from omni_tui.store import Store
from omni_tui.store.feed import Changes

Kind = Literal["message", "late", "failed", "mention"]
Whose = Literal["all", "mine"]
"""``mine``: what is one's own or nobody's."""
MOST = 50
"""Conversations looked at for one telling."""


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell of a conversation; ``by`` is the login of a colleague who names the agent there."""

    kind: Kind
    row: ConversationRow
    by: str = ""


class Watch:
    """Tells each thing once. What was there before ``since`` (epoch ms) is no news."""

    def __init__(self, since: int, whose: Whose = "all") -> None:
        self._since, self._whose = since, whose
        self._late_until = since
        self._messages: dict[str, int] = {}
        self._failed: set[str] = set()
        self._named_until = since

    def of_changes(self, store: Store, agent: Agent, changes: Changes, now: int) -> tuple[News, ...]:
        """News among what was committed: customers' messages, and answers that did not leave."""
        ids = {row.entity_id for row in changes.rows if row.entity == "conversation"}
        if changes.everything or len(ids) > MOST:
            return self.of_all(store, agent, now)
        return self.of_ids(store, agent, sorted(ids))

    def of_all(self, store: Store, agent: Agent, now: int) -> tuple[News, ...]:
        """News wherever it may be, when it is not known what was committed."""
        found = self._of_rows(agent, inbox.page(store, agent, parse("is:open is:unread", now), limit=MOST))
        return (*self._mentions(store, agent), *found)

    def of_ids(self, store: Store, agent: Agent, ids: Sequence[str]) -> tuple[News, ...]:
        """News among these, at most :data:`MOST`; ids of other things than conversations do no harm."""
        found = self._of_rows(agent, inbox.rows(store, agent, list(dict.fromkeys(ids))[:MOST]))
        return (*self._mentions(store, agent), *found)

    def _mentions(self, store: Store, agent: Agent) -> tuple[News, ...]:
        """Where colleagues named the agent in a note, whosever the conversation is."""
        with store.read() as tx:
            named = mentioning.since(tx, agent.id, self._named_until)
        if not named:
            return ()
        self._named_until = max(row["at"] for row in named)
        rows = {row.id: row for row in inbox.rows(store, agent, [row["conversation_id"] for row in named])}
        return tuple(
            News("mention", rows[row["conversation_id"]], row["login"] or "")
            for row in named
            if row["conversation_id"] in rows
        )

    def _of_rows(self, agent: Agent, rows: Sequence[ConversationRow]) -> tuple[News, ...]:
        found: list[News] = []
        for row in rows:
            if not self._concerns(row, agent):
                continue
            wrote = row.unread and row.status is Status.OPEN and row.last_direction is Direction.INBOUND
            if wrote and not row.bulk and row.last_at > self._messages.get(row.id, self._since):
                self._messages[row.id] = row.last_at
                found.append(News("message", row))
            stuck = row.outbox in (OutboxState.FAILED, OutboxState.UNCERTAIN)
            if stuck and row.id not in self._failed:
                found.append(News("failed", row))
            (self._failed.add if stuck else self._failed.discard)(row.id)
        return tuple(found)

    def overdue(self, store: Store, agent: Agent, now: int, late_after_ms: int) -> tuple[News, ...]:
        """Who began to wait too long since this was last asked."""
        begun, self._late_until = self._late_until, now
        after = ListKey(begun - late_after_ms, "")
        rows = inbox.page(store, agent, parse("is:open is:waiting", now), sort="waiting", after=after, limit=MOST)
        return tuple(
            News("late", row)
            for row in rows
            if begun - late_after_ms < (row.waiting_since or now) <= now - late_after_ms
            and not row.bulk
            and self._concerns(row, agent)
        )

    def _concerns(self, row: ConversationRow, agent: Agent) -> bool:
        return self._whose == "all" or row.assignee in (None, agent.login)
