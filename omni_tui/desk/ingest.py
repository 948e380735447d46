"""The way in: a batch and the cursor behind it, in one transaction.

Deduplicate → identity → thread → message → search → change rows → cursor. One message that cannot be taken in never
blocks the rest: it becomes a conversation with its raw source and a plain notice, or at least a line of the ledger.
"""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from typing import assert_never

from omni_tui.desk.arrival import Arrival, arrive
from omni_tui.desk.conversation_state import conversation, follow_messages, save
from omni_tui.desk.identity import IngestRules, normalised
from omni_tui.desk.outbox import confirm
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
    Received,
    RemoteMessage,
    SentElsewhere,
)
from omni_tui.store import Row, Store, Writer, blobs, search_docs
from omni_tui.text.clean import storable, storable_line
from omni_tui.text.faults import where
from omni_tui.text.i18n import _

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a batch, in messages."""

    new: int = 0
    duplicate: int = 0
    failed: int = 0


def ingest(store: Store, channel_id: str, stream: str, batch: Batch, rules: IngestRules, epoch: int) -> IngestReport:
    """Take in ``batch`` and move the stream's cursor behind it.

    Raises LeaseLost, with nothing stored, when ``epoch`` is no longer the engine's.
    """
    new = duplicate = failed = 0
    with store.write() as tx:
        tx.fence(epoch)
        channel = tx.one("channel", id=channel_id)
        assert channel is not None
        for event in batch.events:
            try:
                with tx.savepoint():
                    stored = _take(tx, channel, stream, event, rules, batch.history)
            except StoreError:
                raise
            except Exception as error:
                log.error("a message of %s could not be taken in: %s", channel["name"], where(error))
                failed += 1
                stored = _quarantine(tx, channel, stream, event, rules, batch.history, error)
            if stored is True:
                new += 1
            elif stored is False:
                duplicate += 1
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
    return IngestReport(new, duplicate, failed)


def _take(tx: Writer, channel: Row, stream: str, event: Event, rules: IngestRules, history: bool) -> bool | None:
    """Store one event: True for a new message, False for one we had, None for what is no message."""
    match event:
        case Received(message=message, answered=answered):
            if rules.is_ours(message.author.address) and _our_own(tx, channel, stream, message):
                return False
            return _message(tx, channel, stream, message, rules, Arrival(True, history, answered))
        case SentElsewhere(message=message):
            if _our_own(tx, channel, stream, message):
                return False
            return _message(tx, channel, stream, message, rules, Arrival(False, history, False))
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
        case Bounced(key=key, reason=reason):
            row = tx.one("message_by_key", channel_id=channel["id"], reply_key=key)
            out = tx.one("outbox_of_message", message_id=row["id"]) if row is not None else None
            if row is not None and out is not None:
                tx.run(
                    "move_outbox",
                    id=out["id"],
                    was=out["state"],
                    state="failed",
                    error=storable(reason),
                    not_before=None,
                    now=tx.now,
                )
                tx.changed("conversation", row["conversation_id"])
        case ProfileSeen(author=author):
            kind, value = normalised(channel["kind"], author.address)
            found = tx.one("identity", kind=kind, value_norm=value)
            if found is not None:
                tx.run("name_customer", id=found["root_id"], name=storable_line(author.name), now=tx.now)
                tx.changed("customer", found["root_id"])
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
        return False
    message_id = arrive(tx, channel, message, rules, arrival)
    _ledger(tx, channel, stream, message, message_id)
    return True


def _our_own(tx: Writer, channel: Row, stream: str, message: RemoteMessage) -> bool:
    """Our own reply, come back or seen in the channel's folder of sent messages: proof that it left."""
    row = message.key and tx.one("message_by_key", channel_id=channel["id"], reply_key=message.key)
    out = tx.one("outbox_of_message", message_id=row["id"]) if row else None
    if not row or out is None:
        return False
    tx.run("adopt_external_id", outbox_id=out["id"], external_id=message.external_id)
    if message.raw:
        tx.run("adopt_source", id=row["id"], source_sha=blobs.put(tx, message.raw))
    confirm(tx, out["id"])
    _ledger(tx, channel, stream, message, row["id"])
    return True


def _reword(tx: Writer, message_id: str) -> None:
    """The list and the search follow a message that its author changed or took back."""
    message = tx.one("message", id=message_id)
    assert message is not None
    search_docs.drop(tx, message_id)
    if message["deleted_at"] is None:
        words = "\n".join(message[field] for field in ("subject", "from_name", "from_address", "body"))
        search_docs.put(tx, message_id, message["conversation_id"], message["received_at"], words)
    row = conversation(tx, message["conversation_id"])
    follow_messages(tx, row)
    save(tx, row)


def _receipt(tx: Writer, channel: Row, key: str, statement: str, at: int) -> None:
    row = tx.one("message_by_key", channel_id=channel["id"], reply_key=key)
    if row is not None and tx.run(statement, id=row["id"], at=at):
        tx.changed("conversation", row["conversation_id"])


def _ledger(tx: Writer, channel: Row, stream: str, message: RemoteMessage, message_id: str | None) -> None:
    tx.run(
        "ledger",
        channel_id=channel["id"],
        stream=stream,
        locator=message.locator,
        message_id=message_id,
        source_sha=None,
        error="",
        now=tx.now,
    )


def _quarantine(
    tx: Writer, channel: Row, stream: str, event: Event, rules: IngestRules, history: bool, error: Exception
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
            return _take(tx, channel, stream, dataclasses.replace(event, message=bare), rules, history)
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
