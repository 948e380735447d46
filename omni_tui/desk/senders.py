"""Which of our addresses an answer leaves from: the one the customer wrote to."""

from __future__ import annotations

import json

from omni_tui.store import Row, Tx
from omni_tui.store.messages import addresses
from omni_tui.text.address import normalise_email


def sender_for(tx: Tx, channel: Row, conversation_id: str) -> str:
    """The address of ``channel`` that the customer's last message was to, else the one we last wrote from, else its
    own. ``channel`` has ``kind``, ``address`` and ``aliases``."""
    own = own_by_norm(channel)
    inbound = tx.one("last_inbound", id=conversation_id, kind=channel["kind"])
    if inbound is not None:
        for group in ("to", "cc", "delivered"):
            for each in addresses(inbound["parties"], group):
                if (found := own.get(normalise_email(each.address))) is not None:
                    return found
    outbound = tx.one("last_outbound", id=conversation_id, kind=channel["kind"])
    last = own.get(normalise_email(outbound["from_address"])) if outbound is not None else None
    return last or str(channel["address"])


def own_by_norm(channel: Row) -> dict[str, str]:
    """A channel's addresses as they are written, by their normalised form."""
    return {normalise_email(each): each for each in (channel["address"], *json.loads(channel["aliases"]))}
