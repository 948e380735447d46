"""The way out: one reply at a time is claimed, sent by the engine, and settled.

``queued → sending → sent | failed | uncertain``. Every step is on the disk before the next begins. What cannot be
known (a crash, a time-out after the text was handed over) is ``uncertain`` and waits for a person.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from omni_tui.desk import files, forwarding, partly_sent, tokens
from omni_tui.desk.conversation_state import conversation, save
from omni_tui.desk.recall import restore
from omni_tui.model.address import Address
from omni_tui.model.commands import Quote, Receipt, Send
from omni_tui.model.enums import DraftMode, OutboxState
from omni_tui.model.errors import StoreError
from omni_tui.model.message import OutboxRow
from omni_tui.store import LeaseLost, Row, Store, Tx, Writer
from omni_tui.store.messages import addresses
from omni_tui.text.faults import where
from omni_tui.text.i18n import _

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A reply that is ours to send now. ``attempts`` counts this one."""

    outbox_id: str
    channel_id: str
    channel: str
    command: Send
    attempts: int


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A reply that is not plainly sent, for a list of them. ``crossed``: it waits, and the customer wrote since."""

    ref: int
    conversation_id: str
    outbox: OutboxRow
    crossed: bool


def claim(store: Store, epoch: int, lease_ms: int, channels: Collection[str]) -> Claimed | None:
    """The reply that is due next on one of ``channels`` (names), marked ``sending``; None if there is none."""
    with store.read() as tx:
        if _next(tx, channels) is None:
            return None
    with store.write_durable() as tx:
        tx.fence(epoch)
        while (row := _next(tx, channels)) is not None:
            _tell(tx, row["conversation_id"], row["id"])
            try:
                with tx.savepoint():
                    return _claim(tx, epoch, tx.now + lease_ms, row)
            except StoreError:
                raise
            except Exception as error:
                # One reply that cannot be put together must not hold up the others.
                log.error("a reply could not be put together: %s", where(error))
                why = _("This reply could not be put together. Take its text back and write it anew.")
                tx.run(
                    "move_outbox", id=row["id"], was="queued", state="failed", error=why, not_before=None, now=tx.now
                )
                _tell(tx, row["conversation_id"], row["id"])
    return None


def _next(tx: Tx, channels: Collection[str]) -> Row | None:
    return next((row for row in tx.all("due_outbox", now=tx.now) if row["channel"] in channels), None)


def _claim(tx: Writer, epoch: int, until: int, row: Row) -> Claimed:
    tx.run("claim_outbox", id=row["id"], epoch=epoch, until=until, now=tx.now)
    out = tx.one("outbox", id=row["id"])
    channel = tx.one("channel", id=row["channel_id"])
    assert out is not None and channel is not None
    return Claimed(row["id"], channel["id"], channel["name"], _send(tx, out, channel), out["attempts"])


def sent(store: Store, epoch: int, outbox_id: str, receipt: Receipt, again_at: int = 0) -> None:
    """It left, under the channel's own id if it tells one. Recipients the server refused are told on the message.

    Those it would not take for now are tried again at ``again_at``, and the others never twice.
    """
    state, not_before = ("queued", again_at) if receipt.deferred else ("sent", None)
    with store.write_durable() as tx:
        out = _settled(tx, epoch, outbox_id, state, "", not_before)
        if out is None:
            out = tx.one("outbox", id=outbox_id)
            assert out is not None
            if out["state"] != "sent":
                return
            # Its copy in the folder of sent messages was quicker than the answer, which says more.
            told = out["error"]
            tx.run("move_outbox", id=outbox_id, was="sent", state=state, error=told, not_before=not_before, now=tx.now)
        if receipt.refused or receipt.deferred or out["attempts"] > 1:
            error = partly_sent.note(tx, out, receipt)
            tx.run("move_outbox", id=outbox_id, was=state, state=state, error=error, not_before=None, now=tx.now)
        if receipt.external_id:
            tx.run("adopt_external_id", outbox_id=outbox_id, external_id=receipt.external_id)
        _tell(tx, out["conversation_id"], outbox_id)


def failed(store: Store, epoch: int, outbox_id: str, error: str) -> None:
    """It did not leave and will not by itself; what some have already leaves it at that."""
    with store.write_durable() as tx:
        out = _settled(tx, epoch, outbox_id, "failed", error)
        if out is not None:
            partly_sent.leave_at_that(tx, out, "failed", error)
            _tell(tx, out["conversation_id"], outbox_id)


def uncertain(store: Store, epoch: int, outbox_id: str, error: str) -> None:
    """It may have left: a person decides."""
    _settle(store, epoch, outbox_id, "uncertain", error)


def again(store: Store, epoch: int, outbox_id: str, not_before: int, error: str) -> None:
    """It did not leave; it will be tried again at ``not_before``."""
    _settle(store, epoch, outbox_id, "queued", error, not_before)


def expire(store: Store, epoch: int) -> int:
    """Make uncertain what an earlier engine left in ``sending``; how many."""
    with store.read() as tx:
        if not tx.all("expired_outbox", now=tx.now, epoch=epoch):
            return 0
    with store.write_durable() as tx:
        tx.fence(epoch)
        rows = tx.all("expired_outbox", now=tx.now, epoch=epoch)
        why = _("The engine stopped while sending. It may have arrived.")
        for row in rows:
            tx.run(
                "move_outbox", id=row["id"], was="sending", state="uncertain", error=why, not_before=None, now=tx.now
            )
            _tell(tx, row["conversation_id"], row["id"])
        return len(rows)


def next_due(store: Store, channels: Collection[str]) -> int | None:
    """When the next queued reply on one of ``channels`` (names) leaves."""
    with store.read() as tx:
        due = [row["at"] for row in tx.all("next_due_outbox") if row["channel"] in channels]
        return min(due, default=None)


def unsettled(store: Store, limit: int = 100) -> tuple[Unsettled, ...]:
    """Replies queued, being sent, failed or uncertain, in the order they are due."""
    with store.read() as tx:
        return tuple(
            Unsettled(
                row["ref"],
                row["conversation_id"],
                OutboxRow(row["id"], OutboxState(row["state"]), row["not_before"], row["attempts"], row["error"]),
                bool(row["crossed"]),
            )
            for row in tx.all("unsettled_outbox", limit=limit)
        )


def confirm(tx: Writer, outbox_id: str) -> None:
    """The channel itself shows the message as sent: whatever we believed, it left."""
    out = tx.one("outbox", id=outbox_id)
    if out is None or out["state"] == "sent" or partly_sent.waiting(tx, out):
        return
    if out["state"] == "failed" and tx.one("has_bounced", message_id=out["message_id"]):
        return  # it left, and came back
    tx.run("move_outbox", id=outbox_id, was=out["state"], state="sent", error="", not_before=None, now=tx.now)
    if out["state"] == "cancelled":
        # Somebody took back what was uncertain, and it had left after all.
        restore(tx, out["message_id"], DraftMode.REPLY)
    _tell(tx, out["conversation_id"], outbox_id)


def settle_answered(tx: Writer, reply_keys: Iterable[str]) -> bool:
    """Somebody who takes part answers what was uncertain, so it arrived. Whether anything was."""
    settled = False
    for key in reply_keys:
        outbox_id = tokens.outbox_id_of(tx, key)
        out = tx.one("outbox", id=outbox_id) if outbox_id is not None else None
        if out is not None and out["state"] == "uncertain" and not partly_sent.waiting(tx, out):
            confirm(tx, out["id"])
            settled = True
    return settled


def _settle(store: Store, epoch: int, outbox_id: str, state: str, error: str, not_before: int | None = None) -> None:
    with store.write_durable() as tx:
        out = _settled(tx, epoch, outbox_id, state, error, not_before)
        if out is not None:
            _tell(tx, out["conversation_id"], outbox_id)


def _settled(
    tx: Writer, epoch: int, outbox_id: str, state: str, error: str, not_before: int | None = None
) -> Row | None:
    """Its row, settled so; None where the channel had its word on it before us."""
    settled = tx.one(
        "settle_outbox", id=outbox_id, state=state, error=error, not_before=not_before, epoch=epoch, now=tx.now
    )
    if settled is not None:
        return settled
    out = tx.one("outbox", id=outbox_id)
    if out is not None and out["epoch"] == epoch and _overtaken(tx, out):
        return None
    # Somebody else has settled it since: what they know is newer than what we do.
    raise LeaseLost(_("The reply was settled by another engine."))


def _overtaken(tx: Tx, out: Row) -> bool:
    """The channel showed the message as sent, or returned it, before it answered us."""
    return out["state"] == "sent" or bool(
        out["state"] == "failed" and tx.one("has_bounced", message_id=out["message_id"])
    )


def _tell(tx: Writer, conversation_id: str, outbox_id: str) -> None:
    # Whether the customer waits follows from it: a reply that failed has answered nobody.
    save(tx, conversation(tx, conversation_id))
    tx.changed("outbox", outbox_id)


def _send(tx: Writer, out: Row, channel: Row) -> Send:
    message = tx.one("message", id=out["message_id"])
    assert message is not None
    row = conversation(tx, out["conversation_id"])
    key = tokens.message_key(tokens.ensure_key(tx), out["id"], channel["address"])
    tx.run(
        "insert_message_key",
        channel_id=channel["id"],
        reply_key=key,
        message_id=message["id"],
        conversation_id=row["id"],
        own=1,
    )
    # What is passed on answers nothing that its readers know of.
    aside = bool(message["aside"])
    answered = (
        None
        if aside
        else tx.one("last_exchanged_before", id=row["id"], at=message["received_at"], message_id=message["id"])
    )
    reply_keys: tuple[str, ...] = ()
    quote = None
    if answered is not None:
        # The names of one channel's messages say nothing on another, and may be none of its customer's business.
        named = tx.one(
            "last_exchanged_by", id=row["id"], at=message["received_at"], message_id=message["id"], kind=channel["kind"]
        )
        if named is not None:
            own = tx.value("own_key", message_id=named["id"])
            reply_keys = (*json.loads(named["reply_keys"]), *((own,) if own else ()))
        # What a colleague wrote above a mail passed on is not for the customer; a robot's answer repeats nothing.
        private = addresses(answered["parties"], "forwarded") or message["automatic"]
        if answered["direction"] == "inbound" and not private:
            here = named is not None and named["id"] == answered["id"]
            author = Address(answered["from_address"], answered["from_name"])
            quote = Quote(
                # What another channel calls a customer is a name of ours, which says nothing to them.
                author if here else Address("", answered["from_name"] or _("you")),
                answered["sent_at"] or answered["received_at"],
                answered["body"],
            )
    return Send(
        key=key,
        to=addresses(message["parties"], "to"),
        cc=addresses(message["parties"], "cc"),
        text=message["body"],
        created_at=out["created_at"],
        subject=message["subject"],
        ref=row["ref"],
        reply_keys=reply_keys,
        quote=quote,
        sender=message["from_address"],
        automatic=bool(message["automatic"]),
        files=files.of_message(tx, message["id"]),
        agent=message["from_name"],
        passed_on=forwarding.passed_on(tx, message["aside"]) if aside else None,
        only=partly_sent.waiting(tx, out) if out["attempts"] > 1 else (),
    )
