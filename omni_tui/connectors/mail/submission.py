"""The way out of one channel: its connection to the submission server is kept between answers."""

from __future__ import annotations

import smtplib
from collections.abc import Callable

from omni_tui.connectors.mail import smtp
from omni_tui.connectors.mail.endpoint import Endpoint
from omni_tui.connectors.mail.smtp import Letter
from omni_tui.model.commands import Receipt
from omni_tui.model.errors import Retry

IDLE_S = 30.0
"""How long an unused connection is kept: servers wait five minutes (RFC 5321, section 4.5.3.2.7), not all as long."""
MOST_LETTERS = 50
"""How many mails leave over one connection; servers have limits of their own, which this stays below."""


class Submission:
    """Blocking, for one thread. Connects when there is something to send."""

    def __init__(self, endpoint: Endpoint, secret: Callable[[], str]) -> None:
        self._endpoint = endpoint
        self._secret = secret
        self._client: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, letter: Letter) -> Receipt:
        """Send ``letter``; the answer and the errors are those of :func:`smtp.deliver`.

        A kept connection that turns out to be dead is replaced once, for then nothing has left.
        """
        if self._usable():
            try:
                return self._deliver(letter)
            except Retry:
                self.close()
        self._client, self._sent = smtp.open_client(self._endpoint, self._secret), 0
        return self._deliver(letter)

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to. Never raises."""
        if self._client is not None:
            client, self._client = self._client, None
            smtp.end(client)

    def _deliver(self, letter: Letter) -> Receipt:
        assert self._client is not None
        try:
            receipt = smtp.deliver(self._client, self._endpoint, letter)
        except BaseException:
            self.close()
            raise
        self._sent += 1
        return receipt

    def _usable(self) -> bool:
        if self._client is None:
            return False
        try:
            if self._sent < MOST_LETTERS and self._client.rset()[0] == 250:
                return True
        except (smtplib.SMTPException, OSError):
            pass  # it closed meanwhile: a new one is opened
        self.close()
        return False
