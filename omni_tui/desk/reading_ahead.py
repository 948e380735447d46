"""What taking in a batch of messages will ask of the store, asked beforehand in two round trips.

Whatever is missing here is asked when it is needed, and what is asked here in vain does no harm: only time hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omni_tui.desk import claims, tokens
from omni_tui.desk.identity import IngestRules, customer_address, first_recipient, normalised
from omni_tui.desk.threading import MOST_KEYS
from omni_tui.model.events import Event, Received, RemoteMessage, SentElsewhere
from omni_tui.store import Row, Writer
from omni_tui.text.clean import storable_line
from omni_tui.text.mail.subject import reference_number

Question = tuple[str, dict[str, Any]]
Questions = dict[tuple[str, ...], Question]
"""Each once, by the statement and what is asked of it."""
Answers = dict[tuple[str, ...], list[Row]]
_CHANNELS = ("every_channel",)


def read_ahead(
    tx: Writer, channel: Row, stream: str, events: Iterable[Event], rules: IngestRules, *, live: bool
) -> None:
    """Ask what is known of the messages among ``events``: themselves, who wrote them, and what they name; of ``live``
    ones what they may prove, too."""
    messages = [
        (event.message, isinstance(event, Received), _keys(event.message))
        for event in events
        if isinstance(event, Received | SentElsewhere)
    ]
    if not messages:
        return
    first: Questions = {("store_key",): ("store_key", {"name": tokens.KEY})}
    for message, inbound, keys in messages:
        _first(first, channel, stream, message, inbound, keys, rules)
    if live:
        first[_CHANNELS] = "every_channel", {}
    answers = dict(zip(first, tx.ahead(first.values()), strict=True))
    second: Questions = {}
    for message, inbound, keys in messages:
        _second(second, answers, tx, channel, message, inbound, keys, rules)
        if live and inbound and claims.may_prove(channel["kind"], message):
            for name, values in claims.asked(answers[_CHANNELS], message):
                second[name, values["channel_id"], values["reply_key"]] = name, dict(values)
    tx.ahead(second.values())


def _first(
    asked: Questions,
    channel: Row,
    stream: str,
    message: RemoteMessage,
    inbound: bool,
    keys: list[str],
    rules: IngestRules,
) -> None:
    id = channel["id"]
    asked["place", message.locator] = (
        "ledger_holds",
        {"channel_id": id, "stream": stream, "locator": message.locator},
    )
    asked["external", message.external_id] = (
        "message_by_external_id",
        {"channel_id": id, "external_id": message.external_id},
    )
    for key in keys:
        if ("key", key) not in asked:
            asked["key", key] = "keyed_conversations", {"channel_id": id, "reply_key": key}
    ref = reference_number(message.subject)
    if ref is not None:
        asked["ref", str(ref)] = "conversation_id_by_ref", {"ref": ref}
    if message.key and (not inbound or rules.is_ours(message.author.address)):
        asked["by key", keys[-1]] = "message_by_key", {"channel_id": id, "reply_key": keys[-1]}
    customer = (customer_address if inbound else first_recipient)(message, rules)
    if customer is not None:
        kind, value = normalised(channel["kind"], storable_line(customer.address))
        asked["identity", kind, value] = "identity", {"kind": kind, "value_norm": value}


def _second(
    asked: Questions,
    answers: Answers,
    tx: Writer,
    channel: Row,
    message: RemoteMessage,
    inbound: bool,
    keys: list[str],
    rules: IngestRules,
) -> None:
    """What follows from the first answers: the conversations a message is known in or names."""
    for row in answers["external", message.external_id]:
        asked["conversation", row["conversation_id"]] = "conversation", {"id": row["conversation_id"]}
        return
    found: list[str] = []
    for key in keys:
        found.extend(row["conversation_id"] for row in answers["key", key])
        outbox_id = tokens.outbox_id_of(tx, key)
        if outbox_id is not None:
            asked["outbox", outbox_id] = "outbox", {"id": outbox_id}
    ref = reference_number(message.subject)
    if ref is not None:
        found.extend(row["id"] for row in answers["ref", str(ref)])
    if not found:
        return
    parties = [message.author, *message.to, *message.cc]
    customer = customer_address(message, rules) if inbound else None
    if customer is not None:
        parties.append(customer)
    addresses = {
        normalised(channel["kind"], storable_line(each.address))[1]
        for each in parties
        if not rules.is_ours(each.address)
    }
    for id in dict.fromkeys(found):
        asked["conversation", id] = "conversation", {"id": id}
        asked["newest", id] = "newest_message", {"id": id}
        for address in addresses - {""}:
            asked["participant", id, address] = "is_participant", {"conversation_id": id, "address": address}


def _keys(message: RemoteMessage) -> list[str]:
    """The names a message names, as they are asked for; its own is the last."""
    keys = [storable_line(key) for key in message.reply_keys[-MOST_KEYS:]]
    return [*keys, storable_line(message.key)] if message.key else keys
