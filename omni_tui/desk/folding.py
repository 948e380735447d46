"""Two conversations of old mail become one, by themselves: nobody asked for it, and there is nothing to undo.

Only where nobody would miss it: what becomes part of the other is known from a first sync alone. It stays for its
number, as one that agents merged does.
"""

from __future__ import annotations

from typing import Any

from omni_tui.desk.conversation_state import conversation, save
from omni_tui.desk.relocating import point, relocate
from omni_tui.store import Writer

_LAST = ("status", "unread", "last_at", "last_direction", "snippet", "channel_id")
"""What a conversation of a first sync has from its newest message."""


def fold(tx: Writer, one: str, other: str) -> str | None:
    """Make one conversation of two; which of them it is, None where they stay as they are."""
    rows = sorted((conversation(tx, one), conversation(tx, other)), key=lambda row: (not row["settled"], row["ref"]))
    for stays, goes in (rows, rows[::-1]):
        if tx.one("is_untouched", id=goes["id"]) is not None and _may_take(stays, goes):
            _fold(tx, stays, goes)
            return str(stays["id"])
    return None


def _may_take(stays: dict[str, Any], goes: dict[str, Any]) -> bool:
    """What an agent or a live message has settled takes only what lies behind it, and hides nothing."""
    return not stays["settled"] or (stays["status"] not in ("spam", "trash") and goes["last_at"] <= stays["last_at"])


def _fold(tx: Writer, stays: dict[str, Any], goes: dict[str, Any]) -> None:
    id, into = goes["id"], stays["id"]
    messages = [row["id"] for row in tx.all("messages_in", id=id)]
    people = [row["address"] for row in tx.all("participants", id=id)]
    relocate(tx, messages, into)
    for address in people:
        tx.run("add_participant", conversation_id=into, address=address)
        tx.run("delete_participant", conversation_id=id, address=address)
    point(tx, id, into)
    if not stays["settled"]:
        if stays["last_at"] < goes["last_at"]:
            stays.update({field: goes[field] for field in _LAST})
        stays["bulk"] = min(stays["bulk"], goes["bulk"])
    save(tx, stays)
