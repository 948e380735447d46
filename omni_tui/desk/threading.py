"""Which conversation a message belongs to.

It joins one if its sender takes part there and it names one of our signed tokens, a message of that channel, or the
reference number; otherwise it begins a new one, linked to what it named. The subject alone never joins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from omni_tui.desk import tokens
from omni_tui.desk.identity import normalised
from omni_tui.model.events import RemoteMessage
from omni_tui.store import Tx
from omni_tui.text.mail.subject import reference_number

MOST_KEYS = 50
"""How many of a message's references are looked up, from the last."""


@dataclass(frozen=True, slots=True)
class Place:
    """``joins`` is the conversation it belongs to; ``related`` one it named without taking part in it."""

    joins: str | None = None
    related: str | None = None


def place(tx: Tx, channel_id: str, kind: str, message: RemoteMessage, parties: Iterable[str]) -> Place:
    """Where ``message`` goes; ``parties`` are the addresses one of which must take part there."""
    allowed = {normalised(kind, address)[1] for address in parties} - {""}
    related = None
    for conversation_id in _named(tx, channel_id, message):
        if any(tx.one("is_participant", conversation_id=conversation_id, address=address) for address in allowed):
            return Place(joins=conversation_id, related=None)
        related = related or conversation_id
    return Place(related=related)


def _named(tx: Tx, channel_id: str, message: RemoteMessage) -> list[str]:
    """The conversations a message names, the surest first."""
    found: dict[str, None] = {}
    for key in reversed(message.reply_keys[-MOST_KEYS:]):
        outbox_id = tokens.outbox_id_of(tx, key)
        if outbox_id is not None:
            out = tx.one("outbox", id=outbox_id)
            if out is not None:
                found[out["conversation_id"]] = None
        found |= dict.fromkeys(
            row["conversation_id"] for row in tx.all("keyed_conversations", channel_id=channel_id, reply_key=key)
        )
    if message.key:
        # Fetched newest first: an answer to this message may have come before it.
        found |= dict.fromkeys(
            row["conversation_id"]
            for row in tx.all("keyed_conversations", channel_id=channel_id, reply_key=message.key)
        )
    ref = reference_number(message.subject)
    if ref is not None:
        conversation_id = tx.value("conversation_id_by_ref", ref=ref)
        if conversation_id is not None:
            found[conversation_id] = None
    return list(found)
