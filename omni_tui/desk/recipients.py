"""Whom an answer goes to."""

from __future__ import annotations

from omni_tui.model.address import Address
from omni_tui.store import Tx
from omni_tui.store.messages import addresses
from omni_tui.text.address import is_no_reply, normalise_email


def reply_recipients(tx: Tx, conversation_id: str) -> tuple[Address, ...]:
    """The Reply-To of the customer's last message, else its From (RFC 5322, section 3.6.2); without one, the
    recipients of our own last message. Never an own or a no-reply address."""
    own = {normalise_email(row["address"]) for row in tx.all("channels")}
    inbound = tx.one("last_inbound", id=conversation_id)
    if inbound is None:
        outbound = tx.one("last_outbound", id=conversation_id)
        return _answerable(addresses(outbound["parties"], "to"), own) if outbound else ()
    asked = _answerable(addresses(inbound["parties"], "reply_to"), own)
    return asked or _answerable((Address(inbound["from_address"], inbound["from_name"]),), own)


def _answerable(found: tuple[Address, ...], own: set[str]) -> tuple[Address, ...]:
    return tuple(
        address
        for address in found
        if normalise_email(address.address) not in own | {""} and not is_no_reply(address.address)
    )
