"""Access tokens: fetched when needed, kept in memory alone, renewed before they end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from omni_tui.connectors.mail.oauth.asking import Declined, ask, seconds_of, text_of
from omni_tui.connectors.mail.oauth.grant import Grant, load_grant, sign_in_hint
from omni_tui.connectors.mail.oauth.provider import provider_of
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.errors import ChannelError, Permanent, Retry
from omni_tui.text.i18n import _

BEFORE_END_S = 120
"""How long before its end a token is used no more."""
FRESH_S = 60
"""A token younger than this that a server refuses was not merely too old."""

_log = logging.getLogger(__name__)


class TokenSource:
    """Called, it gives a valid access token. For any thread.

    ``secret`` reads the kept grant; where it can also keep a new one (a method ``keep``), one that the provider
    exchanges is kept there, and never in the store.
    """

    def __init__(self, channel: str, settings: MailSettings, secret: Callable[[], str]) -> None:
        self._channel = channel
        self._settings = settings
        self._secret = secret
        self._lock = threading.Lock()
        self._grant: Grant | None = None
        self._token = ""
        self._since = self._until = 0.0

    def __call__(self) -> str:
        """A token. Raises ``Permanent`` where a person has to sign in again, ``Retry`` where the server is away."""
        with self._lock:
            if not self._token or time.monotonic() >= self._until:
                self._renew()
            return self._token

    def refused(self, error: Permanent) -> ChannelError:
        """What to raise when a mail server refused the token: it is fetched anew, unless it was fresh."""
        with self._lock:
            fresh = time.monotonic() - self._since < FRESH_S
            self._token = ""
            self._grant = None
        if not fresh:
            return Retry(error.message, delay_s=1.0)
        return Permanent(
            error.message,
            _("Is the account the one that signed in, and is IMAP allowed for it? {hint}").format(
                hint=sign_in_hint(self._channel)
            ),
        )

    def _renew(self) -> None:
        provider = provider_of(self._settings)
        grant = self._grant or load_grant(self._secret(), self._channel)
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token, "client_id": grant.client_id}
        if grant.client_secret:
            form["client_secret"] = grant.client_secret
        try:
            answer = ask(provider, provider.token_url, form)
        except Declined as error:
            self._grant = None
            raise Permanent(error.message, sign_in_hint(self._channel)) from error
        now = time.monotonic()
        self._token = text_of(provider, answer, "access_token")
        life = seconds_of(answer, "expires_in", 3600)
        self._since, self._until = now, now + max(life - BEFORE_END_S, life / 2)
        self._grant = self._exchanged(grant, answer.get("refresh_token"))

    def _exchanged(self, grant: Grant, token: object) -> Grant:
        if not isinstance(token, str) or not token or token == grant.refresh_token:
            return grant
        grant = replace(grant, refresh_token=token)
        keep = getattr(self._secret, "keep", None)
        if keep is None or not keep(grant.dump()):
            _log.warning("the new sign-in of channel %s cannot be kept: it lasts until the engine ends", self._channel)
        return grant


def refused_token(secret: Callable[[], str], error: ChannelError) -> ChannelError:
    """What to raise when a mail server did not take what ``secret`` gave."""
    return secret.refused(error) if isinstance(secret, TokenSource) and isinstance(error, Permanent) else error


def xoauth2(login: str, token: str) -> str:
    """The answer to an XOAUTH2 challenge, before base64 (Google's and Microsoft's documented form)."""
    return f"user={login}\1auth=Bearer {token}\1\1"
