"""Whether the numbers of a folder's mails go on from where we left them, whatever UIDNEXT says of it."""

from __future__ import annotations

from omni_tui.connectors.mail.cursor import Cursor
from omni_tui.connectors.mail.imap import ImapSession, Opened


def went_back(session: ImapSession, opened: Opened, cursor: Cursor) -> bool:
    """Whether a folder just opened gives out UIDs that we have seen before, against the standard.

    One in which the mail we saw last is still there only miscounts what it will give out next.
    """
    if opened.uidnext is None or opened.uidnext > cursor.top:
        return False
    return not session.list_uids(cursor.top, cursor.top)


def newest(session: ImapSession, opened: Opened) -> int:
    """The UID above which mail is new, 0 in an empty folder.

    That of a mail which is there, since a UIDNEXT that is too high would hide what comes below it.
    """
    if not opened.exists:
        return 0
    found = session.uid_of(opened.exists)
    if found is not None:
        return found
    if opened.uidnext is not None:
        return opened.uidnext - 1
    listed = session.list_uids(1, None)
    return listed[-1].uid if listed else 0
