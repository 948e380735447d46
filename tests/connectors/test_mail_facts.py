"""The verdict of the mailbox's own server, what it vouches for, and what crosses to another process."""

from __future__ import annotations

import io

import pytest

from omni_tui.connectors.mail.facts import judged
from omni_tui.connectors.mail.message import read_mail
from omni_tui.connectors.mail.parse_wire import RawMail, message_of, message_values, pack, unpack
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.facts import NO_FACTS, Invite, SenderWarning, Verdict

CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Call\r\nDTSTART:20261103T090000Z\r\n"
    "END:VEVENT\r\nEND:VCALENDAR"
)


def mail(*headers: str) -> bytes:
    return ("\r\n".join((*headers, 'From: "a@bank.example" <x@evil.example>')) + "\r\n\r\nHello").encode()


def settings(host: str, *servers: str) -> MailSettings:
    return MailSettings("support@shop.example", host, host, auth_servers=servers)


@pytest.mark.parametrize(
    ("header", "account", "dmarc", "vouched"),
    [
        ("mx.google.com; dmarc=pass", settings("imap.gmail.com"), "pass", True),
        ("mx.google.com; dmarc=fail", settings("imap.gmail.com"), "fail", False),
        ("mx.shop.example; dmarc=pass", settings("imap.shop.example"), "pass", False),
        ("mx.shop.example; dmarc=pass", settings("imap.shop.example", "mx.shop.example"), "pass", True),
        ("mx.shop.example; dmarc=pass", settings("imap.shop.example", "other.example"), None, False),
        ("evil.example; dmarc=pass", settings("imap.gmail.com"), None, False),
    ],
)
def test_a_verdict_and_what_it_vouches_for(
    header: str, account: MailSettings, dmarc: str | None, vouched: bool
) -> None:
    message = judged(read_mail(mail(f"Authentication-Results: {header}"), locator="1/1", receipt_at=0), account)
    verdict = message.facts.verdict
    assert (verdict.dmarc if verdict else None, message.vouched, message.authentication) == (dmarc, vouched, ())
    assert [each.kind for each in message.facts.warnings] == ["name_is_address"]


def test_an_ordinary_mail_has_no_facts() -> None:
    message = read_mail(b"From: anna@example.com\r\n\r\nHello", locator="1/1", receipt_at=0)
    assert judged(message, settings("imap.gmail.com")).facts is NO_FACTS


@pytest.mark.parametrize(
    ("verdict", "trouble"),
    [
        (Verdict("s", "pass", "fail", "fail"), ""),
        (Verdict("s", "fail", "pass", "pass"), "dmarc fail"),
        (Verdict("s", "none", "none", "fail"), "spf fail"),
        (Verdict("s", "", "", "softfail"), "spf softfail"),
        (Verdict("s", "", "pass", "fail"), ""),
        (Verdict("s", "", "fail", "none"), "dkim fail"),
        (Verdict("s", "", "fail", "pass"), ""),
        (Verdict("s", "temperror", "fail", "fail"), ""),
        (Verdict("s", "", "none", "none"), ""),
    ],
)
def test_what_speaks_against_a_sender(verdict: Verdict, trouble: str) -> None:
    assert verdict.trouble == trouble


def test_facts_come_back_whole_from_another_process() -> None:
    head = (
        "Authentication-Results: mx.google.com; dmarc=fail\r\nContent-Type: text/calendar\r\n"
        'From: "a@bank.example" <x@evil.example>'
    )
    raw = RawMail(f"{head}\r\n\r\n{CALENDAR}".encode(), "1/1", 5)
    message = read_mail(raw.raw, locator=raw.locator, receipt_at=raw.receipt_at)
    assert message.facts.warnings == (SenderWarning("name_is_address", "a@bank.example"),)
    assert message.facts.invites == (Invite("REQUEST", "Call", start_at=1_793_696_400_000),)
    assert message_of(unpack(io.BytesIO(pack(message_values(message))).read), raw) == message
