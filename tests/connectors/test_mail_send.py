"""Answers leave over a real submission server and arrive threaded in the customer's mailbox, exactly once."""

from __future__ import annotations

import asyncio
import email
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from support.certs import Certificate, make_certificate
from support.dovecot import Dovecot
from support.mail_channel import open_channel, settings_for, sync
from support.smtp import SmtpServer

from omni_tui.connectors.mail.account import MailConnector
from omni_tui.connectors.mail.message import external_id
from omni_tui.model.address import Address
from omni_tui.model.commands import MarkRead, Send
from omni_tui.model.errors import Permanent, Retry, Unknown


def answer(to: str, key: str = "o1.abc@shop.test", **changes: object) -> Send:
    values: dict[str, object] = {
        "key": key,
        "to": (Address(to, "Ana"),),
        "text": "It left today.",
        "created_at": 1_795_000_000_000,
        "subject": "Where is my order?",
        "ref": 1042,
        "reply_keys": ("first@example.test", "second@example.test"),
    }
    return Send(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def channel(dovecot: Dovecot, smtp: SmtpServer, shop: str) -> MailConnector:
    return open_channel(settings_for(dovecot, smtp, shop, name="Shop", timeout_s=5))


async def test_an_answer_arrives_threaded_and_a_copy_lies_in_sent(
    channel: MailConnector, dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str
) -> None:
    receipt = await channel.perform(answer(customer))
    [raw] = dovecot.wait_for_mails(customer, 1)
    got = email.message_from_bytes(raw)
    assert got["Message-ID"] == "<o1.abc@shop.test>" and got["In-Reply-To"] == "<second@example.test>"
    assert got["References"].split() == ["<first@example.test>", "<second@example.test>"]
    assert got["Subject"] == "Re: Where is my order? [#1042]" and got["From"] == f"Shop <{shop}>"
    assert got.get_payload(decode=True) == b"It left today.\r\n"
    assert smtp.accepted[0].sender == shop and smtp.accepted[0].rcpts == (customer,)
    [copy] = await asyncio.to_thread(dovecot.wait_for_mails, shop, 1, "Sent")
    assert receipt.external_id == external_id(copy, "o1.abc@shop.test")
    [seen] = (await sync(channel, "Sent")).messages
    assert seen.external_id == receipt.external_id and seen.key == "o1.abc@shop.test"
    await channel.close()


async def test_no_copy_where_none_is_wanted_and_its_failure_is_none_of_the_answers(
    dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str, caplog: pytest.LogCaptureFixture
) -> None:
    silent = open_channel(settings_for(dovecot, smtp, shop, save_sent="never"))
    await silent.perform(answer(customer))
    await silent.close()
    assert dovecot.mails(shop, "Sent") == []
    broken = open_channel(settings_for(dovecot, smtp, shop, imap_port=9))
    with caplog.at_level(logging.WARNING):
        await broken.perform(answer(customer, "o2@shop.test"))
        await broken.close()
    assert "copy for the Sent folder failed" in caplog.text
    assert len(dovecot.wait_for_mails(customer, 2)) == 2


async def test_a_refused_recipient_is_permanent_in_the_servers_words(
    channel: MailConnector, smtp: SmtpServer, customer: str
) -> None:
    smtp.refuse(customer, 550, "5.1.1 nobody of that name")
    with pytest.raises(Permanent, match=r"nobody of that name"):
        await channel.perform(answer(customer))
    smtp.behave()
    smtp.refuse(customer, 450, "4.2.0 greylisted")
    with pytest.raises(Retry, match="greylisted"):
        await channel.perform(answer(customer))
    assert smtp.accepted == []
    await channel.close()


async def test_some_recipients_refused(channel: MailConnector, smtp: SmtpServer, customer: str) -> None:
    smtp.refuse("gone@example.test", 550, "5.1.1 gone")
    receipt = await channel.perform(answer(customer, cc=(Address("gone@example.test"),)))
    assert [(each.address, each.reason) for each in receipt.refused] == [("gone@example.test", "550 5.1.1 gone")]
    assert smtp.accepted[0].rcpts == (customer,)
    await channel.close()


async def test_a_copy_refused_for_now_is_tried_again_alone(dovecot: Dovecot, shop: str, tmp_path: Path) -> None:
    boss, gone = "boss@example.test", "Gone@example.test"
    with SmtpServer(lambda *_mail: None, make_certificate(tmp_path), tls="none", auth=False) as smtp:
        channel = open_channel(settings_for(dovecot, smtp, shop, smtp_tls="none"))
        smtp.refuse(boss, 450, "4.2.0 greylisted")
        smtp.refuse(gone, 550, "5.1.1 gone")
        command = answer("ana@example.test", cc=(Address(boss), Address(gone)))
        receipt = await channel.perform(command)
        assert [each.address for each in receipt.refused] == [gone]
        assert [(each.address, each.reason) for each in receipt.deferred] == [(boss, "450 4.2.0 greylisted")]
        left = replace(command, only=(boss,))
        with pytest.raises(Retry, match="greylisted"):
            await channel.perform(left)
        smtp.refuse(boss, 550, "5.2.1 closed")
        with pytest.raises(Permanent, match="closed"):
            await channel.perform(left)
        smtp.behave()
        assert await channel.perform(left) == replace(receipt, refused=(), deferred=())
        await channel.close()
        assert [mail.rcpts for mail in smtp.accepted] == [("ana@example.test",), (boss,)]
        assert smtp.accepted[0].raw == smtp.accepted[1].raw
    assert len(dovecot.mails(shop, "Sent")) == 1


async def test_copies_alone_do_not_go(channel: MailConnector, smtp: SmtpServer, customer: str) -> None:
    """Whom it is meant for was refused: it failed, or waits, as if nobody else were named."""
    smtp.refuse(customer, 550, "5.1.1 nobody of that name")
    copied = answer(customer, cc=(Address("boss@example.test"),))
    with pytest.raises(Permanent, match=r"nobody of that name"):
        await channel.perform(copied)
    smtp.behave()
    smtp.refuse(customer, 451, "4.7.1 greylisted")
    with pytest.raises(Retry, match="greylisted"):
        await channel.perform(copied)
    assert smtp.accepted == []
    await channel.close()


async def test_the_answer_after_the_content_is_lost(
    channel: MailConnector, dovecot: Dovecot, smtp: SmtpServer, customer: str
) -> None:
    smtp.drop_after_data()
    with pytest.raises(Unknown, match="answer did not come"):
        await channel.perform(answer(customer))
    assert len(dovecot.wait_for_mails(customer, 1)) == 1
    await channel.close()


async def test_silence_after_the_content(
    dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omni_tui.connectors.mail.smtp.PATIENCE", 1)
    channel = open_channel(settings_for(dovecot, smtp, shop, timeout_s=1))
    smtp.stall()
    with pytest.raises(Unknown):
        await channel.perform(answer(customer))
    await channel.close()


async def test_before_the_content_everything_can_be_tried_again(
    channel: MailConnector, smtp: SmtpServer, customer: str
) -> None:
    smtp.drop_before_data()
    with pytest.raises(Retry):
        await channel.perform(answer(customer))
    smtp.answer_data("451 4.3.0 try later", "554 5.7.1 looks like spam")
    with pytest.raises(Retry, match="try later"):
        await channel.perform(answer(customer))
    with pytest.raises(Permanent, match="looks like spam"):
        await channel.perform(answer(customer))
    assert smtp.accepted == []
    await channel.perform(answer(customer))
    assert len(smtp.accepted) == 1
    await channel.close()


async def test_server_away_wrong_password_no_starttls(
    dovecot: Dovecot, smtp: SmtpServer, shop: str, customer: str, tmp_path: Path
) -> None:
    away = open_channel(settings_for(dovecot, smtp, shop, smtp_port=9))
    with pytest.raises(Retry, match="SMTP server localhost:9 refused the connection"):
        await away.perform(answer(customer))
    wrong = open_channel(settings_for(dovecot, smtp, shop), secret=lambda: "hunter2-canary")
    with pytest.raises(Permanent, match="refused the login") as caught:
        await wrong.perform(answer(customer))
    assert "hunter2-canary" not in caught.value.message
    with SmtpServer(lambda *_mail: None, make_certificate(tmp_path), tls="none", auth=False) as plain:
        bare = open_channel(settings_for(dovecot, plain, shop))
        with pytest.raises(Permanent, match="offers no STARTTLS"):
            await bare.perform(answer(customer))
        relay = open_channel(settings_for(dovecot, plain, shop, smtp_tls="none", save_sent="never"))
        await relay.perform(answer(customer))
        assert len(plain.accepted) == 1
    for channel in (away, wrong, bare, relay):
        await channel.close()


async def test_tls_from_the_start_and_a_size_limit(dovecot: Dovecot, shop: str, customer: str) -> None:
    certificate = Certificate(dovecot.cert, dovecot.dir / "key.pem")
    with SmtpServer(
        lambda *_mail: None, certificate, {shop: "pässwörd"}, tls="tls", auth=True, size_limit=10_000
    ) as server:
        settings = settings_for(dovecot, server, shop, smtp_tls="tls", save_sent="never")
        channel = open_channel(settings, secret=lambda: "pässwörd")
        await channel.perform(answer(customer))
        with pytest.raises(Permanent, match="more than the 9 kB"):
            await channel.perform(answer(customer, text="x" * 20_000))
        assert len(server.accepted) == 1
        await channel.close()


async def test_dots_and_odd_text_arrive_as_written(channel: MailConnector, dovecot: Dovecot, customer: str) -> None:
    text = ".\n..two\nFrom here\n" + "long " * 400 + "\nüöä 订单在哪里 🎁\n" + "x" * 3000
    await channel.perform(answer(customer, text=text))
    [raw] = dovecot.wait_for_mails(customer, 1)
    payload = email.message_from_bytes(raw).get_payload(decode=True)
    assert isinstance(payload, bytes) and payload.decode().replace("\r\n", "\n") == text + "\n"
    await channel.close()


async def test_mark_read_marks_that_mail_alone(channel: MailConnector, dovecot: Dovecot, shop: str) -> None:
    dovecot.load_maildir(shop, [b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n"])
    taken = await sync(channel)
    one = next(m for m in taken.messages if m.subject == "one")
    await channel.perform(MarkRead("INBOX", one.locator))
    await channel.perform(MarkRead("INBOX", "1/" + one.locator.partition("/")[2]))
    with dovecot.client(shop) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(["SEEN"]) == [int(one.locator.partition("/")[2])]
    dovecot.deliver(shop, b"Subject: three\r\n\r\n3\r\n")
    assert [m.subject for m in (await sync(channel, taken=taken)).messages][-1] == "three"
    await channel.close()
