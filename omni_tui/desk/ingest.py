"""The way in: a batch and the cursor behind it, in one transaction; on PostgreSQL in a few short ones, the cursor last.

Deduplicate → identity → thread → message → search → change rows → cursor. One message that cannot be taken in never
blocks the rest: it becomes a conversation with its raw source and a plain notice, or at least a line of the ledger.
"""

from __future__ import annotations

import dataclasses
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import assert_never

from omni_tui.desk import bounces, presence, visits
from omni_tui.desk.arrival import Arrival, arrive, name_also, rescue
from omni_tui.desk.belonging import bring_together, bring_together_alone
from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.identity import IngestRules, name, normalised
from omni_tui.desk.late_reports import heed_earlier, heed_earlier_alone
from omni_tui.desk.outbox import confirm
from omni_tui.desk.reading_ahead import read_ahead
from omni_tui.desk.storing import storable_places
from omni_tui.model.errors import StoreError
from omni_tui.model.events import (
    Batch,
    Bounced,
    Deleted,
    Delivered,
    Edited,
    Event,
    Notice,
    ProfileSeen,
    Read,
    ReadElsewhere,
    Received,
    RemoteMessage,
    Report,
    Reported,
    SentElsewhere,
    Typing,
    Vanished,
    Visited,
)
from omni_tui.store import Row, Store, Writer, blobs, search_docs
from omni_tui.text.clean import storable
from omni_tui.text.faults import where
from omni_tui.text.i18n import _

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a batch, in messages."""

    new: int = 0
    duplicate: int = 0
    failed: int = 0

    def plus(self, other: IngestReport) -> IngestReport:
        """Both together."""
        return IngestReport(self.new + other.new, self.duplicate + other.duplicate, self.failed + other.failed)


class Pace:
    """How many events are asked ahead together: where only some of them could then be taken in, fewer the next time.

    Else what is asked ahead for a hundred slow ones would be asked for all of them again with every few that go in.
    """

    def __init__(self) -> None:
        self.most = sys.maxsize

    def follow(self, asked: int, taken: int) -> None:
        """Of so many that were asked ahead, so many were taken in before time was up."""
        self.most = max(1, taken) if taken < asked else self.most * 2


def ingest(store: Store, channel_id: str, stream: str, batch: Batch, rules: IngestRules, epoch: int) -> IngestReport:
    """Take in ``batch`` and move the stream's cursor behind it.

    Raises LeaseLost, with nothing stored, when ``epoch`` is no longer the engine's.
    """
    report, taken, pace = IngestReport(), 0, Pace()

    def some(tx: Writer) -> tuple[IngestReport, int]:
        tx.foresee([("lease_epoch", {"name": "engine"}), ("channel", {"id": channel_id})])
        tx.fence(epoch)
        part, end = _take_events(tx, channel_id, stream, batch, rules, taken, tx.is_long, pace)
        # A part that is there without its cursor is known again.
        if end == len(batch.events):
            _move_cursor(tx, channel_id, stream, batch)
        return part, end

    while True:
        part, taken = store.act(some)
        report = report.plus(part)
        if taken == len(batch.events):
            return report
        store.tidy()


def take_in(tx: Writer, channel_id: str, stream: str, batch: Batch, rules: IngestRules) -> IngestReport:
    """The same inside a transaction; whoever is no engine needs no lease, for what is there is known again."""
    report, _taken = _take_events(tx, channel_id, stream, batch, rules, 0, _never, Pace())
    _move_cursor(tx, channel_id, stream, batch)
    return report


def _never(_share: float) -> bool:
    """Nobody else is to be let in before all is done."""
    return False


def _take_events(
    tx: Writer,
    channel_id: str,
    stream: str,
    batch: Batch,
    rules: IngestRules,
    first: int,
    is_long: Callable[[float], bool],
    pace: Pace,
) -> tuple[IngestReport, int]:
    """Take in events from number ``first`` until others have waited long enough; the number of the next."""
    channel = tx.one("channel", id=channel_id)
    assert channel is not None
    report, taken = IngestReport(), first
    while taken < len(batch.events):
        some = [_storable_places(event) for event in batch.events[taken : taken + min(tx.at_once, pace.most)]]
        part, number = _take_some(tx, channel, stream, some, rules, batch, is_long)
        pace.follow(len(some), number)
        tx.took_in(number)
        report, taken = report.plus(part), taken + number
        # What is asked ahead for messages that are then left for the next part is asked in vain.
        if is_long(0.5):
            break
    return report, taken


def _storable_places(event: Event) -> Event:
    """The event with its message under names that can be asked for: one that cannot would keep others away, too."""
    if isinstance(event, Received | SentElsewhere):
        message = storable_places(event.message)
        return event if message is event.message else dataclasses.replace(event, message=message)
    return event


def _take_some(
    tx: Writer,
    channel: Row,
    stream: str,
    events: Sequence[Event],
    rules: IngestRules,
    batch: Batch,
    is_long: Callable[[float], bool],
) -> tuple[IngestReport, int]:
    """Take in a few events together, fewer if that takes long; how many.

    If that fails, each by itself, so that one that cannot be taken in stays alone.
    """
    tx.again.clear()
    try:
        with tx.savepoint():
            with tx.gathering():
                read_ahead(tx, channel, stream, events, rules, live=not (batch.history or batch.archive))
                stored = [_take(tx, channel, stream, event, rules, batch) for event in _while_short(events, is_long)]
            bring_together(tx, channel["id"], tx.again)
            heed_earlier(tx, channel["id"], _names_of_sent(events[: len(stored)]), rules)
            return _counted(stored), len(stored)
    except StoreError:
        raise
    except Exception:
        tx.again.clear()
        reports = [_take_alone(tx, channel, stream, event, rules, batch) for event in _while_short(events, is_long)]
        bring_together_alone(tx, channel, tx.again)
        heed_earlier_alone(tx, channel, _names_of_sent(events[: len(reports)]), rules)
        return reduce(IngestReport.plus, reports), len(reports)


def _names_of_sent(events: Iterable[Event]) -> list[str]:
    """The names of what was sent elsewhere: a report may have come before it."""
    sent = [event.message for event in events if isinstance(event, SentElsewhere)]
    return [name for message in sent for name in (message.key, *message.other_keys) if name]


def _while_short(events: Sequence[Event], is_long: Callable[[float], bool]) -> Iterator[Event]:
    """The first of ``events``, and the others until somebody else should have the lock."""
    for n, event in enumerate(events):
        if n and is_long(1.0):
            return
        yield event


def _take_alone(tx: Writer, channel: Row, stream: str, event: Event, rules: IngestRules, batch: Batch) -> IngestReport:
    try:
        with tx.savepoint():
            return _counted((_take(tx, channel, stream, event, rules, batch),))
    except StoreError:
        raise
    except Exception as error:
        log.error("a message of %s could not be taken in: %s", channel["name"], where(error))
        kept = _counted((_quarantine(tx, channel, stream, event, rules, batch, error),))
        return kept.plus(IngestReport(failed=1))


def _counted(stored: Iterable[bool | None]) -> IngestReport:
    """``stored`` says of each event whether it was a new message, one we had, or none."""
    counts = Counter(stored)
    return IngestReport(new=counts[True], duplicate=counts[False])


def _move_cursor(tx: Writer, channel_id: str, stream: str, batch: Batch) -> None:
    progress = batch.progress
    tx.run(
        "set_cursor",
        channel_id=channel_id,
        stream=stream,
        cursor=batch.next_cursor,
        done=progress.done if progress else None,
        total=progress.total if progress else None,
        now=tx.now,
    )
    if progress is not None:
        tx.changed("channel", channel_id)


def _take(tx: Writer, channel: Row, stream: str, event: Event, rules: IngestRules, batch: Batch) -> bool | None:
    """Store one event: True for a new message, False for one we had, None for what is no message."""
    match event:
        case Received(message=message, answered=answered, junk=junk):
            if rules.is_ours(message.author.address) and _our_own(tx, channel, stream, message):
                return False
            arrival = Arrival(True, batch.history, answered, batch.archive, junk)
            return _message(tx, channel, stream, message, rules, arrival)
        case SentElsewhere(message=message, proven=proven):
            if _our_own(tx, channel, stream, message):
                return False
            arrival = Arrival(False, batch.history, False, batch.archive, proven=proven)
            return _message(tx, channel, stream, message, rules, arrival)
        case ReadElsewhere(locator=locator):
            _read_elsewhere(tx, channel, stream, locator)
        case Vanished(numbering=numbering, first=first, last=last):
            _vanished(tx, channel, stream, numbering, first, last)
        case Edited(external_id=external_id, text=text, edited_at=at):
            row = tx.one("message_by_external_id", channel_id=channel["id"], external_id=external_id)
            if row is not None:
                tx.run("edit_message", id=row["id"], body=storable(text), at=at)
                _reword(tx, row["id"])
        case Deleted(external_id=external_id, deleted_at=at):
            row = tx.one("message_by_external_id", channel_id=channel["id"], external_id=external_id)
            if row is not None:
                tx.run("delete_message", id=row["id"], now=at)
                _reword(tx, row["id"])
        case Delivered(key=key, at=at):
            _receipt(tx, channel, key, "set_delivered", at)
        case Read(key=key, at=at):
            _receipt(tx, channel, key, "set_read", at)
        case Bounced(key=key, reason=reason, at=at):
            report = Report(key, (Reported("", "failed", reason),))
            ours = bounces.reported_message(tx, channel["id"], report)
            if ours is not None:
                bounces.take_report(tx, ours, report, None, at, rules.young_ms)
        case ProfileSeen(author=author):
            kind, value = normalised(channel["kind"], author.address)
            found = tx.one("identity", kind=kind, value_norm=value)
            if found is not None:
                name(tx, found["root_id"], author.name)
        case Typing(key=key, on=on):
            presence.customer_types(tx, channel["id"], key, on)
        case Visited():
            visits.visited(tx, channel, event)
        case Notice(text=text):
            log.warning("%s: %s", channel["name"], text)
        case _:
            assert_never(event)
    return None


def _message(
    tx: Writer, channel: Row, stream: str, message: RemoteMessage, rules: IngestRules, arrival: Arrival
) -> bool:
    known = tx.one("message_by_external_id", channel_id=channel["id"], external_id=message.external_id)
    if known is not None:
        _ledger(tx, channel, stream, message, known["id"])
        if not (arrival.junk or arrival.history):
            rescue(tx, known["conversation_id"])
        return False
    message_id = arrive(tx, channel, message, rules, arrival)
    _ledger(tx, channel, stream, message, message_id)
    return True


def _read_elsewhere(tx: Writer, channel: Row, stream: str, locator: str) -> None:
    """Reading the last message of a conversation is reading the conversation."""
    found = tx.one("message_in_ledger", channel_id=channel["id"], stream=stream, locator=locator)
    if found is None:
        return
    row = conversation(tx, found["conversation_id"])
    if row["unread"] and found["received_at"] >= row["last_at"]:
        row["unread"] = 0
        save(tx, row)


def _vanished(tx: Writer, channel: Row, stream: str, numbering: str, first: int, last: int) -> None:
    """The ledger holds where messages lie. What could not be taken in stays in it: it is nowhere else."""
    while first <= last:
        # Among numbers of as many digits, the order of text is that of numbers.
        end = min(last, 10 ** len(str(first)) - 1)
        low, high = f"{numbering}{first}", f"{numbering}{end}"
        tx.run("vanished", channel_id=channel["id"], stream=stream, low=low, high=high, length=len(low))
        first = end + 1


def _our_own(tx: Writer, channel: Row, stream: str, message: RemoteMessage) -> bool:
    """Our own reply, come back or seen in the channel's folder of sent messages: proof that it left."""
    row = message.key and tx.one("message_by_key", channel_id=channel["id"], reply_key=message.key)
    out = tx.one("outbox_of_message", message_id=row["id"]) if row else None
    if not row or out is None:
        return False
    tx.run("adopt_external_id", outbox_id=out["id"], external_id=message.external_id)
    name_also(tx, channel["id"], message, row["id"], row["conversation_id"])
    if message.raw:
        tx.run("adopt_source", id=row["id"], source_sha=blobs.put(tx, message.raw))
    confirm(tx, out["id"])
    _ledger(tx, channel, stream, message, row["id"])
    return True


