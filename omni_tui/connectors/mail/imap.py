"""One logged-in IMAP connection: blocking, for one thread. Raises only ``ChannelError``.

imapclient does login, folders and flags; bulk FETCH goes past it (see ``imap_stream`` and ``fetching``).
"""

from __future__ import annotations

import contextlib
import imaplib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from imapclient.exceptions import IMAPClientError, ProtocolError
from imapclient.response_types import BodyData

from omni_tui.connectors.mail import errors
from omni_tui.connectors.mail.endpoint import Endpoint
from omni_tui.connectors.mail.fetching import Fetched, fits_together, read_answers
from omni_tui.connectors.mail.folder_names import FolderName, listed
from omni_tui.connectors.mail.idling import idle
from omni_tui.connectors.mail.imap_connection import ImapConnection, translated
from omni_tui.connectors.mail.login import log_in, log_in_by_token
from omni_tui.connectors.mail.resync import Changes, Known, vanished
from omni_tui.model.errors import Retry
from omni_tui.text.i18n import _
from omni_tui.text.mail.model import BEGINNING_BYTES

LISTING = "(UID FLAGS INTERNALDATE RFC822.SIZE)"
MAIL = "(UID BODY.PEEK[])"
HEADER = "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER])"
BEGINNING = f"(UID FLAGS INTERNALDATE BODY.PEEK[]<0.{BEGINNING_BYTES}>)"
SECTION = frozenset("0123456789.")
LISTINGS = 3
"""How often a listing is asked for that does not fit together."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as the server showed it: ``uidnext`` is None if the server did not say.

    ``modseq`` is where its changes are counted to (RFC 7162), 0 if they are not; ``changes`` what became of what we
    have, None if nobody asked or the folder was numbered anew.
    """

    folder: str
    uidvalidity: int
    exists: int
    uidnext: int | None
    modseq: int = 0
    changes: Changes | None = None


