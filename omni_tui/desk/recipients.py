"""Whom an answer goes to, from which address, and whether that is somebody else than before."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.desk.identity import normalised
from omni_tui.desk.senders import own_by_norm, sender_for
from omni_tui.model.address import Address
from omni_tui.store import Row, Tx
from omni_tui.store.messages import addresses
from omni_tui.text.address import is_no_reply, normalise_email


@dataclass(frozen=True, slots=True)
class Recipients:
    """``to`` is where an answer goes, ``sender`` the address of ours it leaves from.

    ``before`` is who was written to last, or who wrote if nobody was yet: empty if there is nothing to compare.
    """

    to: tuple[Address, ...]
    sender: str
    before: tuple[Address, ...]

    @property
    def changed(self) -> bool:
        """Whether the answer goes to others than before: the agent should see that before it leaves."""
        return bool(self.to and self.before) and _norms(self.to) != _norms(self.before)


def recipients(tx: Tx, conversation_id: str) -> Recipients:
    """Whom an answer would go to now."""
    row = tx.one("conversation", id=conversation_id)
    channel = tx.one("channel", id=row["channel_id"]) if row is not None else None
    sender = sender_for(tx, channel, conversation_id) if channel is not None else ""
    return Recipients(reply_recipients(tx, conversation_id), sender, _before(tx, conversation_id))


def reply_recipients(tx: Tx, conversation_id: str) -> tuple[Address, ...]:
    """The Reply-To of the customer's last message, else its From (RFC 5322, section 3.6.2); without one, the
    recipients of our own last message. Never an own or a no-reply address."""
    own = own_addresses(tx)
    kind = _kind(tx, conversation_id)
    inbound = tx.one("last_inbound", id=conversation_id)
    outbound = tx.one("last_outbound", id=conversation_id)
    if outbound is not None and (inbound is None or inbound["automatic"]):
        # What a robot answers (a report, an absence) changes nothing about whom we were writing to.
        return _answerable(kind, addresses(outbound["parties"], "to"), own)
    if inbound is None:
        return ()
    for group in ("forwarded", "reply_to"):
        asked = _answerable(kind, addresses(inbound["parties"], group), own)
        if asked:
            return asked
    return _answerable(kind, (Address(inbound["from_address"], inbound["from_name"]),), own)


def own_addresses(tx: Tx) -> set[str]:
    """Every address of every channel, normalised."""
    return {norm for channel in tx.all("channels") for norm in own_by_norm(channel)}


def _before(tx: Tx, conversation_id: str) -> tuple[Address, ...]:
    outbound: Row | None = tx.one("last_outbound", id=conversation_id)
    if outbound is not None:
        return addresses(outbound["parties"], "to")
    first = tx.one("first_identity", id=conversation_id)
    return (Address(first["value"]),) if first is not None and first["kind"] == "email" else ()


def _norms(found: tuple[Address, ...]) -> set[str]:
    return {normalise_email(each.address) or each.address.strip().casefold() for each in found}


def _kind(tx: Tx, conversation_id: str) -> str:
    """What identities of the conversation's channel are: only those of mail must be mail addresses."""
    row = tx.one("conversation", id=conversation_id)
    channel = tx.one("channel", id=row["channel_id"]) if row is not None else None
    return normalised(channel["kind"], "")[0] if channel is not None else "email"


def _answerable(kind: str, found: tuple[Address, ...], own: set[str]) -> tuple[Address, ...]:
    if kind != "email":
        return tuple(address for address in found if address.address.strip())
    return tuple(
        address
        for address in found
        if normalise_email(address.address) not in own | {""} and not is_no_reply(address.address)
    )
