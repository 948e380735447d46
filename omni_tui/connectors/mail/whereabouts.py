"""Finds a mail again that was moved to another folder, by us or by somebody else.

What a server says of a move (COPYUID, RFC 4315) is told to whoever moved it: each folder is asked, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.connectors.mail.folder_names import FolderName
from omni_tui.connectors.mail.folders import find_named
from omni_tui.connectors.mail.imap import HEADER, ImapSession
from omni_tui.connectors.mail.message import external_id
from omni_tui.model.errors import Permanent

FOLDERS = 200
"""So many folders are looked into at most."""
CANDIDATES = 50
"""So many mails of a folder, the newest."""
# Where a mail that left its folder usually went (RFC 6154).
_LIKELY = (b"\\all", b"\\archive", b"\\trash", b"\\junk")


def find_again(session: ImapSession, wanted: str, octets: int, archive: str) -> tuple[str, str] | None:
    """Folder and locator of the mail with the external id ``wanted``; None where no folder has it.

    ``octets`` is the size it has at least, ``archive`` the folder to begin with. Only the headers are compared, as for
    a mail that was not fetched whole; a mail that merely has its Message-ID is another one.
    """
    key = wanted.rpartition("#")[0]
    for folder in _in_order(session.folders(), archive)[:FOLDERS]:
        try:
            uidvalidity = session.examine(folder).uidvalidity
        except Permanent:
            continue  # a folder that does not open does not hide the others
        for uid in _candidates(session, key, octets):
            found = session.fetch([uid], HEADER).get(uid)
            if found is not None and external_id(found.content or b"", key) == wanted:
                return folder, f"{uidvalidity}/{uid}"
    return None


def _candidates(session: ImapSession, key: str, octets: int) -> list[int]:
    """Mails it may be, the newest first: by its Message-ID, or where that finds none or there is none, by size."""
    named = session.find_message(key) if key else []
    return sorted(named or session.search(["LARGER", str(octets)]), reverse=True)[:CANDIDATES]


def _in_order(folders: Sequence[FolderName], archive: str) -> list[str]:
    first = find_named(folders, archive) if archive else None

    def rank(folder: FolderName) -> int:
        if folder.name == first:
            return -1
        return next((n for n, role in enumerate(_LIKELY) if role in folder.flags), len(_LIKELY))

    opening = [each for each in folders if not each.flags & {b"\\noselect", b"\\nonexistent"}]
    return [each.name for each in sorted(opening, key=rank)]
