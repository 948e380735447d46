"""A mail channel on the private servers, and the loop an engine would drive it by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from omni_tui.connectors.mail.account import MailConnector
from omni_tui.connectors.mail.poll import LIMITS, Limits
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.events import Batch, Received, RemoteMessage, SentElsewhere
from support.dovecot import Dovecot
from support.smtp import SmtpServer


def settings_for(dovecot: Dovecot, smtp: SmtpServer | None, address: str, **changes: Any) -> MailSettings:
    """The settings of a channel for ``address``: IMAPS and STARTTLS, both trusted through ``ca_file``."""
    values: dict[str, Any] = {
        "address": address,
        "imap_host": "localhost",
        "imap_port": dovecot.imaps_port,
        "smtp_host": "localhost",
        "smtp_port": smtp.port if smtp is not None else 9,
        "ca_file": str(dovecot.cert),
        "timeout_s": 10,
    }
    return MailSettings(**(values | changes))


def open_channel(
    settings: MailSettings, limits: Limits = LIMITS, secret: Callable[[], str] = lambda: "secret"
) -> MailConnector:
    """The connector, with batches as small as a test likes."""
    return MailConnector("test", settings, secret, limits)


@dataclass(slots=True)
class Taken:
    """What came in, in order; ``cursor`` is where to go on."""

    cursor: str | None = None
    batches: list[Batch] = field(default_factory=list)

    def take(self, batch: Batch) -> Batch:
        """Keep a batch as the store would: its events and its cursor together."""
        self.batches.append(batch)
        self.cursor = batch.next_cursor
        return batch

    @property
    def messages(self) -> list[RemoteMessage]:
        """Every message of every batch."""
        events = (event for batch in self.batches for event in batch.events)
        return [event.message for event in events if isinstance(event, Received | SentElsewhere)]


async def sync(channel: MailConnector, stream: str = "INBOX", taken: Taken | None = None) -> Taken:
    """Poll until nothing more is waiting."""
    taken = taken or Taken()
    async with asyncio.timeout(30):  # against a sync without end
        while taken.take(await channel.poll(stream, taken.cursor, 0)).more:
            pass
    return taken
