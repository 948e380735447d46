"""Calling a reply or note back: the text returns as a draft, and redo sends it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from omni_tui.desk import composing, held_files, partly_sent
from omni_tui.desk.addressing import written
from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.draft_fields import fields_from, fields_json
from omni_tui.model.conversation import Agent
from omni_tui.model.draft import NO_FIELDS, DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.store import Row, Tx, Writer, search_docs
from omni_tui.store.messages import addresses
from omni_tui.text.clean import storable_line
from omni_tui.text.i18n import _

LONGEST_WINDOW_MS = 600_000
"""What waits longer than an undo window can be (``inbox.undo_send_s``) waits for a moment somebody named."""
_WINDOW_MS = 10_000


def recall(tx: Writer, agent: Agent, outbox_id: str) -> str:
    """Cancel a reply that is still queued and give its text back; why not, in words, if it has left."""
    out = tx.one("outbox", id=outbox_id)
    assert out is not None
    if out["state"] != "queued" or partly_sent.waiting(tx, out):
        ref = conversation(tx, out["conversation_id"])["ref"]
        if out["state"] in ("failed", "uncertain"):
            return _("The reply to #{ref} was tried already; open it to decide.").format(ref=ref)
        if out["state"] == "cancelled":
            return _("The reply to #{ref} was taken back already.").format(ref=ref)
        return _("The reply to #{ref} has left.").format(ref=ref)
    tx.run("move_outbox", id=outbox_id, was="queued", state="cancelled", error="", not_before=None, now=tx.now)
    take_back(tx, agent.id, out)
    return ""


def take_back(tx: Writer, agent_id: str, out: Row) -> None:
    """Withdraw the message of a row of the outbox that will not be sent: its text, its files and how it was to leave
    are a draft again, of the kind it was."""
    id, place = {"id": out["message_id"]}, {"conversation_id": out["conversation_id"], "agent_id": agent_id}
    # Most of it before anything is written: one round trip.
    begun = ("is_begun_here", {"id": out["conversation_id"], "message_id": out["message_id"]})
    kept = ("outgoing_files", {"message_id": out["message_id"]})
    draft = ("draft", {**place, "mode": "reply"})
    tx.foresee([("message", id), begun, kept, draft, ("channel", {"id": out["channel_id"]})])
    message = tx.one("message", **id)
    assert message is not None
    at = out["not_before"] if out["not_before"] - out["created_at"] > LONGEST_WINDOW_MS else 0
    if composing.unmake(tx, agent_id, out, message, at):
        return
    body, conversation_id = _withdraw(tx, message["id"]), out["conversation_id"]
    channel = tx.one("channel", id=out["channel_id"])
    by = channel["name"] if channel is not None else ""
    to, cc = addresses(message["parties"], "to"), addresses(message["parties"], "cc")
    if message["aside"]:
        left_out = _left_out(tx, message)
        fields = DraftFields(by, to=written(to), cc=written(cc), at=at, of=message["aside"], left_out=left_out)
        give_back(tx, agent_id, conversation_id, body, "forward", fields)
        held_files.give_back(tx, agent_id, conversation_id, message["id"], DraftMode.FORWARD)
        return
    copies = ", ".join(each.address for each in cc)
    give_back(tx, agent_id, conversation_id, body, "reply", DraftFields(by, cc=copies, at=at))
    held_files.give_back(tx, agent_id, conversation_id, out["message_id"])


def requeue(tx: Writer, agent: Agent, row: Row, outbox_id: str) -> str:
    """Queue what was called back again, by its ``row`` of the journal: for the moment it was to leave at, or with the
    undo window it had."""
    out = tx.one("outbox", id=outbox_id)
    if out is None:
        return composing.make_again(tx, agent, row["conversation_id"], row["undone_at"], _WINDOW_MS)
    waited = max(0, out["not_before"] - out["created_at"])
    # Whoever named a moment meant that, not so long after whatever is done to the reply; one that went by is no reason
    # to wait as long again.
    leaves_at = max(out["not_before"], tx.now + _WINDOW_MS) if waited > LONGEST_WINDOW_MS else tx.now + waited
    if out["state"] != "cancelled":
        return _("The reply is no longer held back.")
    tx.run("move_outbox", id=outbox_id, was="cancelled", state="queued", error="", not_before=leaves_at, now=tx.now)
    restore(tx, out["message_id"], DraftMode.REPLY)
    return ""


def withdraw_note(tx: Writer, message_id: str) -> str:
    """Hide a note that was just written, and give its text back as a draft."""
    message = tx.one("message", id=message_id)
    if message is None or message["deleted_at"] is not None:
        return _("The note is gone.")
    body = _withdraw(tx, message_id)
    give_back(tx, message["agent_id"], message["conversation_id"], body, mode="note")
    return ""


def restore(tx: Writer, message_id: str, mode: DraftMode) -> None:
    """Show a withdrawn message again; the draft it became goes unless it was changed since."""
    message = tx.one("message", id=message_id)
    assert message is not None
    conversation_id, body = message["conversation_id"], message["body"]
    if message["aside"]:
        mode = DraftMode.FORWARD
    draft = {"conversation_id": conversation_id, "agent_id": message["agent_id"], "mode": mode.value}
    done_with = _is_done_with(tx, draft, body, message_id, mode)
    tx.run("undelete_message", id=message_id)
    # What follows from it in one round trip.
    of_it = [(name, {"id": message_id}) for name in ("message", "message_names_of_files")]
    tx.foresee([*of_it, *((name, {"id": conversation_id}) for name in ("conversation", "newest_message"))])
    search_docs.put_again(tx, message_id)
    _refresh(tx, conversation_id)
    if not done_with:
        return
    if mode is not DraftMode.NOTE and message["agent_id"] is not None:
        held_files.drop(tx, message["agent_id"], conversation_id, mode)
    tx.run("delete_draft", **draft)


def _is_done_with(tx: Tx, draft: Mapping[str, Any], body: str, message_id: str, mode: DraftMode) -> bool:
    """Whether a draft is just what the message was that became it, files and all."""
    tx.foresee([("draft", draft), ("outgoing_files", {"message_id": message_id})])
    begun = tx.one("draft", **draft)
    if begun is None or begun["body"] != body:
        return False
    if mode is DraftMode.NOTE or draft["agent_id"] is None:
        return True
    return held_files.are_those_of(tx, draft["agent_id"], draft["conversation_id"], message_id, mode)


def give_back(
    tx: Writer, agent_id: str, conversation_id: str, body: str, mode: str = "reply", fields: DraftFields = NO_FIELDS
) -> None:
    """Make ``body`` the draft, above whatever was begun meanwhile; how it leaves is as it was, unless that has been
    chosen anew."""
    place = {"conversation_id": conversation_id, "agent_id": agent_id, "mode": mode}
    begun = tx.one("draft", **place)
    text = "\n\n".join(part for part in (body, begun["body"] if begun else "") if part)
    tx.run("save_draft", **place, body=text, now=tx.now)
    chosen = fields_from(begun["fields"]) if begun else NO_FIELDS
    if replace(chosen, seen="") == NO_FIELDS:
        tx.run("set_draft_fields", **place, fields=fields_json(replace(fields, seen=chosen.seen)))


def _left_out(tx: Writer, message: Row) -> tuple[str, ...]:
    """The files of the message passed on that did not go along."""
    files = tx.all("outgoing_files", message_id=message["id"])
    sent = [(row["name"], row["size"]) for row in files if row["position"] < held_files.OWN_FROM]
    left = []
    for row in tx.all("attachments_of", message_id=message["aside"]):
        one = (storable_line(row["name"]), row["size"])
        if one in sent:
            sent.remove(one)
        else:
            left.append(row["id"])
    return tuple(left)


def _withdraw(tx: Writer, message_id: str) -> str:
    message = tx.one("message", id=message_id)
    assert message is not None
    tx.run("delete_message", id=message_id, now=tx.now)
    search_docs.drop(tx, message_id)
    _refresh(tx, message["conversation_id"])
    return str(message["body"])


def _refresh(tx: Writer, conversation_id: str) -> None:
    row = conversation(tx, conversation_id)
    follow_messages(tx, row)
    save(tx, row)
