"""A mailbox as a connector: one thread and one connection for each folder followed, one thread for sending."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial

from omni_tui.connectors.base import Check, Preview
from omni_tui.connectors.mail import smtp
from omni_tui.connectors.mail.checking import check_account
from omni_tui.connectors.mail.compose import compose, recipients
from omni_tui.connectors.mail.endpoint import imap_endpoint, smtp_endpoint
from omni_tui.connectors.mail.headers import addr_spec
from omni_tui.connectors.mail.imap import ImapSession
from omni_tui.connectors.mail.message import external_id
from omni_tui.connectors.mail.poll import INBOX, LIMITS, SENT, FolderFollower, Limits
from omni_tui.connectors.mail.presets import saves_sent_itself
from omni_tui.connectors.mail.preview import preview_account
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.connectors.mail.worker import Worker
from omni_tui.model.commands import Command, MarkRead, Receipt, Send
from omni_tui.model.errors import ChannelError, NotFound
from omni_tui.model.events import Batch
from omni_tui.text.i18n import _

LOOK_EVERY_S = 1.0
CHUNK_BYTES = 512 * 1024
CLOSE_S = 1.5

_log = logging.getLogger(__name__)


class MailConnector:
    """See ``connectors.base.Connector``."""

    def __init__(self, name: str, settings: MailSettings, secret: Callable[[], str], limits: Limits = LIMITS) -> None:
        self._settings = settings
        self._secret = secret
        self._followers = {stream: FolderFollower(settings, self._session, stream, limits) for stream in self.streams()}
        self._workers = {stream: Worker(f"{name}-{stream}") for stream in self.streams()}
        self._sender = Worker(f"{name}-smtp")
        self._prober = Worker(f"{name}-probe")
        self._closed = False
        self._copies: set[asyncio.Task[None]] = set()

    def streams(self) -> tuple[str, ...]:
        """INBOX for what comes in, Sent for what other programs sent."""
        return (INBOX, SENT)

    async def poll(self, stream: str, cursor: str | None, wait_s: float) -> Batch:
        """New mail first, else a piece of the history, else wait."""
        follower, worker = self._at(stream)
        loop = asyncio.get_running_loop()
        end = loop.time() + min(wait_s, self._settings.poll_s)
        thorough = True
        while True:
            batch = await worker.run(partial(follower.step, cursor, thorough=thorough))
            left = end - loop.time()
            if batch is not None:
                return batch
            if left <= 0:
                return Batch((), cursor or "")
            thorough = False
            await asyncio.sleep(min(LOOK_EVERY_S, left))

    async def perform(self, command: Command) -> Receipt:
        """Send a mail, or mark one as read."""
        match command:
            case Send():
                return await self._send(command)
            case MarkRead():
                follower, worker = self._at(command.stream)
                await worker.run(partial(follower.mark_seen, command.locator))
                return Receipt()

    async def fetch(self, stream: str, locator: str) -> AsyncIterator[bytes]:
        """The raw mail, in pieces."""
        follower, worker = self._at(stream)
        offset = 0
        while piece := await worker.run(partial(follower.read_range, locator, offset, CHUNK_BYTES)):
            yield piece
            offset += len(piece)
            if len(piece) < CHUNK_BYTES:
                return

    async def check(self) -> tuple[Check, ...]:
        """Both servers, both logins, both folders."""
        return await self._prober.run(partial(check_account, self._settings, self._secret))

    async def preview(self, open_days: int) -> Preview:
        """What the first sync would bring, from headers of the last ``open_days`` alone."""
        return await self._prober.run(partial(preview_account, self._settings, self._session, open_days))

    async def close(self) -> None:
        """Let copies for Sent arrive, say goodbye, then break whatever still hangs."""
        if self._closed:
            return
        self._closed = True
        jobs = [
            asyncio.ensure_future(self._workers[stream].run(follower.close))
            for stream, follower in self._followers.items()
        ]
        _done, late = await asyncio.wait({*jobs, *self._copies}, timeout=CLOSE_S)
        for job in late:
            job.cancel()
        for follower in self._followers.values():
            follower.abort()
        for worker in (*self._workers.values(), self._sender, self._prober):
            worker.stop()

    def _at(self, stream: str) -> tuple[FolderFollower, Worker]:
        if stream not in self._followers:
            raise NotFound(_("A mail channel has no stream {name}").format(name=repr(stream)))
        return self._followers[stream], self._workers[stream]

    def _session(self) -> ImapSession:
        return ImapSession(imap_endpoint(self._settings), self._secret)

    async def _send(self, send: Send) -> Receipt:
        raw = compose(send, self._settings)
        call = partial(
            smtp.send_mail,
            smtp_endpoint(self._settings),
            self._secret,
            addr_spec(self._settings.address),
            recipients(send),
            raw,
        )
        refused = await self._sender.run(call)
        if self._keeps_copy():
            # The answer is out: nobody waits for the copy, and its failure is none of the answer's.
            copy = asyncio.create_task(self._append(raw))
            self._copies.add(copy)
            copy.add_done_callback(self._copies.discard)
        return Receipt(external_id=external_id(raw, send.key), refused=refused)

    async def _append(self, raw: bytes) -> None:
        follower, worker = self._at(SENT)
        try:
            if not await worker.run(partial(follower.append, raw)):
                _log.info("no Sent folder to put a copy into")
        except ChannelError as error:
            _log.warning("the copy for the Sent folder failed: %s", error.message)

    def _keeps_copy(self) -> bool:
        if self._settings.save_sent == "auto":
            return not saves_sent_itself(self._settings.smtp_host)
        return self._settings.save_sent == "always"
