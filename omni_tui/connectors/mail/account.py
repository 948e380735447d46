"""A mailbox as a connector: one thread and one connection for each folder followed, one thread for sending."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from omni_tui.connectors.base import Check, Inventory, Preview
from omni_tui.connectors.mail.checking import check_account
from omni_tui.connectors.mail.compose import compose, meant_for, recipients
from omni_tui.connectors.mail.endpoint import imap_endpoint, smtp_endpoint
from omni_tui.connectors.mail.headers import addr_spec
from omni_tui.connectors.mail.imap import ImapSession
from omni_tui.connectors.mail.left_parts import decoded, left
from omni_tui.connectors.mail.message import external_id
from omni_tui.connectors.mail.oauth.tokens import TokenSource
from omni_tui.connectors.mail.parse_pool import ParsePool
from omni_tui.connectors.mail.poll import FURTHER, INBOX, JUNK, LIMITS, SENT, FolderFollower, Limits
from omni_tui.connectors.mail.presets import saves_sent_itself
from omni_tui.connectors.mail.preview import preview_account
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.connectors.mail.smtp import Letter
from omni_tui.connectors.mail.submission import IDLE_S, Submission
from omni_tui.connectors.mail.whereabouts import find_again
from omni_tui.connectors.mail.worker import Worker
from omni_tui.model.commands import Archive, Command, MarkRead, Receipt, Send, ShowAnswer, ShowTyping
from omni_tui.model.errors import ChannelError, NotFound, Retry
from omni_tui.model.events import Batch, Event
from omni_tui.text.i18n import _

LOOK_EVERY_S = 1.0
CHUNK_BYTES = 512 * 1024
CLOSE_S = 1.5

_log = logging.getLogger(__name__)


class MailConnector:
    """See ``connectors.base.Connector``."""

    def __init__(self, name: str, settings: MailSettings, secret: Callable[[], str], limits: Limits = LIMITS) -> None:
        self._name = name
        self._settings = settings
        self._secret = secret = TokenSource(name, settings, secret) if settings.oauth else secret
        self._pool = ParsePool()
        self._limits = limits
        self._followers = {stream: self._follower(stream) for stream in self.streams()}
        self._workers = {stream: Worker(f"{name}-{stream}") for stream in self.streams()}
        self._sender = Worker(f"{name}-smtp")
        self._submission = Submission(smtp_endpoint(settings), secret)
        self._idle: asyncio.TimerHandle | None = None
        self._prober = Worker(f"{name}-probe")
        self._closed = False
        self._copies: set[asyncio.Task[None]] = set()

    def streams(self) -> tuple[str, ...]:
        """INBOX for what comes in, Sent for what other programs sent; Junk and further folders where wanted."""
        further = (FURTHER + name for name in self._settings.folders if name != self._settings.inbox_folder)
        return (INBOX, SENT, *((JUNK,) if self._settings.junk_days else ()), *dict.fromkeys(further))

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
            self._pool.rest()
            try:
                if not await worker.run(partial(follower.wait, left)):
                    await asyncio.sleep(min(LOOK_EVERY_S, left))
            except asyncio.CancelledError:
                follower.wake()
                raise

    async def perform(self, command: Command) -> Receipt:
        """Send a mail, mark one as read, or put some away."""
        match command:
            case Send():
                return await self._send(command)
            case MarkRead():
                follower, worker = self._at(command.stream)
                follower.wake()
                await worker.run(partial(follower.mark_seen, command.locator))
                return Receipt()
            case Archive():
                follower, worker = self._at(command.stream)
                follower.wake()
                await worker.run(partial(follower.archive, command.locators))
                return Receipt()
            case ShowTyping() | ShowAnswer():
                return Receipt()

    async def fetch(self, stream: str, locator: str, part: str = "") -> AsyncIterator[bytes]:
        """The raw mail, or a file of it that was left on the server, in pieces."""
        if not part:
            async for piece in self._pieces(stream, locator):
                yield piece
            return
        wanted, octets = left(part), 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal octets
            async for piece in self._pieces(stream, locator, wanted.section):
                octets += len(piece)
                yield piece

        async for piece in decoded(counted(), wanted.encoding):
            yield piece
        if octets and wanted.is_cut(octets):
            raise Retry(_("The server sent {octets} of {all} bytes.").format(octets=octets, all=wanted.octets))

    async def locate(self, external_id: str, part: str) -> tuple[str, str] | None:
        """See ``connectors.base.Locating``. The folder it is found in can be fetched from as if it were followed."""
        found = await self._prober.run(partial(self._find_again, external_id, left(part).octets))
        if found is None:
            return None
        folder, locator = found
        stream = FURTHER + folder
        if stream not in self._followers:
            self._followers[stream] = self._follower(stream)
            self._workers[stream] = Worker(f"{self._name}-{stream}")
        return stream, locator

    def _find_again(self, external_id: str, octets: int) -> tuple[str, str] | None:
        session = self._session()
        try:
            return find_again(session, external_id, octets - octets // 50, self._settings.archive_folder)
        finally:
            session.close()

    async def _pieces(self, stream: str, locator: str, section: str = "") -> AsyncIterator[bytes]:
        follower, worker = self._at(stream)
        offset = 0
        follower.wake()
        while piece := await worker.run(partial(follower.read_range, locator, offset, CHUNK_BYTES, section)):
            yield piece
            offset += len(piece)
            if len(piece) < CHUNK_BYTES:
                return

    async def inventory(self, stream: str, cursor: str | None) -> Inventory:
        """See ``connectors.base.Comparable``."""
        follower, worker = self._at(stream)
        return await worker.run(partial(follower.inventory, cursor))

    async def collect(self, stream: str, locators: Sequence[str]) -> tuple[Event, ...]:
        """See ``connectors.base.Comparable``."""
        follower, worker = self._at(stream)
        return await worker.run(partial(follower.collect, locators))

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
        for follower in self._followers.values():
            follower.wake()
        self._end_when_idle(None)
        jobs = [
            asyncio.ensure_future(self._workers[stream].run(follower.close))
            for stream, follower in self._followers.items()
        ]
        jobs.append(asyncio.ensure_future(self._sender.run(self._submission.close)))
        _done, late = await asyncio.wait({*jobs, *self._copies}, timeout=CLOSE_S)
        for job in late:
            job.cancel()
        for follower in self._followers.values():
            follower.abort()
        for worker in (*self._workers.values(), self._sender, self._prober):
            worker.stop()
        self._pool.close()

    def _at(self, stream: str) -> tuple[FolderFollower, Worker]:
        if stream not in self._followers:
            raise NotFound(_("A mail channel has no stream {name}").format(name=repr(stream)))
        return self._followers[stream], self._workers[stream]

    def _follower(self, stream: str) -> FolderFollower:
        return FolderFollower(self._settings, self._session, self._pool, stream, self._limits)

    def _session(self) -> ImapSession:
        return ImapSession(imap_endpoint(self._settings), self._secret)

    async def _send(self, send: Send) -> Receipt:
        raw = compose(send, self._settings)
        sender = addr_spec(self._settings.sender(send.sender))
        self._end_when_idle(None)
        try:
            receipt = await self._sender.run(
                partial(self._submission.send, Letter(send.key, sender, recipients(send), raw, meant_for(send)))
            )
        finally:
            self._end_when_idle(IDLE_S)
        receipt = replace(receipt, external_id=external_id(raw, send.key))
        if send.only:
            return receipt  # the copy and the mark were made when the others got it
        if self._keeps_copy():
            # The answer is out: nobody waits for the copy, and its failure is none of the answer's.
            self._beside(self._append(raw, send.key))
        if self._settings.mark_answered and send.reply_keys:
            self._beside(self._mark_answered(send.reply_keys[-1]))
        return receipt

    def _end_when_idle(self, seconds: float | None) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if seconds is not None and not self._closed:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(seconds, lambda: self._beside(self._sender.run(self._submission.close)))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._copies.add(task)
        task.add_done_callback(self._copies.discard)

    async def _mark_answered(self, message_id: str) -> None:
        for stream, follower in self._followers.items():
            if stream in (SENT, JUNK):
                continue
            try:
                follower.wake()
                if await self._workers[stream].run(partial(follower.mark_answered, (message_id,))):
                    return
            except ChannelError as error:
                _log.warning("a mail could not be marked as answered: %s", error.message)

    async def _append(self, raw: bytes, message_id: str) -> None:
        follower, worker = self._at(SENT)
        follower.wake()
        try:
            if not await worker.run(partial(follower.append, raw, message_id)):
                _log.info("no Sent folder to put a copy into")
        except ChannelError as error:
            _log.warning("the copy for the Sent folder failed: %s", error.message)

    def _keeps_copy(self) -> bool:
        if self._settings.save_sent == "auto":
            return not saves_sent_itself(self._settings.smtp_host)
        return self._settings.save_sent == "always"
