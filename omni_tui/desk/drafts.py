"""Drafts: what an agent has begun, per conversation and mode, kept until sent or emptied."""

from __future__ import annotations

from collections.abc import Collection

from omni_tui.desk import held_files, new_drafts
from omni_tui.desk.draft_fields import fields_from, fields_json
from omni_tui.desk.relocating import root
from omni_tui.model.conversation import Agent
from omni_tui.model.draft import NO_FIELDS, DraftFields, DraftRow
from omni_tui.model.enums import DraftMode
from omni_tui.store import Row, Store, Writer
from omni_tui.text.clean import storable


def save(
    store: Store,
    agent: Agent,
    conversation_id: str,
    mode: DraftMode,
    body: str,
    *,
    known: Collection[str] | None = None,
    fields: DraftFields | None = None,
) -> str:
    """Keep ``body``; an empty one discards the draft, unless it has files. Text that is kept already costs no write.

    ``known`` are the texts that were here before, as the writer knows. One that is none of them was written in another
    window of the agent's: it is kept before ``body``, and returned; otherwise the answer is empty. ``fields`` say how
    it is to leave (None: as they are); of mode ``new`` the conversation is the id of the draft.
    """
    if mode is DraftMode.NEW:
        new_drafts.save(store, agent, conversation_id, body, fields or NO_FIELDS)
        return ""
    text, shown_id = storable(body), conversation_id
    held = load(store, agent, conversation_id, mode)
    same = fields is None or fields == (held.fields if held is not None else NO_FIELDS)
    if same and (held.body if held else "") == text:
        return ""

    def kept(tx: Writer) -> str:
        conversation_id = root(tx, shown_id)
        row = tx.one("draft", conversation_id=conversation_id, agent_id=agent.id, mode=mode.value)
        there = str(row["body"]) if row is not None and known is not None else ""
        other = "" if there in text or there in map(storable, known or ()) else there
        body = text
        if other:
            body = f"{other}\n\n{text}" if text.strip() else other
        # What is passed on is worth keeping without a word of one's own.
        whole = bool(fields is not None and fields.of)
        if body.strip() or whole or held_files.has_any(tx, agent.id, conversation_id, mode):
            tx.run(
                "save_draft",
                conversation_id=conversation_id,
                agent_id=agent.id,
                mode=mode.value,
                body=body,
                now=tx.now,
            )
            if fields is not None:
                tx.run(
                    "set_draft_fields",
                    conversation_id=conversation_id,
                    agent_id=agent.id,
                    mode=mode.value,
                    fields=fields_json(fields),
                )
        else:
            tx.run("delete_draft", conversation_id=conversation_id, agent_id=agent.id, mode=mode.value)
        tx.changed("conversation", conversation_id)
        return other

    return store.act_durably(kept)


def discard(store: Store, agent: Agent, conversation_id: str, mode: DraftMode) -> None:
    """Throw the draft away, with its files."""
    if mode is DraftMode.NEW:
        new_drafts.discard(store, agent, conversation_id)
        return

    def gone(tx: Writer) -> None:
        id = root(tx, conversation_id)
        held_files.drop(tx, agent.id, id, mode)
        tx.run("delete_draft", conversation_id=id, agent_id=agent.id, mode=mode.value)
        tx.changed("conversation", id)

    store.act_durably(gone)


def load(store: Store, agent: Agent, conversation_id: str, mode: DraftMode) -> DraftRow | None:
    """The agent's draft there, if any."""
    if mode is DraftMode.NEW:
        return new_drafts.load(store, agent, conversation_id)
    with store.read() as tx:
        conversation_id = root(tx, conversation_id)
        row = tx.one("draft", conversation_id=conversation_id, agent_id=agent.id, mode=mode.value)
    return _draft(row) if row else None


def mine(store: Store, agent: Agent) -> tuple[DraftRow, ...]:
    """All the agent's drafts, newest first."""
    with store.read() as tx:
        return tuple(_draft(row) for row in tx.all("drafts_of", agent_id=agent.id))


def _draft(row: Row) -> DraftRow:
    return DraftRow(
        row["conversation_id"], DraftMode(row["mode"]), row["body"], row["updated_at"], fields_from(row["fields"])
    )
