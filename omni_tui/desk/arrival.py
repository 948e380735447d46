"""A new message takes its place: customer, conversation, text, files, search, and what it does to the inbox."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omni_tui.desk import bounces, claims
from omni_tui.desk.acts import BLOCKER, Act
from omni_tui.desk.belonging import Known, place_old
from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.identity import IngestRules, customer_address, first_recipient, normalised, person
from omni_tui.desk.outbox import settle_answered
from omni_tui.desk.storing import storable_message
from omni_tui.desk.threading import Place, place
from omni_tui.model.address import Address
from omni_tui.model.events import Beginnings, RemoteMessage, Words
from omni_tui.model.facts import NO_FACTS
from omni_tui.model.ids import uuid7
from omni_tui.store import Row, Writer, blobs, search_docs
from omni_tui.store.facts import facts_json
from omni_tui.store.messages import keys_json, parties_json
from omni_tui.text.findable import cut
from omni_tui.text.i18n import _
from omni_tui.text.mail.subject import base_subject
from omni_tui.text.segment import SEG_VERSION


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a message comes: to us or from us, in a first sync, answered already as the channel says, from a file, as
    spam as the channel says.
    """

    inbound: bool
    history: bool
    answered: bool
    archive: bool = False
    junk: bool = False
    proven: bool = True


def arrive(tx: Writer, channel: Row, message: RemoteMessage, rules: IngestRules, arrival: Arrival) -> str:
    """Store a message we do not have; its id."""
    message = storable_message(message)
    kind = channel["kind"]
    at = _received_at(tx, message, arrival)
    customer = (customer_address if arrival.inbound else first_recipient)(message, rules)
    ours = None
    others = [address for address in (*message.to, *message.cc) if not rules.is_ours(address.address)]
    # Whoever may join: for our own messages those they are to, or a conversation would leak to strangers.
    joining = [message.author.address] if arrival.inbound else [address.address for address in others]
    from_us = rules.is_ours(message.author.address)
    if arrival.inbound and customer is not None and not (message.forwarded is not None and from_us):
        joining.append(customer.address)
    may_join = _outside(kind, joining, rules)
    if message.report is not None and not arrival.inbound:
        message = dataclasses.replace(message, report=None)
    if message.report is not None:
        ours = bounces.reported_message(tx, channel["id"], message.report)
        found = Place(ours["conversation_id"] if ours else bounces.stray_conversation(tx, channel["id"]))
        customer, others = None, []
    else:
        proven = message.vouched if arrival.inbound else arrival.proven
        if arrival.history:
            there = [message.author.address, *(address.address for address in others)]
            if customer is not None and arrival.inbound:
                there.append(customer.address)
            found = place_old(tx, channel["id"], message, Known(may_join, _outside(kind, there, rules), proven, at))
        else:
            found = place(tx, channel["id"], kind, message, joining, proven=proven, live=arrival.inbound)
    writer = person(tx, kind, customer, at) if found.joins is None or (customer and arrival.inbound) else None
    blocked = arrival.inbound and writer is not None and writer.blocked
    if blocked:
        arrival = dataclasses.replace(arrival, junk=True)
    if found.joins is not None:
        row = conversation(tx, found.joins)
    else:
        assert writer is not None
        row = _begin(tx, channel, message, writer.customer_id, found.related, at, arrival)
    if found.again:
        tx.again[row["id"]] = None
    message_id = uuid7()
    message = _annotated(message, ours is not None, arrival, rules, from_us)
    # Nobody can have joined by what it mentions: nor is it known by that.
    mentioned = message.reply_keys if may_join and message.report is None else ()
    _insert(tx, channel, message, message_id, row["id"], writer.identity_id if writer else None, at, arrival, mentioned)
    if found.aside:
        # Whoever wrote it takes part no more than before: the next one has to name what was forwarded, too.
        tx.run("set_aside", id=message_id, aside=found.aside)
        customer, others = None, []
    elif message.report is None and not from_us and message.author is not customer:
        _participate(tx, kind, row["id"], message.author)
    # Neither the customer is one of us, nor are the others; whom a message of ours is to is among those.
    for address in (customer, *others) if customer is not None and arrival.inbound else others:
        _participate(tx, kind, row["id"], address)
    if blocked and found.joins is None:
        # Said in the journal, it is told in the thread, and no folder it is seen in again makes mail of it.
        Act(tx, "block", None, BLOCKER).record("conversation", row["id"], row["id"], "status", None, "spam")
    if found.joins is not None and arrival.inbound and settle_answered(tx, message.reply_keys):
        row = conversation(tx, found.joins)
    _affect(tx, row, message, message_id, at, rules, arrival)
    if message.report is not None:
        bounces.take_report(tx, ours, message.report, message_id, at, rules.young_ms)
    elif arrival.inbound and not arrival.history and not arrival.junk and not found.aside:
        claims.note(tx, channel["id"], message, message_id, row["id"])
        claims.prove(tx, kind, message, row["id"])
    return message_id


