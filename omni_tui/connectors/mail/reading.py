"""Fetches the listed mails of a folder and turns them into events; none can stop the others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from omni_tui.connectors.mail.facts import judged
from omni_tui.connectors.mail.fetching import Fetched
from omni_tui.connectors.mail.imap import BEGINNING, HEADER, ImapSession
from omni_tui.connectors.mail.left_parts import left_parts
from omni_tui.connectors.mail.message import by_the_name_we_gave, unread_mail
from omni_tui.connectors.mail.parse_pool import ParsePool
from omni_tui.connectors.mail.parse_wire import RawMail
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.events import Event, Received, RemoteMessage, SentElsewhere
from omni_tui.text.address import comparable
from omni_tui.text.i18n import _, ngettext

SETTLED = frozenset((b"\\answered", b"\\deleted"))
"""Flags of a mail that waits for nobody: somebody answered it, or threw it away in a program that only marks it."""


def read_events(
    session: ImapSession,
    pool: ParsePool,
    settings: MailSettings,
    uidvalidity: int,
    listed: Sequence[Fetched],
    *,
    ours: bool,
    junk: bool = False,
) -> tuple[Event, ...]:
    """One event for every listed mail that is still there, in the same order; drafts are no mail yet.

    A mail that is too large comes with its first megabyte and the names of what was left behind it, one whose text the
    server cannot hand over by its header alone, both with the reason. ``ours`` says that the folder holds what we
    sent, ``junk`` what the provider took for spam.
    """
    listed = [each for each in listed if b"\\draft" not in each.flags]
    pool.begin(len(listed))  # what must be started for these gets ready while the server sends them
    most, own = settings.whole_bytes, settings.own_addresses
    large = [each.uid for each in listed if (each.size or 0) > most]
    whole = session.fetch([each.uid for each in listed if (each.size or 0) <= most])
    missing = [each.uid for each in listed if each.uid not in whole]
    heads = session.fetch(large, BEGINNING)
    structures = {uid: session.structure(uid) for uid in large if uid in heads}
    heads |= session.fetch([uid for uid in missing if uid not in heads], HEADER)
    # What answers neither for its text nor for its header: gone meanwhile, or beyond the server's reach.
    lost = [uid for uid in missing if uid not in heads]
    there = {each.uid for each in session.list_uids(min(lost), max(lost))} if lost else set()
    mails: dict[int, RawMail] = {}
    for each in listed:
        found, reason = whole.get(each.uid), ""
        if found is None:
            found, reason = heads.get(each.uid), _why(each, settings)
        if found is not None:
            mails[each.uid] = RawMail(found.content or b"", f"{uidvalidity}/{each.uid}", _received_at(each), reason)
    read = dict(zip(mails, pool.read(list(mails.values())), strict=True))
    events: list[Event] = []
    for each in listed:
        message = read.get(each.uid)
        if message is None:
            if each.uid not in there:
                continue
            why = _("The server could not hand this mail over.")
            message = unread_mail(f"{uidvalidity}/{each.uid}", _received_at(each), why)
        elif (structure := structures.get(each.uid)) is not None:
            message = _with_what_was_left(message, structure, _size_mb(each))
        message = judged(by_the_name_we_gave(message) if ours else message, settings)
        if ours or from_us_to_others(message, own):
            events.append(SentElsewhere(message, proven=ours or message.vouched))
        else:
            events.append(Received(message, answered=not SETTLED.isdisjoint(each.flags), junk=junk))
    return tuple(events)


def _received_at(listed: Fetched) -> int:
    return listed.received_at if listed.received_at is not None else int(time.time() * 1000)


def from_us_to_others(message: RemoteMessage, own: frozenset[str]) -> bool:
    """Whether one of our addresses wrote it, and to none of ours; ``own`` in the form they are compared in."""
    if comparable(message.author.address) not in own:
        return False
    return own.isdisjoint(comparable(each.address) for each in (*message.to, *message.cc))


def _with_what_was_left(message: RemoteMessage, structure: Sequence[Any], size_mb: int) -> RemoteMessage:
    """A mail of which the beginning was read, with the parts behind it as files that can be fetched."""
    try:
        left = left_parts(structure, {file.part for file in message.attachments})
    except ValueError:
        return message  # it has its beginning, and says so
    if not left:
        return message
    why = ngettext(
        "This mail has {size} MB: {count} file was left on the server until somebody wants it.",
        "This mail has {size} MB: {count} files were left on the server until somebody wants them.",
        len(left),
    ).format(size=size_mb, count=len(left))
    return replace(message, attachments=(*message.attachments, *left), unreadable=why)


def _size_mb(listed: Fetched) -> int:
    return (listed.size or 0) // 1_000_000


def _why(listed: Fetched, settings: MailSettings) -> str:
    if (listed.size or 0) > settings.whole_bytes:
        return _("This mail has {size} MB, more than the {limit} MB that are fetched: this is its beginning.").format(
            size=_size_mb(listed), limit=settings.whole_bytes // 1_000_000
        )
    return _("The server could not hand over the text of this mail.")
