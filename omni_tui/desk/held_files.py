"""Files of what is still being written: taken into the store when they are named, so that none can go missing.

They hang on a message that is not written yet, hidden like one that was called back (``statements/drafts.sql``); what
moves or erases a conversation's messages moves and erases them. A forward has the files of the message it passes on
besides: those stay where they are until it is sent, and stand before its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omni_tui.desk import files as outgoing
from omni_tui.desk.draft_fields import fields_from, files_mark
from omni_tui.desk.relocating import root
from omni_tui.desk.ways import asked_first, way
from omni_tui.model.commands import SentFile
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import Conflict, NotFound
from omni_tui.model.ids import uuid7
from omni_tui.model.message import AttachmentRow
from omni_tui.store import Row, Store, Tx, Writer, blobs
from omni_tui.store.foreseen import Question
from omni_tui.text.clean import storable_line
from omni_tui.text.i18n import _

REPLY, FORWARD = DraftMode.REPLY, DraftMode.FORWARD
OWN_FROM = 1_000
"""The first position of a forward's own files in its message; those it passes on stand before."""


def held(store: Store, agent: Agent, conversation_id: str, mode: DraftMode = REPLY) -> tuple[AttachmentRow, ...]:
    """The files of the agent's draft there, in the order they were added."""
    with store.read() as tx:
        return _listed(tx, agent.id, root(tx, conversation_id), mode)


def attach(
    store: Store, agent: Agent, shown_id: str, files: Sequence[SentFile], *, channel: str = ""
) -> tuple[AttachmentRow, ...]:
    """Keep ``files`` with the draft of a reply that goes by ``channel``; all it has then.

    Raises UsageError where the channel carries none, or they are too many or too large with those there.
    """

    def kept(tx: Writer) -> tuple[AttachmentRow, ...]:
        first = [("conversation_root", {"id": shown_id}), *asked_first(shown_id)]
        tx.foresee([*first, *asked_to_keep(agent.id, shown_id, REPLY)])
        conversation_id = root(tx, shown_id)
        return keep(tx, agent, conversation_id, REPLY, files, way(tx, conversation_id, channel).channel)

    return store.act_durably(kept)


def keep(
    tx: Writer, agent: Agent, conversation_id: str, mode: DraftMode, files: Sequence[SentFile], channel: Row
) -> tuple[AttachmentRow, ...]:
    """The same as part of a write, for a draft of any kind and the channel it goes by."""
    outgoing.check_channel(channel, files)
    there = tx.all("held_files", **_of(agent.id, conversation_id, mode))
    outgoing.check_sizes([*(row["size"] for row in there), *(len(file.data) for file in files)])
    begun = tx.one("draft", **_draft(agent.id, conversation_id, mode))
    body = begun["body"] if begun is not None else ""
    tx.run("save_draft", **_draft(agent.id, conversation_id, mode), body=body, now=tx.now)
    tx.changed("conversation", conversation_id)
    found = [(file.name, file.mime, len(file.data), blobs.name_of(file.data)) for file in files]
    added = _add(tx, agent.id, conversation_id, mode, found, [file.data for file in files])
    return (*map(_shown, there), *added)


def detach(
    store: Store, agent: Agent, shown_id: str, file_id: str, mode: DraftMode = REPLY
) -> tuple[AttachmentRow, ...]:
    """Take a file off the draft; those it has left. Raises NotFound where it has it no longer."""

    def taken_off(tx: Writer) -> tuple[AttachmentRow, ...]:
        tx.foresee([("conversation_root", {"id": shown_id}), *asked_to_keep(agent.id, shown_id, mode)])
        conversation_id = root(tx, shown_id)
        there = _listed(tx, agent.id, conversation_id, mode)
        left = tuple(each for each in there if each.id != file_id)
        if len(left) == len(there):
            raise NotFound(_("The draft has that file no longer."))
        begun = tx.one("draft", **_draft(agent.id, conversation_id, mode))
        tx.run("drop_held_file", id=file_id, **_of(agent.id, conversation_id, mode))
        if not left:
            drop(tx, agent.id, conversation_id, mode)
            # What passes a message on is a draft without a word or file of one's own.
            if begun is not None and not begun["body"].strip() and not fields_from(begun["fields"]).of:
                tx.run("delete_draft", **_draft(agent.id, conversation_id, mode))
        tx.changed("conversation", conversation_id)
        return left

    return store.act_durably(taken_off)


def has_any(tx: Tx, agent_id: str, conversation_id: str, mode: DraftMode = REPLY) -> bool:
    """Whether the agent's draft there has files."""
    return bool(tx.all("held_files", **_of(agent_id, conversation_id, mode)))


def asked(agent_id: str, conversation_id: str) -> Question:
    """The question for the files of a reply's draft, for whoever asks more in the same round trip."""
    return "held_files", _of(agent_id, conversation_id, REPLY)


