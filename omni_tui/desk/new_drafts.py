"""Drafts of what begins a conversation: no conversation has them yet, so they are an agent's own, with their files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from omni_tui.desk import files as sent_files
from omni_tui.desk.draft_fields import fields_from, fields_json
from omni_tui.model.commands import SentFile
from omni_tui.model.conversation import Agent
from omni_tui.model.draft import NO_FIELDS, DraftFields, DraftRow
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import NotFound
from omni_tui.model.ids import uuid7
from omni_tui.model.message import AttachmentRow
from omni_tui.store import Row, Store, Tx, Writer, blobs
from omni_tui.text.clean import storable, storable_line
from omni_tui.text.i18n import _


def save(store: Store, agent: Agent, id: str, body: str, fields: DraftFields) -> None:
    """Keep a draft; one without anything in it is thrown away. What is kept already costs no write."""
    body = storable(body)
    there = load(store, agent, id)
    if there is not None and (there.body, there.fields) == (body, fields):
        return

    def saved(tx: Writer) -> None:
        if body.strip() or fields != NO_FIELDS or tx.all("new_draft_files", draft_id=id):
            put(tx, agent.id, id, body, fields)
        else:
            tx.run("delete_new_draft", id=id, agent_id=agent.id)
        tx.changed("new_draft", id)

    store.act_durably(saved)


def put(tx: Writer, agent_id: str, id: str, body: str, fields: DraftFields, **beside: Any) -> None:
    """Write a draft down; ``beside`` is forgotten when it is written on."""
    tx.run("save_new_draft", id=id, agent_id=agent_id, body=body, fields=fields_json(fields, **beside), now=tx.now)


def beside(row: Row) -> dict[str, Any]:
    """What was kept beside the fields of a draft."""
    held = json.loads(row["fields"]).get("sent")
    return held if isinstance(held, dict) else {}


def load(store: Store, agent: Agent, id: str) -> DraftRow | None:
    """The agent's draft of this id, if there is one."""
    with store.read() as tx:
        row = tx.one("new_draft", id=id)
    return draft_of(row) if row is not None and row["agent_id"] == agent.id else None


def mine(store: Store, agent: Agent) -> tuple[DraftRow, ...]:
    """All the agent's, the one written last first."""
    with store.read() as tx:
        return tuple(draft_of(row) for row in tx.all("new_drafts_of", agent_id=agent.id))


def discard(store: Store, agent: Agent, id: str) -> None:
    """Throw a draft away, with its files."""

    def gone(tx: Writer) -> None:
        tx.run("delete_new_draft", id=id, agent_id=agent.id)
        tx.changed("new_draft", id)

    store.act_durably(gone)


def files_of(store: Store, id: str) -> tuple[AttachmentRow, ...]:
    """The files that go along with a draft, in order."""
    with store.read() as tx:
        return _listed(tx, id)


def attach(store: Store, agent: Agent, id: str, files: Sequence[SentFile]) -> tuple[AttachmentRow, ...]:
    """Keep files with a draft; all it has then. Raises UsageError for too many or too large ones."""

    def kept(tx: Writer) -> tuple[AttachmentRow, ...]:
        there, begun = tx.together(("new_draft_files", {"draft_id": id}), ("new_draft", {"id": id}))
        sent_files.check_sizes([*(row["size"] for row in there), *(len(file.data) for file in files)])
        if not begun:
            put(tx, agent.id, id, "", NO_FIELDS)
        added = tuple(
            add_file(tx, id, position, file.name, file.mime, len(file.data), blobs.put(tx, file.data))
            for position, file in enumerate(files, there[-1]["position"] + 1 if there else 0)
        )
        tx.changed("new_draft", id)
        return (*map(_shown, there), *added)

    return store.act_durably(kept)


def add_file(tx: Writer, id: str, position: int, name: str, mime: str, size: int, sha256: str) -> AttachmentRow:
    """Give a draft a file that is in the store."""
    made = AttachmentRow(uuid7(), storable_line(name), storable_line(mime), size)
    tx.run(
        "insert_new_draft_file",
        id=made.id,
        draft_id=id,
        position=position,
        name=made.name,
        mime=made.mime,
        size=size,
        sha256=sha256,
    )
    return made


def detach(store: Store, agent: Agent, id: str, file_id: str) -> tuple[AttachmentRow, ...]:
    """Take a file off; those that are left. Raises NotFound where it has it no longer."""

    def taken_off(tx: Writer) -> tuple[AttachmentRow, ...]:
        there = _listed(tx, id)
        if all(each.id != file_id for each in there):
            raise NotFound(_("The draft has that file no longer."))
        tx.run("drop_new_draft_file", id=file_id, draft_id=id)
        tx.changed("new_draft", id)
        return tuple(each for each in there if each.id != file_id)

    return store.act_durably(taken_off)


def draft_of(row: Row) -> DraftRow:
    """A row of the table as a draft."""
    return DraftRow(row["id"], DraftMode.NEW, row["body"], row["updated_at"], fields_from(row["fields"]))


def _listed(tx: Tx, id: str) -> tuple[AttachmentRow, ...]:
    return tuple(map(_shown, tx.all("new_draft_files", draft_id=id)))


def _shown(row: Row) -> AttachmentRow:
    return AttachmentRow(row["id"], row["name"], row["mime"], row["size"])
