"""A reply that some of its recipients have and others have not: the server would not take those for now.

It is queued again for them alone, with the waits of any reply. To its customer it has left: it cannot be called back,
and nothing but its own way out settles it. Who waits is a delivery report among the others, so it lasts as long.
"""

from __future__ import annotations

from collections.abc import Iterable

from omni_tui.desk.acts import Act
from omni_tui.model.commands import Receipt
from omni_tui.model.conversation import Agent
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Tx, Writer
from omni_tui.text.clean import storable_line
from omni_tui.text.i18n import _

KEPT_WORDS = 500


def waiting(tx: Tx, out: Row) -> tuple[str, ...]:
    """Who is still to get the reply of a row of the outbox; empty where nobody has it yet, or everybody has."""
    if not out["attempts"]:
        return ()
    return tuple(row["address"] for row in tx.all("waiting_recipients", message_id=out["message_id"]))


def note(tx: Writer, out: Row, receipt: Receipt) -> str:
    """Keep who was refused and who waits; what a person is told of all attempts so far."""
    message_id = out["message_id"]
    if not waiting(tx, out):
        # Everybody was tried: what was said before counts no longer.
        tx.run("forget_refused", message_id=message_id)
    forget(tx, message_id)
    for action, those in (("refused", receipt.refused), ("waiting", receipt.deferred)):
        for each in those:
            tx.run(
                "insert_delivery_report",
                id=uuid7(),
                message_id=message_id,
                report_id=None,
                address=storable_line(each.address),
                action=action,
                words=storable_line(each.reason)[:KEPT_WORDS],
                at=tx.now,
                about="",
            )
    return told(refused(tx, out), ((each.address, each.reason) for each in receipt.deferred))


def refused(tx: Tx, out: Row) -> tuple[tuple[str, str], ...]:
    """Whom the server would not take at all, with its words."""
    return tuple((row["address"], row["words"]) for row in tx.all("refused_recipients", message_id=out["message_id"]))


def told(never: Iterable[tuple[str, str]], deferred: Iterable[tuple[str, str]]) -> str:
    """One sentence for each address and the server's words on it."""
    refusal, delay = _("{address} was refused: {reason}"), _("{address} is tried again, others have it: {reason}")
    said = [refusal.format(address=one, reason=why) for one, why in never]
    return "; ".join(dict.fromkeys((*said, *(delay.format(address=one, reason=why) for one, why in deferred))))


def leave_at_that(tx: Writer, out: Row, state: str, reason: str) -> bool:
    """Settle a reply in ``state`` that will not be tried for those who wait; False if nobody does."""
    left = waiting(tx, out)
    if not left:
        return False
    missed = _("{addresses} did not get it: {reason}").format(addresses=", ".join(left), reason=reason)
    error = "; ".join(filter(None, (told(refused(tx, out), ()), missed)))
    tx.run("move_outbox", id=out["id"], was=state, state="sent", error=error, not_before=None, now=tx.now)
    forget(tx, out["message_id"])
    return True


def give_up(tx: Writer, agent: Agent, out: Row) -> bool:
    """A person does not want it tried any longer; False if nobody waits for it."""
    if out["state"] not in ("queued", "failed", "uncertain"):
        return False
    if not leave_at_that(tx, out, out["state"], _("it was not tried again")):
        return False
    Act(tx, "give-up", None, agent.login).record(
        "outbox", out["id"], out["conversation_id"], "state", out["state"], "sent"
    )
    tx.changed("outbox", out["id"])
    tx.changed("conversation", out["conversation_id"])
    return True


def forget(tx: Writer, message_id: str) -> None:
    """Nobody waits for it any longer."""
    tx.run("forget_waiting", message_id=message_id)
