"""What agents do to conversations, one or many at a time; each call is one act that undo takes back.

``seen`` is what the agent was shown: a conversation whose field somebody else changed since is left alone, and the
outcome says who did what. Without it the act is on what is there now, and the outcome says what it replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from omni_tui.desk import agents
from omni_tui.desk.acts import Act
from omni_tui.desk.collisions import Seen, outdated, replaced
from omni_tui.desk.conversation_state import HELD, conversation, save
from omni_tui.desk.tagging import add_tag, drop_tag, tag_name
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.store import Store
from omni_tui.text.i18n import _


def assign(store: Store, agent: Agent, ids: Sequence[str], to: str, *, seen: Seen | None = None) -> Outcome:
    """Give the conversations to the agent with login ``to``."""
    assignee = agents.named(store, to)
    return _change(store, agent, "assign", ids, lambda row: {"assignee_id": assignee.id}, seen)


def unassign(store: Store, agent: Agent, ids: Sequence[str], *, seen: Seen | None = None) -> Outcome:
    """Leave the conversations to nobody in particular."""
    return _change(store, agent, "unassign", ids, lambda row: {"assignee_id": None}, seen)


def take(store: Store, agent: Agent, ids: Sequence[str], *, seen: Seen | None = None) -> Outcome:
    """Make the conversations one's own."""
    return _change(store, agent, "take", ids, lambda row: {"assignee_id": agent.id}, seen)


def resolve(store: Store, agent: Agent, ids: Sequence[str], *, seen: Seen | None = None) -> Outcome:
    """Done: out of the inbox until the customer writes again."""
    fields = {"status": "resolved", "snoozed_until": None, "unread": 0}
    return _change(store, agent, "resolve", ids, lambda row: fields, seen)


def reopen(store: Store, agent: Agent, ids: Sequence[str], *, seen: Seen | None = None) -> Outcome:
    """Back into the inbox, wherever it was."""
    return _change(store, agent, "reopen", ids, lambda row: {"status": "open", "snoozed_until": None}, seen)


def snooze(store: Store, agent: Agent, ids: Sequence[str], until: int, *, seen: Seen | None = None) -> Outcome:
    """Out of the inbox until ``until``, or until the customer writes."""

    def change(row: dict[str, Any]) -> dict[str, Any]:
        return {"status": "snoozed", "snoozed_until": until, "unread": 0}

    with store.read() as tx:
        if until <= tx.now:
            raise UsageError(_("That time has passed."), _("Name a time to come, such as: tomorrow 9"))
    return _change(store, agent, "snooze", ids, change, seen)


def unread(store: Store, agent: Agent, ids: Sequence[str]) -> Outcome:
    """As if nobody had opened it."""
    return _change(store, agent, "unread", ids, lambda row: {"unread": 1})


def tag(store: Store, agent: Agent, ids: Sequence[str], names: Sequence[str]) -> Outcome:
    """Add tags; each name is one word."""
    return _retag(store, agent, "tag", ids, names)


def untag(store: Store, agent: Agent, ids: Sequence[str], names: Sequence[str]) -> Outcome:
    """Take tags off."""
    return _retag(store, agent, "untag", ids, names)


def _change(
    store: Store,
    agent: Agent,
    verb: str,
    ids: Sequence[str],
    change: Callable[[dict[str, Any]], dict[str, Any]],
    seen: Seen | None = None,
) -> Outcome:
    changed: list[str] = []
    untouched: list[str] = []
    refused: list[str] = []
    others: list[str] = []
    shown = seen or {}
    with store.write() as tx:
        act = Act(tx, verb, agent)
        for id in dict.fromkeys(ids):
            row = conversation(tx, id)
            wanted = {field: value for field, value in change(row).items() if row[field] != value}
            if not wanted:
                untouched.append(id)
                continue
            if why := outdated(tx, agent, row, wanted, shown.get(id)):
                refused.append(why)
                continue
            if words := replaced(tx, agent, row, wanted):
                others.append(words)
            for field in HELD:
                if field in wanted:
                    act.record("conversation", id, id, field, row[field], wanted[field])
            save(tx, {**row, **wanted, "settled": 1})
            changed.append(id)
    return Outcome(verb, tuple(changed), tuple(untouched), act.id, tuple(refused), tuple(others))


def _retag(store: Store, agent: Agent, verb: str, ids: Sequence[str], names: Sequence[str]) -> Outcome:
    words = list(dict.fromkeys(tag_name(name) for name in names))
    if not words:
        raise UsageError(_("Name at least one tag."))
    adds = verb == "tag"
    changed: list[str] = []
    untouched: list[str] = []
    with store.write() as tx:
        act = Act(tx, verb, agent)
        for id in dict.fromkeys(ids):
            conversation(tx, id)
            did = [word for word in words if (add_tag if adds else drop_tag)(tx, id, word)]
            for word in did:
                act.record("conversation", id, id, "tag", None if adds else word, word if adds else None)
            (changed if did else untouched).append(id)
    return Outcome(verb, tuple(changed), tuple(untouched), act.id)
