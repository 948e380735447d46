"""What an action will do to a row, painted before the store confirms it."""

from __future__ import annotations

from dataclasses import replace

from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.enums import Status

_LEAVES: dict[str, frozenset[str]] = {
    "resolve": frozenset({"inbox", "mine", "unassigned", "waiting", "snoozed"}),
    "snooze": frozenset({"inbox", "mine", "unassigned", "waiting", "resolved"}),
    "reopen": frozenset({"snoozed", "resolved"}),
    "take": frozenset({"unassigned"}),
    "assign": frozenset({"unassigned"}),
    "unassign": frozenset({"mine"}),
}


def leaves(action: str, view: str, to: str, agent: Agent) -> bool:
    """Whether the rows leave the view. ``to`` is whom they are assigned to."""
    if action == "assign" and view == "mine":
        return to != agent.login
    return view in _LEAVES.get(action, frozenset())


def expected(action: str, row: ConversationRow, values: tuple[str, ...], until: int, agent: Agent) -> ConversationRow:
    """The row as the action will leave it."""
    match action:
        case "resolve":
            return replace(row, status=Status.RESOLVED, unread=False, snoozed_until=None)
        case "reopen":
            return replace(row, status=Status.OPEN, snoozed_until=None)
        case "snooze":
            return replace(row, status=Status.SNOOZED, unread=False, snoozed_until=until)
        case "take":
            return replace(row, assignee=agent.login)
        case "assign":
            return replace(row, assignee=values[0] if values else row.assignee)
        case "unassign":
            return replace(row, assignee=None)
        case "tag":
            return replace(row, tags=tuple(dict.fromkeys((*row.tags, *values))))
        case "untag":
            return replace(row, tags=tuple(tag for tag in row.tags if tag not in values))
        case "unread":
            return replace(row, unread=True)
        case _:
            return row
