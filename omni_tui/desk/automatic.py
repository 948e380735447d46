"""Answers no person writes: to whom one may go, at most one for each address and day, and queueing it.

Everything that answers by itself (acknowledgements, absences, rules) goes through here. RFC 3834 says who is not
answered; the cap ends a loop with whatever does not keep to it.
"""

from __future__ import annotations

import re

from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.identity import IngestRules
from omni_tui.desk.recipients import own_addresses
from omni_tui.desk.senders import sender_for
from omni_tui.model.address import Address
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Tx, Writer, search_docs
from omni_tui.store.messages import addresses, parties_json
from omni_tui.text.address import normalise_email
from omni_tui.text.clean import storable

DAY_MS = 24 * 3600 * 1000

# What the sender wants no robot to answer: Microsoft, [MS-OXCMAIL] section 2.2.3.2.14.
_SUPPRESS = re.compile(rb"^X-Auto-Response-Suppress:[^\n]*\b(?:All|AutoReply|OOF)\b", re.IGNORECASE | re.MULTILINE)
_HEADER_BYTES = 65536


def may_answer(tx: Writer, message_id: str, rules: IngestRules) -> bool:
    """Whether an automatic answer to this message may leave. True is the permission for one, and uses it up:
    nobody gets a second within 24 hours, whatever asks, so answer in the same transaction.

    Never to robots, lists, delivery reports, no-reply and own addresses, nor where answers are wanted elsewhere than
    the message came from, which would let anybody aim them at a third.
    """
    message = tx.one("message", id=message_id)
    if message is None or message["direction"] != "inbound" or message["automatic"] or message["deleted_at"]:
        return False
    if message["aside"]:
        return False  # it answers what an agent forwarded: a person waits for it
    address = normalise_email(message["from_address"])
    if not address or rules.speaks_for_others(address) or address in own_addresses(tx):
        return False
    if any(normalise_email(each.address) != address for each in addresses(message["parties"], "reply_to")):
        return False
    if _suppressed(tx, message_id):
        return False
    return bool(tx.value("claim_automatic_answer", address=address, now=tx.now, before=tx.now - DAY_MS))


def answer(tx: Writer, message_id: str, body: str, rules: IngestRules) -> str | None:
    """Queue ``body`` as an automatic answer to a message, if it may have one; the outbox id.

    Nothing of the message is repeated, neither its subject nor its text: nobody may have strangers mailed by us. It
    answers nobody in the sense of the inbox: the customer goes on waiting.
    """
    if not may_answer(tx, message_id, rules):
        return None
    message = tx.one("message", id=message_id)
    assert message is not None
    row = conversation(tx, message["conversation_id"])
    channel = tx.one("channel", id=message["channel_id"])
    assert channel is not None
    if channel["removed_at"] is not None:
        return None
    return _queue(tx, message, row["id"], channel, storable(body))


def prune(tx: Writer) -> None:
    """Forget who was answered longer ago than the cap looks back."""
    tx.run("prune_automatic_answers", before=tx.now - DAY_MS)


def _queue(tx: Writer, message: Row, conversation_id: str, channel: Row, body: str) -> str:
    outbox_id, own_id = uuid7(), uuid7()
    tx.run(
        "insert_message",
        id=own_id,
        conversation_id=conversation_id,
        direction="outbound",
        channel_id=channel["id"],
        external_id=None,
        identity_id=None,
        agent_id=None,
        from_address=sender_for(tx, channel, conversation_id),
        from_name="",
        parties=parties_json(to=(Address(message["from_address"], message["from_name"]),)),
        reply_keys="[]",
        subject="",
        body=body,
        notice="",
        automatic=1,
        answered=0,
        facts="",
        source_sha=None,
        received_at=tx.now,
        sent_at=None,
        now=tx.now,
    )
    search_docs.put(tx, own_id, conversation_id, tx.now, body)
    tx.run(
        "insert_outbox",
        id=outbox_id,
        message_id=own_id,
        conversation_id=conversation_id,
        channel_id=channel["id"],
        not_before=tx.now,
        now=tx.now,
    )
    row = conversation(tx, conversation_id)
    follow_messages(tx, row)
    save(tx, row)
    tx.changed("outbox", outbox_id)
    return outbox_id


def _suppressed(tx: Tx, message_id: str) -> bool:
    chunk = tx.value("first_source_chunk", id=message_id)
    if chunk is None:
        return False
    head = re.split(rb"\r?\n\r?\n", bytes(chunk[:_HEADER_BYTES]), maxsplit=1)[0]
    return bool(_SUPPRESS.search(head))
