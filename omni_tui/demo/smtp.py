"""A real SMTP server, aiosmtpd, on a socket that is listening already."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from omni_tui.demo.world.bulk import FULL_MAILBOX

Receive = Callable[[bytes, tuple[str, ...]], None]
"""What is called with each mail the shop sends, and its recipients."""


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
