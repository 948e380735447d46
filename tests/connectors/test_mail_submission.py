"""One connection for many answers; reports asked for, odd addresses, and what a kept connection may never do."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from support.certs import make_certificate
from support.dovecot import Dovecot
from support.mail_channel import open_channel, settings_for
from support.ports import free_ports
from support.smtp import SmtpServer

from omni_tui.connectors.mail.endpoint import Endpoint
from omni_tui.connectors.mail.smtp import PATIENCE, Letter
from omni_tui.connectors.mail.submission import MOST_LETTERS, Submission
from omni_tui.model.address import Address
from omni_tui.model.commands import Send
from omni_tui.model.errors import Permanent, Retry, Unknown


@dataclass
class Heard:
    """What a server was told, and how it misbehaves next."""

    connections: int = 0
    mails: list[str] = field(default_factory=list)
    rcpts: list[str] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    hang_up_at: str = ""


class ReportingSmtp(SMTP):
    """aiosmtpd with DSN (RFC 3461) offered, which it does not know: the parameters are noted and taken off."""

    heard: Heard

    async def smtp_MAIL(self, arg: str) -> None:
        self.heard.mails.append(arg)
        if self.heard.hang_up_at == "MAIL":
            self.heard.hang_up_at = ""
            assert self.transport is not None
            self.transport.close()
            return
        await super().smtp_MAIL(_without(arg, "RET=", "ENVID="))

    async def smtp_RCPT(self, arg: str) -> None:
        self.heard.rcpts.append(arg)
        await super().smtp_RCPT(_without(arg, "NOTIFY=", "ORCPT="))


def _without(arg: str, *names: str) -> str:
    return " ".join(word for word in arg.split(" ") if not word.upper().startswith(names))


class Handler:
    """Notes every mail; offers DSN."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        session.host_name = hostname
        self.heard.connections += 1
        return [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.heard.taken.append(envelope.original_content)
        if self.heard.hang_up_at == "DATA":
            self.heard.hang_up_at = ""
            server.transport.close()
        return "250 taken"


class ReportingServer(Controller):
    def factory(self) -> SMTP:
        made = ReportingSmtp(self.handler, **self.SMTP_kwargs)
        made.heard = self.handler.heard
        return made


@pytest.fixture
def heard() -> Iterator[tuple[Heard, Endpoint]]:
    told = Heard()
    [port] = free_ports(1)
    server = ReportingServer(Handler(told), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    server.start()
    yield told, Endpoint("SMTP", "127.0.0.1", port, "none", "me", "", False, 5)
    server.stop()


def letter(number: int = 0, *rcpts: str) -> Letter:
    raw = b"Subject: x\r\n\r\nx\r\n"
    return Letter(f"o{number}+x@shop.test", "shop@shop.test", rcpts or ("ana@example.test",), raw)


def test_many_answers_over_one_connection(heard: tuple[Heard, Endpoint]) -> None:
    told, endpoint = heard
    way = Submission(endpoint, str)
    for number in range(MOST_LETTERS + 1):
        way.send(letter(number))
    way.close()
    way.close()
    assert len(told.taken) == MOST_LETTERS + 1
    assert told.connections == 2, "a connection is used for so many mails and no more"


def test_a_report_of_failure_is_asked_for_where_the_server_knows_how(heard: tuple[Heard, Endpoint]) -> None:
    told, endpoint = heard
    way = Submission(endpoint, str)
    way.send(letter(7, "ana+tag@example.test", "用户@example.test"))
    way.close()
    assert "RET=HDRS" in told.mails[0] and "ENVID=o7+2Bx@shop.test" in told.mails[0]
    assert "SMTPUTF8" in told.mails[0]
    assert "NOTIFY=FAILURE ORCPT=rfc822;ana+2Btag@example.test" in told.rcpts[0]
    assert told.rcpts[1].endswith("<用户@example.test> NOTIFY=FAILURE")


def test_a_kept_connection_that_died_is_replaced(heard: tuple[Heard, Endpoint]) -> None:
    told, endpoint = heard
    way = Submission(endpoint, str)
    way.send(letter(1))
    told.hang_up_at = "MAIL"
    way.send(letter(2))
    way.close()
    assert len(told.taken) == 2 and told.connections == 2


def test_a_kept_connection_that_dies_after_the_content_is_never_tried_again(heard: tuple[Heard, Endpoint]) -> None:
    told, endpoint = heard
    way = Submission(endpoint, str)
    way.send(letter(1))
    told.hang_up_at = "DATA"
    with pytest.raises(Unknown):
        way.send(letter(2))
    way.close()
    assert len(told.taken) == 2, "the second copy would be a doubled answer"


def test_a_new_connection_that_fails_is_not_tried_twice(heard: tuple[Heard, Endpoint]) -> None:
    told, endpoint = heard
    told.hang_up_at = "MAIL"
    with pytest.raises(Retry):
        Submission(endpoint, str).send(letter(1))
    assert told.connections == 1


def test_an_address_the_server_cannot_take_is_named() -> None:
    told = Heard()
    [port] = free_ports(1)
    server = ReportingServer(Handler(told), hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    server.start()
    try:
        way = Submission(Endpoint("SMTP", "127.0.0.1", port, "none", "me", "", False, 5), str)
        with pytest.raises(Permanent, match=re.escape("用户@example.test")):
            way.send(letter(1, "ana@example.test", "用户@example.test"))
    finally:
        server.stop()
    assert told.taken == []


async def test_an_answer_leaves_from_the_alias(dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str) -> None:
    channel = open_channel(settings_for(dovecot, smtp, shop, aliases=("sales@shop.test",), save_sent="never"))
    to = (Address(customer),)
    await channel.perform(Send("o1@shop.test", to, "Hi", 1_795_000_000_000, sender="sales@shop.test"))
    await channel.perform(Send("o2@shop.test", to, "Hi", 1_795_000_000_000))
    assert [each.sender for each in smtp.accepted] == ["sales@shop.test", shop]
    mails = await asyncio.to_thread(dovecot.wait_for_mails, customer, 2)
    assert b"\r\nFrom: sales@shop.test\r\n" in mails[0] + mails[1]
    await channel.close()


def _slow_server(listening: socket.socket, answers_after_s: float, taken: list[int]) -> None:
    """Takes one mail, a little at a time, and thinks before it says so."""
    client, _peer = listening.accept()
    with client, client.makefile("rwb", buffering=0) as lines:
        lines.write(b"220 slow\r\n")
        while not lines.readline().startswith(b"DATA"):
            lines.write(b"250 ok\r\n")
        lines.write(b"354 go on\r\n")
        tail, size = b"", 0
        while not tail.endswith(b"\r\n.\r\n"):
            piece = client.recv(128 * 1024)
            tail, size = (tail + piece)[-5:], size + len(piece)
            time.sleep(0.01)
        time.sleep(answers_after_s)
        taken.append(size)
        lines.write(b"250 taken\r\n")


def test_a_slow_line_and_a_slow_server_are_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longer than the longest silence in all is not given up while it goes on."""
    monkeypatch.setattr("omni_tui.connectors.mail.smtp.PATIENCE", 6 * PATIENCE)
    taken: list[int] = []
    raw = b"Subject: a film\r\n\r\n" + b"x" * 10 * 1024 * 1024
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        endpoint = Endpoint("SMTP", "127.0.0.1", port, "none", "", "", allow_plaintext=False, timeout_s=0.5)
        server = threading.Thread(target=_slow_server, args=(listening, 0.6, taken), daemon=True)
        server.start()
        submission = Submission(endpoint, str)
        began = time.monotonic()
        submission.send(Letter("k", "shop@example.test", ("ana@example.test",), raw))
        assert time.monotonic() - began > 0.5, "quicker than what it is to outlast: nothing was shown"
        submission.close()
        server.join(30)
    assert taken == [len(raw) + 5]


def _server_that_breaks(listening: socket.socket, context: ssl.SSLContext | None, how: str, taken: list[bytes]) -> None:
    """Breaks in the middle of the first mail: an end, a reset or silence; takes the second one."""
    silent = []
    for number in range(2):
        client, _peer = listening.accept()
        if context is not None:
            client = context.wrap_socket(client, server_side=True)
        with client.makefile("rwb", buffering=0) as lines:
            lines.write(b"220 here\r\n")
            while not lines.readline().startswith(b"DATA"):
                lines.write(b"250 ok\r\n")
            lines.write(b"354 go on\r\n")
            content = bytearray()
            while not content.endswith(b"\r\n.\r\n") and (number == 1 or len(content) < 100_000):
                content += client.recv(64 * 1024)
            taken.append(bytes(content))
            if number == 1:
                lines.write(b"250 taken\r\n")
                lines.readline()
        if how == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if how == "silence" and number == 0:
            silent.append(client)
        else:
            client.close()
    for each in silent:
        each.close()


@pytest.mark.parametrize(
    ("how", "tls"), [("end", False), ("end", True), ("reset", False), ("reset", True), ("silence", True)]
)
def test_a_line_that_breaks_before_the_end_of_the_content_is_no_doubt(how: str, tls: bool, tmp_path: Path) -> None:
    """Without its last line no server takes a mail: nobody has to decide about it."""
    taken: list[bytes] = []
    raw = b"Subject: a film\r\n\r\n" + (b"x" * 998 + b"\r\n") * 8 * 1024
    certificate = make_certificate(tmp_path) if tls else None
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        context = certificate.server_context() if certificate else None
        server = threading.Thread(target=_server_that_breaks, args=(listening, context, how, taken), daemon=True)
        server.start()
        ca_file = str(certificate.cert) if certificate else ""
        timeout_s = 1 if how == "silence" else 30
        way = Submission(
            Endpoint("SMTP", "localhost", port, "tls" if tls else "none", "", ca_file, True, timeout_s), str
        )
        film = Letter("k", "shop@example.test", ("ana@example.test",), raw)
        with pytest.raises(Retry):
            way.send(film)
        assert way.send(film).refused == ()
        way.close()
        server.join(30)
    assert 0 < len(taken[0]) < len(raw) and taken[1] == raw + b".\r\n"


def _server_that_says_no(listening: socket.socket, context: ssl.SSLContext | None, words: bytes, times: int) -> None:
    """Says no in the middle of the content, and resets the line with more of it unread."""
    for _time in range(times):
        client, _peer = listening.accept()
        if context is not None:
            client = context.wrap_socket(client, server_side=True)
        with client, client.makefile("rwb", buffering=0) as lines:
            lines.write(b"220 here\r\n")
            while not lines.readline().startswith(b"DATA"):
                lines.write(b"250 ok\r\n")
            lines.write(b"354 go on\r\n")
            client.recv(1000)
            lines.write(words)


_TOO_LARGE = b"552-5.3.4 More than\r\n552 5.3.4 we take\r\n"


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    ("words", "error", "match", "size", "times"),
    [
        (_TOO_LARGE, Permanent, "552 5.3.4 More than 5.3.4 we take", 8_000_000, 1),
        (b"421 4.3.2 full\r\n", Retry, "421 4.3.2 full", 8_000_000, 1),
        # The line breaks before the last piece of the content, before its end, or after it.
        (_TOO_LARGE, Permanent, "552 5.3.4 More than 5.3.4 we take", 60_000, 50),
    ],
)
def test_a_no_in_the_middle_of_the_content_is_an_answer(
    words: bytes, error: type[Exception], match: str, size: int, times: int, tls: bool, tmp_path: Path
) -> None:
    """What a server says before it resets the line is heard, though nothing can be sent any more."""
    certificate = make_certificate(tmp_path) if tls else None
    context = certificate.server_context() if certificate else None
    raw = b"Subject: a film\r\n\r\n" + (b"x" * 998 + b"\r\n") * (size // 1000)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        args = (listening, context, words, times)
        server = threading.Thread(target=_server_that_says_no, args=args, daemon=True)
        server.start()
        ca_file = str(certificate.cert) if certificate else ""
        port = listening.getsockname()[1]
        way = Submission(Endpoint("SMTP", "localhost", port, "tls" if tls else "none", "", ca_file, True, 30), str)
        for _time in range(times):
            with pytest.raises(error, match=match):
                way.send(Letter("k", "shop@example.test", ("ana@example.test",), raw))
        way.close()
        server.join(30)
