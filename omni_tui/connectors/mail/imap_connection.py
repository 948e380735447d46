"""An IMAP connection that is open and encrypted, and its failures as ``ChannelError``. Nobody is logged in yet."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from imapclient import IMAPClient

from omni_tui.connectors.mail import errors
from omni_tui.connectors.mail.endpoint import Endpoint, refuse_plaintext, tls_context
from omni_tui.connectors.mail.imap_stream import RECORD, ImapStream, TooLong
from omni_tui.model.errors import ChannelError, Retry
from omni_tui.text.i18n import _


class ImapConnection:
    """Greeted and encrypted, not logged in."""

    def __init__(self, endpoint: Endpoint) -> None:
        with translated(endpoint):
            self.client, self.stream = _connect(endpoint)


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


def _connect(endpoint: Endpoint) -> tuple[Any, ImapStream]:
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
    return client, _read_by(client._imap)


def _read_by(imap: Any) -> ImapStream:
    """Let imaplib read through a stream of ours. Only once TLS is there: what came before it must not be believed."""

    def received(room: memoryview) -> int | None:
        # What imaplib's file holds already comes first; a room larger than its buffer leaves nothing in it.
        stream.receive_by(_receiving(imap.sock))
        first: int | None = imap.file.readinto1(room)
        return first

    stream = ImapStream(received)

    def bounded(read: Callable[..., bytes], *size: int) -> bytes:
        try:
            return read(*size)
        except TooLong as error:
            raise imap.abort(str(error)) from error

    imap.read = partial(bounded, stream.read)
    imap.readline = partial(bounded, stream.readline)
    return stream


def _receiving(sock: socket.socket) -> Callable[[memoryview], int | None]:
    """What fills a buffer from the socket itself: the layers before it take as long as TLS does."""
    if not isinstance(sock, ssl.SSLSocket):
        return sock.recv_into
    read: Callable[[int, memoryview], Any] = sock.read
    return partial(read, RECORD)  # TLS has no more at once, and the stream room for it
