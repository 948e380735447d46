"""Writing a conversation's own fields, and what follows from its messages: last words, activity, waiting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omni_tui.model.errors import NotFound
from omni_tui.store import Row, Writer
from omni_tui.store.gathered import fields
from omni_tui.text.i18n import _
from omni_tui.text.quotes import LEAD, lead

SNIPPET = LEAD
HELD = ("status", "assignee_id", "snoozed_until", "unread", "priority", "bulk")
"""The fields agents change: those the journal knows."""


def conversation(tx: Writer, conversation_id: str) -> dict[str, Any]:
    """All fields of a conversation."""
    row = tx.one("conversation", id=conversation_id)
    if row is None:
        raise NotFound(_("That conversation is gone."))
    return fields(row)


def save(tx: Writer, row: dict[str, Any]) -> None:
    """Store the fields of ``row`` and tell the feed."""
    waits = int(row["status"] in ("open", "snoozed") and not row["bulk"])
    row["resolved_at"] = (row["resolved_at"] or tx.now) if row["status"] == "resolved" else None
    tx.run("set_conversation", **{key: row[key] for key in _SAVED}, waits=waits, now=tx.now)
    tx.changed("conversation", row["id"])


def follow_messages(tx: Writer, row: dict[str, Any], known: tuple[str, str] = ("", "")) -> Row | None:
    """Set last activity and last words from the newest message, and return that.

    ``known`` is a message's id and its first words, where whoever read it has cut them already.
    """
    newest = tx.one("newest_message", id=row["id"])
    if newest is not None:
        channel = row["channel_id"]
        _follow(row, newest, known)
        if row["channel_id"] != channel and tx.value("aside_of", id=newest["id"]):
            # What goes to others beside the customer is not the way they are answered.
            row["channel_id"] = channel
    return newest


def follow_message(row: dict[str, Any], before: Row | None, made: Mapping[str, Any]) -> None:
    """The same from the newest message ``before`` and one that was ``made`` since: no need to ask again."""
    if before is None or (before["received_at"], before["id"]) < (made["received_at"], made["id"]):
        _follow(row, made)
    else:
        _follow(row, before)


def _follow(row: dict[str, Any], newest: Row | Mapping[str, Any], known: tuple[str, str] = ("", "")) -> None:
    row["last_at"] = newest["received_at"]
    row["last_direction"] = newest["direction"]
    row["snippet"] = known[1] if newest["id"] == known[0] else snippet(newest["body"])
    row["channel_id"] = newest["channel_id"]


def snippet(text: str) -> str:
    """The first words of a message without what it quotes, as one line."""
    return lead(text)


_SAVED = (
    "id",
    "status",
    "bulk",
    "unread",
    "settled",
    "snippet",
    "channel_id",
    "last_at",
    "last_direction",
    "snoozed_until",
    "assignee_id",
    "priority",
    "resolved_at",
)
