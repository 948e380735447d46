"""A submission server (AUTH, STARTTLS or TLS) in front of a private Dovecot, able to misbehave on request."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from support.certs import Certificate
from support.ports import free_ports

HANG_S = 60.0
Deliver = Callable[[str, list[str], bytes], None]


@dataclass(frozen=True, slots=True)
class Accepted:
    """One mail the server said 250 to, or took without saying so (``dropped``)."""

    sender: str
    rcpts: tuple[str, ...]
    raw: bytes
    dropped: bool = False


def lmtp_delivery(port: int) -> Deliver:
    """Delivery into Dovecot's mailboxes."""

    def deliver(sender: str, rcpts: list[str], raw: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", port, timeout=HANG_S) as lmtp:
            lmtp.sendmail(sender, rcpts, raw)

    return deliver


class SmtpServer:
    """A running server on a loopback port, in a thread of its own. Use it as a context manager.

    ``users`` are addresses with passwords. ``accepted`` holds every mail taken, in order. The methods make
    the next mails go wrong; ``behave`` ends that.
    """

    def __init__(
        self,
        deliver: Deliver,
        certificate: Certificate,
        users: Mapping[str, str] | None = None,
        *,
        tls: Literal["starttls", "tls", "none"] = "starttls",
        auth: bool = True,
        size_limit: int | None = None,
    ) -> None:
        self.users = dict(users or {})
        self.accepted: list[Accepted] = []
        self.port = free_ports(1)[0]
        self._deliver = deliver
        self._certificate = certificate
        self._tls = tls
        self._auth = auth
        self._size_limit = size_limit
        self._controller: Controller | None = None
        self._stalled = threading.Event()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self.behave()

    def __enter__(self) -> SmtpServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the same port every time."""
        context = self._certificate.server_context()
        options: dict[str, Any] = {
            "hostname": "127.0.0.1",
            "port": self.port,
            "data_size_limit": self._size_limit,
            "ready_timeout": HANG_S,
        }
        if self._auth:
            starttls = self._tls == "starttls"
            options |= {"authenticator": self._authenticate, "auth_required": starttls, "auth_require_tls": starttls}
        if self._tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        elif self._tls == "tls":
            options |= {"ssl_context": context}
        self._controller = Controller(_Handler(self), **options)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening; connections end."""
        self.behave()
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def behave(self) -> None:
        """Be a good server again."""
        self.refused: dict[str, str] = {}
        self.data_answers: list[str] = []
        self.drops_after_data = 0
        self.drops_at_data = 0
        self._stalled.set()
        waiting, self._waiting = self._waiting, []
        for loop, released in waiting:
            with contextlib.suppress(RuntimeError):  # the server was stopped meanwhile
                loop.call_soon_threadsafe(released.set)

    def add_user(self, address: str, password: str = "secret") -> None:
        """Let somebody send."""
        self.users[address] = password

    def refuse(self, rcpt: str, code: int = 550, text: str = "5.1.1 no such user here") -> None:
        """Answer RCPT for this address with ``code``."""
        self.refused[rcpt] = f"{code} {text}"

    def answer_data(self, *answers: str) -> None:
        """Answer the next mails like this ("451 4.3.0 try later") and do not take them."""
        self.data_answers.extend(answers)

    def drop_after_data(self, times: int = 1) -> None:
        """Take and deliver the next mails, but break the connection instead of answering."""
        self.drops_after_data = times

    def drop_before_data(self, times: int = 1) -> None:
        """Break the connection when a recipient is named, before any content."""
        self.drops_at_data = times

    def stall(self) -> None:
        """Take mails, then keep silent until ``behave``."""
        self._stalled.clear()

    def _authenticate(self, server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and self.users.get(data.login.decode()) == data.password.decode()
        # handled=True on a failure would drop the connection instead of answering 535.
        return AuthResult(success=known, handled=False)


class _Handler:
    def __init__(self, owner: SmtpServer) -> None:
        self._owner = owner

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self._owner._auth and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self._owner.drops_at_data:
            self._owner.drops_at_data -= 1
            _break(server)
            return "421 gone"
        if address in self._owner.refused:
            return self._owner.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        owner = self._owner
        if owner.data_answers:
            return owner.data_answers.pop(0)
        rcpts, raw = list(envelope.rcpt_tos), envelope.original_content
        try:
            await asyncio.to_thread(owner._deliver, envelope.mail_from, rcpts, raw)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return f"{code} {text.decode()}"
        dropped = owner.drops_after_data > 0
        owner.accepted.append(Accepted(envelope.mail_from, tuple(rcpts), raw, dropped))
        if dropped:
            owner.drops_after_data -= 1
            _break(server)
        # No thread for each: asyncio has six of them on two cores, and every channel may be kept waiting.
        released = asyncio.Event()
        owner._waiting.append((asyncio.get_running_loop(), released))
        if not owner._stalled.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(released.wait(), 60)
        return "250 delivered"


def _break(server: SMTP) -> None:
    transport = server.transport
    assert transport is not None
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.shutdown(socket.SHUT_RDWR)
