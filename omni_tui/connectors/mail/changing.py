"""What we change on the server, each only where the settings want it: marks, and mail put away."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.connectors.mail.folders import find_named
from omni_tui.connectors.mail.imap import ImapSession
from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _


def mark_answered(session: ImapSession, folder: str, message_ids: Sequence[str]) -> int:
    """Mark the mails with these Message-IDs as answered and read; how many there were."""
    session.select(folder)
    uids = {uid for each in message_ids for uid in session.find_message(each)}
    if uids:
        session.mark(sorted(uids), (b"\\Answered", b"\\Seen"))
    return len(uids)


def put_away(session: ImapSession, folder: str, target: str, places: Sequence[tuple[int, int]]) -> None:
    """Move mails to ``target``; what is gone, or from before the folder was made anew, is left alone."""
    archive = find_named(session.folders(), target)
    if archive is None:
        raise Permanent(
            _("The account has no folder {folder}").format(folder=target), _("Make it, or correct archive_folder.")
        )
    if folder == archive:
        return
    opened = session.select(folder)
    wanted = {uid for uidvalidity, uid in places if uidvalidity == opened.uidvalidity}
    if not wanted:
        return
    # A mail marked as deleted was moved before, by a server that can only copy.
    there = [uid for uid in session.search(["UNDELETED", "UID", ",".join(map(str, sorted(wanted)))]) if uid in wanted]
    if there:
        session.move(there, archive)
