"""What servers do against the standard or beside it: numbers that are wrong, drafts, copies, words for no."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from support.dovecot import Dovecot
from support.mail_channel import Taken, open_channel, settings_for, sync
from support.rewriting_proxy import NeteaseProxy, RewritingProxy
from support.smtp import SmtpServer

from omni_tui.connectors.mail.account import MailConnector
from omni_tui.connectors.mail.endpoint import Endpoint
from omni_tui.connectors.mail.errors import folder_error, login_error
from omni_tui.connectors.mail.folder_names import FolderName
from omni_tui.connectors.mail.folders import find_named
from omni_tui.connectors.mail.message import external_id
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.address import Address
from omni_tui.model.commands import Archive, Send
from omni_tui.model.errors import Permanent, Retry
from omni_tui.model.events import LEFT, Received
from omni_tui.text.mail.model import MAX_BYTES

HANG_S = 30
ENDPOINT = Endpoint("IMAP", "imap.gmail.com", 993, "tls", "shop@gmail.com", "", False, 30)


def mail(number: int | str) -> bytes:
    head = (
        f"From: ana@example.test\r\nTo: team@shop.test\r\nSubject: mail {number}\r\nMessage-ID: <m{number}@x.test>\r\n"
    )
    return f"{head}\r\nhello\r\n".encode()


def through(proxy: RewritingProxy, dovecot: Dovecot, user: str, **changes: Any) -> MailSettings:
    plain = {"imap_host": "127.0.0.1", "imap_port": proxy.port, "imap_tls": "none"}
    return settings_for(dovecot, None, user, **(plain | changes))


async def test_new_mail_is_seen_where_the_server_promises_higher_numbers(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail(1), mail(2)])
    with RewritingProxy(dovecot.imap_port, said={b"UIDNEXT 3]": b"UIDNEXT 9]"}) as proxy:
        channel = open_channel(through(proxy, dovecot, shop))
        taken = await sync(channel)
        await asyncio.to_thread(dovecot.deliver, shop, mail(3))
        await sync(channel, taken=taken)
        await channel.close()
    assert sorted(each.subject for each in taken.messages) == ["mail 1", "mail 2", "mail 3"]
    assert not taken.batches[-1].history


async def test_a_server_that_promises_lower_numbers_is_not_read_from_the_start_again(
    dovecot: Dovecot, shop: str
) -> None:
    dovecot.load_maildir(shop, [mail(1), mail(2), mail(3)])
    taken = Taken()
    with RewritingProxy(dovecot.imap_port, said={b"UIDNEXT 4]": b"UIDNEXT 1]"}) as proxy:
        for _restart in range(3):
            channel = open_channel(through(proxy, dovecot, shop))
            await sync(channel, taken=taken)
            await channel.close()
    assert len(taken.messages) == 3


async def test_a_mail_nested_without_end_holds_nothing_up(dovecot: Dovecot, shop: str) -> None:
    """Dovecot names a hundred levels at most; a server that names them all must not stop what lies behind."""
    name, deep = b'"' + b"A" * 2998 + b'"', b"(" * 1500 + b")" * 1500
    head = mail("large").replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain; name=" + name + b"\r\n\r\n", 1)
    dovecot.load_maildir(shop, [mail(1), head + b"0123456789\r\n" * 100_000, mail(2)])
    with RewritingProxy(dovecot.imap_port, said={name: deep}) as proxy:
        channel = open_channel(through(proxy, dovecot, shop, whole_mb=1))
        taken = await sync(channel)
        await channel.close()
    assert sorted(each.subject for each in taken.messages) == ["mail 1", "mail 2", "mail large"]
    [large] = [each for each in taken.messages if each.subject == "mail large"]
    assert not large.attachments and "this is its beginning" in large.unreadable


async def test_drafts_are_nobodys_mail_yet(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail("sent")], folder="Sent", flags="S")
    dovecot.load_maildir(shop, [mail("unfinished")], folder="Sent", flags="D")
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel, "Sent")
    held = await channel.inventory("Sent", taken.cursor)
    await channel.close()
    assert [each.subject for each in taken.messages] == ["mail sent"]
    assert held.locators == tuple(each.locator for each in taken.messages), "nothing is missing"


async def test_what_somebody_threw_away_waits_for_nobody(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail("there")])
    dovecot.load_maildir(shop, [mail("thrown away")], flags="T")
    channel = open_channel(settings_for(dovecot, None, shop))
    taken = await sync(channel)
    seen = await channel.preview(14)
    await channel.close()
    events = [each for batch in taken.batches for each in batch.events if isinstance(each, Received)]
    assert {each.message.subject: each.answered for each in events} == {"mail there": False, "mail thrown away": True}
    assert seen.open == 1


async def test_of_a_mail_too_large_the_text_is_read(dovecot: Dovecot, shop: str) -> None:
    head = b"From: ana@example.test\r\nTo: team@shop.test\r\nSubject: video\r\nMessage-ID: <big@x.test>\r\n"
    parts = (
        (b"Content-Type: text/plain; charset=utf-8\r\n\r\nIt does not turn on, see the video."),
        (b'Content-Type: image/png; name="bill.png"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8='),
        (b'Content-Type: video/mp4; name="clip.mp4"\r\nContent-Transfer-Encoding: base64\r\n\r\n'),
    )
    raw = head + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    raw += b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    raw += (b"QUJD" * 19 + b"\r\n") * (MAX_BYTES // 78 + 1) + b"--b--\r\n"
    dovecot.load_maildir(shop, [raw])
    channel = open_channel(settings_for(dovecot, None, shop))
    (message,) = (await sync(channel)).messages
    await channel.close()
    assert message.text.strip() == "It does not turn on, see the video."
    assert [(each.name, each.part.startswith(LEFT)) for each in message.attachments] == [
        ("bill.png", False),
        ("clip.mp4", True),
    ]
    assert "25 MB" in message.unreadable and "1 file was left" in message.unreadable
    assert message.external_id == external_id(raw[: raw.index(b"\r\n\r\n") + 4], "big@x.test")


async def test_what_a_provider_renamed_is_known_by_both_names(dovecot: Dovecot, shop: str) -> None:
    renamed = b"X-Microsoft-Original-Message-ID:\r\n <made.here@shop.test>\r\n" + mail("ours")
    dovecot.load_maildir(shop, [renamed], folder="Sent", flags="S")
    dovecot.load_maildir(shop, [renamed])
    channel = open_channel(settings_for(dovecot, None, shop))
    (sent,) = (await sync(channel, "Sent")).messages
    (received,) = (await sync(channel)).messages
    await channel.close()
    assert (sent.key, sent.other_keys) == ("made.here@shop.test", ("mours@x.test",))
    assert (received.key, received.other_keys) == ("mours@x.test", ()), "anybody can write such a header"


async def test_no_second_copy_where_the_server_made_one(
    dovecot: Dovecot, shop: str, smtp: SmtpServer, customer: str
) -> None:
    channel = open_channel(settings_for(dovecot, smtp, shop))
    send = Send("one@shop.test", (Address(customer),), "Gladly.", 0, subject="Hello")
    await _sent(channel, send)
    (copy,) = dovecot.mails(shop, "Sent")
    await _sent(channel, send)
    taken = await sync(channel, "Sent")
    # As a provider does, while the folder is open here.
    dovecot.load_maildir(shop, [mail("two")], folder="Sent", flags="S")
    await _sent(channel, replace(send, key="mtwo@x.test"))
    await sync(channel, "Sent", taken)
    await channel.close()
    assert len(dovecot.mails(shop, "Sent")) == 2 and copy in dovecot.mails(shop, "Sent")
    assert len(taken.messages) == 2


async def _sent(channel: MailConnector, send: Send) -> None:
    await channel.perform(send)
    if channel._copies:
        await asyncio.wait(channel._copies, timeout=HANG_S)


async def test_a_name_that_is_written_wrong_spoils_no_list(dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [mail("sent")], folder="Sent", flags="S")
    with dovecot.client(shop) as client:
        client.create_folder("R&D")
    with RewritingProxy(dovecot.imap_port, said={b"R&-D": b"RA&D"}) as proxy:
        channel = open_channel(through(proxy, dovecot, shop, folders=("RA&D",)))
        taken = await sync(channel, "Sent")
        with pytest.raises(Permanent, match="RA&D"):
            await channel.poll("folder:RA&D", None, 0)
        await channel.close()
    assert [each.subject for each in taken.messages] == ["mail sent"]


async def test_a_server_that_wants_to_know_which_program_it_is(
    dovecot: Dovecot, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.load_maildir(shop, [mail(1), mail(2)])
    with NeteaseProxy(dovecot.imap_port) as proxy:
        settings = through(proxy, dovecot, shop, archive_folder="Archive")
        channel = open_channel(settings)
        taken = await sync(channel)
        await channel.perform(Archive("INBOX", (taken.messages[0].locator,)))
        await asyncio.to_thread(dovecot.deliver, shop, mail(3))
        await sync(channel, taken=taken)
        await channel.close()
        assert {each.subject for each in taken.messages} == {"mail 1", "mail 2", "mail 3"}
        assert proxy.refused == 0 and b"IDLE" not in proxy.asked and b"MOVE" not in proxy.asked
        assert len(dovecot.mails(shop, "Archive")) == 1 and len(dovecot.mails(shop)) == 2
        monkeypatch.setattr("omni_tui.connectors.mail.login._tell_who", lambda _client: None)
        silent = open_channel(settings)
        with pytest.raises(Permanent, match="Unsafe Login") as told:
            await silent.poll("INBOX", None, 0)
        await silent.close()
    assert "does not trust" in told.value.hint


def test_names_below_the_inbox_may_be_written_without_it() -> None:
    listed = [FolderName(name, frozenset(), ".") for name in ("INBOX", "INBOX.Archive", "INBOX.Sent", "Sent")]
    assert find_named(listed, "Archive") == "INBOX.Archive"
    assert find_named(listed, "Sent") == "Sent"
    assert find_named(listed, "Nowhere") is None


async def test_what_put_away_would_miss_is_told(dovecot: Dovecot, smtp: SmtpServer, shop: str) -> None:
    channel = open_channel(settings_for(dovecot, smtp, shop, archive_folder="Done"))
    checks = {check.name: check for check in await channel.check()}
    await channel.close()
    assert "Done" in checks["Archive folder"].error and "Archive" in checks["Archive folder"].hint


@pytest.mark.parametrize(
    "words",
    [
        "[ALERT] Too many simultaneous connections. (Failure)",
        "[UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        "[THROTTLED] Account exceeded command or bandwidth limits. (Failure)",
        "[LIMIT] LOGIN Rate limit hit.",
        "Temporary authentication failure.",
    ],
)
def test_a_login_that_may_work_later_is_tried_again(words: str) -> None:
    error = login_error(ENDPOINT, words.encode())
    assert isinstance(error, Retry) and "app password" not in error.hint
    assert ("folders" in error.hint) == ("onnections" in words)


@pytest.mark.parametrize(
    "words",
    [
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or"
        " system is busy.",
    ],
)
def test_a_login_that_will_not_work_is_not(words: str) -> None:
    assert isinstance(login_error(ENDPOINT, words.encode()), Permanent)


def test_a_mailbox_that_may_not_send() -> None:
    words = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
    error = login_error(Endpoint("SMTP", "smtp.office365.com", 587, "starttls", "me@shop.test", "", False, 30), words)
    assert isinstance(error, Permanent) and "Authenticated SMTP" in error.hint and "oauth" not in error.hint


@pytest.mark.parametrize(
    ("words", "kind", "hint"),
    [
        ("EXAMINE Unsafe Login. Please contact kefu@188.com for help", Permanent, "does not trust"),
        ("User is authenticated but not connected.", Retry, "IMAP allowed"),
        ("[NONEXISTENT] Unknown Mailbox: Inbux (Failure)", Permanent, "inbox_folder"),
    ],
)
def test_why_a_folder_does_not_open(words: str, kind: type[Exception], hint: str) -> None:
    error = folder_error(ENDPOINT, "INBOX", words)
    assert isinstance(error, kind) and hint in error.hint and words in error.message
