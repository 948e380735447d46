"""Messages move from one conversation to another, with all that hangs on them; a conversation becomes part of another.

A conversation that was merged has no messages any more. It stays for its number, which customers may name: its
``merged_into`` leads to where its messages are, and undo makes it stand by itself again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.draft_fields import files_mark
from omni_tui.desk.identity import normalised
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import NotFound
from omni_tui.store import Tx, Writer
from omni_tui.store.messages import addresses
from omni_tui.text.i18n import _

POINTER = "merged_into"
"""The journal's field for a conversation that became part of another, or stands by itself again."""
PLACED = "conversation"
"""The journal's field for a message that is in another conversation now."""

_GAP = "\n\n"
"""Between two drafts that became one."""
_GROUPS = ("to", "cc", "reply_to", "forwarded")
_SETTLED_BY = ("conversation", "participants", "parties_in", "newest_message")
_ASIDE = {"status": "trash", "snoozed_until": None, "unread": 0}


def root(tx: Tx, conversation_id: str) -> str:
    """Where the messages of a conversation are: itself, or what it was merged into. Raises NotFound."""
    found = tx.value("conversation_root", id=conversation_id)
    if found is None:
        raise NotFound(_("That conversation is gone."))
    return str(found)


def relocate(tx: Writer, ids: Iterable[str], into: str) -> None:
    """Put messages into another conversation: with the names they are answered by, their way out and their words."""
    rows = [{"id": id, "into": into} for id in ids]
    for statement in ("relocate_message", "relocate_keys", "relocate_outbox", "relocate_search_doc"):
        tx.run_many(statement, rows)


def point(tx: Writer, id: str, into: str | None) -> None:
    """Make a conversation part of ``into``, out of every list and with its drafts, or let it stand by itself."""
    if into is not None:
        row, place = conversation(tx, id), root(tx, into)
        _join_drafts(tx, id, place)
        save(tx, {**row, **_ASIDE, "settled": 1})
    tx.run("set_merged_into", id=id, into=into, now=tx.now)
    tx.changed("conversation", id)


def aside(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a conversation's fields is given up when it becomes part of another."""
    return {field: value for field, value in _ASIDE.items() if row[field] != value}


def settle(tx: Writer, ids: Iterable[str]) -> None:
    """After messages moved between these conversations: who takes part in each, its last words, who waits."""
    ids = list(dict.fromkeys(ids))
    # All of it before anything is written: one round trip.
    tx.foresee([(name, {"id": id}) for id in ids for name in _SETTLED_BY])
    rows = [conversation(tx, id) for id in ids]
    known = {id: {row["address"] for row in tx.all("participants", id=id)} for id in ids}
    everybody = set().union(*known.values()) if known else set()
    # Whoever has a message here takes part, and nobody else: taking part is what lets one join by answering.
    there = {id: everybody & _addresses(tx, id) for id in ids}
    for row in rows:
        follow_messages(tx, row)
    for row in rows:
        id = row["id"]
        for address in there[id] - known[id]:
            tx.run("add_participant", conversation_id=id, address=address)
        for address in known[id] - there[id]:
            tx.run("delete_participant", conversation_id=id, address=address)
        save(tx, row)


def _addresses(tx: Tx, id: str) -> set[str]:
    found: set[str] = set()
    for row in tx.all("parties_in", id=id):
        kind = row["kind"] or ""
        found.add(normalised(kind, row["from_address"])[1])
        found.add(row["value_norm"] or "")
        for group in _GROUPS:
            found.update(normalised(kind, each.address)[1] for each in addresses(row["parties"], group))
    return found - {""}


def _join_drafts(tx: Writer, id: str, into: str) -> None:
    """What was begun in one conversation is gone on with in the other; its own row stays, unseen, for undo."""
    for draft in tx.all("drafts_in", id=id):
        place = {"conversation_id": into, "agent_id": draft["agent_id"], "mode": draft["mode"]}
        begun = tx.one("draft", **place)
        parts = [begun["body"] if begun else "", draft["body"]]
        tx.run("save_draft", **place, body=_GAP.join(part for part in parts if part), now=tx.now)
        if begun is None:
            tx.run("set_draft_fields", **place, fields=draft["fields"])


def part_drafts(tx: Writer, id: str, into: str) -> None:
    """The other way, when the messages are back: what still stands in ``into`` as it was joined goes back, too; what
    was written on, or sent, stays there."""
    for draft in tx.all("drafts_in", id=id):
        place = {"conversation_id": into, "agent_id": draft["agent_id"], "mode": draft["mode"]}
        joined = tx.one("draft", **place)
        body = joined["body"] if joined is not None else ""
        before, found, after = f"{_GAP}{body}{_GAP}".rpartition(f"{_GAP}{draft['body']}{_GAP}")
        rest = _GAP.join(part for part in (before.removeprefix(_GAP), after.removesuffix(_GAP)) if part)
        # A draft without words has files (desk/held_files.py), which move as messages do.
        mark = files_mark(draft["agent_id"], DraftMode(draft["mode"]))
        files = bool(tx.all("draft_holders", conversation_id=into, mark=mark))
        if draft["body"] and not found:
            tx.run("delete_draft", **{**place, "conversation_id": id})
        elif draft["body"] and (rest or files):
            tx.run("save_draft", **place, body=rest, now=tx.now)
        elif draft["body"] or (not body and not files):
            tx.run("delete_draft", **place)
