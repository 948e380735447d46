"""What every message of ours needs, whatever it is for: a row, a way out, and words it is found by."""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.desk import files as sent_files
from omni_tui.desk import held_files
from omni_tui.desk.identity import normalised
from omni_tui.model.address import Address
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import Conflict, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Writer, search_docs
from omni_tui.text.clean import storable
from omni_tui.text.i18n import _


def write_down(
    tx: Writer,
    message_id: str,
    conversation_id: str,
    direction: str,
    agent: Agent,
    body: str,
    *,
    channel_id: str | None,
    from_address: str = "",
    subject: str = "",
    parties: str = "{}",
) -> None:
    """Store a message an agent wrote, and make it findable."""
    tx.run(
        "insert_message",
        id=message_id,
        conversation_id=conversation_id,
        direction=direction,
        channel_id=channel_id,
        external_id=None,
        identity_id=None,
        agent_id=agent.id,
        from_address=from_address,
        from_name=agent.name,
        parties=parties,
        reply_keys="[]",
        subject=subject,
        body=body,
        notice="",
        automatic=0,
        answered=0,
        facts="",
        source_sha=None,
        received_at=tx.now,
        sent_at=None,
        now=tx.now,
    )
    search_docs.put(tx, message_id, conversation_id, tx.now, f"{subject}\n{agent.name}\n{body}")


def queue(
    tx: Writer, message_id: str, conversation_id: str, channel_id: str, leaves_at: int, outbox_id: str = ""
) -> str:
    """Have a message leave at ``leaves_at``; the id of its row in the outbox."""
    outbox_id = outbox_id or uuid7()
    tx.run(
        "insert_outbox",
        id=outbox_id,
        message_id=message_id,
        conversation_id=conversation_id,
        channel_id=channel_id,
        not_before=leaves_at,
        now=tx.now,
    )
    tx.changed("outbox", outbox_id)
    return outbox_id


def moment(now: int, delay_ms: int, at: int) -> int:
    """When a message leaves: after its undo window, or at the moment ``at`` if that is later."""
    return max(now + max(0, delay_ms), at)


def take_part(tx: Writer, conversation_id: str, kind: str, parties: Iterable[Address]) -> None:
    """Whoever a message is to may join by answering it."""
    for party in parties:
        tx.run("add_participant", conversation_id=conversation_id, address=normalised(kind, party.address)[1])


def carried(tx: Writer, channel: Row, sizes: Iterable[int]) -> None:
    """Raises UsageError where the channel carries no files, or they are too many or too large."""
    sizes = list(sizes)
    sent_files.check_channel(channel, sizes)
    sent_files.check_sizes(sizes)


def keep_files(tx: Writer, message_id: str, files: Iterable[tuple[str, str, int, str]], first: int = 0) -> None:
    """Give a message files that are in the store, from position ``first``: name, MIME type, size and hash of each."""
    held_files.insert(tx, message_id, list(files), first)


def standing(channel: Row) -> Row:
    """The channel, unless it was removed: then no engine would ever send by it."""
    if channel["removed_at"] is not None:
        raise Conflict(
            _("Channel {name} was removed: nothing can be sent by it.").format(name=channel["name"]),
            _("Connect it again under the same name: omni-tui channel add"),
        )
    return channel


def body_of(text: str) -> str:
    """The text as it is stored. Raises UsageError where there is none."""
    text = storable(text).strip("\n")
    if not text.strip():
        raise UsageError(_("There is nothing to send: the text is empty."))
    return text
