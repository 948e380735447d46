"""What taking in a batch of messages will ask of the store, asked beforehand in two round trips.

Whatever is missing here is asked when it is needed, and what is asked here in vain does no harm: only time hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from omni_tui.desk import tokens
from omni_tui.desk.identity import IngestRules, customer_address, first_recipient, normalised
from omni_tui.desk.threading import MOST_KEYS
from omni_tui.model.events import Event, Received, RemoteMessage, SentElsewhere
from omni_tui.store import Row, Writer
from omni_tui.text.clean import storable_line
from omni_tui.text.mail.subject import reference_number

Question = tuple[str, dict[str, Any]]


def read_ahead(tx: Writer, channel: Row, events: Iterable[Event], rules: IngestRules) -> None:
    """Ask what is known of the messages among ``events``: themselves, who wrote them, and what they name."""
    messages = [
        (event.message, isinstance(event, Received)) for event in events if isinstance(event, Received | SentElsewhere)
    ]
    if not messages:
        return
    first = _distinct(
        question for message, inbound in messages for question in _first(channel, message, inbound, rules)
    )
    answers = dict(zip(map(_key, first), tx.ahead([("store_key", {"name": tokens.KEY}), *first])[1:], strict=True))
    tx.ahead(
        _distinct(q for message, inbound in messages for q in _second(tx, channel, message, inbound, rules, answers))
    )


def _first(channel: Row, message: RemoteMessage, inbound: bool, rules: IngestRules) -> Iterator[Question]:
    yield _by_external_id(channel, message)
    for key in _keys(message):
        yield _keyed(channel, key)
    ref = reference_number(message.subject)
    if ref is not None:
        yield "conversation_id_by_ref", {"ref": ref}
    if message.key and (not inbound or rules.is_ours(message.author.address)):
        yield "message_by_key", {"channel_id": channel["id"], "reply_key": storable_line(message.key)}
    customer = (customer_address if inbound else first_recipient)(message, rules)
    if customer is not None:
        kind, value = normalised(channel["kind"], storable_line(customer.address))
        yield "identity", {"kind": kind, "value_norm": value}


def _second(
    tx: Writer, channel: Row, message: RemoteMessage, inbound: bool, rules: IngestRules, answers: dict[Any, list[Row]]
) -> Iterator[Question]:
    """What follows from the first answers: the conversations a message is known in or names."""
    found = [row["conversation_id"] for row in answers[_key(_by_external_id(channel, message))]]
    if found:
        yield "conversation", {"id": found[0]}
        return
    for key in _keys(message):
        found.extend(row["conversation_id"] for row in answers[_key(_keyed(channel, key))])
        outbox_id = tokens.outbox_id_of(tx, key)
        if outbox_id is not None:
            yield "outbox", {"id": outbox_id}
    ref = reference_number(message.subject)
    if ref is not None:
        found.extend(row["id"] for row in answers[_key(("conversation_id_by_ref", {"ref": ref}))])
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
        yield "conversation", {"id": id}
        yield "newest_message", {"id": id}
        for address in addresses - {""}:
            yield "is_participant", {"conversation_id": id, "address": address}


def _by_external_id(channel: Row, message: RemoteMessage) -> Question:
    return "message_by_external_id", {"channel_id": channel["id"], "external_id": message.external_id}


def _keyed(channel: Row, key: str) -> Question:
    return "keyed_conversations", {"channel_id": channel["id"], "reply_key": key}


def _keys(message: RemoteMessage) -> list[str]:
    """The names a message names, as they are asked for."""
    keys = [storable_line(key) for key in message.reply_keys[-MOST_KEYS:]]
    return [*keys, storable_line(message.key)] if message.key else keys


def _key(question: Question) -> Any:
    return question[0], *question[1].values()


def _distinct(questions: Iterable[Question]) -> list[Question]:
    return list({_key(question): question for question in questions}.values())