def asked_to_keep(agent_id: str, conversation_id: str, mode: DraftMode) -> list[Question]:
    """The questions for a draft and its files."""
    place = _of(agent_id, conversation_id, mode)
    return [("held_files", place), ("draft_holders", place), ("draft", _draft(agent_id, conversation_id, mode))]


def rows(
    tx: Tx, agent_id: str, conversation_id: str, shown: Sequence[str] | None, mode: DraftMode = REPLY
) -> list[Row]:
    """The draft's files, to be sent along; none where it is not the draft that is sent (``shown`` is None). Raises
    Conflict where they are not those that were ``shown``."""
    if shown is None:
        return []
    found = tx.all("held_files", **_of(agent_id, conversation_id, mode))
    if [row["id"] for row in found] != list(shown):
        raise Conflict(_("The files of this draft were changed in another window."), _("Look at them, and send again."))
    return found


def send_along(tx: Writer, message_id: str, found: Sequence[Row], *, after: int = 0) -> None:
    """Give a message the files of a draft, ``after`` those it has, without copying what is in them."""
    insert(tx, message_id, [(row["name"], row["mime"], row["size"], row["sha256"]) for row in found], after)


def give_back(tx: Writer, agent_id: str, conversation_id: str, message_id: str, mode: DraftMode = REPLY) -> None:
    """Put the files of a message that was called back to the draft it becomes."""
    found = _own(tx, message_id, mode)
    _add(
        tx,
        agent_id,
        conversation_id,
        mode,
        [(row["name"], row["mime"], row["size"], row["sha256"]) for row in found],
    )


def are_those_of(tx: Tx, agent_id: str, conversation_id: str, message_id: str, mode: DraftMode = REPLY) -> bool:
    """Whether the draft's files are exactly those a message took along from one."""
    ours = [(row["name"], row["sha256"]) for row in tx.all("held_files", **_of(agent_id, conversation_id, mode))]
    return ours == [(row["name"], row["sha256"]) for row in _own(tx, message_id, mode)]


def drop(tx: Writer, agent_id: str, conversation_id: str, mode: DraftMode = REPLY) -> None:
    """Let go of the draft's files: they were sent, or it was thrown away."""
    tx.run("drop_holders", **_of(agent_id, conversation_id, mode))


def _own(tx: Tx, message_id: str, mode: DraftMode) -> list[Row]:
    first = OWN_FROM if mode is FORWARD else 0
    return [row for row in tx.all("outgoing_files", message_id=message_id) if row["position"] >= first]


def _add(
    tx: Writer,
    agent_id: str,
    conversation_id: str,
    mode: DraftMode,
    found: Sequence[tuple[str, str, int, str]],
    contents: Iterable[bytes] = (),
) -> tuple[AttachmentRow, ...]:
    """Put files behind those the draft has; ``contents`` are the bytes of what is not in the store yet."""
    if not found:
        return ()
    place = _of(agent_id, conversation_id, mode)
    holders, there = tx.together(("draft_holders", place), ("held_files", place))
    holder = holders[-1]["id"] if holders else uuid7()
    if not holders:
        tx.run("hold_message", id=holder, agent_id=agent_id, now=tx.now, **place)
    for content in contents:
        blobs.put(tx, content)
    return insert(tx, holder, found, first=there[-1]["position"] + 1 if there else 0)


def insert(
    tx: Writer, message_id: str, found: Sequence[tuple[str, str, int, str]], first: int = 0
) -> tuple[AttachmentRow, ...]:
    """Give a message files that are in the store: name, MIME type, size and hash of each."""
    made = []
    for position, (name, mime, size, sha256) in enumerate(found, first):
        id = uuid7()
        made.append(AttachmentRow(id, storable_line(name), storable_line(mime), size))
        tx.run(
            "insert_attachment",
            id=id,
            message_id=message_id,
            position=position,
            name=storable_line(name),
            mime=storable_line(mime),
            size=size,
            part="",
            content_id="",
        )
        tx.run("insert_outgoing_file", attachment_id=id, sha256=sha256)
    return tuple(made)


def _listed(tx: Tx, agent_id: str, conversation_id: str, mode: DraftMode) -> tuple[AttachmentRow, ...]:
    return tuple(map(_shown, tx.all("held_files", **_of(agent_id, conversation_id, mode))))


def _shown(row: Row) -> AttachmentRow:
    return AttachmentRow(row["id"], row["name"], row["mime"], row["size"])


def _of(agent_id: str, conversation_id: str, mode: DraftMode) -> dict[str, str]:
    return {"conversation_id": conversation_id, "mark": files_mark(agent_id, mode)}


def _draft(agent_id: str, conversation_id: str, mode: DraftMode) -> dict[str, str]:
    return {"conversation_id": conversation_id, "agent_id": agent_id, "mode": mode.value}
