"""What happens by the clock: snoozes that end, changes that are forgotten."""

from __future__ import annotations

from omni_tui.desk import automatic
from omni_tui.desk.acts import Act
from omni_tui.desk.conversation_state import conversation, save
from omni_tui.store import Store, feed

ACTOR = "timer"


def due_snoozes(store: Store) -> tuple[str, ...]:
    """Reopen, unread, the conversations whose snooze is over; their ids."""
    with store.read() as tx:
        if not tx.all("due_snoozes", now=tx.now):
            return ()
    with store.write() as tx:
        ids = tuple(row["id"] for row in tx.all("due_snoozes", now=tx.now))
        for id in ids:
            row = conversation(tx, id)
            act = Act(tx, "wake", None, ACTOR)
            act.record("conversation", id, id, "status", row["status"], "open")
            save(tx, {**row, "status": "open", "snoozed_until": None, "unread": 1})
    return ids


def next_snooze(store: Store) -> int | None:
    """When the next snooze ends."""
    with store.read() as tx:
        at = tx.value("next_snooze")
        return None if at is None else int(at)


def prune(store: Store) -> int:
    """Forget old rows of the change feed, how many, and who had an automatic answer longer ago than counts."""
    with store.write() as tx:
        automatic.prune(tx)
        return feed.prune(tx)
