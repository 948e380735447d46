"""Counts beforehand what a first sync would leave open, from the headers of the last days alone."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from omni_tui.connectors.base import Preview
from omni_tui.connectors.mail.folders import find_sent
from omni_tui.connectors.mail.imap import HEADER, ImapSession
from omni_tui.connectors.mail.reading import SETTLED
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.text.address import comparable
from omni_tui.text.mail import MailUnreadable, parse

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Head:
    at: int
    keys: tuple[str, ...]
    waiting: bool


def preview_account(settings: MailSettings, connect: Callable[[], ImapSession], open_days: int) -> Preview:
    """A conversation counts as open if its last mail is a customer's, not automatic, not answered and not thrown away.

    Mails that name each other are one conversation; the sync itself looks closer, so this is an estimate.
    """
    session = connect()
    try:
        youngest = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=open_days)
        since = youngest.date()
        total = session.examine(settings.inbox_folder).exists
        heads = list(_heads(session, settings, since, sent=False))
        sent = find_sent(session.folders(), settings.sent_folder)
        if sent is not None:
            session.examine(sent)
            heads.extend(_heads(session, settings, since, sent=True))
    finally:
        session.close()
    oldest_at = int(youngest.timestamp() * 1000)
    return Preview(open=sum(last.waiting and last.at >= oldest_at for last in _last_of_each(heads)), total=total)


def _heads(session: ImapSession, settings: MailSettings, since: datetime.date, *, sent: bool) -> Iterator[_Head]:
    uids = session.search(["SINCE", since])
    for start in range(0, len(uids), _AT_ONCE):
        for uid, found in session.fetch(uids[start : start + _AT_ONCE], HEADER).items():
            try:
                mail = parse(found.content or b"")
            except MailUnreadable:
                yield _Head(found.received_at or 0, (f"#{uid}",), waiting=True)
                continue
            author = comparable(mail.from_.address) if mail.from_ else ""
            ours = sent or author in settings.own_addresses
            answered = not SETTLED.isdisjoint(found.flags)
            yield _Head(
                # As the sync dates history: a mail copied here yesterday is as old as it says.
                at=min(found.received_at or 0, mail.date_ms or found.received_at or 0),
                keys=(mail.message_id or f"#{sent}{uid}", *mail.references, *mail.in_reply_to),
                waiting=not (ours or answered or mail.is_automatic),
            )


def _last_of_each(heads: list[_Head]) -> list[_Head]:
    """The newest head of each group that shares keys, by union and find."""
    above: dict[str, str] = {}

    def top(key: str) -> str:
        above.setdefault(key, key)
        while above[key] != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    for head in heads:
        for key in head.keys[1:]:
            above[top(key)] = top(head.keys[0])
    last: dict[str, _Head] = {}
    for head in sorted(heads, key=lambda head: head.at):
        last[top(head.keys[0])] = head
    return list(last.values())
