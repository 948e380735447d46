"""By which channels a conversation can be answered, and by which it is unless an agent says otherwise.

First the channel of its last message. Where that cannot reach the customer any more (a visitor who wrote while nobody
was there, or whom an answer did not reach), mail comes first, if an address is known: one the customer proved, else
the one they named, which is marked as what it is, a claim.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from omni_tui.desk.claims import claimed
from omni_tui.desk.identity import normalised
from omni_tui.desk.recipients import Recipients, answerable, own_addresses, recipients
from omni_tui.desk.senders import sender_for
from omni_tui.model.address import Address
from omni_tui.model.errors import UsageError
from omni_tui.store import Row, Tx
from omni_tui.store.facts import facts_from
from omni_tui.store.foreseen import Question
from omni_tui.text.i18n import _

MAIL = "email"


@dataclass(frozen=True, slots=True)
class Way:
    """``channel`` with whom it would reach. ``unproven``: the address is a claim of whoever wrote."""

    channel: Row
    recipients: Recipients
    unproven: bool = False

    @property
    def typing(self) -> bool:
        """Whether the customer sees by this channel that one writes."""
        return _can(self.channel, "typing")


def asked_first(conversation_id: str) -> list[Question]:
    """The questions that :func:`ways` begins with, for whoever asks more in the same round trip."""
    id = {"id": conversation_id}
    return [
        ("conversation", id),
        ("kinds_of_conversation", id),
        ("first_identity", id),
        ("every_channel", {}),
    ]


def asked_then(tx: Tx, conversation_id: str) -> list[Question]:
    """Those that follow from the answers to the first."""
    row = tx.one("conversation", id=conversation_id)
    if row is None:
        return []
    used = [each["kind"] for each in tx.all("kinds_of_conversation", id=conversation_id)]
    kinds = dict.fromkeys((_channel(tx, row["channel_id"])["kind"], *used))
    found: list[Question] = [
        (statement, {"id": conversation_id, "kind": kind})
        for kind in kinds
        for statement in ("last_inbound", "last_outbound")
    ]
    if not any(normalised(kind, "")[0] == MAIL for kind in kinds):
        found += [("customer_identities", {"id": row["customer_id"]}), ("claimed_addresses", {"id": conversation_id})]
    return found


def ways(tx: Tx, conversation_id: str) -> tuple[Way, ...]:
    """Every way to answer, the one to take first; at least one, which may reach nobody."""
    tx.foresee(asked_first(conversation_id))
    tx.foresee(asked_then(tx, conversation_id))
    row = tx.one("conversation", id=conversation_id)
    assert row is not None
    own = _channel(tx, row["channel_id"])
    found = [Way(own, recipients(tx, conversation_id, own))]
    kinds = {own["kind"]}
    for used in tx.all("kinds_of_conversation", id=conversation_id):
        if used["kind"] in kinds:
            continue
        kinds.add(used["kind"])
        channel = _channel(tx, used["channel_id"])
        way = Way(channel, recipients(tx, conversation_id, channel))
        if channel["removed_at"] is None and way.recipients.to:
            found.append(way)
    if not any(_is_mail(way) for way in found):
        found += _by_mail(tx, conversation_id, row["customer_id"])
    others = [way for way in found[1:] if _is_mail(way)]
    if others and (not found[0].recipients.to or _out_of_reach(tx, conversation_id, own)):
        found.remove(others[0])
        found.insert(0, others[0])
    return tuple(found)


def way(tx: Tx, conversation_id: str, channel: str = "") -> Way:
    """The way by the channel of this name, or (empty) the one to take. Raises UsageError where there is none."""
    found = ways(tx, conversation_id)
    chosen = next((each for each in found if not channel or each.channel["name"] == channel), None)
    if chosen is None:
        raise UsageError(
            _("This conversation cannot be replied to by {channel}.").format(channel=channel),
            _("It can be by: {names}").format(names=", ".join(each.channel["name"] for each in found)),
        )
    return chosen


def _by_mail(tx: Tx, conversation_id: str, customer_id: str) -> list[Way]:
    """Mail to the address the customer last used, else to the one they named here."""
    known = tx.all("customer_identities", id=customer_id)
    proven = [Address(each["value"]) for each in known if each["kind"] == MAIL]
    named = claimed(tx, conversation_id) if not proven else ""
    to = answerable("mail", (*proven, *((Address(named),) if named else ())), own_addresses(tx))[:1]
    if not to:
        return []
    found = []
    for channel in tx.all("every_channel"):
        if normalised(channel["kind"], "")[0] == MAIL and channel["removed_at"] is None:
            sender = sender_for(tx, channel, conversation_id)
            found.append(Way(channel, Recipients(to, sender, ()), unproven=not proven))
    return found


def _out_of_reach(tx: Tx, conversation_id: str, channel: Row) -> bool:
    """Whether the customer of a live channel is not there: they left a message, or an answer did not reach them."""
    if not _can(channel, "claims"):
        return False
    inbound = tx.one("last_inbound", id=conversation_id, kind=channel["kind"])
    visit = facts_from(inbound["facts"]).visit if inbound is not None and inbound["facts"] else None
    if visit is not None and visit.offline:
        return True
    outbound = tx.one("last_outbound", id=conversation_id, kind=channel["kind"])
    return outbound is not None and outbound["outbox_state"] == "failed"


def _is_mail(way: Way) -> bool:
    return normalised(way.channel["kind"], "")[0] == MAIL


def _can(channel: Row, capability: str) -> bool:
    return bool(json.loads(channel["capabilities"]).get(capability))


def _channel(tx: Tx, channel_id: str) -> Row:
    return next(row for row in tx.all("every_channel") if row["id"] == channel_id)
