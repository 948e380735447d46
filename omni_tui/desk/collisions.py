"""Two agents at one conversation: who did what to a field meanwhile, in words.

An act is made on what a screen shows. Where the field it changes is no longer as shown, the act stands back and says
so; fields that other people changed beside it do not concern it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.enums import Direction, Priority, Status
from omni_tui.store import Row, Tx
from omni_tui.store.foreseen import Question
from omni_tui.text.i18n import _
from omni_tui.text.when import age

Seen = Mapping[str, ConversationRow]
"""The conversations as they were shown, by id."""

_MINUTE = 60_000
RECENT_MS = 10 * _MINUTE
"""A change of status older than this is no news to whoever changes it again."""
_PLACE = ("status", "snoozed_until")
_ENDS = (Status.RESOLVED, Status.SNOOZED, Status.SPAM, Status.TRASH)


def outdated(
    tx: Tx, agent: Agent, row: Mapping[str, Any], wanted: Mapping[str, Any], shown: ConversationRow | None
) -> str:
    """What happened to the fields in ``wanted`` since ``shown``, in words; empty if they are as shown.

    ``row`` is the conversation as it is stored. A message that came since concerns whoever is about to put the
    conversation away.
    """
    if shown is None:
        return ""
    if "assignee_id" in wanted and _login(tx, row["assignee_id"]) != shown.assignee:
        return _told(tx, agent, row, "assignee_id")
    if "priority" in wanted and row["priority"] != shown.priority.rank:
        return _told(tx, agent, row, "priority")
    if not any(field in wanted for field in _PLACE):
        return ""
    wrote = row["last_direction"] == Direction.INBOUND and row["last_at"] > shown.last_at
    if wrote and wanted.get("status") in _ENDS:
        return _("{name} wrote in #{ref} {ago}.").format(
            name=shown.customer or shown.address, ref=row["ref"], ago=_ago(tx.now - row["last_at"])
        )
    if row["status"] != shown.status or row["snoozed_until"] != shown.snoozed_until:
        return _told(tx, agent, row, "status" if row["status"] != shown.status else "snoozed_until")
    return ""


def replaced(tx: Tx, agent: Agent, row: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """What of somebody else's an act is about to replace, in words; empty for nothing worth telling."""
    if "assignee_id" in wanted and row["assignee_id"] not in (None, agent.id):
        return _("#{ref} was {login}'s.").format(ref=row["ref"], login=_login(tx, row["assignee_id"]))
    if any(field in wanted for field in _PLACE):
        by = _newest(tx, row, "status")
        theirs = by is not None and not by["undone"] and by["agent_id"] not in (None, agent.id)
        if by is not None and theirs and by["at"] > tx.now - RECENT_MS:
            return _told(tx, agent, row, "status")
    return ""


def _told(tx: Tx, agent: Agent, row: Mapping[str, Any], field: str) -> str:
    by, now = _newest(tx, row, field), _text(row[field])
    ref = row["ref"]
    if by is not None:
        who = _("You, in another window,") if by["agent_id"] == agent.id else by["actor"]
        if by["undone"] and by["before_value"] == now and by["undone_at"] is not None:
            ago = _ago(tx.now - by["undone_at"])
            return _("{who} took back the last change of #{ref} {ago}.").format(who=who, ref=ref, ago=ago)
        if not by["undone"] and by["after_value"] == now and by["verb"] in _DONE:
            to = _login(tx, row["assignee_id"]) or ""
            return _DONE[by["verb"]].format(who=who, ref=ref, to=to, ago=_ago(tx.now - by["at"]))
    if field == "priority":
        level = Priority.of_rank(row["priority"]).value
        return _("The priority of #{ref} is {level} now.").format(ref=ref, level=level)
    if field == "assignee_id":
        login = _login(tx, row["assignee_id"])
        return (
            _("#{ref} is {login}'s now.").format(ref=ref, login=login)
            if login
            else _("#{ref} is nobody's now.").format(ref=ref)
        )
    return _("#{ref} is {status} now.").format(ref=ref, status=row["status"])


_DONE = {
    "take": _("{who} took #{ref} {ago}."),
    "assign": _("{who} gave #{ref} to {to} {ago}."),
    "unassign": _("{who} left #{ref} to nobody {ago}."),
    "resolve": _("{who} resolved #{ref} {ago}."),
    "reopen": _("{who} reopened #{ref} {ago}."),
    "snooze": _("{who} snoozed #{ref} {ago}."),
    "spam": _("{who} called #{ref} spam {ago}."),
    "not-spam": _("{who} said that #{ref} is no spam {ago}."),
    "trash": _("{who} put #{ref} into the trash {ago}."),
    "block": _("{who} blocked the sender of #{ref} {ago}."),
}


def newest_status(id: str) -> Question:
    """The question :func:`replaced` has of a conversation's status, for whoever asks more in the same round trip."""
    return "newest_of_field", {"id": id, "field": "status"}


def _newest(tx: Tx, row: Mapping[str, Any], field: str) -> Row | None:
    return tx.one("newest_of_field", id=row["id"], field=field)


def _login(tx: Tx, agent_id: str | None) -> str | None:
    if agent_id is None:
        return None
    return next((str(row["login"]) for row in tx.all("agents") if row["id"] == agent_id), None)


def _ago(ms: int) -> str:
    if ms < _MINUTE:
        return _("{seconds} s ago").format(seconds=max(0, ms) // 1000)
    return _("{age} ago").format(age=age(ms))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
