"""Which conversation a message belongs to.

It joins one if its sender takes part there and it names one of our signed tokens or a message of that conversation:
names that only those know who had the message. Anybody can write a From and guess a reference number, so the number
joins only where the channel's own server vouches for the sender. A message that both sides merely mention joins only
for those who wrote there, not for who was copied. Whom an agent forwarded a message to joins by the signed name of that
forward alone, and without taking part: what they write stands aside of what customer and agents write to each other.
Otherwise it begins a new conversation, linked to what it named. The subject alone never joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Final, Literal

from omni_tui.desk import tokens
from omni_tui.desk.identity import normalised
from omni_tui.model.events import RemoteMessage
from omni_tui.store import Tx
from omni_tui.store.messages import addresses
from omni_tui.text.mail.subject import reference_number

Bond = Literal["name", "mention", "number"]
"""How a message names a conversation: a message of it, a message both mention, its number in the subject."""

NAME: Final = "name"
MENTION: Final = "mention"
NUMBER: Final = "number"

MOST_KEYS = 50
"""How many of a message's references are looked up, from the last."""


@dataclass(frozen=True, slots=True)
class Place:
    """``joins`` is the conversation it belongs to; ``related`` one it named without taking part in it; ``aside`` the
    message of ours that it answers, if that was forwarded to its author. ``again``: what the message ties together
    is to be looked at when its batch is in."""

    joins: str | None = None
    related: str | None = None
    aside: str = ""
    again: bool = False


NOWHERE = Place()
"""That of most messages: they name no conversation."""


def place(
    tx: Tx,
    channel_id: str,
    kind: str,
    message: RemoteMessage,
    parties: Iterable[str],
    *,
    proven: bool,
    live: bool,
) -> Place:
    """Where ``message``, which comes as it is written, goes; ``parties`` are the addresses one of which must take part.

    ``proven``: the channel's server vouches for its author. ``live``: it is not ours. What comes later than it was
    written goes another way (``desk/belonging.py``).
    """
    named = _named(tx, channel_id, message)
    if not named:
        return NOWHERE
    allowed = {normalised(kind, address)[1] for address in parties} - {""}
    related = None
    for conversation_id, bond in named.items():
        who = "is_correspondent" if bond == MENTION and live else "is_participant"
        if (bond != NUMBER or proven) and any(
            tx.one(who, conversation_id=conversation_id, address=address) for address in allowed
        ):
            # A signed name is surer than what both mention.
            return (bond != NAME and answer_to_forward(tx, message, allowed)) or Place(joins=conversation_id)
        related = related or conversation_id
    return (related and answer_to_forward(tx, message, allowed)) or Place(related=related)


def answer_to_forward(tx: Tx, message: RemoteMessage, allowed: Set[str]) -> Place | None:
    """Where a message goes that answers what was forwarded to one of the normalised addresses ``allowed``."""
    for key in reversed(message.reply_keys[-MOST_KEYS:]):
        outbox_id = tokens.outbox_id_of(tx, key)
        sent = tx.one("forward_sent", outbox_id=outbox_id) if outbox_id is not None else None
        if sent is not None:
            to = (*addresses(sent["parties"], "to"), *addresses(sent["parties"], "cc"))
            if allowed & {normalised(sent["kind"], each.address)[1] for each in to}:
                return Place(joins=sent["conversation_id"], aside=sent["id"])
    return None


def _named(tx: Tx, channel_id: str, message: RemoteMessage) -> dict[str, Bond]:
    """The conversations a message names, the surest first, and how."""
    found: dict[str, Bond] = {}
    for key in reversed(message.reply_keys[-MOST_KEYS:]):
        outbox_id = tokens.outbox_id_of(tx, key)
        if outbox_id is not None:
            out = tx.one("outbox", id=outbox_id)
            if out is not None:
                found[out["conversation_id"]] = NAME
        for row in tx.all("keyed_conversations", channel_id=channel_id, reply_key=key):
            _bind(found, row["conversation_id"], NAME if row["own"] else MENTION)
    if message.key:
        # Fetched newest first: an answer to this message may have come before it.
        for row in tx.all("keyed_conversations", channel_id=channel_id, reply_key=message.key):
            _bind(found, row["conversation_id"], NAME)
    ref = reference_number(message.subject)
    if ref is not None:
        conversation_id = tx.value("conversation_id_by_ref", ref=ref)
        if conversation_id is not None:
            _bind(found, conversation_id, NUMBER)
    return found


def _bind(found: dict[str, Bond], conversation_id: str, bond: Bond) -> None:
    if found.get(conversation_id) != NAME:
        found[conversation_id] = NAME if bond == NAME else found.get(conversation_id, bond)
