"""A new message takes its place: customer, conversation, text, files, search, and what it does to the inbox."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.identity import IngestRules, customer_address, first_recipient, normalised, person
from omni_tui.desk.threading import MOST_KEYS, place
from omni_tui.model.address import Address
from omni_tui.model.events import RemoteMessage
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Writer, blobs, search_docs
from omni_tui.store.messages import parties_json
from omni_tui.text.clean import storable, storable_line
from omni_tui.text.i18n import _
from omni_tui.text.mail.subject import base_subject

DAY_MS = 24 * 3600 * 1000
KEPT = 200_000
"""Characters of a text that are kept as such and made findable; the source has all of them."""
LONGEST_LINE = 1000
"""The same for subjects and names, which stand in every list."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a message comes: to us or from us, in a first sync, and answered already as the channel says."""

    inbound: bool
    history: bool
    answered: bool


def arrive(tx: Writer, channel: Row, message: RemoteMessage, rules: IngestRules, arrival: Arrival) -> str:
    """Store a message we do not have; its id."""
    message = _storable(message)
    kind = channel["kind"]
    at = _received_at(tx, message, arrival)
    customer = (customer_address if arrival.inbound else first_recipient)(message, rules)
    others = [address for address in (*message.to, *message.cc) if not rules.is_ours(address.address)]
    # Whoever may join: for our own messages those they are to, or a conversation would leak to strangers.
    joining = [message.author.address] if arrival.inbound else [address.address for address in others]
    if arrival.inbound and customer is not None:
        joining.append(customer.address)
    found = place(tx, channel["id"], kind, message, joining)
    writer = person(tx, kind, customer, at) if found.joins is None or (customer and arrival.inbound) else None
    if found.joins is not None:
        row = conversation(tx, found.joins)
    else:
        assert writer is not None
        row = _begin(tx, channel, message, writer.customer_id, found.related, at, arrival)
    message_id = uuid7()
    _insert(tx, channel, message, message_id, row["id"], writer.identity_id if writer else None, at, arrival)
    for address in (message.author, *((customer,) if customer else ()), *others):
        if not rules.is_ours(address.address):
            _participate(tx, kind, row["id"], address)
    _affect(tx, row, message, at, rules, arrival)
    return message_id


def _storable(message: RemoteMessage) -> RemoteMessage:
    """The message with nothing in it that a database cannot hold, and no part beyond measure."""
    text, notice = storable(message.text), storable(message.unreadable)
    if len(text) > KEPT and message.raw:
        text, notice = text[:KEPT], _("This is the beginning of a very long message; its source has all of it.")
    return dataclasses.replace(
        message,
        author=_party(message.author),
        reply_to=tuple(map(_party, message.reply_to)),
        to=tuple(map(_party, message.to)),
        cc=tuple(map(_party, message.cc)),
        subject=storable_line(message.subject)[:LONGEST_LINE],
        text=text,
        unreadable=notice,
        key=storable_line(message.key),
        reply_keys=tuple(map(storable_line, message.reply_keys[-MOST_KEYS:])),
        attachments=tuple(
            dataclasses.replace(
                file,
                name=storable_line(file.name)[:LONGEST_LINE],
                mime=storable_line(file.mime),
                content_id=storable_line(file.content_id),
            )
            for file in message.attachments
        ),
    )


def _party(address: Address) -> Address:
    return Address(storable_line(address.address), storable_line(address.name)[:LONGEST_LINE])


def _received_at(tx: Writer, message: RemoteMessage, arrival: Arrival) -> int:
    at = message.receipt_at
    if arrival.history and message.sent_at is not None:
        at = min(at, message.sent_at)
    return max(0, min(at, tx.now))


def _begin(
    tx: Writer, channel: Row, message: RemoteMessage, customer_id: str, related: str | None, at: int, arrival: Arrival
) -> dict[str, Any]:
    id = uuid7()
    tx.run(
        "insert_conversation",
        id=id,
        ref=tx.next("conversation"),
        customer_id=customer_id,
        channel_id=channel["id"],
        subject=base_subject(message.subject),
        # A first sync decides below; what we ourselves began somewhere else waits for nobody here.
        status="open" if arrival.inbound and not arrival.history else "resolved",
        bulk=int(message.automatic and arrival.inbound),
        settled=0 if arrival.history else 1,
        last_at=at,
        last_direction="inbound" if arrival.inbound else "outbound",
        related_id=related,
        now=tx.now,
    )
    return conversation(tx, id)