def _outside(kind: str, addresses: Iterable[str], rules: IngestRules) -> frozenset[str]:
    """The addresses that are not ours, normalised."""
    return frozenset([normalised(kind, each)[1] for each in addresses if not rules.is_ours(each)]) - {""}


def _annotated(
    message: RemoteMessage, about_ours: bool, arrival: Arrival, rules: IngestRules, from_us: bool
) -> RemoteMessage:
    """The message with what the agent should know about it above its text, and only our own deliveries of it."""
    passed_on = message.forwarded if arrival.inbound and from_us else None
    notice = message.unreadable
    if message.report is not None:
        notice = notice or bounces.notice(message.report, about_ours)
    elif passed_on is not None:
        notice = notice or _("Passed on by {agent}. That {author} wrote it is what the mail says, not proven.").format(
            agent=message.author.address, author=passed_on.author.address
        )
    elif not arrival.inbound and not arrival.proven:
        notice = notice or _("It says that it is from you, but did not lie in your Sent folder: this is not proven.")
    elif message.auto_reply:
        notice = notice or _("An automatic answer; it reopens nothing.")
    elif message.unsubscribe:
        notice = notice or _("Mailing list; it can be left at {where}").format(where=message.unsubscribe)
    delivered_to = message.delivered_to
    if delivered_to:
        named = {each.address for each in (*message.to, *message.cc)}
        delivered_to = tuple([each for each in delivered_to if rules.is_ours(each) and each not in named])
    if notice == message.unreadable and passed_on is message.forwarded and delivered_to == message.delivered_to:
        return message
    return dataclasses.replace(message, unreadable=notice, forwarded=passed_on, delivered_to=delivered_to)


def _received_at(tx: Writer, message: RemoteMessage, arrival: Arrival) -> int:
    at = message.receipt_at
    if arrival.history and message.sent_at is not None:
        at = min(at, message.sent_at)
    return max(0, min(at, tx.now))


def _begin(
    tx: Writer, channel: Row, message: RemoteMessage, customer_id: str, related: str | None, at: int, arrival: Arrival
) -> dict[str, Any]:
    id = uuid7()
    tx.run(
        "insert_conversation",
        id=id,
        ref=tx.next("conversation"),
        customer_id=customer_id,
        channel_id=channel["id"],
        subject=base_subject(message.subject),
        # A first sync decides below; what we ourselves began somewhere else waits for nobody here.
        status=_first_status(arrival),
        bulk=int(message.automatic and arrival.inbound),
        settled=0 if arrival.history and not arrival.junk else 1,
        last_at=at,
        last_direction="inbound" if arrival.inbound else "outbound",
        related_id=related,
        now=tx.now,
    )
    return conversation(tx, id)


def _first_status(arrival: Arrival) -> str:
    if arrival.junk:
        return "spam"
    return "open" if arrival.inbound and not arrival.history else "resolved"


def _insert(
    tx: Writer,
    channel: Row,
    message: RemoteMessage,
    message_id: str,
    conversation_id: str,
    identity_id: str | None,
    at: int,
    arrival: Arrival,
    mentioned: Iterable[str],
) -> None:
    tx.run(
        "insert_message",
        id=message_id,
        conversation_id=conversation_id,
        direction="inbound" if arrival.inbound else "outbound",
        channel_id=channel["id"],
        external_id=message.external_id,
        identity_id=identity_id,
        agent_id=None,
        from_address=message.author.address,
        from_name=message.author.name,
        parties=parties_json(
            to=message.to,
            cc=message.cc,
            reply_to=message.reply_to,
            delivered=tuple(map(Address, message.delivered_to)),
            forwarded=(message.forwarded.author,) if message.forwarded else (),
        ),
        reply_keys=keys_json(message.reply_keys),
        subject=message.subject,
        body=message.text,
        notice=message.unreadable,
        automatic=int(message.automatic),
        answered=int(arrival.answered),
        facts="" if message.facts is NO_FACTS or message.facts == NO_FACTS else facts_json(message.facts),
        source_sha=blobs.put(tx, message.raw) if message.raw else None,
        received_at=at,
        sent_at=message.sent_at,
        now=tx.now,
    )
    keys = dict.fromkeys(mentioned, 0)
    if message.key:
        keys[message.key] = 1
    channel_id = channel["id"]
    tx.run_many(
        "insert_message_key",
        [
            {
                "channel_id": channel_id,
                "reply_key": key,
                "message_id": message_id,
                "conversation_id": conversation_id,
                "own": own,
            }
            for key, own in keys.items()
        ],
    )
    name_also(tx, channel_id, message, message_id, conversation_id)
    for position, file in enumerate(message.attachments):
        tx.run(
            "insert_attachment",
            id=uuid7(),
            message_id=message_id,
            position=position,
            name=file.name,
            mime=file.mime,
            size=file.size,
            part=file.part,
            content_id=file.content_id,
        )
    _make_findable(tx, message, message_id, conversation_id, at, arrival)


