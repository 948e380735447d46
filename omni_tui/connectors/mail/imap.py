"""One logged-in IMAP connection: blocking, for one thread. Raises only ``ChannelError``.

imapclient does login, folders and flags; bulk FETCH goes to the imaplib object below it (see ``fetching``).
"""

from __future__ import annotations

import contextlib
import imaplib
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from omni_tui import __version__
from omni_tui.connectors.mail import errors
from omni_tui.connectors.mail.endpoint import Endpoint, refuse_plaintext, tls_context
from omni_tui.connectors.mail.fetching import Fetched, read_answers
from omni_tui.connectors.mail.idling import idle
from omni_tui.connectors.mail.oauth.tokens import refused_token, xoauth2
from omni_tui.model.errors import ChannelError, Permanent, Retry
from omni_tui.text.i18n import _

LISTING = "(UID FLAGS INTERNALDATE RFC822.SIZE)"
MAIL = "(UID BODY.PEEK[])"
HEADER = "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER])"


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as the server showed it: ``uidnext`` is None if the server did not say."""

    folder: str
    uidvalidity: int
    exists: int
    uidnext: int | None


@dataclass(frozen=True, slots=True)
class FolderName:
    """A folder in the server's list; ``flags`` in lower case."""

    name: str
    flags: frozenset[bytes]
    delimiter: str


class ImapConnection:
    """Greeted and encrypted, not logged in."""

    def __init__(self, endpoint: Endpoint) -> None:
        with translated(endpoint):
            self.client = _connect(endpoint)


