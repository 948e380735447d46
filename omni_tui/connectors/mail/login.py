"""Logs in to an IMAP server: by password or by token, and then says who we are."""

from __future__ import annotations

import contextlib
import imaplib
from collections.abc import Callable
from typing import Any

from imapclient.exceptions import IMAPClientError, LoginError

from omni_tui import __version__
from omni_tui.connectors.mail import errors
from omni_tui.connectors.mail.endpoint import Endpoint
from omni_tui.connectors.mail.oauth.tokens import refused_token, xoauth2
from omni_tui.model.errors import Permanent
from omni_tui.text.i18n import _


def log_in(client: Any, endpoint: Endpoint, password: str) -> None:
    """By password. Raises ``ChannelError`` with the server's words."""
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


def log_in_by_token(client: Any, endpoint: Endpoint, secret: Callable[[], str]) -> None:
    """By a provider's access token (XOAUTH2)."""
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
