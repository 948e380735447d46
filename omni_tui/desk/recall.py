"""Calling a reply or note back: the text returns as a draft, and redo sends it again."""

from __future__ import annotations

from omni_tui.desk import held_files
from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import DraftMode
from omni_tui.store import Writer, search_docs
from omni_tui.text.i18n import _

LONGEST_WINDOW_MS = 600_000
"""What waits longer than an undo window can be (``inbox.undo_send_s``) waits for a moment somebody named."""
_WINDOW_MS = 10_000


def recall(tx: Writer, agent: Agent, outbox_id: str) -> str:
    """Cancel a reply that is still queued and give its text back; why not, in words, if it has left."""
    out = tx.one("outbox", id=outbox_id)
    assert out is not None
    if not tx.value(
        "move_outbox", id=outbox_id, was="queued", state="cancelled", error="", not_before=None, now=tx.now
    ):
        ref = conversation(tx, out["conversation_id"])["ref"]
        if out["state"] in ("failed", "uncertain"):
            return _("The reply to #{ref} was tried already; open it to decide.").format(ref=ref)
        if out["state"] == "cancelled":
            return _("The reply to #{ref} was taken back already.").format(ref=ref)
        return _("The reply to #{ref} has left.").format(ref=ref)
    body = _withdraw(tx, out["message_id"])
    give_back(tx, agent.id, out["conversation_id"], body)
    held_files.give_back(tx, agent.id, out["conversation_id"], out["message_id"])
    return ""


def requeue(tx: Writer, outbox_id: str) -> str:
    """Queue a recalled reply again: for the moment it was to leave at, or with the undo window it had."""
    out = tx.one("outbox", id=outbox_id)
    assert out is not None
    waited = max(0, out["not_before"] - out["created_at"])
    # Whoever named a moment meant that, not so long after whatever is done to the reply; one that went by is no reason
    # to wait as long again.
    leaves_at = max(out["not_before"], tx.now + _WINDOW_MS) if waited > LONGEST_WINDOW_MS else tx.now + waited
    if not tx.value(
        "move_outbox", id=outbox_id, was="cancelled", state="queued", error="", not_before=leaves_at, now=tx.now
    ):
        return _("The reply is no longer held back.")
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
    tx.run("undelete_message", id=message_id)
    message = tx.one("message", id=message_id)
    assert message is not None
    conversation_id, body = message["conversation_id"], message["body"]
    search_docs.put_again(tx, message_id)
    _refresh(tx, conversation_id)
    draft = {"conversation_id": conversation_id, "agent_id": message["agent_id"], "mode": mode.value}
    begun = tx.one("draft", **draft)
    if begun is None or begun["body"] != body:
        return
    if mode is DraftMode.REPLY and message["agent_id"] is not None:
        if not held_files.are_those_of(tx, message["agent_id"], conversation_id, message_id):
            return
        held_files.drop(tx, message["agent_id"], conversation_id)
    tx.run("delete_draft", **draft)


def give_back(tx: Writer, agent_id: str, conversation_id: str, body: str, mode: str = "reply") -> None:
    """Make ``body`` the draft, above whatever was begun meanwhile."""
    begun = tx.one("draft", conversation_id=conversation_id, agent_id=agent_id, mode=mode)
    text = f"{body}\n\n{begun['body']}" if begun else body
    tx.run("save_draft", conversation_id=conversation_id, agent_id=agent_id, mode=mode, body=text, now=tx.now)


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
