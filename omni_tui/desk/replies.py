"""Answering: a reply is a row in the outbox before any network call; a note never leaves the team."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.desk import files as outgoing
from omni_tui.desk import held_files
from omni_tui.desk.acts import Act
from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.identity import normalised
from omni_tui.desk.recall import give_back
from omni_tui.desk.relocating import root
from omni_tui.desk.ways import way
from omni_tui.model.address import Address
from omni_tui.model.commands import SentFile
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import OutboxState
from omni_tui.model.errors import Conflict, NotFound, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.message import OutboxRow
from omni_tui.model.outcome import Outcome, Queued
from omni_tui.store import Row, Store, Writer, search_docs
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
    held: Sequence[str] = (),
    at: int = 0,
) -> Queued:
    """Queue an answer to the customer; it leaves after ``delay_ms``, or at the moment ``at`` (epoch milliseconds) if
    that is later, and can be called back until then.

    ``channel`` names the way it goes (see :mod:`omni_tui.desk.ways`), empty for the first. ``seen_to`` are the
    addresses that were shown as where it goes, ``held`` the files of the draft that were shown
    (:mod:`omni_tui.desk.held_files`). Raises UsageError for an empty body without files, a wrong ``cc``, or more or
    larger files than can be sent; Conflict when there is nobody to answer, or somebody else or other files than shown.
    """
    body = storable(body).strip("\n") if held or files else _body(body)
    outgoing.check(files)
    copies = tuple(_copy(address) for address in cc)
    with store.write_durable() as tx:
        conversation_id = root(tx, conversation_id)
        row = conversation(tx, conversation_id)
        chosen = way(tx, conversation_id, channel)
        to = chosen.recipients.to
        if not to:
            raise Conflict(
                _("#{ref} has no address to answer to.").format(ref=row["ref"]),
                _("It came from a no-reply address or one of your own. Write to the customer directly."),
            )
        if seen_to is not None and {each.address for each in to} != set(seen_to):
            raise Conflict(
                _("The answer to #{ref} would go to {to} now.").format(
                    ref=row["ref"], to=", ".join(each.address for each in to)
                ),
                _("Somebody wrote meanwhile. Read it, and send again."),
            )
        outbox_id, message_id, leaves_at = uuid7(), uuid7(), max(tx.now + max(0, delay_ms), at)
        out = _way_out(tx, chosen.channel["id"])
        drafted = held_files.rows(tx, agent.id, conversation_id, held)
        outgoing.check_channel(out, [*files, *drafted])
        outgoing.check_sizes([*(len(file.data) for file in files), *(row["size"] for row in drafted)])
        _insert(
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
        outgoing.keep(tx, message_id, files)
        held_files.send_along(tx, message_id, drafted, after=len(files))
        for party in (*to, *copies):
            value = normalised(out["kind"], party.address)[1]
            tx.run("add_participant", conversation_id=conversation_id, address=value)
        tx.run(
            "insert_outbox",
            id=outbox_id,
            message_id=message_id,
            conversation_id=conversation_id,
            channel_id=out["id"],
            not_before=leaves_at,
            now=tx.now,
        )
        tx.run("delete_draft", conversation_id=conversation_id, agent_id=agent.id, mode="reply")
        held_files.drop(tx, agent.id, conversation_id)
        act = Act(tx, "reply", agent)
        act.record("message", message_id, conversation_id, "outbox", None, outbox_id)
        follow_messages(tx, row)
        save(tx, {**row, "unread": 0, "settled": 1})
        tx.changed("outbox", outbox_id)
    return Queued(conversation_id, message_id, outbox_id, leaves_at, act.id)


def note(store: Store, agent: Agent, conversation_id: str, body: str) -> Outcome:
    """Write something only the team sees."""
    body = _body(body)
    with store.write_durable() as tx:
        conversation_id = root(tx, conversation_id)
        row = conversation(tx, conversation_id)
        message_id = uuid7()
        _insert(tx, message_id, conversation_id, "note", agent, body, channel_id=None)
        tx.run("delete_draft", conversation_id=conversation_id, agent_id=agent.id, mode="note")
        act = Act(tx, "note", agent)
        act.record("message", message_id, conversation_id, "note", None, message_id)
        save(tx, {**row, "settled": 1})
    return Outcome("note", (conversation_id,), (), act.id)


def outbox_state(store: Store, outbox_id: str) -> OutboxRow:
    """How a reply fares."""
    with store.read() as tx:
        row = tx.one("outbox", id=outbox_id)
    if row is None:
        raise NotFound(_("There is no such reply in the outbox."))
    return OutboxRow(row["id"], OutboxState(row["state"]), row["not_before"], row["attempts"], row["error"])


def retry(store: Store, agent: Agent, outbox_id: str) -> OutboxRow:
    """Send a failed or uncertain reply again: a person's decision, for an uncertain one may have arrived."""
    with store.write_durable() as tx:
        out = _settle(tx, agent, outbox_id, "queued")
        save(tx, conversation(tx, out["conversation_id"]))
    return outbox_state(store, outbox_id)