def _insert(
    tx: Writer,
    channel: Row,
    message: RemoteMessage,
    message_id: str,
    conversation_id: str,
    identity_id: str | None,
    at: int,
    arrival: Arrival,
) -> None:
    tx.run(
        "insert_message",
        id=message_id,
        conversation_id=conversation_id,
        direction="inbound" if arrival.inbound else "outbound",
        channel_id=channel["id"],
        external_id=message.external_id,
        identity_id=identity_id,
        agent_id=None,
        from_address=message.author.address,
        from_name=message.author.name,
        parties=parties_json(to=message.to, cc=message.cc, reply_to=message.reply_to),
        reply_keys=json.dumps(message.reply_keys),
        subject=message.subject,
        body=message.text,
        notice=message.unreadable,
        automatic=int(message.automatic),
        answered=int(arrival.answered),
        source_sha=blobs.put(tx, message.raw) if message.raw else None,
        received_at=at,
        sent_at=message.sent_at,
        now=tx.now,
    )
    keys = dict.fromkeys(message.reply_keys, 0)
    if message.key:
        keys[message.key] = 1
    tx.run_many(
        "insert_message_key",
        [
            {
                "channel_id": channel["id"],
                "reply_key": key,
                "message_id": message_id,
                "conversation_id": conversation_id,
                "own": own,
            }
            for key, own in keys.items()
        ],
    )
    for position, file in enumerate(message.attachments):
        tx.run(
            "insert_attachment",
            id=uuid7(),
            message_id=message_id,
            position=position,
            name=file.name,
            mime=file.mime,
            size=file.size,
            part=file.part,
            content_id=file.content_id,
        )
    names = " ".join(f"{party.name} {party.address}" for party in (message.author, *message.to, *message.cc))
    files = " ".join(file.name for file in message.attachments)
    words = f"{message.subject}\n{names}\n{files}\n{message.text[:KEPT]}"
    search_docs.put(tx, message_id, conversation_id, at, words)


def _participate(tx: Writer, kind: str, conversation_id: str, address: Address) -> None:
    value = normalised(kind, address.address)[1]
    if value:
        tx.run("add_participant", conversation_id=conversation_id, address=value)


def _affect(
    tx: Writer, row: dict[str, Any], message: RemoteMessage, at: int, rules: IngestRules, arrival: Arrival
) -> None:
    """What the message does to its conversation."""
    last_at = row["last_at"]
    newest = follow_messages(tx, row)
    assert newest is not None
    waits = _waits(tx, newest, rules)
    if not arrival.history:
        row["settled"] = 1
        _come_in(row, message, arrival.inbound)
    elif not row["settled"]:
        # In a first sync a conversation is open only if its last message waits for an answer.
        row["status"] = "open" if waits else "resolved"
        row["unread"] = int(waits)
        if newest["direction"] == "inbound" and not newest["automatic"]:
            row["bulk"] = 0
    elif at > last_at and waits:
        # The folder was made anew on the server: what came meanwhile looks like history and is not.
        _come_in(row, message, arrival.inbound)
    save(tx, row)


def _come_in(row: dict[str, Any], message: RemoteMessage, inbound: bool) -> None:
    if not inbound:
        row["unread"] = 0
    elif not message.automatic:
        row["bulk"] = 0
        row["unread"] = 1
        if row["status"] in ("resolved", "snoozed"):
            row["status"], row["snoozed_until"] = "open", None


def _waits(tx: Writer, newest: Row, rules: IngestRules) -> bool:
    """Whether the last message is a customer's, young and unanswered."""
    return (
        newest["direction"] == "inbound"
        and not newest["automatic"]
        and not newest["answered"]
        and newest["received_at"] >= tx.now - rules.open_days * DAY_MS
    )
