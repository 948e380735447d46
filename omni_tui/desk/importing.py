"""Mail from files comes in: what is there already is known again, also where a file holds it slightly otherwise."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from omni_tui.desk.identity import IngestRules
from omni_tui.desk.ingest import IngestReport, take_in
from omni_tui.model.errors import StoreError
from omni_tui.model.events import Batch, Event, Received, RemoteMessage, SentElsewhere
from omni_tui.store import Store, Tx

_QUOTED_FROM = re.compile(r"^>+(?=From )", re.MULTILINE)


def take_file(store: Store, channel_id: str, stream: str, batch: Batch, rules: IngestRules) -> IngestReport:
    """Take in ``batch`` of an archive and move the stream's cursor behind it, in one transaction.

    No lease is asked for: an engine may work at the same time, and so may a second import of the same file.
    """
    with store.write() as tx:
        events = tuple(_known_again(tx, channel_id, event) for event in batch.events)
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
    # A Message-ID alone is no proof: lists and broken programs use one for several mails.
    for row in tx.all("messages_called", channel_id=channel_id, reply_key=message.key):
        same = row["from_address"], row["subject"], row["sent_at"]
        if same == (message.author.address, message.subject, message.sent_at) and _same(row["body"], message.text):
            return str(row["external_id"])
    return None


def _same(one: str, other: str) -> bool:
    """Whether two texts differ by no more than what an mbox and servers do to a mail."""
    return one == other or _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return " ".join(_QUOTED_FROM.sub("", text).split())
