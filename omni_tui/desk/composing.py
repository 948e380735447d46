"""Writing to somebody first: the conversation begins when it is sent, and is gone when it is called back in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from omni_tui.desk import new_drafts, outgoing
from omni_tui.desk.acts import Act
from omni_tui.desk.addressing import mail_channel, typed, written
from omni_tui.desk.conversation_state import conversation, follow_message, save
from omni_tui.desk.identity import person
from omni_tui.model.address import Address
from omni_tui.model.commands import SentFile
from omni_tui.model.conversation import Agent
from omni_tui.model.draft import DraftFields
from omni_tui.model.errors import Conflict, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.outcome import Queued
from omni_tui.store import Row, Store, Writer, blobs, search_docs
from omni_tui.store.messages import addresses, parties_json
from omni_tui.text.clean import storable, storable_line
from omni_tui.text.i18n import _

LONGEST_SUBJECT = 1000
Kept = tuple[str, str, int, str]
"""A file in the store: name, MIME type, size, hash."""


def compose(
    store: Store,
    agent: Agent,
    fields: DraftFields,
    body: str,
    *,
    files: Sequence[SentFile] = (),
    draft_id: str = "",
    shown: Sequence[str] = (),
    delay_ms: int = 0,
) -> Queued:
    """Queue a mail that begins a conversation, with the files of the draft ``draft_id`` (their ids as ``shown``).

    The first address it is to is the customer, who may be new; the conversation is open and the agent's. It leaves as a
    reply does (:func:`omni_tui.desk.replies.reply`). Raises UsageError where something is missing or wrong, Conflict
    where no channel can write first, or the draft has other files than shown, or was sent from another window.
    """

    def queued(tx: Writer) -> Queued:
        sent = tx.one("conversation", id=draft_id) if draft_id else None
        if sent is not None:
            raise Conflict(_("This was sent in another window, as #{ref}.").format(ref=sent["ref"]))
        held = _drafted(tx, draft_id, shown)
        words = storable(body).strip("\n") if files or held else outgoing.body_of(body)
        named = [(f.name, f.mime, len(f.data), blobs.name_of(f.data)) for f in files]
        leaves_at = outgoing.moment(tx.now, delay_ms, fields.at)
        made = _make(tx, agent, fields, words, [*named, *held], leaves_at, {"id": draft_id}, [f.data for f in files])
        act = Act(tx, "compose", agent)
        act.record("message", made.message_id, made.conversation_id, "outbox", None, made.outbox_id)
        return replace(made, act_id=act.id)

    return store.act_durably(queued)


def unmake(tx: Writer, agent_id: str, out: Row, message: Row, at: int) -> bool:
    """What began a conversation was called back: it is a draft again, and nothing shows that it ever was begun.

    False for a message that began none. A conversation somebody wrote a note in meanwhile stays, for the note.
    """
    id = message["conversation_id"]
    if tx.one("is_begun_here", id=id, message_id=message["id"]) is None:
        return False
    bare = tx.one("is_bare", id=id, message_id=message["id"]) is not None
    row = conversation(tx, id)
    channel = tx.one("channel", id=out["channel_id"])
    fields = DraftFields(
        channel=channel["name"] if channel is not None else "",
        to=written(addresses(message["parties"], "to")),
        cc=written(addresses(message["parties"], "cc")),
        subject=message["subject"],
        at=at,
    )
    files = tx.all("outgoing_files", message_id=message["id"])
    draft_id = id if bare else uuid7()
    # Redo makes the same again: the same number, and the names its act knows it by.
    again = {"ref": row["ref"], "message_id": message["id"], "outbox_id": out["id"], "leaves_at": out["not_before"]}
    again |= {"created_at": out["created_at"], "put_at": tx.now}
    new_drafts.put(tx, agent_id, draft_id, message["body"], fields, **({"sent": again} if bare else {}))
    for position, file in enumerate(files):
        new_drafts.add_file(tx, draft_id, position, file["name"], file["mime"], file["size"], file["sha256"])
    tx.changed("new_draft", draft_id)
    search_docs.drop(tx, message["id"])
    if not bare:
        tx.run("delete_message", id=message["id"], now=tx.now)
        return True
    tx.run("unmake_conversation", id=id)
    tx.changed("conversation", id)
    if tx.one("is_new_customer", id=row["customer_id"], at=row["created_at"]) is not None:
        search_docs.drop_customer(tx, row["customer_id"])
        tx.run("unmake_customer", id=row["customer_id"])
        tx.changed("customer", row["customer_id"])
    return True


def make_again(tx: Writer, agent: Agent, draft_id: str, undone_at: int, window_ms: int) -> str:
    """Send once more what was called back, if the draft it became is as it was then; why not, in words."""
    row = tx.one("new_draft", id=draft_id)
    sent = new_drafts.beside(row) if row is not None else {}
    # Called back out of its turn, an act is undone "later" than its draft was put there.
    if row is None or not sent or row["agent_id"] != agent.id or row["updated_at"] != sent.get("put_at", undone_at):
        return _("What was called back was changed or sent since.")
    draft = new_drafts.draft_of(row)
    kept = _drafted(tx, draft_id, [each["id"] for each in tx.all("new_draft_files", draft_id=draft_id)])
    waited = max(0, sent["leaves_at"] - sent["created_at"])
    leaves_at = max(sent["leaves_at"], tx.now + window_ms) if draft.fields.at else tx.now + waited
    try:
        _make(tx, agent, draft.fields, draft.body, kept, leaves_at, {**sent, "id": draft_id})
    except (UsageError, Conflict) as error:
        return error.message
    return ""


def _make(
    tx: Writer,
    agent: Agent,
    fields: DraftFields,
    body: str,
    files: Sequence[Kept],
    leaves_at: int,
    ids: dict[str, Any],
    contents: Iterable[bytes] = (),
) -> Queued:
    subject = storable_line(fields.subject).strip()[:LONGEST_SUBJECT]
    to = typed(tx, fields.to)
    if not to:
        raise UsageError(_("Nobody is named to write to."), _("Such as: --to ana@shop.example"))
    if not subject:
        raise UsageError(_("A mail needs a subject."), _("Such as: --subject 'Your order 4417'"))
    there = {each.address for each in to}
    copies = tuple(each for each in typed(tx, fields.cc) if each.address not in there)
    channel = mail_channel(tx, fields.channel)
    outgoing.carried(tx, channel, [size for _name, _mime, size, _sha in files])
    id, message_id = ids.get("id") or uuid7(), ids.get("message_id") or uuid7()
    row = _begin(
        tx, agent, id, ids.get("ref"), person(tx, channel["kind"], to[0], tx.now).customer_id, channel, subject
    )
    outgoing.write_down(
        tx,
        message_id,
        id,
        "outbound",
        agent,
        body,
        channel_id=channel["id"],
        from_address=channel["address"],
        subject=subject,
        parties=parties_json(to=to, cc=copies),
    )
    for content in contents:
        blobs.put(tx, content)
    outgoing.keep_files(tx, message_id, files)
    outgoing.take_part(tx, id, channel["kind"], _all(to, copies))
    outbox_id = outgoing.queue(tx, message_id, id, channel["id"], leaves_at, ids.get("outbox_id", ""))
    tx.run("delete_new_draft", id=id, agent_id=agent.id)
    tx.changed("new_draft", id)
    made = {"id": message_id, "direction": "outbound", "body": body, "received_at": tx.now, "channel_id": channel["id"]}
    follow_message(row, None, made)
    save(tx, row)
    return Queued(id, message_id, outbox_id, leaves_at, "")


def _begin(
    tx: Writer, agent: Agent, id: str, ref: int | None, customer_id: str, channel: Row, subject: str
) -> dict[str, Any]:
    tx.run(
        "insert_conversation",
        id=id,
        ref=ref or tx.next("conversation"),
        customer_id=customer_id,
        channel_id=channel["id"],
        subject=subject,
        status="open",
        bulk=0,
        settled=1,
        last_at=tx.now,
        last_direction="outbound",
        related_id=None,
        now=tx.now,
    )
    tx.run("take_after", id=id, assignee_id=agent.id, priority=2)
    # As it stands there now, but for its number.
    return {
        "id": id,
        "status": "open",
        "bulk": 0,
        "unread": 0,
        "settled": 1,
        "channel_id": channel["id"],
        "snoozed_until": None,
        "assignee_id": agent.id,
        "priority": 2,
        "resolved_at": None,
    }


def _drafted(tx: Writer, draft_id: str, shown: Sequence[str]) -> list[Kept]:
    rows = tx.all("new_draft_files", draft_id=draft_id) if draft_id else []
    if [row["id"] for row in rows] != list(shown):
        raise Conflict(_("The files of this draft were changed in another window."), _("Look at them, and send again."))
    return [(row["name"], row["mime"], row["size"], row["sha256"]) for row in rows]


def _all(*groups: Iterable[Address]) -> list[Address]:
    return [each for group in groups for each in group]