def give_up(store: Store, agent: Agent, outbox_id: str) -> OutboxRow:
    """Do not send a queued, failed or uncertain reply; its text is a draft again."""
    with store.write_durable() as tx:
        out = _settle(tx, agent, outbox_id, "cancelled")
        message = tx.one("message", id=out["message_id"])
        assert message is not None
        tx.run("delete_message", id=message["id"], now=tx.now)
        search_docs.drop(tx, message["id"])
        give_back(tx, agent.id, out["conversation_id"], message["body"])
        held_files.give_back(tx, agent.id, out["conversation_id"], out["message_id"])
        row = conversation(tx, out["conversation_id"])
        follow_messages(tx, row)
        save(tx, row)
    return outbox_state(store, outbox_id)


def _settle(tx: Writer, agent: Agent, outbox_id: str, state: str) -> Row:
    out = tx.one("outbox", id=outbox_id)
    if out is None:
        raise NotFound(_("There is no such reply in the outbox."))
    allowed = ("failed", "uncertain") if state == "queued" else ("queued", "failed", "uncertain")
    if out["state"] not in allowed:
        raise Conflict(_("That reply is {state} by now.").format(state=out["state"]))
    if state == "queued":
        _way_out(tx, out["channel_id"])
    tx.run("move_outbox", id=outbox_id, was=out["state"], state=state, error="", not_before=tx.now, now=tx.now)
    Act(tx, "retry" if state == "queued" else "give-up", None, agent.login).record(
        "outbox", outbox_id, out["conversation_id"], "state", out["state"], state
    )
    tx.changed("outbox", outbox_id)
    return out


def _way_out(tx: Writer, channel_id: str) -> Row:
    """The channel, unless it was removed: then no engine would ever send by it."""
    channel = tx.one("channel", id=channel_id)
    assert channel is not None
    if channel["removed_at"] is not None:
        raise Conflict(
            _("Channel {name} was removed: nothing can be sent by it.").format(name=channel["name"]),
            _("Connect it again under the same name: omni-tui channel add"),
        )
    return channel


def _insert(
    tx: Writer,
    message_id: str,
    conversation_id: str,
    direction: str,
    agent: Agent,
    body: str,
    *,
    channel_id: str | None,
    from_address: str = "",
    subject: str = "",
    parties: str = "{}",
) -> None:
    tx.run(
        "insert_message",
        id=message_id,
        conversation_id=conversation_id,
        direction=direction,
        channel_id=channel_id,
        external_id=None,
        identity_id=None,
        agent_id=agent.id,
        from_address=from_address,
        from_name=agent.name,
        parties=parties,
        reply_keys="[]",
        subject=subject,
        body=body,
        notice="",
        automatic=0,
        answered=0,
        source_sha=None,
        received_at=tx.now,
        sent_at=None,
        now=tx.now,
    )
    search_docs.put(tx, message_id, conversation_id, tx.now, f"{subject}\n{agent.name}\n{body}")


def _body(body: str) -> str:
    body = storable(body).strip("\n")
    if not body.strip():
        raise UsageError(_("There is nothing to send: the text is empty."))
    return body


def _copy(address: str) -> Address:
    if not normalise_email(address):
        raise UsageError(_("{address} is no mail address.").format(address=repr(address)))
    return Address(address.strip())
