"""Delivery reports fail the message they name, and nothing else; robots reopen nothing."""

from __future__ import annotations

import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import Shop

from omni_tui.connectors.mail.message import read_mail
from omni_tui.connectors.mail.parse_wire import RawMail, message_of, message_values, pack, unpack
from omni_tui.desk import ingest, outbox, replies, thread, triage
from omni_tui.model.address import Address
from omni_tui.model.commands import Receipt
from omni_tui.model.enums import OutboxState
from omni_tui.model.events import Batch, Bounced, Received, RemoteMessage, Report, Reported

LENA = Address("lena@post.example", "Lena")
DAEMON = Address("MAILER-DAEMON@mx.post.example", "Mail Delivery System")


def sent_reply(shop: Shop, body: str = "Here you are", **more: object) -> tuple[str, str]:
    """A reply to Lena that the server took: its outbox id, and the Message-ID it left under."""
    if not shop.rows():
        shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, body, **more)  # type: ignore[arg-type]
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None and claimed.outbox_id == queued.outbox_id
    outbox.sent(shop.store, shop.epoch, queued.outbox_id, Receipt())
    return queued.outbox_id, claimed.command.key


def report(shop: Shop, key: str, *said: Reported, **fields: object) -> RemoteMessage:
    return shop.mail(DAEMON, "Sorry", subject="Undelivered", automatic=True, report=Report(key, said), **fields)


def refused(address: str = LENA.address) -> Reported:
    return Reported(address, "failed", "550 5.1.1 no such user")


def state(shop: Shop, outbox_id: str) -> tuple[OutboxState, str]:
    row = replies.outbox_state(shop.store, outbox_id)
    return row.state, row.error


def test_a_bounce_fails_the_reply_it_names_in_the_servers_words(shop: Shop) -> None:
    outbox_id, key = sent_reply(shop)
    triage.resolve(shop.store, shop.agent, [shop.one().id])
    shop.take(Received(report(shop, key, refused())))
    assert state(shop, outbox_id)[0] is OutboxState.FAILED
    assert "550 5.1.1 no such user" in state(shop, outbox_id)[1]
    row = shop.one()  # no conversation of its own
    assert (row.status, row.unread) == ("resolved", True), "it was reopened by a robot, or nobody sees it"
    assert [each.id for each in shop.rows("is:failed")] == [row.id]
    opened = thread.open_thread(shop.store, shop.agent, row.id)
    assert "550 5.1.1 no such user" in opened.messages[-1].notice
    assert [party.address for party in opened.reply_to] == [LENA.address], "the robot would be answered"


def test_the_customer_waits_again_when_the_answer_came_back(shop: Shop) -> None:
    _outbox_id, key = sent_reply(shop)
    assert shop.one().waiting_since is None
    shop.take(Received(report(shop, key, refused())))
    assert shop.one().waiting_since is not None


def test_a_delay_is_noted_only(shop: Shop) -> None:
    outbox_id, key = sent_reply(shop)
    shop.take(Received(report(shop, key, Reported(LENA.address, "delayed", "4.4.1"))))
    assert state(shop, outbox_id) == (OutboxState.SENT, "")
    assert not shop.one().unread
    assert "still trying" in thread.open_thread(shop.store, shop.agent, shop.one().id).messages[-1].notice


def test_a_bounced_copy_leaves_the_reply_sent_and_says_so(shop: Shop) -> None:
    outbox_id, key = sent_reply(shop, cc=["boss@shop.example"])
    shop.take(Received(report(shop, key, refused("boss@shop.example"))))
    found, words = state(shop, outbox_id)
    assert found is OutboxState.SENT and "boss@shop.example" in words


