"""Reading the journal: the activity list, and the events between the messages of a thread."""

from __future__ import annotations

from omni_tui.model.enums import Direction, Priority
from omni_tui.model.message import MessageRow, Party
from omni_tui.model.outcome import JournalEntry
from omni_tui.store import Row, Store, Tx
from omni_tui.store.foreseen import Question

_FOREVER = 2**62
_MOST_EVENTS = 200
_AGENT_FIELDS = {"assignee_id"}
_REFS = {"merged", "split_off", "split_from", "moved_to", "moved_from", "linked"}
"""What an act tells of another conversation: its number."""
_VERBS = {"merged": "merge", "split_from": "split from", "moved_from": "moved here"}
"""What an act is called in the thread such a field stands in, where that is not its own verb."""
_MESSAGE_FIELDS = {"outbox", "note"}
"""Acts that show as the message they made, not as an event."""
_SHOWN = {"conversation", "customer"}


def entries(store: Store, conversation_id: str, limit: int = 100) -> tuple[JournalEntry, ...]:
    """What was done to a conversation and to what was merged into it, newest first."""
    with store.read() as tx:
        names = logins(tx)
        return tuple(entry(tx, row, names) for row in rows_of(tx, conversation_id, limit))


def rows_of(tx: Tx, conversation_id: str, limit: int) -> list[Row]:
    """The rows of a conversation's journal, and of what was merged into it, newest first."""
    found = [
        row
        for id in _parts(tx, conversation_id)
        for row in tx.all("journal_of_conversation", id=id, since=0, until=_FOREVER, limit=limit)
        if row["field"] != "merged_into"  # told by a row of its own, at the other conversation
    ]
    found.sort(key=lambda row: (row["at"], row["id"]), reverse=True)
    return found[:limit]


def entry(tx: Tx, row: Row, names: dict[str, str]) -> JournalEntry:
    """A row as people read it; ``names`` are those of :func:`logins`."""
    return JournalEntry(
        at=row["at"],
        actor=row["actor"],
        verb=row["verb"],
        field=row["field"],
        before=_value(tx, row, row["before_value"], names),
        after=_value(tx, row, row["after_value"], names),
        undone=bool(row["undone"]),
    )


def asked_first(conversation_id: str) -> list[Question]:
    """The questions that :func:`events` begins with, for whoever asks more in the same round trip."""
    return [("agents", {}), ("merged_conversations", {"id": conversation_id})]


def asked_then(tx: Tx, conversation_id: str, since: int, until: int) -> list[Question]:
    """Those that follow from the answers to the first."""
    return [_journal(id, since, until) for id in _parts(tx, conversation_id)]


def events(tx: Tx, conversation_id: str, since: int, until: int) -> tuple[MessageRow, ...]:
    """Acts between two times as rows of a thread; what was undone is not shown."""
    names = logins(tx)
    shown: dict[tuple[int, str, str], tuple[Row, list[str]]] = {}
    for row in (row for id in _parts(tx, conversation_id) for row in _of_part(tx, id, since, until)):
        if row["undone"] or row["field"] in _MESSAGE_FIELDS or row["entity"] not in _SHOWN:
            continue
        detail = _detail(row, names)
        verb = _VERBS.get(row["field"], row["verb"])
        _row, details = shown.setdefault((row["at"], row["actor"], verb), (row, []))
        if detail:
            details.append(detail)
    return tuple(
        _event(row, conversation_id, verb, " ".join(reversed(details)))
        for (_at, _actor, verb), (row, details) in shown.items()
    )


def _of_part(tx: Tx, id: str, since: int, until: int) -> list[Row]:
    """The journal of a conversation, without what it gave up to become part of another: the other tells that."""
    name, values = _journal(id, since, until)
    found = tx.all(name, **values)
    folded = {row["act_id"] for row in found if row["field"] == "merged_into"}
    return [row for row in found if row["act_id"] not in folded or row["field"] in _REFS]


def _journal(id: str, since: int, until: int) -> Question:
    return "journal_of_conversation", {"id": id, "since": since, "until": until, "limit": _MOST_EVENTS}


def _detail(row: Row, names: dict[str, str]) -> str:
    field = row["field"]
    if field in _REFS:
        return f"#{row['after_value'] or row['before_value']}"
    if field == "priority" and row["verb"] == "priority":
        return Priority.of_rank(int(row["after_value"])).value
    if field == "tag" and row["verb"] in ("tag", "untag"):
        return str(row["after_value"] or row["before_value"])
    if field == "assignee_id" and row["verb"] == "assign":
        return names.get(row["after_value"], "")
    if field == "snoozed_until" and row["verb"] == "snooze":
        return str(row["after_value"])
    return ""


def _event(row: Row, conversation_id: str, verb: str, detail: str) -> MessageRow:
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
        verb=verb,
        detail=detail,
    )


def logins(tx: Tx) -> dict[str, str]:
    """Who is called what, by the ids of agents."""
    return {row["id"]: row["login"] for row in tx.all("agents")}


def _parts(tx: Tx, conversation_id: str) -> list[str]:
    """A conversation, and all that was merged into it."""
    return [conversation_id, *(row["id"] for row in tx.all("merged_conversations", id=conversation_id))]


def _value(tx: Tx, row: Row, value: str | None, names: dict[str, str]) -> str:
    """A value of the journal as people read it."""
    field = row["field"]
    if value is None or field in _MESSAGE_FIELDS:
        return ""
    if field in _AGENT_FIELDS:
        return names.get(value, value)
    if field == "priority":
        return Priority.of_rank(int(value)).value
    if field == "blocked":
        held = tx.one("identity_by_id", id=row["entity_id"])
        return str(held["value"]) if held is not None else ""
    if field == "link":
        other = tx.one("conversation", id=value)
        return f"#{other['ref']}" if other is not None else ""
    return f"#{value}" if field in _REFS else value