def _reword(tx: Writer, message_id: str) -> None:
    """The list and the search follow a message that its author changed or took back."""
    message = tx.one("message", id=message_id)
    assert message is not None
    search_docs.put_again(tx, message_id)
    row = conversation(tx, message["conversation_id"])
    follow_messages(tx, row)
    save(tx, row)


def _receipt(tx: Writer, channel: Row, key: str, statement: str, at: int) -> None:
    row = tx.one("message_by_key", channel_id=channel["id"], reply_key=key)
    if row is not None and tx.touched(statement, id=row["id"], at=at):
        tx.changed("conversation", row["conversation_id"])


def _ledger(tx: Writer, channel: Row, stream: str, message: RemoteMessage, message_id: str | None) -> None:
    place = {"channel_id": channel["id"], "stream": stream, "locator": message.locator}
    tx.run(
        # Most places are new, and to look for another row there first costs as much as all the rest of it.
        "ledger" if tx.one("ledger_holds", **place) is not None else "insert_in_ledger",
        **place,
        message_id=message_id,
        source_sha=None,
        error="",
        now=tx.now,
    )


def _quarantine(
    tx: Writer, channel: Row, stream: str, event: Event, rules: IngestRules, batch: Batch, error: Exception
) -> bool | None:
    """Keep what could not be taken in: as a conversation with its source only, else as a line of the ledger."""
    if not isinstance(event, Received | SentElsewhere):
        return None
    message = event.message
    bare = RemoteMessage(
        external_id=message.external_id,
        locator=message.locator,
        author=message.author,
        text="",
        receipt_at=message.receipt_at,
        subject=message.subject,
        unreadable=_("This message could not be taken in. Its source is kept."),
        raw=message.raw,
    )
    try:
        with tx.savepoint():
            return _take(tx, channel, stream, dataclasses.replace(event, message=bare), rules, batch)
    except StoreError:
        raise
    except Exception as bare_error:
        log.error("nor could its bare source: %s", where(bare_error))
        tx.run(
            "ledger",
            channel_id=channel["id"],
            stream=stream,
            locator=message.locator,
            message_id=None,
            source_sha=blobs.put(tx, message.raw) if message.raw else None,
            error=f"{type(error).__name__}",
            now=tx.now,
        )
        return None