def test_a_bounce_settles_what_was_uncertain(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.uncertain(shop.store, shop.epoch, queued.outbox_id, "no answer")
    shop.take(Received(report(shop, claimed.command.key, refused())))
    assert state(shop, queued.outbox_id)[0] is OutboxState.FAILED


def test_a_bounce_that_overtakes_the_servers_answer_stays(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    shop.take(Received(report(shop, claimed.command.key, refused())))
    outbox.sent(shop.store, shop.epoch, queued.outbox_id, Receipt())
    assert state(shop, queued.outbox_id)[0] is OutboxState.FAILED


def test_the_copy_in_sent_does_not_undo_a_bounce(shop: Shop) -> None:
    outbox_id, key = sent_reply(shop)
    shop.take(Received(report(shop, key, refused())))
    copy = shop.mail(Address("support@shop.example"), "Here you are", to=(LENA,), key=key)
    shop.take(Received(copy), stream="Sent")
    assert state(shop, outbox_id)[0] is OutboxState.FAILED


def test_the_same_bounce_seen_again_does_not_fail_what_a_person_sent_again(shop: Shop) -> None:
    outbox_id, key = sent_reply(shop)
    bounce = report(shop, key, refused())
    shop.take(Received(bounce))
    replies.retry(shop.store, shop.agent, outbox_id)
    shop.take(Received(bounce))
    assert state(shop, outbox_id)[0] is OutboxState.QUEUED
    shop.take(Received(report(shop, key, refused())))
    assert state(shop, outbox_id)[0] is OutboxState.QUEUED, "a late report stopped what a person decided"


def test_a_report_of_another_channel_fails_the_message_too(shop: Shop) -> None:
    outbox_id, key = sent_reply(shop)
    batch = Batch((Bounced(key, "blocked", shop.now()),), "{}")
    ingest.ingest(shop.store, shop.channel_id, "updates", batch, shop.rules, shop.epoch)
    assert state(shop, outbox_id)[0] is OutboxState.FAILED and "blocked" in state(shop, outbox_id)[1]


def test_500_forged_bounces_fail_nothing_and_fill_no_inbox(shop: Shop) -> None:
    outbox_id, key = sent_reply(shop)
    id_, _, rest = key.partition(".")
    forged = [
        key.replace(rest[:4], "0000"),
        f"{id_}@shop.example",
        f"{id_}.@shop.example",
        shop.one().id,
        "",
        *(f"{n}.{n:024x}@shop.example" for n in range(495)),
    ]
    shop.take(*(Received(report(shop, each, refused())) for each in forged))
    assert state(shop, outbox_id)[0] is OutboxState.SENT
    assert len(shop.rows("is:open")) == 1
    assert len(shop.rows("is:bulk")) == 1, "reports on nothing of ours are collected in one place"
    assert shop.rows("is:failed") == ()


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(max_size=80))
def test_no_made_up_name_fails_a_reply(shop: Shop, made_up: str) -> None:
    if not shop.rows():
        sent_reply(shop)
    shop.take(Received(report(shop, made_up, refused())))
    assert shop.rows("is:failed") == ()


def test_an_out_of_office_answer_is_noted_and_reopens_nothing(shop: Shop) -> None:
    _outbox_id, key = sent_reply(shop)
    triage.resolve(shop.store, shop.agent, [shop.one().id])
    shop.receive(LENA, "I am away", automatic=True, auto_reply=True, reply_keys=(key,))
    row = shop.one()
    assert (row.status, row.unread) == ("resolved", False)
    assert "automatic answer" in thread.open_thread(shop.store, shop.agent, row.id).messages[-1].notice


def test_where_a_list_can_be_left_is_shown(shop: Shop) -> None:
    shop.receive("news@list.example", automatic=True, unsubscribe="https://list.example/leave")
    (row,) = shop.rows("is:bulk")
    opened = thread.open_thread(shop.store, shop.agent, row.id)
    assert "https://list.example/leave" in opened.messages[0].notice


def dsn(key: str) -> bytes:
    """A report as Postfix writes it, on the message ``key``."""
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.post.example (Mail Delivery System)\r\nTo: support@shop.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMessage-ID: <r1@mx>\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you...\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.post.example\r\n\r\n"
        f"Final-Recipient: rfc822; {LENA.address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <lena@post.example>: user\r\n unknown\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: support@shop.example\r\nMessage-ID: <{key}>\r\n--b--\r\n"
    ).encode()


def test_a_mail_servers_own_report(shop: Shop) -> None:
    outbox_id, key = sent_reply(shop)
    mail = RawMail(dsn(key), "1/77", shop.now())
    message = read_mail(mail.raw, locator=mail.locator, receipt_at=mail.receipt_at)
    # As it comes from the process that reads mails.
    assert message_of(unpack(io.BytesIO(pack(message_values(message))).read), mail) == message
    shop.take(Received(message))
    found, words = state(shop, outbox_id)
    assert found is OutboxState.FAILED and "user unknown" in words and LENA.address in words


def test_an_answer_to_what_was_uncertain_shows_that_it_arrived(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.uncertain(shop.store, shop.epoch, queued.outbox_id, "no answer")
    shop.receive("mallory@evil.example", "I say it came", reply_keys=(claimed.command.key,))
    assert state(shop, queued.outbox_id)[0] is OutboxState.UNCERTAIN
    shop.receive(LENA, "Thank you", reply_keys=(claimed.command.key,))
    assert state(shop, queued.outbox_id)[0] is OutboxState.SENT
