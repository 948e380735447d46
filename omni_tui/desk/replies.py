"""Answering: a reply is a row in the outbox before any network call; a note never leaves the team."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.desk import files as sent_files
from omni_tui.desk import held_files, mentioning, outgoing, partly_sent
from omni_tui.desk.acts import Act
from omni_tui.desk.conversation_state import conversation, follow_message, save
from omni_tui.desk.recall import take_back
from omni_tui.desk.relocating import root
from omni_tui.desk.ways import asked_first, asked_then, way
from omni_tui.model.address import Address
from omni_tui.model.commands import SentFile
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import OutboxState
from omni_tui.model.errors import Conflict, NotFound, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.message import OutboxRow
from omni_tui.model.outcome import Outcome, Queued
from omni_tui.store import Row, Store, Writer
from omni_tui.store.foreseen import Question
from omni_tui.store.messages import parties_json
from omni_tui.text.address import normalise_email
from omni_tui.text.clean import storable
from omni_tui.text.i18n import _


def reply(
    store: Store,
    agent: Agent,
    conversation_id: str,
    body: str,
    *,
    cc: Sequence[str] = (),
    delay_ms: int = 0,
    files: Sequence[SentFile] = (),
    seen_to: Sequence[str] | None = None,
    channel: str = "",
    held: Sequence[str] | None = None,
    at: int = 0,
) -> Queued:
    """Queue an answer to the customer; it leaves after ``delay_ms``, or at the moment ``at`` (epoch milliseconds) if
    that is later, and can be called back until then.

    ``channel`` names the way it goes (see :mod:`omni_tui.desk.ways`), empty for the first. ``seen_to`` are the
    addresses that were shown as where it goes. Of the agent's draft that is sent ``held`` are the files that were shown
    (:mod:`omni_tui.desk.held_files`); None: it is another text, and what is being written elsewhere stays. Raises
    UsageError for an empty body without files, a wrong ``cc``, or more or larger files than can be sent; Conflict when
    there is nobody to answer, or somebody else or other files than shown.
    """
    body, shown_id = storable(body).strip("\n") if held or files else outgoing.body_of(body), conversation_id
    sent_files.check(files)
    copies = tuple(_copy(address) for address in cc)

    def answer(tx: Writer) -> Queued:
        tx.foresee(asked(agent, shown_id))
        conversation_id = root(tx, shown_id)
        tx.foresee([*asked(agent, conversation_id), *asked_then(tx, conversation_id)])
        row = conversation(tx, conversation_id)
        newest_at = tx.value("newest_message_at", id=conversation_id) or 0
        # Hardly ever: what stands there goes before what is written now.
        newest = tx.one("newest_message", id=conversation_id) if newest_at >= tx.now else None
        chosen = way(tx, conversation_id, channel)
        to = chosen.recipients.to
        if not to:
            raise Conflict(
                _("#{ref} has no address to reply to.").format(ref=row["ref"]),
                _("It came from a no-reply address or one of your own. Write to the customer directly."),
            )
        if seen_to is not None and {each.address for each in to} != set(seen_to):
            raise Conflict(
                _("The reply to #{ref} would go to {to} now.").format(
                    ref=row["ref"], to=", ".join(each.address for each in to)
                ),
                _("Somebody wrote meanwhile. Read it, and send again."),
            )
        message_id, leaves_at = uuid7(), outgoing.moment(tx.now, delay_ms, at)
        out = outgoing.standing(chosen.channel)
        drafted = held_files.rows(tx, agent.id, conversation_id, held)
        sent_files.check_channel(out, [*files, *drafted])
        sent_files.check_sizes([*(len(file.data) for file in files), *(row["size"] for row in drafted)])
        outgoing.write_down(
            tx,
            message_id,
            conversation_id,
            "outbound",
            agent,
            body,
            channel_id=out["id"],
            from_address=chosen.recipients.sender,
            subject=row["subject"],
            parties=parties_json(to=to, cc=copies),
        )
        sent_files.keep(tx, message_id, files)
        held_files.send_along(tx, message_id, drafted, after=len(files))
        outgoing.take_part(tx, conversation_id, out["kind"], (*to, *copies))
        outbox_id = outgoing.queue(tx, message_id, conversation_id, out["id"], leaves_at)
        if held is not None:
            tx.run("delete_draft", conversation_id=conversation_id, agent_id=agent.id, mode="reply")
            held_files.drop(tx, agent.id, conversation_id)
        act = Act(tx, "reply", agent)
        act.record("message", message_id, conversation_id, "outbox", None, outbox_id)
        made = {"id": message_id, "direction": "outbound", "body": body, "received_at": tx.now, "channel_id": out["id"]}
        follow_message(row, newest, made)
        save(tx, {**row, "unread": 0, "settled": 1})
        return Queued(conversation_id, message_id, outbox_id, leaves_at, act.id)

    return store.act_durably(answer)


def asked(agent: Agent, conversation_id: str) -> list[Question]:
    """What a reply has to know first: one round trip instead of many, none where a screen has asked."""
    id = {"id": conversation_id}
    return [
        ("conversation_root", id),
        *asked_first(conversation_id),
        ("newest_message_at", id),
        held_files.asked(agent.id, conversation_id),
    ]


def note(store: Store, agent: Agent, conversation_id: str, body: str, *, drafted: bool = False) -> Outcome:
    """Write something only the team sees; ``drafted``: it is the agent's draft there, which is done with by it."""
    body, shown_id = outgoing.body_of(body), conversation_id

    def noted(tx: Writer) -> Outcome:
        id = {"id": shown_id}
        tx.foresee([("conversation_root", id), ("conversation", id)])
        conversation_id = root(tx, shown_id)
        row = conversation(tx, conversation_id)
        message_id = uuid7()
        outgoing.write_down(tx, message_id, conversation_id, "note", agent, body, channel_id=None)
        mentioning.note(tx, message_id, body)
        if drafted:
            tx.run("delete_draft", conversation_id=conversation_id, agent_id=agent.id, mode="note")
        act = Act(tx, "note", agent)
        act.record("message", message_id, conversation_id, "note", None, message_id)
        save(tx, {**row, "settled": 1})
        return Outcome("note", (conversation_id,), (), act.id)

    return store.act_durably(noted)


