"""A real IMAP server: pymap's, with two short cuts, without which the first hundred mails take twice as long.

pymap 0.36 reads the list of UIDs anew for every mail of a FETCH, and parses and rebuilds a mail to tell its bytes.
Here the list is read once for each command, and the bytes are those of the file.

A new world's other folders open when all of its INBOX was fetched: two folders read side by side would number the
conversations by which of them happened to be quicker, and the same seed shall give the same numbers.
"""

from __future__ import annotations

import asyncio
import os.path
import socket
import tempfile
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.maildir import Config, FilterSet, Identity, Login, MaildirBackend, Session
from pymap.backend.maildir.layout import MaildirLayout
from pymap.backend.maildir.mailbox import MailboxData, MailboxSet, Maildir, Message
from pymap.backend.maildir.uidlist import Record, UidList
from pymap.imap import IMAPServer, IMAPService
from pymap.interfaces.login import IdentityInterface
from pymap.interfaces.message import CachedMessage
from pymap.parsing.specials import ObjectId
from pysasl.creds.server import ServerCredentials

from omni_tui.demo.maildir import USER_FOLDER

_INBOX_FIRST_S = 10.0
"""Longest wait for it: whoever does not fetch the INBOX at all is served too."""


async def serve_imap(root: Path, listening: socket.socket, *, new: bool) -> asyncio.Server:
    """Serve the mail root that ``maildir.create`` made; ``new`` if nobody has fetched from it before."""
    # pymap writes its files in the temporary directory and renames them, which needs one file system.
    tempfile.tempdir = str(root)
    parser = ArgumentParser()
    _Backend.add_subparser("maildir", parser.add_subparsers())
    IMAPService.add_arguments(parser)
    args = parser.parse_args(["--no-tls", "maildir", str(root)])
    args.passlib_cfg = None
    args.debug = False
    backend, config = await _Backend.init(args)
    mails = (root / USER_FOLDER / "cur").iterdir() if new else ()
    _Mailboxes.inbox_first = _InboxFirst(path.name.partition(":")[0] for path in mails)
    config.apply_context()
    await backend.start(AsyncExitStack())
    connected = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
    return await asyncio.start_server(connected, sock=listening)


class _File:
    """A mail that is only its bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __bytes__(self) -> bytes:
        return self._data


class _InboxFirst:
    """Which mails of a new INBOX nobody has fetched yet."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._left = set(keys)
        # pymap runs each command in a thread with a loop of its own, and writes what it answers in the main one.
        self._gone_through = threading.Event()
        self.fetched("")

    def fetched(self, key: str) -> None:
        self._left.discard(key)
        if not self._left:
            self._gone_through.set()

    def wait(self) -> None:
        """Hold this thread, that of one command, until all were fetched or it has taken too long."""
        self._gone_through.wait(_INBOX_FIRST_S)


class _Folder(Maildir):
    def get_message(self, key: str) -> Any:
        _Mailboxes.inbox_first.fetched(key)
        return _File(self.get_bytes(key))


class _Mailbox(MailboxData):
    _known: Mapping[int, Record] = {}

    async def reset(self) -> _Mailbox:
        """Called at the start of every command."""
        await super().reset()
        async with UidList.with_read(self._path) as listed:
            self._known = {record.uid: record for record in listed.records}
        return self

    async def get(self, uid: int, cached_msg: CachedMessage) -> Message:
        record = self._known.get(uid)
        if record is None:
            return Message.copy_expunged(cached_msg)
        try:
            about = self._maildir.get_message_metadata(record.key)
        except (KeyError, FileNotFoundError):
            return Message.copy_expunged(cached_msg)
        mail_id, thread_id = (self._get_object_id(record, field) for field in "ET")
        return Message.from_maildir(uid, about, self._maildir, record.key, mail_id, thread_id, self.maildir_flags)


class _Mailboxes(MailboxSet):
    inbox_first: _InboxFirst

    async def get_mailbox(self, name: str) -> MailboxData:
        if name != "INBOX":
            self.inbox_first.wait()
        if name not in self._cache:
            found = await super().get_mailbox(name)
            folder = self._inbox_maildir if name == "INBOX" else found._maildir
            self._cache[name] = _Mailbox(ObjectId(found.mailbox_id.value), folder, found._path)
        return await self._cache[name].reset()


class _Identity(Identity):
    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        """A session on the only mailbox there is."""
        path = os.path.join(self.config.base_dir, USER_FOLDER)  # noqa: PTH118
        layout = MaildirLayout.get(path, self.config.layout, _Folder)
        mailboxes = _Mailboxes(_Folder(path, create=False), layout)
        yield Session(self.name, self.config, mailboxes, FilterSet(layout.path))


class _Login(Login):
    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        return self._ours(await super().authenticate(credentials))

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> Identity:
        return self._ours(await super().authorize(authenticated, authzid))

    def _ours(self, identity: Identity) -> Identity:
        return _Identity(identity.config, identity.tokens, identity.name, None, identity.roles)


class _Backend(MaildirBackend):
    """Serves the one mailbox of a root that ``maildir.create`` made."""

    @classmethod
    async def init(cls, args: Namespace, **overrides: Any) -> tuple[MaildirBackend, Config]:
        config = Config.from_args(args, **overrides)
        return cls(_Login(config), config), config
