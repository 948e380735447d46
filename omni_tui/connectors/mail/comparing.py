"""What of a folder should have been fetched by now, to be compared with what was."""

from __future__ import annotations

import datetime

from omni_tui.connectors.base import Inventory
from omni_tui.connectors.mail.cursor import Cursor
from omni_tui.connectors.mail.imap import ImapSession, Opened


def inventory(session: ImapSession, opened: Opened, cursor: Cursor | None, oldest_at: int) -> Inventory:
    """The mails received since ``oldest_at``: those that the cursor stands behind, and those still to come."""
    oldest = datetime.datetime.fromtimestamp(oldest_at / 1000, datetime.UTC).date()
    uids = session.search(["UNDRAFT", *(["SINCE", oldest] if oldest_at else [])])
    numbering = f"{opened.uidvalidity}/"
    if cursor is None or cursor.uidvalidity != opened.uidvalidity:
        return Inventory(opened.folder, (), tuple(f"{numbering}{uid}" for uid in uids), numbering)
    due: list[str] = []
    waiting: list[str] = []
    for uid in uids:
        is_due = uid <= cursor.top and (cursor.done or uid >= cursor.low)
        (due if is_due else waiting).append(f"{numbering}{uid}")
    return Inventory(opened.folder, tuple(due), tuple(waiting), numbering)
