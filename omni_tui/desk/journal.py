"""Reading the journal: the activity list, and the events between the messages of a thread."""

from __future__ import annotations

from omni_tui.model.enums import Direction
from omni_tui.model.message import MessageRow, Party
from omni_tui.model.outcome import JournalEntry
from omni_tui.store import Row, Store, Tx

_FOREVER = 2**62
_AGENT_FIELDS = {"assignee_id"}
_MESSAGE_FIELDS = {"outbox", "note"}
"""Acts that show as the message they made, not as an event."""


def entries(store: Store, conversation_id: str, limit: int = 100) -> tuple[JournalEntry, ...]:
    """What was done to a conversation, newest first."""
    with store.read() as tx:
        names = _logins(tx)
        found = tx.all("journal_of_conversation", id=conversation_id, since=0, until=_FOREVER, limit=limit)
        return tuple(
            JournalEntry(
                at=row["at"],
                actor=row["actor"],
                verb=row["verb"],
                field=row["field"],
                before=_value(row, row["before_value"], names),
                after=_value(row, row["after_value"], names),
                undone=bool(row["undone"]),
            )
            for row in found
        )


def events(tx: Tx, conversation_id: str, since: int, until: int) -> tuple[MessageRow, ...]:
    """Acts between two times as rows of a thread; what was undone is not shown."""
    names = _logins(tx)
    shown: dict[tuple[int, str, str], tuple[Row, list[str]]] = {}
    for row in tx.all("journal_of_conversation", id=conversation_id, since=since, until=until, limit=200):
        if row["undone"] or row["field"] in _MESSAGE_FIELDS or row["entity"] != "conversation":
            continue
        detail = _detail(row, names)
        _row, details = shown.setdefault((row["at"], row["actor"], row["verb"]), (row, []))
        if detail:
            details.append(detail)
    return tuple(_event(row, conversation_id, " ".join(reversed(details))) for row, details in shown.values())


def _detail(row: Row, names: dict[str, str]) -> str:
    field = row["field"]
    if field == "tag":
        return str(row["after_value"] or row["before_value"])
    if field == "assignee_id" and row["verb"] == "assign":
        return names.get(row["after_value"], "")
    if field == "snoozed_until" and row["verb"] == "snooze":
        return str(row["after_value"])
    return ""


def _event(row: Row, conversation_id: str, detail: str) -> MessageRow:
    return MessageRow(
        id=row["id"],
        conversation_id=conversation_id,
        direction=Direction.EVENT,
        channel="",
        kind="",
        author=Party("", row["actor"]),
        to=(),
        cc=(),
        agent=row["actor"],
        subject="",
        text="",
        received_at=row["at"],
        sent_at=None,
        delivered_at=None,
        read_at=None,
        edited_at=None,
        deleted_at=None,
        attachments=(),
        outbox=None,
        notice="",
        has_source=False,
        verb=row["verb"],
        detail=detail,
    )


def _logins(tx: Tx) -> dict[str, str]:
    return {row["id"]: row["login"] for row in tx.all("agents")}


def _value(row: Row, value: str | None, names: dict[str, str]) -> str:
    if value is None:
        return ""
    if row["field"] in _AGENT_FIELDS:
        return names.get(value, value)
    return "" if row["field"] in _MESSAGE_FIELDS else value
