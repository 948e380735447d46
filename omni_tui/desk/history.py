"""What was done to a conversation, act by act: which of it an agent can take back, and why not the rest."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.desk import journal, partly_sent
from omni_tui.desk.conversation_state import HELD
from omni_tui.desk.linking import LINK
from omni_tui.desk.undo import TOLD
from omni_tui.model.conversation import Agent
from omni_tui.model.outcome import ActRow
from omni_tui.store import Row, Store, Tx
from omni_tui.text.i18n import _

_KEPT = {*HELD, "tag", LINK}
"""Fields that stay where a later act changed them as well."""


def acts(store: Store, agent: Agent, conversation_id: str, limit: int = 100) -> tuple[ActRow, ...]:
    """The acts on a conversation and on what was merged into it, newest first; of ``limit`` changes at most."""
    with store.read() as tx:
        rows = journal.rows_of(tx, conversation_id, limit)
        names = journal.logins(tx)
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row["act_id"], []).append(row)
        return tuple(
            ActRow(
                id=id,
                number=changes[0]["seq"],
                at=changes[0]["at"],
                actor=changes[0]["actor"],
                verb=changes[0]["verb"],
                changes=tuple(journal.entry(tx, row, names) for row in changes),
                undone=all(row["undone"] for row in _turning(changes)),
                why_not=_why_not(tx, agent, changes, rows),
            )
            for id, changes in found.items()
        )


def _why_not(tx: Tx, agent: Agent, changes: Sequence[Row], rows: Sequence[Row]) -> str:
    """Why the agent cannot take an act back as things stand; empty where something of it goes back."""
    first = changes[0]
    if first["agent_id"] is None:
        return _("undo does not take that back")
    if first["agent_id"] != agent.id:
        return _("{who} did it: only they can take it back").format(who=first["actor"])
    standing = [row for row in _turning(changes) if not row["undone"]]
    if not standing:
        return ""
    reasons = [_hindrance(tx, row, rows) for row in standing]
    return "" if "" in reasons else reasons[0]


def _hindrance(tx: Tx, row: Row, rows: Sequence[Row]) -> str:
    if row["field"] == "outbox":
        out = tx.one("outbox", id=row["after_value"])
        held = out is not None and out["state"] == "queued" and not partly_sent.waiting(tx, out)
        return "" if held else _("it is no longer held back")
    if row["entity"] != "conversation" or row["field"] not in _KEPT:
        return ""
    by = next((other for other in rows if _overrides(other, row)), None)
    return _("changed since by {who} ({verb})").format(who=by["actor"], verb=by["verb"]) if by is not None else ""


def _overrides(other: Row, row: Row) -> bool:
    """Whether ``other`` changed the same after ``row`` did, and stands."""
    if other["undone"] or other["seq"] <= row["seq"] or other["field"] != row["field"]:
        return False
    if other["entity"] != row["entity"] or other["entity_id"] != row["entity_id"]:
        return False
    return row["field"] in HELD or _named(other) == _named(row)


def _named(row: Row) -> object:
    return row["after_value"] if row["after_value"] is not None else row["before_value"]


def _turning(changes: Sequence[Row]) -> Sequence[Row]:
    """What undo turns of an act; where the conversation is only told of it, what tells."""
    return [row for row in changes if row["field"] not in TOLD] or changes