def outbox_state(store: Store, outbox_id: str) -> OutboxRow:
    """How a reply fares."""
    with store.read() as tx:
        row = tx.one("outbox", id=outbox_id)
    if row is None:
        raise NotFound(_("There is no such reply in the outbox."))
    return OutboxRow(row["id"], OutboxState(row["state"]), row["not_before"], row["attempts"], row["error"])


def retry(store: Store, agent: Agent, outbox_id: str) -> OutboxRow:
    """Send a failed or uncertain reply again: a person's decision, for an uncertain one may have arrived."""

    def again(tx: Writer) -> None:
        out = _settle(tx, agent, outbox_id, "queued")
        save(tx, conversation(tx, out["conversation_id"]))

    store.act_durably(again)
    return outbox_state(store, outbox_id)


def send_now(store: Store, agent: Agent, outbox_id: str, delay_ms: int = 0) -> OutboxRow:
    """Let an answer leave that waits for later, after ``delay_ms`` at most. Raises Conflict where it does not wait."""

    def sooner(tx: Writer) -> None:
        out = tx.one("outbox", id=outbox_id)
        if out is None:
            raise NotFound(_("There is no such reply in the outbox."))
        leaves_at = min(out["not_before"], outgoing.moment(tx.now, delay_ms, 0))
        if out["state"] != "queued":
            raise Conflict(_("That reply is {state} by now.").format(state=out["state"]))
        tx.run("move_outbox", id=outbox_id, was="queued", state="queued", error="", not_before=leaves_at, now=tx.now)
        if leaves_at != out["not_before"]:
            Act(tx, "send-now", None, agent.login).record(
                "outbox", outbox_id, out["conversation_id"], "not_before", out["not_before"], leaves_at
            )
        tx.changed("outbox", outbox_id)
        tx.changed("conversation", out["conversation_id"])

    store.act_durably(sooner)
    return outbox_state(store, outbox_id)


def give_up(store: Store, agent: Agent, outbox_id: str) -> OutboxRow:
    """Do not send a queued, failed or uncertain reply; its text is a draft again.

    One that some have already is sent, and no draft: it is not tried any longer for the others.
    """

    def given_up(tx: Writer) -> OutboxRow:
        partly = tx.one("outbox", id=outbox_id)
        if partly is not None and partly_sent.give_up(tx, agent, partly):
            return OutboxRow(outbox_id, OutboxState.SENT, partly["not_before"], partly["attempts"], "")
        out = _settle(tx, agent, outbox_id, "cancelled")
        take_back(tx, agent.id, out)
        # Of what began a conversation nothing is left but the draft.
        return OutboxRow(outbox_id, OutboxState.CANCELLED, out["not_before"], out["attempts"], "")

    return store.act_durably(given_up)


def _settle(tx: Writer, agent: Agent, outbox_id: str, state: str) -> Row:
    out = tx.one("outbox", id=outbox_id)
    if out is None:
        raise NotFound(_("There is no such reply in the outbox."))
    allowed = ("failed", "uncertain") if state == "queued" else ("queued", "failed", "uncertain")
    if out["state"] not in allowed:
        raise Conflict(_("That reply is {state} by now.").format(state=out["state"]))
    if state == "queued":
        channel = tx.one("channel", id=out["channel_id"])
        assert channel is not None
        outgoing.standing(channel)
    tx.run("move_outbox", id=outbox_id, was=out["state"], state=state, error="", not_before=tx.now, now=tx.now)
    Act(tx, "retry" if state == "queued" else "give-up", None, agent.login).record(
        "outbox", outbox_id, out["conversation_id"], "state", out["state"], state
    )
    tx.changed("outbox", outbox_id)
    return out


def _copy(address: str) -> Address:
    if not normalise_email(address):
        raise UsageError(_("{address} is no mail address.").format(address=repr(address)))
    return Address(address.strip())