class ImapSession:
    """Logged in from the start, over ``connection`` or a new one."""

    def __init__(self, endpoint: Endpoint, secret: Callable[[], str], connection: ImapConnection | None = None) -> None:
        self._endpoint = endpoint
        self._client = (connection or ImapConnection(endpoint)).client
        self._refusal: list[Any] = []
        try:
            with translated(endpoint):
                if endpoint.oauth:
                    _log_in_by_token(self._client, endpoint, secret)
                else:
                    _log_in(self._client, endpoint, secret())
        except BaseException:
            self.discard()
            raise

    def folders(self) -> tuple[FolderName, ...]:
        """Every folder of the account."""
        with translated(self._endpoint):
            return tuple(
                FolderName(
                    name=name if isinstance(name, str) else name.decode("utf-8", "replace"),
                    flags=frozenset(flag.lower() for flag in flags),
                    delimiter=(delimiter or b"/").decode(),
                )
                for flags, delimiter, name in self._client.list_folders()
            )

    def examine(self, folder: str) -> Opened:
        """Open a folder so that nothing in it can be changed, flags included."""
        return self._open(folder, readonly=True)

    def _open(self, folder: str, *, readonly: bool) -> Opened:
        try:
            with translated(self._endpoint, no=False):
                found: dict[bytes, Any] = self._client.select_folder(folder, readonly=readonly)
        except IMAPClientError as error:
            raise Permanent(
                _("The folder {folder} of {login} cannot be opened: {words}").format(
                    folder=folder, login=self._endpoint.login, words=errors.server_words(error)
                ),
                _("Check inbox_folder and sent_folder."),
            ) from error
        uidnext = found.get(b"UIDNEXT")
        return Opened(
            folder=folder,
            uidvalidity=int(found.get(b"UIDVALIDITY", 0)),
            exists=int(found.get(b"EXISTS", 0)),
            uidnext=int(uidnext) if uidnext is not None else None,
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
        with translated(self._endpoint):
            found = self._fetch(ids, LISTING)
            if found is None:
                raise self._refused_fetch()
        fitting = {f.uid: f for f in found if f.uid >= first and (last is None or f.uid <= last)}
        return [fitting[uid] for uid in sorted(fitting)]

    def highest_modseq(self, folder: str) -> int:
        """Where changes of flags stand now (RFC 7162): a server may begin to count only when asked. 0: it does not."""
        with translated(self._endpoint):
            found = self._client.folder_status(folder, ["HIGHESTMODSEQ"])
            return int(found.get(b"HIGHESTMODSEQ", 0))

    def changed_since(self, modseq: int, last: int) -> tuple[list[Fetched], int]:
        """The mails up to UID ``last`` whose flags changed since (RFC 7162), and where the next question begins."""
        with translated(self._endpoint):
            found = self._fetch(f"1:{last}", "(UID FLAGS)", f"(CHANGEDSINCE {modseq})")
            if found is None:
                raise self._refused_fetch()
        return [each for each in found if each.uid <= last], max([modseq, *(each.modseq for each in found)])

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
        wanted = set(uids)
        return {f.uid: f for f in found if f.uid in wanted and f.content is not None}

    def fetch_range(self, uid: int, offset: int, length: int) -> bytes:
        """A piece of a mail's bytes; empty behind its end or if the mail is gone."""
        with translated(self._endpoint):
            found = self._fetch(str(uid), f"(UID BODY.PEEK[]<{offset}.{length}>)") or []
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
        status, pieces = imap.uid("FETCH", ids, *what)
        if status != "OK":
            self._refusal = pieces
            imap.untagged_responses.pop("FETCH", None)
            return None
        return list(read_answers(pieces))

    def _refused_fetch(self) -> Retry:
        words = errors.server_words(b" ".join(p for p in self._refusal if isinstance(p, bytes)))
        return Retry(
            _("IMAP server {host} refused to list mails: {words}").format(host=self._endpoint.host, words=words)
        )


@contextlib.contextmanager
def translated(endpoint: Endpoint, *, no: bool = True) -> Iterator[None]:
    """Turns what imapclient, imaplib and sockets raise into ``ChannelError``; with ``no`` refusals too."""
    try:
        yield
    except ChannelError:
        raise
    except imaplib.IMAP4.abort as error:
        raise errors.connection_lost(endpoint, errors.server_words(error)) from error
    except imaplib.IMAP4.error as error:
        if not no:
            raise
        words = errors.server_words(error)
        raise Retry(_("IMAP server {host} answered: {words}").format(host=endpoint.host, words=words)) from error
    except (OSError, UnicodeError, EOFError) as error:
        raise errors.network_error(endpoint, error) from error
    except Exception as error:
        # imapclient's lexer has errors of many kinds for an answer that is no IMAP.
        raise errors.connection_lost(endpoint, errors.server_words(error)) from error


def _connect(endpoint: Endpoint) -> Any:
    refuse_plaintext(endpoint)
    context = None if endpoint.tls == "none" else tls_context(endpoint)
    client = IMAPClient(
        endpoint.host,
        endpoint.port,
        ssl=endpoint.tls == "tls",
        ssl_context=context,
        timeout=endpoint.timeout_s,
    )
    # imapclient formats every line for a log nobody reads, which takes longer than reading it.
    client._imap.debug = 0
    if endpoint.tls == "starttls":
        try:
            if not client.has_capability("STARTTLS"):
                raise errors.no_starttls(endpoint)
            client.starttls(context)
        except BaseException:
            client.shutdown()
            raise
    return client


def _log_in(client: Any, endpoint: Endpoint, password: str) -> None:
    if any(char in endpoint.login + password for char in "\r\n\0"):
        raise Permanent(
            _("The user name or password for {host} holds a line break").format(host=endpoint.host),
            _("Check what the password command, variable or file gives."),
        )
    plain = client.has_capability("AUTH=PLAIN")
    # LOGIN cannot carry other characters than ASCII (RFC 9051, section 6.2.3); AUTHENTICATE PLAIN can.
    awkward = not (endpoint.login + password).isascii() or client.has_capability("LOGINDISABLED")
    try:
        if plain and awkward:
            client.plain_login(endpoint.login, password)
        elif not (endpoint.login + password).isascii():
            raise Permanent(
                _("IMAP server {host} takes only passwords of plain letters").format(host=endpoint.host),
                _("The password holds other characters than ASCII; choose another one."),
            )
        else:
            client.login(endpoint.login, password)
    except LoginError as error:
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise errors.connection_lost(endpoint, errors.server_words(error)) from error
        # IMAPClient quotes the answer as Python writes bytes; imaplib's error below it holds the answer itself.
        below = error.__context__.args if error.__context__ is not None else ()
        answer = below[0] if below and isinstance(below[0], bytes) else error
        raise errors.login_error(endpoint, answer) from error
    _tell_who(client)


def _log_in_by_token(client: Any, endpoint: Endpoint, secret: Callable[[], str]) -> None:
    if not client.has_capability("AUTH=XOAUTH2"):
        raise errors.no_tokens(endpoint)
    said: list[bytes] = []

    def respond(challenge: bytes | None) -> bytes:
        # The token first; to an error, which comes as a further challenge, nothing.
        if challenge:
            said.append(challenge)
        return b"" if said else xoauth2(endpoint.login, token).encode()

    token = secret()
    try:
        client.sasl_login("XOAUTH2", respond)
    except (LoginError, IMAPClientError) as error:
        below = error.__context__
        if isinstance(error, imaplib.IMAP4.abort) or isinstance(below, imaplib.IMAP4.abort):
            raise errors.connection_lost(endpoint, errors.server_words(error)) from None
        refusal = errors.login_error(endpoint, said[0] if said else error)
        raise refused_token(secret, refusal) from None
    _tell_who(client)


def _tell_who(client: Any) -> None:
    """Some providers open no folder before they know the program (RFC 2971)."""
    if client.has_capability("ID"):
        with contextlib.suppress(IMAPClientError):
            client.id_({"name": "omni-tui", "version": __version__})


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
