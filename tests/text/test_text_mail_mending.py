"""Mails that editors saved and gateways damaged are read as they were sent, and known by what they were known by."""

from __future__ import annotations

import pytest

from omni_tui.connectors.mail.message import read_mail
from omni_tui.text.mail import MailAddress, parse, part_bytes
from omni_tui.text.mail.forward import forwarded
from omni_tui.text.mail.mending import mended, plain

ANA = MailAddress("Ana", "ana@example.com")
HEAD = b"Date: Mon, 1 Jun 2026 10:00:00 +0000\r\nSubject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\r\n"
BODY = (
    b"Content-Type: multipart/mixed;\r\n boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Gr\xc3\xb6\xc3\x9fe M\r\nbitte\r\n--b\r\n"
    b"Content-Disposition: attachment; filename=a.txt\r\n\r\none\r\ntwo\r\n--b--\r\n"
)
MAIL = b"From: Ana <ana@example.com>\r\nMessage-ID: <one@example.com>\r\n" + HEAD + BODY
NAMED_FIRST = b"Message-ID: <one@example.com>\r\nFrom: Ana <ana@example.com>\r\n" + HEAD + BODY
MARK = b"\xef\xbb\xbf"


def doubled(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\r\r\n")


DAMAGED = {
    "marked": (MARK + MAIL, "one@example.com#5aa3bed54abf8dcc"),
    "marked before its name": (MARK + NAMED_FIRST, "#70a3f946f5607a01"),
    "doubled": (doubled(MAIL), "#19d9fa7dac058bb9"),
    "doubled, its name first": (doubled(NAMED_FIRST), "one@example.com#19d9fa7dac058bb9"),
    "both": (MARK + doubled(MAIL), "one@example.com#a6e3f7f645fd3579"),
    "below an empty line": (b"\r\r\n" + doubled(MAIL), "#19d9fa7dac058bb9"),
    "wide": (MAIL.decode().encode("utf-16"), "one@example.com#70a3f946f5607a01"),
    "wide, the other way": (b"\xfe\xff" + MAIL.decode().encode("utf-16-be"), "one@example.com#70a3f946f5607a01"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_it_is_read_as_it_was_sent(name: str) -> None:
    raw, _known = DAMAGED[name]
    mail = parse(raw)
    assert (mail.from_, mail.message_id, mail.subject) == (ANA, "one@example.com", "Größe")
    assert mail.text.splitlines() == ["Größe M", "bitte"]
    (file,) = mail.attachments
    assert part_bytes(raw, file.part) == ("a.txt", "text/plain", b"one\r\ntwo")


@pytest.mark.parametrize("name", DAMAGED)
def test_it_stays_the_mail_it_was_and_its_source_is_left_alone(name: str) -> None:
    raw, known = DAMAGED[name]
    message = read_mail(raw, locator="1", receipt_at=0)
    assert (message.external_id, message.key, message.raw) == (known, "one@example.com", raw)


def test_what_a_robot_and_a_forward_say_is_found_in_it_too() -> None:
    robot = b"List-Unsubscribe: <https://shop.example/off>\r\nPrecedence: bulk\r\n" + MAIL
    for raw in (MARK + robot, doubled(robot)):
        assert read_mail(raw, locator="1", receipt_at=0).unsubscribe == "https://shop.example/off"
    inner = b"Content-Type: message/rfc822\r\n\r\n" + MARK + MAIL.split(b"Content-Type")[0] + b"\r\nHello\r\n"
    outer = b"From: bo@example.com\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + inner + b"--x--\r\n"
    passed_on = forwarded(outer, parse(outer))
    assert passed_on is not None and passed_on.author == ANA


def test_single_returns_are_no_damage() -> None:
    raw = MAIL.replace(b"two", b"two\r\r\nthree")
    (file,) = parse(raw).attachments
    assert part_bytes(raw, file.part)[2] == b"one\r\ntwo\r\r\nthree"
    head = MAIL.replace(b"\r\nMessage-ID", b"\r\r\nMessage-ID")
    assert mended(head) == head


def test_mails_in_utf_16_are_told_apart() -> None:
    known = {
        read_mail(raw.decode().encode("utf-16"), locator="1", receipt_at=0).external_id
        for raw in (MAIL, NAMED_FIRST, MAIL.replace(b"two", b"three"))
    }
    assert len(known) == 2


def test_what_only_begins_like_it_is_left_alone() -> None:
    for raw in (b"\xff\xfe" + MAIL, b"\xff\xfeF\0\x00\xd8\x00\xd8", MARK, b"\xff\xfe", b"\r\r\n", b""):
        assert plain(raw).strip() == raw.strip()
        parse(raw)
