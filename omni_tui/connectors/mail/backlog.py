"""What of a folder's history is still to fetch, listed piece by piece from the newest down."""

from __future__ import annotations

from omni_tui.connectors.mail.fetching import Fetched
from omni_tui.connectors.mail.imap import ImapSession

_NARROW, _WIDE = 400, 200_000


class Backlog:
    """A listing of the UIDs from ``_bottom`` up to below ``_ceiling``, kept between batches.

    A whole folder in one answer would be a line or a list of any size, so ranges of UIDs are asked, wider where
    the UIDs are sparse.
    """

    def __init__(self, uidvalidity: int) -> None:
        self.uidvalidity = uidvalidity
        self._ceiling = self._bottom = 0
        self._listed: list[Fetched] = []
        self._width = _NARROW
        self._at_first = False

    def below(self, session: ImapSession, low: int, want: int, oldest_at: int) -> tuple[list[Fetched], bool]:
        """The mails below UID ``low`` received at ``oldest_at`` or later, newest first.

        At least ``want`` of them, or all there are: then the second value is True.
        """
        if not self._bottom <= low <= self._ceiling:
            self._ceiling = self._bottom = low
            self._listed, self._width, self._at_first = [], _NARROW, False
        # Whoever could not store a batch asks from above it again, and what is dropped here is listed anew.
        self._ceiling = low
        self._listed = [f for f in self._listed if f.uid < low]
        while len(self._listed) < want and not self._complete():
            first = max(1, self._bottom - self._width)
            found = session.list_uids(first, self._bottom - 1)
            self._bottom = first
            if len(found) < want:
                self._width = min(self._width * 4, _WIDE)
            # The mail with number 1 is the oldest: nothing is below it, however many UIDs are.
            self._at_first = bool(found) and found[0].seq == 1
            self._listed.extend(f for f in reversed(found) if f.received_at is None or f.received_at >= oldest_at)
        return self._listed, self._complete()

    def _complete(self) -> bool:
        return self._bottom <= 1 or self._at_first
