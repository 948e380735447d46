"""Messages of a thread, whole, and the JSON their parties are kept in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from omni_tui.model.address import Address
from omni_tui.model.enums import Direction, OutboxState
from omni_tui.model.events import LEFT
from omni_tui.model.facts import NO_FACTS
from omni_tui.model.message import AttachmentRow, MessageRow, OutboxRow, Party
from omni_tui.store.facts import facts_from
from omni_tui.store.foreseen import Question
from omni_tui.store.store import Row, Tx

_text = json.JSONEncoder(ensure_ascii=False).encode
_ascii = json.JSONEncoder().encode
_COLUMNS = """
SELECT m.*, h.name AS channel, h.kind, g.login AS agent, g.name AS agent_name FROM messages m
  LEFT JOIN channels h ON h.id = m.channel_id LEFT JOIN agents g ON g.id = m.agent_id
"""
_OUTBOX = """
SELECT o.*, (SELECT 1 FROM delivery_reports d WHERE d.message_id = o.message_id AND d.action = 'waiting' LIMIT 1)
  AS partly FROM outbox o
"""


def asked(conversation_id: str, *, limit: int, before: tuple[int, str] | None = None) -> Question:
    """The question for the newest ``limit`` messages, or those just before ``(received_at, id)``; newest first."""
    condition, values = "", {"conversation_id": conversation_id, "limit": limit}
    if before is not None:
        condition = " AND (m.received_at, m.id) < (:at, :id)"
        values |= {"at": before[0], "id": before[1]}
    return (
        f"{_COLUMNS} WHERE m.conversation_id = :conversation_id AND (m.deleted_at IS NULL"
        f" OR m.direction = 'inbound'){condition} ORDER BY m.received_at DESC, m.id DESC LIMIT :limit",
        values,
    )


def asked_then(conversation_id: str, found: Sequence[Row]) -> list[Question]:
    """The questions that follow from these rows: what hangs on each, and how many lie before them."""
    return [*_beside(found), _earlier(conversation_id, found[-1]["received_at"], found[-1]["id"])] if found else []


def earlier_than(tx: Tx, conversation_id: str, received_at: int, message_id: str) -> int:
    """How many messages lie before the given one."""
    return int(tx.query(*_earlier(conversation_id, received_at, message_id))[0][0])


def asked_one(message_id: str) -> Question:
    """The question for one message, taken back or not."""
    return f"{_COLUMNS} WHERE m.id = :id", {"id": message_id}


def records(tx: Tx, found: Sequence[Row]) -> tuple[MessageRow, ...]:
    """The messages of rows that come newest first, the oldest first, with what hangs on them."""
    if not found:
        return ()
    listed, sent = tx.queries(_beside(found))
    files: dict[str, list[AttachmentRow]] = {}
    for row in listed:
        file = AttachmentRow(row["id"], row["name"], row["mime"], row["size"], row["part"].startswith(LEFT))
        files.setdefault(row["message_id"], []).append(file)
    outbox = {
        row["message_id"]: OutboxRow(
            row["id"],
            OutboxState(row["state"]),
            row["not_before"],
            row["attempts"],
            row["error"],
            partly=bool(row["partly"] and row["attempts"]),
        )
        for row in sent
    }
    return tuple(_record(row, files.get(row["id"], []), outbox.get(row["id"])) for row in reversed(found))


def _earlier(conversation_id: str, received_at: int, message_id: str) -> Question:
    return (
        "SELECT count(*) FROM messages WHERE conversation_id = :conversation_id AND (received_at, id) < (:at, :id)"
        " AND (deleted_at IS NULL OR direction = 'inbound')",
        {"conversation_id": conversation_id, "at": received_at, "id": message_id},
    )


def _beside(found: Sequence[Row]) -> list[Question]:
    values = {f"i{n}": row["id"] for n, row in enumerate(found)}
    marks = ", ".join(f":{name}" for name in values)
    return [
        (f"SELECT * FROM attachments WHERE message_id IN ({marks}) ORDER BY message_id, position", values),
        (f"{_OUTBOX} WHERE o.message_id IN ({marks})", values),
    ]


def _record(row: Row, files: list[AttachmentRow], outbox: OutboxRow | None) -> MessageRow:
    parties = json.loads(row["parties"])
    author = Party(row["from_address"], row["from_name"] or row["agent_name"] or "")
    return MessageRow(
        id=row["id"],
        conversation_id=row["conversation_id"],
        direction=Direction(row["direction"]),
        channel=row["channel"] or "",
        kind=row["kind"] or "",
        author=author,
        to=_parties(parties, "to"),
        cc=_parties(parties, "cc"),
        agent=row["agent"],
        subject=row["subject"],
        text="" if row["deleted_at"] else row["body"],
        received_at=row["received_at"],
        sent_at=row["sent_at"],
        delivered_at=row["delivered_at"],
        read_at=row["read_at"],
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
        attachments=tuple(files),
        outbox=outbox,
        notice=row["notice"],
        has_source=row["source_sha"] is not None,
        facts=facts_from(row["facts"]) if row["facts"] else NO_FACTS,
        forwards=row["aside"] if row["direction"] == "outbound" else "",
        aside=bool(row["aside"]),
    )


def _parties(parties: Mapping[str, Any], key: str) -> tuple[Party, ...]:
    return tuple(Party(address, name) for address, name in parties.get(key, ()))


def addresses(parties: str, key: str) -> tuple[Address, ...]:
    """The addresses kept under ``key`` (``to``, ``cc``, ``reply_to``) of a message's parties."""
    return tuple(Address(address, name) for address, name in json.loads(parties).get(key, ()))


def parties_json(**groups: Iterable[Address]) -> str:
    """Named groups of addresses as they are kept; empty groups are left out."""
    # Every message is stored with one: put together here it takes a fifth of what an encoder asks for the whole.
    return "{" + ", ".join([f'"{key}": {_list(group)}' for key, group in groups.items() if group]) + "}"


def _list(group: Iterable[Address]) -> str:
    return "[" + ", ".join([_party(each.address, each.name) for each in group]) + "]"


@lru_cache(maxsize=1024)
def _party(address: str, name: str) -> str:
    # Most messages are from or to the same few.
    return f"[{_text(address)}, {_text(name)}]"


def keys_json(keys: Iterable[str]) -> str:
    """The names a message replies to, as they are kept."""
    return "[" + ", ".join(map(_ascii, keys)) + "]"
