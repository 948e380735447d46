"""What taking in a batch of messages will ask of the store, asked beforehand in two round trips.

Whatever is missing here is asked when it is needed, and what is asked here in vain does no harm: only time hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from omni_tui.desk import claims, tokens
from omni_tui.desk.identity import IngestRules, customer_address, first_recipient, normalised
from omni_tui.desk.threading import MOST_KEYS
from omni_tui.model.address import Address
from omni_tui.model.events import Event, Received, RemoteMessage, SentElsewhere
from omni_tui.store import Row, Writer
from omni_tui.text.clean import storable_line
from omni_tui.text.mail.subject import reference_number

Question = tuple[str, dict[str, Any]]
Questions = dict[tuple[str, ...], Question]
"""Each once, by the statement and what is asked of it."""
Answers = dict[tuple[str, ...], list[Row]]
_CHANNELS = ("every_channel",)


class _Asked(NamedTuple):
    """What is asked of a message more than once."""

    message: RemoteMessage
    inbound: bool
    keys: list[str]
    ref: int | None
    customer: Address | None


def read_ahead(
    tx: Writer, channel: Row, stream: str, events: Iterable[Event], rules: IngestRules, *, live: bool
) -> None:
    """Ask what is known of the messages among ``events``: themselves, who wrote them, and what they name; of ``live``
    ones what they may prove, too."""
    messages = [
        _asked(event.message, isinstance(event, Received), rules)
        for event in events
        if isinstance(event, Received | SentElsewhere)
    ]
    if not messages:
        return
    first: Questions = {("store_key",): ("store_key", {"name": tokens.KEY})}
    channel_id, kind = channel["id"], channel["kind"]
    for each in messages:
        _first(first, channel_id, kind, stream, each, rules)
    if live:
        first[_CHANNELS] = "every_channel", {}
    answers = dict(zip(first, tx.ahead(first.values()), strict=True))
    second: Questions = {}
    for each in messages:
        _second(second, answers, tx, kind, each, rules, live=live)
        if live and each.inbound and claims.may_prove(kind, each.message):
            for name, values in claims.asked(answers[_CHANNELS], each.message):
                second[name, values["channel_id"], values["reply_key"]] = name, dict(values)
    tx.ahead(second.values())


def _asked(message: RemoteMessage, inbound: bool, rules: IngestRules) -> _Asked:
    customer = (customer_address if inbound else first_recipient)(message, rules)
    return _Asked(message, inbound, _keys(message), reference_number(message.subject), customer)


def _first(asked: Questions, id: str, kind: str, stream: str, each: _Asked, rules: IngestRules) -> None:
    message, inbound, keys, ref, customer = each
    locator, external_id = message.locator, message.external_id
    asked["place", locator] = "ledger_holds", {"channel_id": id, "stream": stream, "locator": locator}
    asked["external", external_id] = "message_by_external_id", {"channel_id": id, "external_id": external_id}
    for key in keys:
        if ("key", key) not in asked:
            asked["key", key] = "keyed_conversations", {"channel_id": id, "reply_key": key}
    if ref is not None:
        asked["ref", str(ref)] = "conversation_id_by_ref", {"ref": ref}
    if message.key and (not inbound or rules.is_ours(message.author.address)):
        asked["by key", keys[-1]] = "message_by_key", {"channel_id": id, "reply_key": keys[-1]}
    if customer is not None:
        identity_kind, value = normalised(kind, storable_line(customer.address))
        asked["identity", identity_kind, value] = "identity", {"kind": identity_kind, "value_norm": value}


def _second(
    asked: Questions, answers: Answers, tx: Writer, kind: str, each: _Asked, rules: IngestRules, *, live: bool
) -> None:
    """What follows from the first answers: the conversations a message is known in or names."""
    message, _inbound, keys, ref, customer = each
    for row in answers["external", message.external_id]:
        asked["conversation", row["conversation_id"]] = "conversation", {"id": row["conversation_id"]}
        return
    found: list[str] = []
    for key in keys:
        if known := answers["key", key]:
            found.extend([row["conversation_id"] for row in known])
        outbox_id = tokens.outbox_id_of(tx, key)
        if outbox_id is not None:
            asked["outbox", outbox_id] = "outbox", {"id": outbox_id}
    if ref is not None:
        found.extend(row["id"] for row in answers["ref", str(ref)])
    if not found:
        return
    for id in dict.fromkeys(found):
        asked["conversation", id] = "conversation", {"id": id}
        asked["newest", id] = "newest_message", {"id": id}
        if not live:
            asked["participants", id] = "participants", {"id": id}
    if not live:
        return
    parties = [message.author, *message.to, *message.cc]
    if customer is not None and customer is not message.author:
        parties.append(customer)
    addresses = {
        normalised(kind, storable_line(each.address))[1] for each in parties if not rules.is_ours(each.address)
    }
    for id in dict.fromkeys(found):
        for address in addresses - {""}:
            asked["participant", id, address] = "is_participant", {"conversation_id": id, "address": address}


def _keys(message: RemoteMessage) -> list[str]:
    """The names a message names, as they are asked for; its own is the last."""
    keys = [storable_line(key) for key in message.reply_keys[-MOST_KEYS:]]
    return [*keys, storable_line(message.key)] if message.key else keys
