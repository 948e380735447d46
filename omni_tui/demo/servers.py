"""A real IMAP and a real SMTP server, pymap and aiosmtpd, on sockets that are already listening."""

from __future__ import annotations

import asyncio
import secrets
import socket
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from proxyprotocol.reader import ProxyProtocolReader
from pymap.imap import IMAPServer, IMAPService

from omni_tui.demo.mailboxes import Backend
from omni_tui.demo.world.bulk import FULL_MAILBOX

Receive = Callable[[bytes, tuple[str, ...]], None]
"""What is called with each mail the shop sends, and its recipients."""


async def serve_imap(root: Path, listening: socket.socket) -> asyncio.Server:
    """Serve the mail root that ``maildir.create`` made."""
    # pymap writes its files in the temporary directory and renames them, which needs one file system.
    tempfile.tempdir = str(root)
    parser = ArgumentParser()
    Backend.add_subparser("maildir", parser.add_subparsers())
    IMAPService.add_arguments(parser)
    args = parser.parse_args(["--no-tls", "maildir", str(root)])
    args.passlib_cfg = None
    args.debug = False
    backend, config = await Backend.init(args)
    config.apply_context()
    await backend.start(AsyncExitStack())
    connected = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
    return await asyncio.start_server(connected, sock=listening)


async def serve_smtp(login: str, password: str, receive: Receive, listening: socket.socket) -> asyncio.Server:
    """Take mails from whoever knows the password; every customer's mailbox takes them but one, which is full."""
    loop = asyncio.get_running_loop()

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and data.login == login.encode()
        good = known and secrets.compare_digest(data.password, password.encode())
        return AuthResult(success=good, handled=False)

    def session() -> SMTP:
        return SMTP(
            _Postbox(receive),
            hostname="mail.larkfell.example",
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    return await loop.create_server(session, sock=listening)


class _Postbox:
    """aiosmtpd calls its methods by name."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        if address.casefold() == FULL_MAILBOX:
            return "552 5.2.2 Mailbox full: the recipient has not collected mail for a long time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        content: bytes = envelope.content
        self._receive(content, tuple(envelope.rcpt_tos))
        return "250 2.0.0 Accepted"
