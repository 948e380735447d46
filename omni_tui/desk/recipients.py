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
    ``others`` are the rest who are on the mail that is answered: an answer to all goes to them in copy.
    """

    to: tuple[Address, ...]
    sender: str
    before: tuple[Address, ...]
    others: tuple[Address, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the answer goes to others than before: the agent should see that before it leaves."""
        return bool(self.to and self.before) and _norms(self.to) != _norms(self.before)


def recipients(tx: Tx, conversation_id: str, channel: Row) -> Recipients:
    """Whom an answer by ``channel`` would go to now."""
    answered = _answered(tx, conversation_id, channel["kind"])
    own = own_addresses(tx)
    to = answered.to(own)
    return Recipients(
        to,
        sender_for(tx, channel, conversation_id),
        _before(tx, conversation_id, answered),
        answered.others(to, own),
    )


def reply_recipients(tx: Tx, conversation_id: str, kind: str) -> tuple[Address, ...]:
    """Whom an answer by this kind of channel goes to. Never an own or a no-reply address."""
    return _answered(tx, conversation_id, kind).to(own_addresses(tx))


@dataclass(frozen=True, slots=True)
class _Answered:
    """The last messages by one kind of channel, the customer's and ours: one of them is what an answer goes on from."""

    kind: str
    inbound: Row | None
    outbound: Row | None

    @property
    def goes_on_from_ours(self) -> bool:
        """What a robot answers (a report, an absence) changes nothing about whom we were writing to."""
        return self.outbound is not None and (self.inbound is None or bool(self.inbound["automatic"]))

    def to(self, own: set[str]) -> tuple[Address, ...]:
        """The Reply-To of the customer's last message, else its From (RFC 5322, section 3.6.2); without one, the
        recipients of our own last message."""
        inbound = self.inbound
        if self.outbound is not None and self.goes_on_from_ours:
            return answerable(self.kind, addresses(self.outbound["parties"], "to"), own)
        if inbound is None:
            return ()
        for group in ("forwarded", "reply_to"):
            asked = answerable(self.kind, addresses(inbound["parties"], group), own)
            if asked:
                return asked
        return answerable(self.kind, (Address(inbound["from_address"], inbound["from_name"]),), own)

    def others(self, to: tuple[Address, ...], own: set[str]) -> tuple[Address, ...]:
        """Who else is in To and Cc of that message (RFC 5322, section 3.6.3), each once; of one that an agent forwarded
        nobody, since those are the team's."""
        row = self.outbound if self.goes_on_from_ours else self.inbound
        if row is None or normalised(self.kind, "")[0] != "email" or addresses(row["parties"], "forwarded"):
            return ()
        listed = (*addresses(row["parties"], "to"), *addresses(row["parties"], "cc"))
        there = _norms(to)
        found: dict[str, Address] = {}
        for each in answerable(self.kind, listed, own):
            norm = normalise_email(each.address)
            if norm not in there:
                found.setdefault(norm, each)
        return tuple(found.values())


def _answered(tx: Tx, conversation_id: str, kind: str) -> _Answered:
    return _Answered(
        kind,
        tx.one("last_inbound", id=conversation_id, kind=kind),
        tx.one("last_outbound", id=conversation_id, kind=kind),
    )


def own_addresses(tx: Tx) -> set[str]:
    """Every address of every channel, normalised."""
    return {
        norm for channel in tx.all("every_channel") if channel["removed_at"] is None for norm in own_by_norm(channel)
    }


def _before(tx: Tx, conversation_id: str, answered: _Answered) -> tuple[Address, ...]:
    if answered.outbound is not None:
        return addresses(answered.outbound["parties"], "to")
    if normalised(answered.kind, "")[0] != "email":
        return ()
    first = tx.one("first_identity", id=conversation_id)
    return (Address(first["value"]),) if first is not None and first["kind"] == "email" else ()


def _norms(found: tuple[Address, ...]) -> set[str]:
    return {normalise_email(each.address) or each.address.strip().casefold() for each in found}


def answerable(kind: str, found: tuple[Address, ...], own: set[str]) -> tuple[Address, ...]:
    """Those of ``found`` somebody can be reached at by this kind of channel; ``own`` are our addresses, normalised."""
    if normalised(kind, "")[0] != "email":
        return tuple(address for address in found if address.address.strip())
    return tuple(
        address
        for address in found
        if normalise_email(address.address) not in own | {""} and not is_no_reply(address.address)
    )
