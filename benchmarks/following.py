"""A mailbox followed by a running engine: what looking for new mail costs, and a hundred mails at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from benchmarks import peer
from benchmarks.figure import Figure, Unmeasured, median, spread
from omni_tui.connectors.mail.account import MailConnector
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.desk import channels, ingest, lease
from omni_tui.desk.identity import IngestRules
from omni_tui.store import Store, open_store
from omni_tui.store.threads import StoreThreads

NOTHING_MS = 50
NEW_MS = 500
NEW = 100
LOOKS = 20

Deliver = Callable[[int], None]


def follow(path: Path, account: peer.Account, channel: str, deliver: Deliver) -> Iterator[Figure]:
    """Figures of the store at ``path``, which has everything; ``deliver`` puts so many new mails into the inbox."""
    store = open_store(path, create=False)
    try:
        nothing, new = asyncio.run(_follow(store, account, channel, deliver))
    finally:
        store.close()
    yield Figure("looking for new mail, connected", median(nothing), "ms", NOTHING_MS, spread(nothing, "ms"))
    yield Figure(f"{NEW} new mails, searchable", new, "ms", NEW_MS)


async def _follow(store: Store, account: peer.Account, channel: str, deliver: Deliver) -> tuple[list[float], float]:
    threads = StoreThreads(store)
    epoch = await threads.write(lease.take, "benchmark", 600_000)
    channel_id = next(row.id for row in await threads.read(channels.listed) if row.name == channel)
    settings = MailSettings(
        account.user, "localhost", "localhost", imap_port=account.port, smtp_port=9, ca_file=str(account.cert)
    )
    connector = MailConnector(channel, settings, lambda: account.password)

    async def look() -> int:
        """One poll, stored; how many messages were new."""
        cursor = await threads.read(channels.cursor, channel_id, "INBOX")
        batch = await connector.poll("INBOX", cursor, 0)
        report = await threads.write(ingest.ingest, channel_id, "INBOX", batch, IngestRules(), epoch)
        return report.new

    try:
        await look()
        nothing = [await _ms(look) for _ in range(LOOKS)]
        deliver(NEW)
        began, found = time.perf_counter(), 0
        while found < NEW:
            found += await look()
            if time.perf_counter() - began > 30:
                raise Unmeasured(f"{found} of {NEW} new mails came")
        return nothing, (time.perf_counter() - began) * 1000
    finally:
        await threads.write(lease.release, "benchmark", epoch)
        await connector.close()
        threads.close()


async def _ms(call: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await call()
    return (time.perf_counter() - began) * 1000
