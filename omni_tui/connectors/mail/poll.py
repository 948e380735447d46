"""Follows one folder: new mail first, between it the history from the newest to the oldest.

By UIDVALIDITY and UID alone (RFC 9051, section 2.3.1.1), never by ``\\Seen``: what somebody read elsewhere is
fetched too, and nothing here changes a flag. Blocking, for one thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from omni_tui.connectors.base import Inventory
from omni_tui.connectors.mail.backlog import Backlog
from omni_tui.connectors.mail.bell import Bell
from omni_tui.connectors.mail.changing import mark_answered, put_away
from omni_tui.connectors.mail.comparing import inventory
from omni_tui.connectors.mail.cursor import Cursor, load, parse_locator
from omni_tui.connectors.mail.elsewhere import Elsewhere
from omni_tui.connectors.mail.fetching import Fetched
from omni_tui.connectors.mail.folders import find_junk, find_named, find_sent
from omni_tui.connectors.mail.imap import ImapSession, Opened
from omni_tui.connectors.mail.numbering import newest, went_back
from omni_tui.connectors.mail.parse_pool import ParsePool
from omni_tui.connectors.mail.reading import read_events
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.errors import Permanent, Retry
from omni_tui.model.events import Batch, Event, Progress
from omni_tui.text.i18n import _
from omni_tui.text.mail.model import BEGINNING_BYTES

INBOX, SENT, JUNK = "INBOX", "Sent", "Junk"
FURTHER = "folder:"
"""Begins the name of the stream of one of the further folders."""
DAY_MS = 86_400_000
IDLE_MOST_S = 28 * 60.0
"""A server may end an IDLE after 30 minutes (RFC 2177)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Mails and bytes of one batch; the very first is smaller, so that something appears at once."""

    first: int = 100
    mails: int = 400
    octets: int = 4 * 1024 * 1024


LIMITS = Limits()


class FolderFollower:
    """One stream with a connection of its own, opened when needed."""

    def __init__(
        self,
        settings: MailSettings,
        connect: Callable[[], ImapSession],
        pool: ParsePool,
        stream: str,
        limits: Limits = LIMITS,
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._connect = connect
        self._stream = stream
        self._limits = limits
        self._session: ImapSession | None = None
        self._opened: Opened | None = None
        self._backlog = Backlog(0)
        self._ended = False
        self._arrived_above = 0
        self._arrived: list[Fetched] = []
        self._told = False
        self._idles = True
        self._elsewhere = Elsewhere(seen=settings.seen_is_read and stream != SENT)
        self._bell = Bell()

    def step(self, cursor: str | None, *, thorough: bool) -> Batch | None:
        """The next batch; None if nothing is new.

        Without ``thorough`` a finished folder is listed only if the server says that something changed.
        """
        return self._reconnecting(lambda: self._step(load(cursor), thorough=thorough))

    def wait(self, seconds: float) -> bool:
        """Let the server tell when something changes (IDLE), for so long or until :meth:`wake`.

        False at once where it cannot: then it has to be asked. Raises ``Retry`` if the connection is dead.
        """
        if self._session is None or self._opened is None or not self._idles:
            return False
        session = self._session
        if not session.can("IDLE"):
            self._idles = False
            return False
        try:
            with self._bell.listen() as woken:
                told = session.idle(min(seconds, IDLE_MOST_S), woken)
        except BaseException as error:
            self._drop()
            if isinstance(error, Retry) and not self._ended:
                return True  # the next step finds out whether there is another connection to be had
            raise
        self._idles = told is not None
        self._told = bool(told)
        return self._idles

    def wake(self) -> None:
        """End :meth:`wait` now, from any thread."""
        self._bell.ring()

    def append(self, raw: bytes, message_id: str) -> bool:
        """Put a mail into this folder, unless one of this Message-ID is there: a server may have put it there itself,
        or a connection have died behind it. False if the account has no such folder.
        """

        def append() -> bool:
            session = self._connected()
            folder = self._folder(session)
            if folder is None:
                return False
            before = self._opened
            if before is None:
                self._open(session)
            else:
                # A copy that came just now is seen once it was asked for; the next step hears of it, too.
                self._told = session.news() or self._told
            if not session.find_message(message_id):
                session.append(folder, raw)
            # The next poll looks at what was opened for it.
            self._opened = before
            return True

        return self._reconnecting(append)

    def mark_seen(self, locator: str) -> None:
        """Mark a mail as read for every program that looks at the folder."""
        uidvalidity, uid = parse_locator(locator)

        def mark() -> None:
            session = self._connected()
            folder = self._folder(session)
            if folder is None:
                return
            # The folder must be opened for reading only again before the next poll.
            self._opened = None
            session.mark_seen(folder, uidvalidity, uid)

        self._reconnecting(mark)

    def mark_answered(self, message_ids: Sequence[str]) -> int:
        """Mark the mails with these Message-IDs as answered and read; how many there were."""

        def mark() -> int:
            session = self._connected()
            folder = self._folder(session)
            if folder is None:
                return 0
            self._opened = None
            return mark_answered(session, folder, message_ids)

        return self._reconnecting(mark)

    def archive(self, locators: Sequence[str]) -> None:
        """Move mails to the archive; what is gone, or from before the folder was made anew, is left alone."""
        places = [parse_locator(each) for each in locators]

        def move() -> None:
            session = self._connected()
            if (folder := self._folder(session)) is not None:
                self._opened = None
                put_away(session, folder, self._settings.archive_folder, places)

        self._reconnecting(move)

    def read_range(self, locator: str, offset: int, length: int, section: str = "") -> bytes:
        """A piece of a mail's bytes, or of one of its sections; empty at its end.

        Raises ``Permanent`` if the folder was made anew.
        """
        uidvalidity, uid = parse_locator(locator)

        def read() -> bytes:
            opened = self._open(self._connected())
            if opened is None or opened.uidvalidity != uidvalidity:
                raise Permanent(_("This mail is no longer where it was on the server."))
            assert self._session is not None
            return self._session.fetch_range(uid, offset, length, section)

        return self._reconnecting(read)

    def inventory(self, text: str | None) -> Inventory:
        """Every mail that should be there by now: see ``connectors.base.Inventory``."""

        def look() -> Inventory:
            session = self._connected()
            self._opened = None  # what a server shows of a folder it opened long ago may be old
            opened, cursor = self._open(session), load(text)
            if opened is None:
                return Inventory("", ())
            return inventory(session, opened, cursor, self._oldest_at())

        return self._reconnecting(look)

    def collect(self, locators: Sequence[str]) -> tuple[Event, ...]:
        """The mails at these places, as in a first sync; those that are gone are left out."""
        places = [parse_locator(each) for each in locators]

        def read() -> tuple[Event, ...]:
            session = self._connected()
            opened = self._open(session)
            if opened is None or any(uidvalidity != opened.uidvalidity for uidvalidity, _uid in places):
                raise Permanent(_("This mail is no longer where it was on the server."))
            wanted = {uid for _uidvalidity, uid in places}
            listed = [each for each in session.list_uids(min(wanted), max(wanted)) if each.uid in wanted]
            return self._events(session, opened.uidvalidity, listed)

        return self._reconnecting(read) if places else ()

    def abort(self) -> None:
        """Break the connection for good, from any thread."""
        self._ended = True
        self._bell.close()
        if (session := self._session) is not None:
            session.abort()

    def close(self) -> None:
        """End the connection politely."""
        self._ended = True
        self._bell.close()
        if (session := self._session) is not None:
            self._session = None
            session.close()

    def _reconnecting(self, call: Callable[[], T]) -> T:
        """``call``, once more if a connection kept from before turns out to be dead."""
        kept = self._session is not None
        try:
            return call()
        except BaseException as error:
            self._drop()
            if not kept or self._ended or not isinstance(error, Retry):
                raise
        try:
            return call()
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        if self._session is not None:
            self._session.discard()
        self._session = self._opened = None
        self._arrived = []

    def _connected(self) -> ImapSession:
        if self._session is None:
            self._session = self._connect()
            self._opened = None
            self._session.begin_resync()
        if self._ended:
            raise Retry(_("The channel was closed"))
        return self._session

    def _folder(self, session: ImapSession) -> str | None:
        if self._stream == INBOX:
            return self._settings.inbox_folder
        folders = session.folders()
        if self._stream == JUNK:
            return find_junk(folders)
        if self._stream.startswith(FURTHER):
            name = self._stream.removeprefix(FURTHER)
            key, found = "folders", find_named(folders, name)
        else:
            name = self._settings.sent_folder
            key, found = "sent_folder", find_sent(folders, name)
        if found is None and name:
            raise Permanent(
                _("The account has no folder {folder}").format(folder=name),
                _("Check sent_folder; leave it empty to let it be found.")
                if key == "sent_folder"
                else _("Check folders: names stand there as the server writes them, with their parents."),
            )
        return found

    def _open(self, session: ImapSession, cursor: Cursor | None = None) -> Opened | None:
        if self._opened is None and (folder := self._folder(session)) is not None:
            self._opened = session.examine(folder, self._elsewhere.known(session, cursor))
        return self._opened

    def _step(self, cursor: Cursor | None, *, thorough: bool) -> Batch | None:
        if self._session is None and (cursor is None or not cursor.done):
            self._pool.begin()  # it gets ready while the server is greeted
        session = self._connected()
        before = self._opened
        if before is None and self._stream != INBOX and cursor is not None and not thorough:
            return None  # no such folder a moment ago: the server's list is not asked every second
        opened = self._open(session, cursor)
        if opened is None:
            return None if cursor is not None else Batch((), Cursor(0, 0, 1, True).dump(), history=True)
        # What a server shows of a folder may stand still until it is asked this way.
        changed = session.news() if before is not None else True
        changed, self._told = changed or self._told, False
        if cursor is None or cursor.uidvalidity != opened.uidvalidity:
            return self._begin(session, opened)
        if before is None and went_back(session, opened, cursor):
            return self._begin(session, opened)
        if changed or thorough or not cursor.done:
            arrived = self._arrived_since(session, cursor)
            if arrived:
                return self._new(session, cursor, arrived)
        if not cursor.done:
            return self._history(session, cursor)
        if not changed and not thorough:
            return None
        self._opened, batch = self._elsewhere.look(session, opened, cursor)
        return batch

    def _begin(self, session: ImapSession, opened: Opened) -> Batch:
        """The first batch of a folder's history: everything there now is history, what comes later is new."""
        self._opened = opened = session.examine(opened.folder)
        top = newest(session, opened)
        self._backlog, self._arrived = Backlog(opened.uidvalidity), []
        self._elsewhere.begin_anew()
        start = Cursor(opened.uidvalidity, top, top + 1, opened.exists == 0, opened.modseq if session.resyncs else 0)
        if start.done:
            return Batch((), start.dump(), history=True, progress=Progress(0, 0))
        return self._history(session, start)

    def _arrived_since(self, session: ImapSession, cursor: Cursor) -> list[Fetched]:
        """What is above the cursor, ascending; a long listing serves several batches."""
        if cursor.top >= self._arrived_above:
            rest = [each for each in self._arrived if each.uid > cursor.top]
            if rest:
                return rest
        self._arrived, self._arrived_above = session.list_uids(cursor.top + 1, None), cursor.top
        return self._arrived

    def _new(self, session: ImapSession, cursor: Cursor, arrived: Sequence[Fetched]) -> Batch:
        chosen = self._fitting(arrived, self._limits.mails)
        return Batch(
            events=self._events(session, cursor.uidvalidity, chosen),
            next_cursor=replace(cursor, top=chosen[-1].uid, modseq=self._elsewhere.reached(cursor)).dump(),
            more=len(chosen) < len(arrived) or not cursor.done,
        )

    def _history(self, session: ImapSession, cursor: Cursor) -> Batch:
        first = cursor.low == cursor.top + 1
        if self._backlog.uidvalidity != cursor.uidvalidity:
            self._backlog = Backlog(cursor.uidvalidity)
        waiting, complete = self._backlog.below(
            session, cursor.low, self._limits.first if first else self._limits.mails, self._oldest_at()
        )
        total = self._opened.exists if self._opened else 0
        if not waiting:
            return Batch((), replace(cursor, low=1, done=True).dump(), history=True, progress=Progress(total, total))
        chosen = self._fitting(waiting, self._limits.first if first else self._limits.mails)
        done = complete and len(chosen) == len(waiting)
        rest = 0 if done else chosen[-1].seq - 1
        return Batch(
            events=self._events(session, cursor.uidvalidity, chosen),
            next_cursor=replace(cursor, low=chosen[-1].uid, done=done).dump(),
            history=True,
            more=not done,
            progress=Progress(max(0, total - rest), total),
        )

    def _events(self, session: ImapSession, uidvalidity: int, listed: Sequence[Fetched]) -> tuple[Event, ...]:
        ours, junk = self._stream == SENT, self._stream == JUNK
        return read_events(session, self._pool, self._settings, uidvalidity, listed, ours=ours, junk=junk)

    def _oldest_at(self) -> int:
        days = self._settings.junk_days if self._stream == JUNK else self._settings.history_days
        return int(time.time() * 1000) - days * DAY_MS if days else 0

    def _fitting(self, listed: Sequence[Fetched], mails: int) -> list[Fetched]:
        """As many from the front as one batch holds, at least one."""
        chosen: list[Fetched] = []
        octets, whole = 0, self._settings.whole_bytes
        for each in listed[:mails]:
            size = each.size or 0
            octets += size if size <= whole else BEGINNING_BYTES
            if chosen and octets > self._limits.octets:
                break
            chosen.append(each)
        return chosen
