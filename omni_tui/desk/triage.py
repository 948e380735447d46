"""What agents do to conversations, one or many at a time; each call is one act that undo takes back.

``seen`` is what the agent was shown: a conversation whose field somebody else changed since is left alone, and the
outcome says who did what. Without it the act is on what is there now, and the outcome says what it replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omni_tui.desk import agents
from omni_tui.desk.acts import Act
from omni_tui.desk.changing import Change, Tally, change_fields, change_tags
from omni_tui.desk.collisions import Seen
from omni_tui.desk.tagging import tag_name
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import Priority
from omni_tui.model.errors import UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.store import Store, Writer
from omni_tui.text.i18n import _

RESOLVED = {"status": "resolved", "snoozed_until": None, "unread": 0}
OPEN = {"status": "open", "snoozed_until": None}
SPAM = {"status": "spam", "snoozed_until": None, "unread": 0}
TRASH = {"status": "trash", "snoozed_until": None, "unread": 0}


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
    return _change(store, agent, "resolve", ids, lambda row: RESOLVED, seen)


def reopen(store: Store, agent: Agent, ids: Sequence[str], *, seen: Seen | None = None) -> Outcome:
    """Back into the inbox, wherever it was."""
    return _change(store, agent, "reopen", ids, lambda row: OPEN, seen)


def snooze(store: Store, agent: Agent, ids: Sequence[str], until: int, *, seen: Seen | None = None) -> Outcome:
    """Out of the inbox until ``until``, or until the customer writes."""
    with store.read() as tx:
        if until <= tx.now:
            raise UsageError(_("That time has passed."), _("Name a time to come, such as: tomorrow 9"))
    fields = {"status": "snoozed", "snoozed_until": until, "unread": 0}
    return _change(store, agent, "snooze", ids, lambda row: fields, seen)


def spam(store: Store, agent: Agent, ids: Sequence[str], *, seen: Seen | None = None) -> Outcome:
    """Away with what nobody should have to read; answers in it stay there. ``block`` stops its sender for good."""
    return _change(store, agent, "spam", ids, lambda row: SPAM, seen)


def not_spam(store: Store, agent: Agent, ids: Sequence[str], *, seen: Seen | None = None) -> Outcome:
    """What is spam comes into the inbox; anything else is left where it is."""

    def change(row: Mapping[str, Any]) -> dict[str, Any]:
        return OPEN if row["status"] == "spam" else {}

    return _change(store, agent, "not-spam", ids, change, seen)


def trash(store: Store, agent: Agent, ids: Sequence[str], *, seen: Seen | None = None) -> Outcome:
    """Throw away: out of every view but the trash, until the customer writes again. Nothing is erased."""
    return _change(store, agent, "trash", ids, lambda row: TRASH, seen)


def priority(store: Store, agent: Agent, ids: Sequence[str], level: str, *, seen: Seen | None = None) -> Outcome:
    """How urgent the conversations are: ``low``, ``normal``, ``high`` or ``urgent``. Raises UsageError."""
    rank = priority_named(level).rank
    return _change(store, agent, "priority", ids, lambda row: {"priority": rank}, seen)


def unread(store: Store, agent: Agent, ids: Sequence[str]) -> Outcome:
    """As if nobody had opened it."""
    return _change(store, agent, "unread", ids, lambda row: {"unread": 1})


def tag(store: Store, agent: Agent, ids: Sequence[str], names: Sequence[str]) -> Outcome:
    """Add tags; each name is one word."""
    return _retag(store, agent, "tag", ids, names)


def untag(store: Store, agent: Agent, ids: Sequence[str], names: Sequence[str]) -> Outcome:
    """Take tags off."""
    return _retag(store, agent, "untag", ids, names)


def priority_named(level: str) -> Priority:
    """The priority called ``level`` or beginning so. Raises UsageError, with all of them."""
    word = level.strip().casefold()
    found = [each for each in Priority if word and each.value.startswith(word)]
    if len(found) != 1:
        raise UsageError(
            _("{level} is no priority.").format(level=repr(level)),
            _("Priorities are {known}.").format(known=", ".join(Priority)),
        )
    return found[0]


def tags_named(names: Sequence[str]) -> list[str]:
    """The tags called ``names``, each once, as they are kept. Raises UsageError."""
    words = list(dict.fromkeys(tag_name(name) for name in names))
    if not words:
        raise UsageError(_("Name at least one tag."))
    return words


def _change(
    store: Store, agent: Agent, verb: str, ids: Sequence[str], change: Change, seen: Seen | None = None
) -> Outcome:
    def changed(tx: Writer) -> Outcome:
        act, tally = Act(tx, verb, agent), Tally()
        change_fields(tx, act, agent, ids, change, seen or {}, tally)
        return tally.outcome(verb, act)

    return store.act(changed)


def _retag(store: Store, agent: Agent, verb: str, ids: Sequence[str], names: Sequence[str]) -> Outcome:
    words = tags_named(names)

    def retagged(tx: Writer) -> Outcome:
        act, tally = Act(tx, verb, agent), Tally()
        change_tags(tx, act, ids, words, tally, adds=verb == "tag")
        return tally.outcome(verb, act)

    return store.act(retagged)
