"""Mail from files comes in: what is there already is known again, also where a file holds it slightly otherwise."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from omni_tui.desk.identity import IngestRules
from omni_tui.desk.ingest import IngestReport, take_in
from omni_tui.model.errors import StoreError
from omni_tui.model.events import Batch, Event, Received, RemoteMessage, SentElsewhere
from omni_tui.store import Row, Store, Tx, Writer

_QUOTED_FROM = re.compile(r"^>+(?=From )", re.MULTILINE)


def take_file(store: Store, channel_id: str, stream: str, batch: Batch, rules: IngestRules) -> IngestReport:
    """Take in ``batch`` of an archive and move the stream's cursor behind it, in one transaction.

    No lease is asked for: an engine may work at the same time, and so may a second import of the same file.
    """
    with store.write() as tx:
        events = _all_known_again(tx, channel_id, batch.events)
        return take_in(tx, channel_id, stream, dataclasses.replace(batch, events=events), rules)


def count_known(store: Store, channel_id: str, events: Iterable[Event]) -> int:
    """How many of the messages are there already."""
    with store.read() as tx:
        return sum(
            isinstance(event, Received | SentElsewhere) and _held(tx, channel_id, event.message) is not None
            for event in events
        )


def places_known(store: Store, channel_id: str, stream: str, places: Iterable[str]) -> set[str]:
    """Of these places of a stream those whose message was taken in, or could not be."""
    with store.read() as tx:
        return {
            place
            for place in places
            if tx.one("ledger_holds", channel_id=channel_id, stream=stream, locator=place) is not None
        }


def _all_known_again(tx: Writer, channel_id: str, events: Sequence[Event]) -> tuple[Event, ...]:
    """The events under the external ids their messages have in the store: asked for all at once."""
    try:
        with tx.savepoint():
            return _asked_together(tx, channel_id, events)
    except StoreError:
        raise
    except Exception:
        # A name no database takes spoils the question for all.
        return tuple(_known_again(tx, channel_id, event) for event in events)


def _asked_together(tx: Writer, channel_id: str, events: Sequence[Event]) -> tuple[Event, ...]:
    messages = {n: event.message for n, event in enumerate(events) if isinstance(event, Received | SentElsewhere)}
    held = tx.ahead(
        ("message_by_external_id", {"channel_id": channel_id, "external_id": message.external_id})
        for message in messages.values()
    )
    new = [n for n, rows in zip(messages, held, strict=True) if not rows and messages[n].key]
    called = tx.ahead(("messages_called", {"channel_id": channel_id, "reply_key": messages[n].key}) for n in new)
    found = list(events)
    for n, rows in zip(new, called, strict=True):
        id = _same_message(rows, messages[n])
        event = found[n]
        if id is not None and isinstance(event, Received | SentElsewhere):
            found[n] = dataclasses.replace(event, message=dataclasses.replace(messages[n], external_id=id))
    return tuple(found)


def _known_again(tx: Tx, channel_id: str, event: Event) -> Event:
    """The event under the external id its message has in the store, if it is there."""
    if not isinstance(event, Received | SentElsewhere):
        return event
    try:
        id = _held(tx, channel_id, event.message)
    except StoreError:
        raise
    except Exception:
        # A name no database takes: what comes next sets it aside with its source.
        return event
    if id is None or id == event.message.external_id:
        return event
    return dataclasses.replace(event, message=dataclasses.replace(event.message, external_id=id))


def _held(tx: Tx, channel_id: str, message: RemoteMessage) -> str | None:
    if tx.one("message_by_external_id", channel_id=channel_id, external_id=message.external_id) is not None:
        return message.external_id
    if not message.key:
        return None
    return _same_message(tx.all("messages_called", channel_id=channel_id, reply_key=message.key), message)


def _same_message(rows: Iterable[Row], message: RemoteMessage) -> str | None:
    """The external id of that message among ``rows`` which is the same as ``message``."""
    # A Message-ID alone is no proof: lists and broken programs use one for several mails.
    for row in rows:
        same = row["from_address"], row["subject"], row["sent_at"]
        if same == (message.author.address, message.subject, message.sent_at) and _same(row["body"], message.text):
            return str(row["external_id"])
    return None


def _same(one: str, other: str) -> bool:
    """Whether two texts differ by no more than what an mbox and servers do to a mail."""
    return one == other or _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return " ".join(_QUOTED_FROM.sub("", text).split())
