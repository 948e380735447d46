"""A conversation opened: its messages and what happened between them, its sources and its files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from omni_tui.desk import claims, journal, replies
from omni_tui.desk.collisions import newest_status
from omni_tui.desk.linking import related
from omni_tui.desk.relocating import root
from omni_tui.desk.ways import Way, asked_first, asked_then, ways
from omni_tui.model.address import Address
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import Direction, OutboxState
from omni_tui.model.errors import NotFound, OmniError
from omni_tui.model.events import LEFT
from omni_tui.model.message import MessageRow, Party, ReplyWay, Thread
from omni_tui.store import Row, Store, Tx, Writer, blobs, conversations, messages
from omni_tui.store.foreseen import Question
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _

_FOREVER = 2**62
LOOKED_AT_BYTES = 64_000_000
"""A larger file is only saved."""


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
        decided_on = [*_decided_on(agent, conversation_id), *asked_then(tx, conversation_id)]
        tx.foresee(
            [*decided_on, *journal.asked_then(tx, conversation_id, since, until)],
            messages.asked_then(conversation_id, found),
        )
        tx.keep(decided_on)
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


def _decided_on(agent: Agent, conversation_id: str) -> list[Question]:
    """What the acts ask that may come next: they need not ask it again."""
    return [("agents", {}), newest_status(conversation_id), *replies.asked(agent, conversation_id)]


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
        [window, *conversations.asked([conversation_id], tx.dialect)],
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

    def seen(tx: Writer) -> None:
        id = root(tx, conversation_id)
        tx.run("set_seen", id=id, now=tx.now)
        tx.changed("conversation", id)

    store.act(seen)


def source(store: Store, message_id: str) -> bytes:
    """A message as the channel delivered it. Raises NotFound where none is kept."""
    with store.read() as tx:
        sha256 = tx.value("message_source", id=message_id)
        if sha256 is None:
            raise NotFound(_("This message was written here; it has no source."))
        return blobs.get(tx, sha256)


def attachment(store: Store, attachment_id: str) -> tuple[str, str, bytes]:
    """Name, MIME type and bytes of a file: one of its own, or taken from its message's source.

    Raises NotFound for one that is gone or was left on the server, OmniError for one too large to be looked at.
    """
    with store.read() as tx:
        row = _file(tx, attachment_id)
        if row["size"] > LOOKED_AT_BYTES:
            raise OmniError(
                _("The file has {size} MB.").format(size=row["size"] // 1_000_000),
                _("Save it, and open it with a program of its own."),
            )
        return str(row["name"]), str(row["mime"]), b"".join(_pieces(tx, row))


def _file(tx: Tx, attachment_id: str) -> Row:
    row = tx.one("attachment", id=attachment_id)
    if row is None:
        raise NotFound(_("That file is gone."))
    if row["part"].startswith(LEFT):
        raise NotFound(
            _("The file {name} was left on the server for its size.").format(name=clean_line(row["name"])),
            _("omni-tui file fetches it."),
        )
    return row


def _pieces(tx: Tx, row: Row) -> Iterator[bytes]:
    from omni_tui.text.mail import part_bytes  # the MIME parser is only worth its import here

    own = tx.value("outgoing_file", attachment_id=row["id"])
    if own is not None:
        yield from blobs.pieces(tx, own)
        return
    if not row["source_sha"]:
        raise NotFound(_("That file is gone."))
    try:
        yield part_bytes(blobs.get(tx, row["source_sha"]), row["part"])[2]
    except KeyError as error:
        raise NotFound(_("The file cannot be read from its message.")) from error


def save_attachment(store: Store, attachment_id: str, directory: Path) -> Path:
    """Write a file into ``directory`` under a safe name, readable by its owner only; never over another file."""
    with store.read() as tx:
        row = _file(tx, attachment_id)
        return _saved(str(row["name"]), _pieces(tx, row), directory)


def _saved(name: str, pieces: Iterator[bytes], directory: Path) -> Path:
    first = next(pieces, b"")  # what cannot be read leaves no empty file
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
                file.writelines(chain((first,), pieces))
        except BaseException as error:
            # Half a file would pass for the whole one.
            target.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise _unwritable(target, error) from error
            raise
        return target
    raise OmniError(_("{directory} has too many files of that name.").format(directory=directory))


def _unwritable(target: Path, error: OSError) -> OmniError:
    return OmniError(_("{path} cannot be written: {reason}").format(path=target, reason=error.strerror))


def safe_name(name: str) -> str:
    """A file name of our own making: no directories, no leading dot or dash, no control characters."""
    word = re.sub(r'[/\\:*?"<>|\ufffd]+', "_", clean_line(name)).strip(" .-_")
    return word.encode()[:120].decode("utf-8", "ignore") or "attachment"
