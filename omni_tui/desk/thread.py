"""A conversation opened: its messages and what happened between them, its sources and its files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from omni_tui.desk import claims, journal
from omni_tui.desk.linking import related
from omni_tui.desk.relocating import root
from omni_tui.desk.ways import Way, asked_first, asked_then, ways
from omni_tui.model.address import Address
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import Direction, OutboxState
from omni_tui.model.errors import NotFound, OmniError
from omni_tui.model.message import MessageRow, Party, ReplyWay, Thread
from omni_tui.store import Row, Store, Tx, blobs, conversations, messages
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_FOREVER = 2**62


def open_thread(
    store: Store, agent: Agent, conversation_id: str, *, limit: int = 50, before: MessageRow | None = None
) -> Thread:
    """The conversation with its newest ``limit`` messages, or those just before one; oldest first. Only reads."""
    key = (before.received_at, before.id) if before else None
    with store.read() as tx:
        found = _rows(tx, conversation_id, limit, key)
        if (standing := root(tx, conversation_id)) != conversation_id:
            # One that was merged shows what it became part of.
            conversation_id = standing
            found = _rows(tx, conversation_id, limit, key)
        since, until = (
            found[-1]["received_at"] if len(found) == limit else 0,
            before.received_at if before else _FOREVER,
        )
        tx.foresee(
            [*asked_then(tx, conversation_id), *journal.asked_then(tx, conversation_id, since, until)],
            messages.asked_then(conversation_id, found),
        )
        heads = conversations.rows(tx, agent.id, [conversation_id])
        row = tx.one("conversation", id=conversation_id)
        if not heads or row is None:
            raise NotFound(_("That conversation is gone."))
        shown = _crossed(messages.records(tx, found))
        earlier = messages.earlier_than(tx, conversation_id, shown[0].received_at, shown[0].id) if shown else 0
        events = journal.events(tx, conversation_id, since if earlier else 0, until)
        judged = claims.judged(tx, row, shown)
        found_ways = tuple(map(_way, ways(tx, conversation_id)))
        return Thread(
            head=heads[0],
            messages=tuple(sorted((*judged, *events), key=lambda message: (message.received_at, message.id))),
            earlier=earlier,
            seen_at=row["seen_at"],
            reply=found_ways[0],
            ways=found_ways,
            related=related(tx, conversation_id),
        )


def _rows(tx: Tx, conversation_id: str, limit: int, before: tuple[int, str] | None) -> list[Row]:
    """The rows of its messages, the newest first, asked together with all that can be asked by its id alone."""
    id = {"id": conversation_id}
    window = messages.asked(conversation_id, limit=limit, before=before)
    tx.foresee(
        [
            ("conversation_root", id),
            ("related_numbers", id),
            *asked_first(conversation_id),
            *journal.asked_first(conversation_id),
        ],
        [window, *conversations.asked([conversation_id])],
    )
    return tx.query(*window)


def _crossed(found: tuple[MessageRow, ...]) -> tuple[MessageRow, ...]:
    """The same, with the answers marked that wait to leave while the customer has written on."""
    wrote = max((m.received_at for m in found if m.direction is Direction.INBOUND), default=0)
    return tuple(
        replace(m, crossed=True)
        if m.outbox is not None and m.outbox.state is OutboxState.QUEUED and m.received_at < wrote
        else m
        for m in found
    )


def _way(way: Way) -> ReplyWay:
    found = way.recipients
    return ReplyWay(
        way.channel["name"],
        way.channel["kind"],
        _parties(found.to),
        found.sender,
        _parties(found.before),
        found.changed,
        way.unproven,
        way.typing,
        _parties(found.others),
    )


def _parties(found: Iterable[Address]) -> tuple[Party, ...]:
    return tuple(Party(each.address, each.name) for each in found)


def mark_seen(store: Store, conversation_id: str) -> None:
    """Somebody opened it: no longer unread. Costs no write when it was seen already."""
    with store.read() as tx:
        if tx.one("seen_exactly", id=conversation_id):
            return
    with store.write() as tx:
        conversation_id = root(tx, conversation_id)
        tx.run("set_seen", id=conversation_id, now=tx.now)
        tx.changed("conversation", conversation_id)


def source(store: Store, message_id: str) -> bytes:
    """A message as the channel delivered it. Raises NotFound where none is kept."""
    with store.read() as tx:
        sha256 = tx.value("message_source", id=message_id)
        if sha256 is None:
            raise NotFound(_("This message was written here; it has no source."))
        return blobs.get(tx, sha256)


def attachment(store: Store, attachment_id: str) -> tuple[str, str, bytes]:
    """Name, MIME type and bytes of a file: one we sent along, or taken from its message's source."""
    from omni_tui.text.mail import part_bytes  # the MIME parser is only worth its import here

    with store.read() as tx:
        row = tx.one("attachment", id=attachment_id)
        ours = tx.value("outgoing_file", attachment_id=attachment_id)
        if row is not None and ours is not None:
            return str(row["name"]), str(row["mime"]), blobs.get(tx, ours)
        raw = blobs.get(tx, row["source_sha"]) if row is not None and row["source_sha"] else None
    if row is None or raw is None:
        raise NotFound(_("That file is gone."))
    try:
        data = part_bytes(raw, row["part"])[2]
    except KeyError as error:
        raise NotFound(_("The file cannot be read from its message.")) from error
    return str(row["name"]), str(row["mime"]), data


def save_attachment(store: Store, attachment_id: str, directory: Path) -> Path:
    """Write a file into ``directory`` under a safe name, readable by its owner only; never over another file."""
    name, _mime, data = attachment(store, attachment_id)
    stem, suffix = os.path.splitext(safe_name(name))  # noqa: PTH122  of a name, not of a path
    for n in range(1000):
        target = directory / (f"{stem}-{n}{suffix}" if n else f"{stem}{suffix}")
        try:
            handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unwritable(target, error) from error
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except OSError as error:
            # Half a file would pass for the whole one.
            target.unlink(missing_ok=True)
            raise _unwritable(target, error) from error
        return target
    raise OmniError(_("{directory} has too many files of that name.").format(directory=directory))


def _unwritable(target: Path, error: OSError) -> OmniError:
    return OmniError(_("{path} cannot be written: {reason}").format(path=target, reason=error.strerror))


def safe_name(name: str) -> str:
    """A file name of our own making: no directories, no leading dot or dash, no control characters."""
    word = re.sub(r'[/\\:*?"<>|\ufffd]+', "_", clean_line(name)).strip(" .-_")
    return word.encode()[:120].decode("utf-8", "ignore") or "attachment"
