"""What of a folder should have been fetched by now, to be compared with what was."""

from __future__ import annotations

import datetime

from omni_tui.connectors.base import Inventory
from omni_tui.connectors.mail.cursor import Cursor
from omni_tui.connectors.mail.imap import ImapSession, Opened


def inventory(session: ImapSession, opened: Opened, cursor: Cursor | None, oldest_at: int) -> Inventory:
    """The mails received since ``oldest_at`` that the cursor stands behind; the others are still to come."""
    oldest = datetime.datetime.fromtimestamp(oldest_at / 1000, datetime.UTC).date()
    uids = session.search(["UNDRAFT", *(["SINCE", oldest] if oldest_at else [])])
    numbering = f"{opened.uidvalidity}/"
    if cursor is None or cursor.uidvalidity != opened.uidvalidity:
        return Inventory(opened.folder, (), len(uids), numbering)
    due = [uid for uid in uids if uid <= cursor.top and (cursor.done or uid >= cursor.low)]
    return Inventory(opened.folder, tuple(f"{numbering}{uid}" for uid in due), len(uids) - len(due), numbering)
