"""What goes wrong between us and a server is one sentence with a way out, and the channel goes on afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.certs import make_certificate
from support.dovecot import Dovecot
from support.mail_channel import open_channel, settings_for, sync
from support.pymap_server import PymapServer
from support.rewriting_proxy import RewritingProxy
from support.servers import PYMAP_USER
from support.smtp import SmtpServer

from omni_tui.connectors.base import Check
from omni_tui.connectors.mail.poll import Limits
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.errors import ChannelError, Permanent, Retry

PASSWORD = "hunter2-canary"


def mail(number: int) -> bytes:
    head = f"From: ana@example.test\r\nSubject: mail {number}\r\nMessage-ID: <m{number}@example.test>\r\n"
    return f"{head}\r\nhi\r\n".encode()


async def failure(settings: MailSettings, secret: str = "secret") -> ChannelError:
    channel = open_channel(settings, secret=lambda: secret)
    try:
        with pytest.raises(ChannelError) as caught:
            await channel.poll("INBOX", None, 0)
    finally:
        await channel.close()
    assert "\n" not in caught.value.message and secret not in caught.value.message + caught.value.hint
    return caught.value


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def test_unplugged_in_the_middle_then_plugged_in_again(own_dovecot: Dovecot) -> None:
    own_dovecot.add_user("box@shop.test")
    own_dovecot.load_maildir("box@shop.test", (mail(number) for number in range(50)))
    channel = open_channel(settings_for(own_dovecot, None, "box@shop.test"), Limits(first=5, mails=10))
    taken = await sync(channel)
    own_dovecot.load_maildir("box@shop.test", (mail(number) for number in range(50, 60)))
    waiting = asyncio.create_task(channel.poll("INBOX", taken.cursor, 0))
    await waiting
    taken.take(waiting.result())
    own_dovecot.kill()
    with pytest.raises(Retry, match="refused the connection"):
        await channel.poll("INBOX", taken.cursor, 0)
    own_dovecot.start()
    own_dovecot.deliver("box@shop.test", mail(60))
    await sync(channel, taken=taken)
    assert sorted(m.subject for m in taken.messages) == sorted(f"mail {number}" for number in range(61))
    await channel.close()


@pytest.mark.parametrize("times", [1, 1_000_000], ids=["once", "always"])
async def test_a_listing_with_a_hole_is_asked_for_again(dovecot: Dovecot, shop: str, times: int) -> None:
    """What a listing does not show would be missing for good; what a server never shows must not block the rest."""
    dovecot.load_maildir(shop, (mail(number) for number in range(1, 21)))
    words = b"\r\n* 5 FETCH (UID 5 FLAGS"
    with RewritingProxy(dovecot.imap_port, said={words: b"x" * len(words)}, times=times) as proxy:
        changes = {"imap_host": "127.0.0.1", "imap_port": proxy.port, "imap_tls": "none"}
        channel = open_channel(settings_for(dovecot, None, shop, **changes), Limits(first=5, mails=10))
        taken = await sync(channel)
        await channel.close()
    assert proxy.asked.count(b"RFC822.SIZE") > 1
    shown = {f"mail {number}" for number in range(1, 21)} - ({"mail 5"} if times > 1 else set())
    assert {message.subject for message in taken.messages} == shown


async def test_a_connection_dead_since_the_last_poll_is_not_worth_a_complaint(own_dovecot: Dovecot) -> None:
    own_dovecot.add_user("box@shop.test")
    channel = open_channel(settings_for(own_dovecot, None, "box@shop.test"))
    taken = await sync(channel)
    own_dovecot.kill()
    own_dovecot.start()
    own_dovecot.deliver("box@shop.test", mail(1))
    assert [m.subject for m in (await sync(channel, taken=taken)).messages] == ["mail 1"]
    await channel.close()


async def test_unplugged_while_it_waits(own_dovecot: Dovecot) -> None:
    own_dovecot.add_user("box@shop.test")
    channel = open_channel(settings_for(own_dovecot, None, "box@shop.test"))
    taken = await sync(channel)
    waiting = asyncio.create_task(channel.poll("INBOX", taken.cursor, 20))
    own_dovecot.kill()
    with pytest.raises(Retry):
        await asyncio.wait_for(waiting, 30)
    await channel.close()


async def test_wrong_password(dovecot: Dovecot, shop: str) -> None:
    error = await failure(settings_for(dovecot, None, shop), PASSWORD)
    assert isinstance(error, Permanent)
    assert f"refused the login of {shop}: [AUTHENTICATIONFAILED]" in error.message and "app password" in error.hint


@pytest.fixture
def tired_port() -> Iterator[int]:
    """An IMAP server that knows everybody and lets nobody in for the moment."""

    answers = {b"CAPABILITY": b"OK done", b"LOGIN": b"NO [UNAVAILABLE] Busy, come back later", b"LOGOUT": b"OK done"}

    def serve(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = server.accept()
                with client, client.makefile("rwb", buffering=0) as stream:
                    stream.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                    for line in stream:
                        tag, command, *_rest = line.split()
                        if command == b"CAPABILITY":
                            stream.write(b"* CAPABILITY IMAP4rev1\r\n")
                        stream.write(tag + b" " + answers[command] + b"\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


async def test_a_server_too_busy_for_a_login_is_tried_again(dovecot: Dovecot, shop: str, tired_port: int) -> None:
    changes = {"imap_host": "127.0.0.1", "imap_port": tired_port, "imap_tls": "none"}
    error = await failure(settings_for(dovecot, None, shop, **changes))
    assert isinstance(error, Retry)
    assert error.message.endswith("[UNAVAILABLE] Busy, come back later")


async def test_password_of_any_letters(dovecot: Dovecot) -> None:
    for number, password in enumerate(['a b"c\\d', "пароль-密码-ü"]):
        address = f"odd{number}@shop.test"
        dovecot.add_user(address, password)
        channel = open_channel(settings_for(dovecot, None, address), secret=lambda password=password: password)
        assert (await channel.poll("INBOX", None, 0)).events == ()
        await channel.close()


async def test_refused_connection(dovecot: Dovecot, shop: str) -> None:
    error = await failure(settings_for(dovecot, None, shop, imap_port=9))
    assert isinstance(error, Retry) and error.message == "IMAP server localhost:9 refused the connection"


async def test_unknown_host(dovecot: Dovecot, shop: str) -> None:
    error = await failure(settings_for(dovecot, None, shop, imap_host="imap.invalid"))
    assert isinstance(error, Retry) and "imap.invalid" in error.message and error.hint
    assert isinstance(await failure(settings_for(dovecot, None, shop, imap_host="a..b" * 30)), ChannelError)


async def test_silence(dovecot: Dovecot, shop: str, silent_port: int) -> None:
    error = await failure(settings_for(dovecot, None, shop, imap_port=silent_port, timeout_s=1))
    assert isinstance(error, Retry) and "did not answer within 1 s" in error.message


async def test_self_signed_certificate_names_the_way_out(dovecot: Dovecot, shop: str) -> None:
    error = await failure(settings_for(dovecot, None, shop, ca_file=""))
    assert isinstance(error, Permanent) and "self-signed" in error.message and "ca_file" in error.hint


@pytest.mark.parametrize(
    ("name", "expired", "words"),
    [("other.test", False, "another name than localhost"), ("localhost", True, "it has expired")],
)
async def test_certificate_of_another_name_or_time(
    dovecot: Dovecot, shop: str, tmp_path: Path, name: str, expired: bool, words: str
) -> None:
    certificate = make_certificate(tmp_path, name, expired=expired)
    with SmtpServer(lambda *_mail: None, certificate, tls="tls") as server:
        settings = settings_for(dovecot, server, shop, smtp_tls="tls", ca_file=str(certificate.cert))
        assert (
            words
            in (
                await failure(settings_for(dovecot, None, shop, imap_port=server.port, ca_file=settings.ca_file))
            ).message
        )
        channel = open_channel(settings)
        checks = {check.name: check for check in await channel.check()}
        await channel.close()
    assert words in checks["SMTP connection"].error and "SMTP login" not in checks


async def test_unusable_ca_file(dovecot: Dovecot, shop: str, tmp_path: Path) -> None:
    assert "ca_file" in (await failure(settings_for(dovecot, None, shop, ca_file=str(tmp_path / "none.pem")))).message
    (tmp_path / "junk.pem").write_text("no certificate")
    assert "ca_file" in (await failure(settings_for(dovecot, None, shop, ca_file=str(tmp_path / "junk.pem")))).message


async def test_no_encryption_offered_or_wanted(dovecot: Dovecot, shop: str, pymap_server: PymapServer) -> None:
    settings = settings_for(
        dovecot, None, PYMAP_USER, imap_host="127.0.0.1", imap_port=pymap_server.imap_port, imap_tls="starttls"
    )
    error = await failure(settings)
    assert isinstance(error, Permanent) and "offers no STARTTLS" in error.message
    error = await failure(settings_for(dovecot, None, shop, imap_host="mail.example.test", imap_tls="none"))
    assert isinstance(error, Permanent) and "unencrypted" in error.message and "imap_tls" in error.hint


async def test_tls_against_a_plain_port(dovecot: Dovecot, shop: str) -> None:
    error = await failure(settings_for(dovecot, None, shop, imap_port=dovecot.imap_port))
    assert isinstance(error, Permanent) and "does not speak TLS" in error.message


async def test_starttls_works(dovecot: Dovecot, shop: str) -> None:
    channel = open_channel(settings_for(dovecot, None, shop, imap_port=dovecot.imap_port, imap_tls="starttls"))
    assert (await channel.poll("INBOX", None, 0)).events == ()
    await channel.close()


async def test_missing_folders(dovecot: Dovecot, shop: str) -> None:
    error = await failure(settings_for(dovecot, None, shop, inbox_folder="Nowhere"))
    assert isinstance(error, Permanent) and "Nowhere" in error.message
    channel = open_channel(settings_for(dovecot, None, shop, sent_folder="Nowhere"))
    with pytest.raises(Permanent, match="Nowhere"):
        await channel.poll("Sent", None, 0)
    await channel.close()


async def test_check_tells_each_part(dovecot: Dovecot, shop: str, smtp: SmtpServer) -> None:
    async def checks(password: str = "secret", **changes: object) -> dict[str, Check]:
        channel = open_channel(settings_for(dovecot, smtp, shop, **changes), secret=lambda: password)
        found = await channel.check()
        await channel.close()
        return {check.name: check for check in found}

    fine = await checks()
    assert list(fine) == [
        "IMAP connection",
        "IMAP login",
        "IMAP server can",
        "Inbox folder",
        "Sent folder",
        "SMTP connection",
        "SMTP login",
    ]
    assert not any(check.error for check in fine.values()) and fine["Sent folder"].detail == "Sent"
    assert fine["IMAP server can"].detail == "IDLE, CONDSTORE, QRESYNC, MOVE, UIDPLUS, SPECIAL-USE"
    wrong = await checks(PASSWORD)
    assert [name for name, check in wrong.items() if check.error] == ["IMAP login", "SMTP login"]
    assert not any(PASSWORD in check.error + check.hint + check.detail for check in wrong.values())
    assert "refused the connection" in (await checks(smtp_port=9))["SMTP connection"].error


async def test_a_password_with_a_line_break_is_not_sent(dovecot: Dovecot, shop: str) -> None:
    error = await failure(settings_for(dovecot, None, shop), "secret\r\nA1 NOOP")
    assert isinstance(error, Permanent) and "line break" in error.message


async def test_a_closed_channel_says_so(dovecot: Dovecot, shop: str) -> None:
    channel = open_channel(settings_for(dovecot, None, shop))
    await channel.poll("INBOX", None, 0)
    await channel.close()
    await channel.close()
    with pytest.raises(Retry, match="closed"):
        await channel.poll("INBOX", None, 0)


async def test_close_does_not_wait_for_a_server_that_hangs(dovecot: Dovecot, shop: str, silent_port: int) -> None:
    channel = open_channel(settings_for(dovecot, None, shop, imap_port=silent_port, timeout_s=60))
    waiting = asyncio.create_task(channel.poll("INBOX", None, 0))
    await asyncio.sleep(0)
    await asyncio.wait_for(channel.close(), 30)
    assert not waiting.done()
    waiting.cancel()