def name_also(tx: Writer, channel_id: str, message: RemoteMessage, message_id: str, conversation_id: str) -> None:
    """Remember the further names that others know a message by."""
    for key in message.other_keys:
        values = {"channel_id": channel_id, "message_id": message_id, "conversation_id": conversation_id}
        tx.run("insert_message_key", reply_key=key, own=1, **values)


def _make_findable(
    tx: Writer, message: RemoteMessage, message_id: str, conversation_id: str, at: int, arrival: Arrival
) -> None:
    words = message.words
    if words is None or words.version != SEG_VERSION:
        parties = ((party.name, party.address) for party in (message.author, *message.to, *message.cc))
        found = cut(message.subject, parties, (file.name for file in message.attachments), message.text)
        words = Words(found.version, found.tokens, found.sender, Beginnings(" ".join(found.beginnings)), found.lead)
    # Who wrote is asked for among messages to us alone.
    tokens = f"{words.tokens} {words.sender}".strip() if arrival.inbound else words.tokens
    search_docs.put_cut(tx, message_id, conversation_id, at, tokens, words.beginnings)


def _participate(tx: Writer, kind: str, conversation_id: str, address: Address) -> None:
    value = normalised(kind, address.address)[1]
    if value:
        tx.run("add_participant", conversation_id=conversation_id, address=value)


def _affect(
    tx: Writer,
    row: dict[str, Any],
    message: RemoteMessage,
    message_id: str,
    at: int,
    rules: IngestRules,
    arrival: Arrival,
) -> None:
    """What the message does to its conversation."""
    last_at = row["last_at"]
    if arrival.history and at < last_at and row["last_direction"] in ("inbound", "outbound"):
        # History comes newest first: what lies behind the last message changes no more than how long somebody waits.
        writes = arrival.inbound and not message.automatic and not arrival.junk
        if row["bulk"] and writes and not row["settled"]:
            row["bulk"] = 0
            save(tx, row)
        elif row["status"] in ("open", "snoozed"):
            save(tx, row)
        else:
            tx.changed("conversation", row["id"])
        return
    words = message.words
    known = (message_id, words.lead) if words is not None and words.version == SEG_VERSION else ("", "")
    newest = follow_messages(tx, row, known)
    assert newest is not None
    waits = _waits(tx, newest, rules)
    if arrival.junk:
        pass  # it waits among the spam, or stands in its conversation, and calls nobody
    elif not arrival.history:
        row["settled"] = 1
        _take_for_mail(tx, row)
        _come_in(row, message, arrival.inbound)
    elif not row["settled"]:
        # In a first sync a conversation is open only if its last message waits for an answer.
        row["status"] = "open" if waits else "resolved"
        row["unread"] = int(waits)
        if newest["direction"] == "inbound" and not newest["automatic"]:
            row["bulk"] = 0
    elif at > last_at and waits and not arrival.archive:
        # The folder was made anew on the server: what came meanwhile looks like history and is not.
        _come_in(row, message, arrival.inbound)
    save(tx, row)


def _come_in(row: dict[str, Any], message: RemoteMessage, inbound: bool) -> None:
    if not inbound:
        row["unread"] = 0
    elif not message.automatic:
        row["bulk"] = 0
        row["unread"] = 1
        if row["status"] in ("resolved", "snoozed", "trash"):
            row["status"], row["snoozed_until"] = "open", None


def rescue(tx: Writer, conversation_id: str) -> None:
    """What the channel took for spam lies among the mail now: it comes in, unless one of us called it spam."""
    row = conversation(tx, conversation_id)
    if row["status"] == "spam" and _take_for_mail(tx, row):
        row["unread"] = 1
        save(tx, row)


def _take_for_mail(tx: Writer, row: dict[str, Any]) -> bool:
    if row["status"] != "spam" or tx.one("newest_of_field", id=row["id"], field="status") is not None:
        return False
    row["status"] = "open"
    return True


def _waits(tx: Writer, newest: Row, rules: IngestRules) -> bool:
    """Whether the last message is a customer's, young and unanswered."""
    return (
        newest["direction"] == "inbound"
        and not newest["automatic"]
        and not newest["answered"]
        and newest["received_at"] >= tx.now - rules.young_ms
    )
