"""Delivery reports: which message of ours one is about, and what it does to that message.

A report counts only if it names one of our messages: its signed token, or the Message-ID of something we sent from
another client. Anybody can write that an address does not exist; whoever knows such a name had our message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from omni_tui.desk import partly_sent, tokens
from omni_tui.desk.conversation_state import conversation, save
from omni_tui.model.events import Report, Reported
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Tx, Writer
from omni_tui.store.messages import addresses
from omni_tui.text.address import normalise_email
from omni_tui.text.clean import storable_line
from omni_tui.text.i18n import _

DAY_MS = 24 * 3600 * 1000
KEPT_WORDS = 500
KEPT_NAME = 998
"""Characters of a message's name; no line of a mail is longer (RFC 5322, section 2.1.1)."""

_REFUTED = ("sent", "uncertain", "sending", "failed")
"""What a report of failure is news to. One called back, or queued again by a person, stays as it is."""


def reported_message(tx: Tx, channel_id: str, report: Report) -> Row | None:
    """The message of ours that ``report`` is about; None if it names none."""
    if not report.key:
        return None
    outbox_id = tokens.outbox_id_of(tx, report.key)
    out = tx.one("outbox", id=outbox_id) if outbox_id is not None else None
    if out is not None:
        return tx.one("message", id=out["message_id"])
    sent = tx.one("sent_by_key", channel_id=channel_id, reply_key=report.key)
    return tx.one("message", id=sent["id"]) if sent is not None else None


def stray_conversation(tx: Tx, channel_id: str) -> str | None:
    """Where reports on nothing of ours are collected, out of the inbox; None before the first."""
    found = tx.value("stray_reports", channel_id=channel_id)
    return None if found is None else str(found)


def take_report(tx: Writer, ours: Row | None, report: Report, report_id: str | None, at: int, young_ms: int) -> None:
    """Note what ``report`` says of each recipient, and let a failure show on the message and its conversation; one
    older than ``young_ms`` calls nobody to it."""
    for each in report.outcomes or (Reported("", ""),):
        tx.run(
            "insert_delivery_report",
            id=uuid7(),
            message_id=ours["id"] if ours is not None else None,
            report_id=report_id,
            address=storable_line(each.address),
            action=storable_line(each.action),
            words=storable_line(each.words)[:KEPT_WORDS],
            at=at,
            about=about(report),
        )
    if ours is not None:
        heed(tx, ours, report, at, young_ms)


def about(report: Report) -> str:
    """The name by which a message that comes later is known to be what ``report`` is on; empty for none."""
    return storable_line(report.key) if len(report.key) <= KEPT_NAME else ""


def heed(tx: Writer, ours: Row, report: Report, at: int, young_ms: int) -> None:
    """Let what ``report`` says, which came ``at``, show on the message of ours and its conversation."""
    refused = [each for each in report.outcomes if each.action == "failed"]
    if refused:
        undelivered(tx, ours, refused, at, young_ms)
    elif any(each.action == "delivered" for each in report.outcomes):
        tx.run("set_delivered", id=ours["id"], at=at)


def undelivered(tx: Writer, ours: Row, refused: Sequence[Reported], at: int, young_ms: int) -> None:
    """A message of ours did not reach ``refused``: it failed, unless only copies of it did.

    The conversation is unread and its customer waits again, but what was resolved stays so: a robot's mail never
    reopens anything. The count of failed replies and the view of them show it. What was sent from another client is in
    neither, and nobody would learn of it: that comes in. Nobody is called to what is long past.
    """
    out = tx.one("outbox_of_message", message_id=ours["id"])
    words = reason(refused)
    state = _fate(tx, ours, out, refused) if out is not None else ""
    if out is not None and state:
        tx.run("move_outbox", id=out["id"], was=out["state"], state=state, error=words, not_before=None, now=tx.now)
        partly_sent.forget(tx, ours["id"])
        tx.changed("outbox", out["id"])
    row = conversation(tx, ours["conversation_id"])
    # What came as it was written is told whatever a first sync may open.
    told_since = tx.now - (max(young_ms, DAY_MS) if row["settled"] else young_ms)
    if at < told_since or (not row["settled"] and at < row["last_at"]):
        save(tx, row)
        return
    row["unread"] = 1
    if out is None and row["status"] in ("resolved", "snoozed"):
        row["status"], row["snoozed_until"] = "open", None
    save(tx, row)


def _fate(tx: Writer, ours: Row, out: Row, refused: Sequence[Reported]) -> str:
    """The state a reply takes on that did not reach ``refused``; empty: it stays as it is."""
    waits = bool(partly_sent.waiting(tx, out))
    if not waits and out["state"] not in _REFUTED:
        return ""
    copies = {normalise_email(each.address) for each in addresses(ours["parties"], "cc")}
    if any(normalise_email(each.address) not in copies for each in refused):
        return "failed"
    if waits:
        return ""  # it is on its way to others, and told of in its thread
    # What comes back has left, whatever was known of that.
    return "failed" if out["state"] == "failed" else "sent"


def reason(refused: Iterable[Reported]) -> str:
    """One sentence for each recipient, in the servers' own words."""
    return "; ".join(
        dict.fromkeys(
            _("{address} did not get it: {reason}").format(
                address=each.address or _("the recipient"), reason=each.words or _("the server gave no reason")
            )
            for each in refused
        )
    )


def notice(report: Report, about_ours: bool) -> str:
    """What stands above a report in its thread."""
    actions = {each.action for each in report.outcomes}
    if not about_ours:
        return _("A delivery report on a message that is none of ours. It changed nothing.")
    if "failed" in actions:
        return reason(each for each in report.outcomes if each.action == "failed")
    if "delayed" in actions:
        return _("The server is still trying to deliver it; it will tell when it gives up.")
    return _named(report, actions)


def _named(report: Report, actions: Collection[str]) -> str:
    if "delivered" in actions:
        return _("Delivered to {addresses}.").format(
            addresses=", ".join(each.address for each in report.outcomes if each.action == "delivered")
        )
    return _("A delivery report.")
