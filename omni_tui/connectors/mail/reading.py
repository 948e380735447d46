"""Fetches the listed mails of a folder and turns them into events; none can stop the others."""

from __future__ import annotations

import time
from collections.abc import Sequence

from omni_tui.connectors.mail.fetching import Fetched
from omni_tui.connectors.mail.imap import HEADER, ImapSession
from omni_tui.connectors.mail.message import read_mail, unread_mail
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.events import Event, Received, RemoteMessage, SentElsewhere
from omni_tui.text.i18n import _
from omni_tui.text.mail.model import MAX_BYTES


def read_events(
    session: ImapSession, settings: MailSettings, uidvalidity: int, listed: Sequence[Fetched], *, ours: bool
) -> tuple[Event, ...]:
    """One event for every listed mail that is still there, in the same order.

    A mail that is too large, or whose text the server cannot hand over, comes by its header alone with the
    reason. ``ours`` says that the folder holds what we sent.
    """
    whole = session.fetch([each.uid for each in listed if (each.size or 0) <= MAX_BYTES])
    missing = [each.uid for each in listed if each.uid not in whole]
    heads = session.fetch(missing, HEADER)
    # What answers neither for its text nor for its header: gone meanwhile, or beyond the server's reach.
    lost = [uid for uid in missing if uid not in heads]
    there = {each.uid for each in session.list_uids(min(lost), max(lost))} if lost else set()
    events: list[Event] = []
    for each in listed:
        locator = f"{uidvalidity}/{each.uid}"
        at = each.received_at if each.received_at is not None else int(time.time() * 1000)
        if each.uid in whole:
            message = read_mail(whole[each.uid].content or b"", locator=locator, receipt_at=at)
        elif each.uid in heads:
            head = heads[each.uid].content or b""
            message = read_mail(head, locator=locator, receipt_at=at, unreadable=_why(each))
        elif each.uid in there:
            message = unread_mail(locator, at, _("The server could not hand this mail over."))
        else:
            continue
        if ours or _from_us_to_others(message, settings.own_addresses):
            events.append(SentElsewhere(message))
        else:
            events.append(Received(message, answered=b"\\answered" in each.flags))
    return tuple(events)


def _from_us_to_others(message: RemoteMessage, own: frozenset[str]) -> bool:
    recipients = {each.address.casefold() for each in (*message.to, *message.cc)}
    return message.author.address.casefold() in own and not recipients & own


def _why(listed: Fetched) -> str:
    if (listed.size or 0) > MAX_BYTES:
        return _("This mail has {size} MB, more than the {limit} MB that are fetched.").format(
            size=(listed.size or 0) // 1_000_000, limit=MAX_BYTES // 1_000_000
        )
    return _("The server could not hand over the text of this mail.")