class ImapSession:
    """Logged in from the start, over ``connection`` or a new one."""

    def __init__(self, endpoint: Endpoint, secret: Callable[[], str], connection: ImapConnection | None = None) -> None:
        self._endpoint = endpoint
        connection = connection or ImapConnection(endpoint)
        self._client, self._stream = connection.client, connection.stream
        self._refusal: list[Any] = []
        self.resyncs = False
        """Whether opening a folder tells what vanished from it (:meth:`begin_resync`)."""
        try:
            with translated(endpoint):
                if endpoint.oauth:
                    log_in_by_token(self._client, endpoint, secret)
                else:
                    log_in(self._client, endpoint, secret())
        except BaseException:
            self.discard()
            raise

    def folders(self) -> tuple[FolderName, ...]:
        """Every folder of the account."""
        client = self._client
        with translated(self._endpoint):
            # imapclient fails at the first name that is not written as it should be.
            client.folder_encode = False
            try:
                found = client.list_folders()
            finally:
                client.folder_encode = True
            return tuple(listed(*each) for each in found)

    def begin_resync(self) -> None:
        """Have expunged mails told by UID where the server can (RFC 7162, section 3.2.3). Before a folder is opened."""
        with translated(self._endpoint):
            if self._client.has_capability("QRESYNC"):
                with contextlib.suppress(IMAPClientError):
                    self.resyncs = b"QRESYNC" in {each.upper() for each in self._client.enable("QRESYNC")}

    def examine(self, folder: str, known: Known | None = None) -> Opened:
        """Open a folder so that nothing in it can be changed, flags included.

        With ``known``, which needs :attr:`resyncs`, it tells what became of that.
        """
        return self._open(folder, readonly=True, known=known)

    def _open(self, folder: str, *, readonly: bool, known: Known | None = None) -> Opened:
        client = self._client
        name = client._normalise_folder(folder)
        try:
            with translated(self._endpoint, no=False):
                client._command_and_check("select", name + known.parameter() if known else name, readonly)
                answers = client._imap.untagged_responses
                flags, gone = tuple(read_answers(answers.pop("FETCH", ()))), vanished(answers.pop("VANISHED", ()))
                found: dict[bytes, Any] = client._process_select_response(answers)
        except IMAPClientError as error:
            if known is not None:
                self.resyncs = False  # it can do less than it says
                return self._open(folder, readonly=readonly)
            raise errors.folder_error(self._endpoint, folder, error) from error
        uidnext = found.get(b"UIDNEXT")
        uidvalidity, modseq = int(found.get(b"UIDVALIDITY", 0)), int(found.get(b"HIGHESTMODSEQ", 0))
        told = known is not None and known.uidvalidity == uidvalidity and modseq > 0
        told = told and all(each.whole for each in flags)
        return Opened(
            folder=folder,
            uidvalidity=uidvalidity,
            exists=int(found.get(b"EXISTS", 0)),
            uidnext=int(uidnext) if uidnext is not None else None,
            modseq=modseq,
            changes=Changes(flags, gone, modseq) if told else None,
        )

    def news(self) -> bool:
        """Ask the server whether anything changed in the folder (NOOP)."""
        with translated(self._endpoint):
            _words, changes = self._client.noop()
            return bool(changes)

    def can(self, capability: str) -> bool:
        """Whether the server says it has ``capability``."""
        with translated(self._endpoint):
            return bool(self._client.has_capability(capability))

    def capabilities(self) -> frozenset[str]:
        """What the server says it can do, in capitals."""
        with translated(self._endpoint):
            return frozenset(each.decode("ascii", "replace").upper() for each in self._client.capabilities())

    def idle(self, seconds: float, wake: int) -> bool | None:
        """Let the server tell of changes in the open folder for so long (RFC 2177): True at the first one.

        False when the time is over or the descriptor ``wake`` can be read; None if the server will not. A dead
        connection raises.
        """
        with translated(self._endpoint):
            return idle(self._client, seconds, wake)

    def list_uids(self, first: int, last: int | None) -> list[Fetched]:
        """Number, UID, size, flags and date of the mails with these UIDs (None: to the newest), ascending.

        ``n:*`` always names the newest mail too, even below ``n`` (RFC 9051, section 9): it is left out here.
        """
        ids = f"{first}:{'*' if last is None else last}"
        before: list[int] | None = None
        for _attempt in range(LISTINGS):
            with translated(self._endpoint):
                found = self._fetch(ids, LISTING)
                if found is None:
                    raise self._refused_fetch()
            # A server may tell of changed flags in between, without a size.
            asked = (f for f in found if f.size is not None)
            fitting = {f.uid: f for f in asked if f.uid >= first and (last is None or f.uid <= last)}
            uids = sorted(fitting)
            # What is missing here would be missing for good. One that leaves out the same each time means it.
            if fits_together(found) or uids == before:
                return [fitting[uid] for uid in uids]
            before = uids
        raise Retry(
            _("IMAP server {host} lists mails in a way that does not fit together").format(host=self._endpoint.host)
        )

    def uid_of(self, number: int) -> int | None:
        """The UID of the mail with this message number in the open folder; None if the server does not say."""
        imap = self._client._imap
        with translated(self._endpoint):
            status, pieces = imap.fetch(str(number), "(UID)")
            if status != "OK":
                imap.untagged_responses.pop("FETCH", None)
                return None
            return max((each.uid for each in read_answers(pieces) if each.seq == number), default=0) or None

    def highest_modseq(self, folder: str) -> int:
        """Where changes of flags stand now (RFC 7162): a server may begin to count only when asked. 0: it does not."""
        with translated(self._endpoint):
            found = self._client.folder_status(folder, ["HIGHESTMODSEQ"])
            return int(found.get(b"HIGHESTMODSEQ", 0))

    def changed_since(self, modseq: int, last: int) -> Changes | None:
        """What became of the mails up to UID ``last`` since (RFC 7162, sections 3.1.4.1 and 3.2.6).

        None if the server cannot say it this way: then opening the folder tells, if :attr:`resyncs` still holds.
        """
        answers = self._client._imap.untagged_responses
        answers.pop("HIGHESTMODSEQ", None)
        with translated(self._endpoint):
            try:
                modifiers = f"(CHANGEDSINCE {modseq}{' VANISHED' if self.resyncs else ''})"
                found = self._fetch(f"1:{last}", "(UID FLAGS)", modifiers)
            except imaplib.IMAP4.error as error:
                if not self.resyncs or isinstance(error, imaplib.IMAP4.abort):
                    raise
                found = None
        if found is None and self.resyncs:
            self.resyncs = False  # it can do less than it says
            return None
        if found is None:
            raise self._refused_fetch()
        gone, counted = vanished(answers.pop("VANISHED", ())), answers.pop("HIGHESTMODSEQ", None)
        if gone and not counted:
            return None
        if not all(each.whole for each in found):
            return Changes(tuple(found), gone, modseq)  # what it hides is asked for again
        now = int(counted[-1]) if counted else max([modseq, *(each.modseq for each in found)])
        return Changes(tuple(found), gone, now)

    def find_message(self, message_id: str) -> list[int]:
        """UIDs in the open folder of the mails with this Message-ID."""
        return self.search(["HEADER", "Message-ID", message_id]) if message_id.isascii() else []

    def mark(self, uids: Sequence[int], flags: Sequence[bytes]) -> None:
        """Set flags."""
        with translated(self._endpoint):
            self._client.add_flags(list(uids), list(flags), silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Put mails of the folder open for writing into another one (RFC 6851, else 4315, else 9051)."""
        client, ids = self._client, list(uids)
        with translated(self._endpoint):
            if client.has_capability("MOVE"):
                client.move(ids, folder)
                return
            client.copy(ids, folder)
            client.delete_messages(ids, silent=True)
            if client.has_capability("UIDPLUS"):
                client.uid_expunge(ids)
            # Without UIDPLUS they stay, marked as deleted: a plain EXPUNGE would take other people's marked mail, too.

    def select(self, folder: str) -> Opened:
        """Open a folder to change something in it."""
        return self._open(folder, readonly=False)

    def fetch(self, uids: Sequence[int], what: str = MAIL) -> dict[int, Fetched]:
        """The mails with these UIDs; one that is gone, or that the server fails to read, is missing."""
        if not uids:
            return {}
        with translated(self._endpoint):
            found = self._fetch(_id_set(uids), what)
            if found is None:
                # One mail the server cannot read spoils the answer for all: ask for each alone.
                found = [f for uid in uids for f in self._fetch(str(uid), what) or []] if len(uids) > 1 else []
            elif not all(f.whole for f in found):
                found = [f for f in found if f.whole]
                hidden = set(uids) - {f.uid for f in found if f.content is not None}
                found += self._fetch(_id_set(sorted(hidden)), what) or [] if hidden else []
        wanted = set(uids)
        return {f.uid: f for f in found if f.uid in wanted and f.content is not None}

    def structure(self, uid: int) -> BodyData | None:
        """What a mail is made of (BODYSTRUCTURE); None where it is gone, or the server's answer makes no sense."""
        with translated(self._endpoint):
            try:
                found = self._client.fetch([uid], ["BODYSTRUCTURE"]).get(uid, {})
            except (ProtocolError, AssertionError, IndexError, RecursionError, TypeError, ValueError):
                return None  # what it cannot read, imapclient says in many ways
        structure = found.get(b"BODYSTRUCTURE")
        return structure if isinstance(structure, BodyData) else None

    def fetch_range(self, uid: int, offset: int, length: int, section: str = "") -> bytes:
        """A piece of a mail's bytes, or of a section's (``2.1``) as they are encoded.

        Empty behind its end or if the mail is gone.
        """
        assert set(section) <= SECTION
        with translated(self._endpoint):
            found = self._fetch(str(uid), f"(UID BODY.PEEK[{section}]<{offset}.{length}>)") or []
        return next((f.content for f in found if f.uid == uid and f.content), b"")

    def search(self, criteria: Sequence[Any]) -> list[int]:
        """UIDs by imapclient's search criteria."""
        with translated(self._endpoint):
            return list(self._client.search(list(criteria)))

    def mark_seen(self, folder: str, uidvalidity: int, uid: int) -> None:
        """Set ``\\Seen``; does nothing if the folder was made anew meanwhile."""
        opened = self._open(folder, readonly=False)
        if opened.uidvalidity == uidvalidity:
            with translated(self._endpoint):
                self._client.add_flags([uid], [b"\\Seen"], silent=True)

    def append(self, folder: str, raw: bytes) -> None:
        """Put a mail into a folder, as read."""
        with translated(self._endpoint):
            self._client.append(folder, raw, flags=[b"\\Seen"])

    def close(self) -> None:
        """Say goodbye. Never raises."""
        with contextlib.suppress(Exception):
            self._client.logout()
        self.discard()

    def discard(self) -> None:
        """End the connection without a word, in the thread that uses it. Never raises."""
        self.abort()
        with contextlib.suppress(Exception):
            self._client.shutdown()

    def abort(self) -> None:
        """Break the connection, from any thread: whoever waits for an answer stops. Never raises."""
        with contextlib.suppress(Exception):
            # Past SSLSocket's own shutdown, which takes the TLS object from under a reading thread.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def _fetch(self, ids: str, *what: str) -> list[Fetched] | None:
        """None if the server said NO; what it sent before that is dropped."""
        imap = self._client._imap
        tag = imap._command("UID", "FETCH", ids, *what)
        found: list[Fetched] = []
        while imap.tagged_commands[tag] is None:
            imap._check_bye()
            found += self._stream.answers()
            imap._get_response()
        status, words = imap._command_complete("UID", tag)
        others = imap.untagged_responses.pop("FETCH", ())
        if status != "OK":
            self._refusal = words
            return None
        return [*found, *read_answers(others)]

    def _refused_fetch(self) -> Retry:
        words = errors.server_words(b" ".join(p for p in self._refusal if isinstance(p, bytes)))
        return Retry(
            _("IMAP server {host} refused to list mails: {words}").format(host=self._endpoint.host, words=words)
        )


def _id_set(uids: Sequence[int]) -> str:
    """An IMAP set, runs of UIDs written as ranges: a command line stays short."""
    ordered = sorted(uids)
    runs: list[list[int]] = []
    for uid in ordered:
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in runs)
