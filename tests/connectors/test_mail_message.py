"""Mail bytes as messages: an id that means the same mail, and nothing that can stop a sync."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.mail.message import external_id, read_mail
from omni_tui.model.address import Address

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
MAIL = (
    b"Received: from a by b\r\n"
    b"From: =?utf-8?q?=C3=89va?= <eva@example.test>\r\nTo: shop@shop.test, Bo <bo@shop.test>\r\n"
    b"Reply-To: other@example.test\r\nSubject: Order\r\n 17\r\nMessage-ID: <m1@example.test>\r\n"
    b"References: <r1@x> <r2@x>\r\nIn-Reply-To: <r3@x>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nHello\r\n"
)


def test_what_a_mail_says() -> None:
    message = read_mail(MAIL, locator="1/2", receipt_at=1_795_000_000_000)
    assert message.author == Address("eva@example.test", "Éva")
    assert message.to == (Address("shop@shop.test"), Address("bo@shop.test", "Bo"))
    assert message.reply_to == (Address("other@example.test"),)
    assert (message.subject, message.text.strip()) == ("Order 17", "Hello")
    assert (message.key, message.reply_keys) == ("m1@example.test", ("r1@x", "r2@x", "r3@x"))
    assert (message.receipt_at, message.sent_at) == (1_795_000_000_000, 1_795_255_200_000)
    assert message.raw == MAIL and not message.unreadable and not message.automatic


def test_copies_of_a_mail_have_one_id() -> None:
    known = external_id(MAIL, "m1@example.test")
    assert known.startswith("m1@example.test#")
    assert external_id(MAIL.replace(b"from a by b", b"from c by d"), "m1@example.test") == known
    assert external_id(b"Delivered-To: x\r\n" + MAIL, "m1@example.test") == known
    assert external_id(MAIL.replace(b"\r\n", b"\n"), "m1@example.test") == known
    assert external_id(MAIL + b"\r\n", "m1@example.test") == known
    assert external_id(MAIL + b" \r\n" * 300, "m1@example.test") == known
    lone = external_id(MAIL + b"a\rb\r\nc", "m1@example.test")
    assert external_id(MAIL + b"a\rb\nc", "m1@example.test") == lone
    assert external_id(MAIL + b"ab\nc", "m1@example.test") != lone


@pytest.mark.parametrize(
    "change", [(b"Hello", b"Hallo"), (b"Order", b"Border"), (b"eva@", b"eve@"), (b"10:00", b"10:01")]
)
def test_different_mails_have_different_ids(change: tuple[bytes, bytes]) -> None:
    assert external_id(MAIL.replace(*change), "m1@example.test") != external_id(MAIL, "m1@example.test")


def test_an_unreadable_mail_keeps_what_a_glance_tells() -> None:
    raw = (
        b'Subject: =?utf-8?b?5L2g5aW9?= \x1b]0;x\x07\r\nFROM: "Eve" <eve@example.test>\r\nX: '
        + b"(" * 90_000
        + b"\r\n\r\nboom"
    )
    message = read_mail(raw, locator="1/2", receipt_at=1)
    assert message.unreadable and message.raw == raw and message.text == ""
    assert message.author == Address("eve@example.test", "Eve") and message.subject.startswith("你好")


@given(st.one_of(st.binary(max_size=400), st.binary(max_size=200).map(lambda body: MAIL[:-9] + body)))
def test_any_bytes_are_a_message(raw: bytes) -> None:
    message = read_mail(raw, locator="1/2", receipt_at=1)
    assert message.external_id and message.raw == raw


def test_every_mail_of_the_corpora_is_a_message() -> None:
    files = [path for path in CORPORA.rglob("*.eml") if path.is_file()]
    if not files:
        pytest.skip("the corpora are not here")
    for path in files:
        message = read_mail(path.read_bytes(), locator="1/2", receipt_at=1)
        for line in (message.subject, message.author.address, message.author.name, message.key):
            assert "\n" not in line and "\0" not in line, path
