"""Invitations, address cards and delivery reports are summed up; damaged ones as far as they go."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.mail import parse
from omni_tui.text.mail.calendar import Invite, parse_invite
from omni_tui.text.mail.dsn import DeliveryReport, Recipient
from omni_tui.text.mail.vcard import Card, parse_cards


def ms(year: int, month: int, day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


def event(*lines: str, method: str = "REQUEST", before: str = "") -> str:
    head = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n{before}BEGIN:VEVENT\r\n"
    return head + "\r\n".join(lines) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Our place
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def test_an_invitation() -> None:
    invite = parse_invite(
        event(
            "SUMMARY;LANGUAGE=en:Call about the order\\, second\r\n  try",
            "DTSTART;TZID=Europe/Berlin:20261103T100000",
            "DTEND;TZID=Europe/Berlin:20261103T110000",
            "LOCATION:Room 1\\nfirst floor",
            'ORGANIZER;CN="Anna: Example":MAILTO:anna@example.com',
            "RRULE:FREQ=WEEKLY",
            "BEGIN:VALARM",
            "SUMMARY:not this",
            "END:VALARM",
        )
    )
    assert invite == Invite(
        method="REQUEST",
        summary="Call about the order, second try",
        start_at=ms(2026, 11, 3, 9),
        end_at=ms(2026, 11, 3, 10),
        location="Room 1 first floor",
        organiser="Anna: Example <anna@example.com>",
        repeats=True,
    )


@pytest.mark.parametrize(
    ("start", "at", "local"),
    [
        ("DTSTART:20261103T090000Z", ms(2026, 11, 3, 9), ""),
        ("DTSTART;TZID=W. Europe Standard Time:20260703T100000", ms(2026, 7, 3, 8), ""),
        ("DTSTART;TZID=China Standard Time:20261103T100000", ms(2026, 11, 3, 2), ""),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20261103T100000", ms(2026, 11, 3, 9), ""),
        ("DTSTART;TZID=Our place:20261103T100000", ms(2026, 11, 3, 9), ""),
        ("DTSTART;TZID=Our place:20260703T100000", ms(2026, 7, 3, 8), ""),
        ("DTSTART;TZID=Our place:20260328T100000", ms(2026, 3, 28, 9), ""),
        ("DTSTART;TZID=Our place:20260329T100000", ms(2026, 3, 29, 8), ""),
        ("DTSTART;TZID=Nowhere:20261103T100000", None, "2026-11-03 10:00 Nowhere"),
        ("DTSTART:20261103T100000", None, "2026-11-03 10:00"),
        ("DTSTART;VALUE=DATE:20261103", None, "2026-11-03"),
        ("DTSTART:20261303", None, ""),
        ("DTSTART:99991231T235959Z", None, ""),
        ("DTSTART;TZID=../../etc/passwd:20261103T100000", None, "2026-11-03 10:00 ../../etc/passwd"),
        ("DTSTART:soon", None, ""),
    ],
)
def test_times_of_calendars(start: str, at: int | None, local: str) -> None:
    invite = parse_invite(event(start, before=OWN_ZONE.replace("\n", "\r\n")))
    assert invite is not None
    assert (invite.start_at, invite.start_local) == (at, local)


def test_a_duration_ends_it() -> None:
    invite = parse_invite(event("DTSTART:20261103T090000Z", "DURATION:PT1H30M"))
    assert invite is not None
    assert invite.end_at == ms(2026, 11, 3, 10, 30)


def test_an_answer_to_an_invitation() -> None:
    invite = parse_invite(
        event("SUMMARY:Call", "ATTENDEE;PARTSTAT=DECLINED;CN=Bo:mailto:bo@example.com", method="REPLY")
    )
    assert invite is not None
    assert (invite.method, invite.answer, invite.attendee) == ("REPLY", "DECLINED", "Bo <bo@example.com>")


def test_a_cancelled_event_says_so() -> None:
    invite = parse_invite(event("SUMMARY:Call", "STATUS:CANCELLED"))
    assert invite is not None
    assert invite.method == "CANCEL"


def test_a_calendar_without_events_is_no_invitation() -> None:
    assert parse_invite("BEGIN:VCALENDAR\r\nEND:VCALENDAR") is None
    assert parse_invite("hello") is None


def test_cards() -> None:
    cards = parse_cards(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Example\nORG:Shop;Sales\nitem1.EMAIL;TYPE=work:anna@example.com\n"
        "TEL;TYPE=cell:+49 30 1234\nTEL;VALUE=uri:tel:+49-30-1234\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;=\nJ=C3=B6rg\nEND:VCARD\n"
        "BEGIN:VCARD\nEND:VCARD\n"
    )
    assert cards == (
        Card("Anna Example", "Shop Sales", ("anna@example.com",), ("+49 30 1234", "+49-30-1234")),
        Card("Jörg Müller"),
    )


STATUS = (
    "Reporting-MTA: dns; mx.shop.example\r\n\r\n"
    "Original-Recipient: rfc822;anna@example.com\r\nFinal-Recipient: rfc822; anna@host.example\r\nAction: failed\r\n"
    "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <anna@host.example>: User\r\n unknown\r\n\r\n"
    "Final-Recipient: rfc822; bo@example.com\r\nAction: delayed\r\nStatus: 4.4.1 (no answer)\r\n"
)


def report(original: str, mime: str = "message/rfc822", body: str = "It failed.") -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.shop.example>\r\nSubject: Undelivered\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\n{body}\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{STATUS}\r\n"
        f"--b\r\nContent-Type: {mime}\r\n\r\n{original}\r\n--b--\r\n"
    ).encode()


RECIPIENTS = (
    Recipient("anna@example.com", "failed", "5.1.1", "550 5.1.1 <anna@host.example>: User unknown"),
    Recipient("bo@example.com", "delayed", "4.4.1", ""),
)


@pytest.mark.parametrize(
    "raw",
    [
        report("Message-ID: <1.a@shop.example>\r\nSubject: Hi\r\n\r\nHello"),
        report("Subject: Hi\r\nMessage-ID:\r\n <1.a@shop.example>\r\n", "text/rfc822-headers"),
        report("", "text/plain", body="Your mail\r\n\r\n   Message-ID: <1.a@shop.example>\r\n\r\ncould not be sent"),
    ],
    ids=["whole", "headers", "told in the text"],
)
def test_a_delivery_report(raw: bytes) -> None:
    assert parse(raw).report == DeliveryReport(RECIPIENTS, "1.a@shop.example", "mx.shop.example")


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        # OpenSMTPD, about a program and about another server.
        ('an error has occurred:\r\n\r\nbo@example.com: "User doesn\'t exist"\r\n\r\nBelow', "User doesn't exist"),
        ("<bo@example.com>: 452 4.2.2 mailbox full\r\nbo@example.com: and more", "452 4.2.2 mailbox full"),
        ("cy@example.com: 550 nobody\r\nto bo@example.com: no", ""),
        ("bo@example.com:\r\nno answer", ""),
    ],
)
def test_words_that_only_the_letter_beside_a_report_has(letter: str, said: str) -> None:
    found = parse(report("Message-ID: <1.a@shop.example>\r\n\r\nHello", body=letter)).report
    assert found is not None
    assert [each.diagnostic for each in found.recipients] == [RECIPIENTS[0].diagnostic, said]


EXIM = b"""From: Mail Delivery System <Mailer-Daemon@mx.shop.example>
X-Failed-Recipients: anna@example.com
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error.

  anna@example.com
    host mx.example.com [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<anna@example.com>:
    550 5.1.1 No such user

------ This is a copy of the message, including all the headers. ------

Message-ID: <1.a@shop.example>
Subject: Hi
"""
QMAIL = b"""From: MAILER-DAEMON@mx.shop.example
Subject: failure notice

Hi. This is the qmail-send program at mx.shop.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<anna@example.com>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 No such user

--- Below this line is a copy of the message.

Message-ID: <1.a@shop.example>
Subject: Hi
"""


@pytest.mark.parametrize("raw", [EXIM, QMAIL], ids=["exim", "qmail"])
def test_a_report_in_words(raw: bytes) -> None:
    found = parse(raw).report
    assert found is not None
    assert found.original_id == "1.a@shop.example"
    assert found.recipients == (Recipient("anna@example.com", "failed", "5.1.1", "550 5.1.1 No such user"),)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: anna@example.com\r\n\r\nMy mail could not be delivered.\r\nMessage-ID: <1.a@shop.example>",
        b"From: postmaster@example.com\r\n\r\nWelcome.\r\nMessage-ID: <1.a@shop.example>",
        b"From: mailer-daemon@example.com\r\n\r\nsomething",
        b"From: anna@example.com\r\nAuto-Submitted: auto-replied\r\n\r\nI am on holiday.",
    ],
)
def test_what_is_no_report(raw: bytes) -> None:
    assert parse(raw).report is None


@given(st.text(max_size=400), st.sampled_from(("BEGIN:VEVENT\n", "BEGIN:VCARD\n", "")))
def test_no_text_raises(text: str, head: str) -> None:
    parse_invite(head + text)
    parse_cards(head + text + "\nEND:VCARD")


LINES = (
    *("BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "BEGIN:STANDARD", "TZID:x"),
    *("DTSTART;TZID=x:20260101T000000", "DTSTART:00010101T000000", "DTSTART:16010101T020000"),
    *("TZOFFSETTO:+0100", "TZOFFSETTO:-9999", "RRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=5SU", "DURATION:P9999W"),
    *("X" * 50, "SUMMARY;ENCODING=QUOTED-PRINTABLE:="),
)


@given(st.lists(st.sampled_from(LINES), max_size=25).map("\n".join))
def test_no_calendar_raises(text: str) -> None:
    parse_invite(text)
    parse_invite("BEGIN:VEVENT\nDTSTART;TZID=x:20260101T000000\nDURATION:P9999W\nEND:VEVENT\n" + text)


def test_a_mail_carries_them() -> None:
    raw = (
        "From: anna@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n"
        f"--b\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n{event('SUMMARY:Größe')}\r\n"
        f"--b\r\nContent-Type: application/ics; name=invite.ics\r\n\r\n{event('SUMMARY:Größe')}\r\n"
        "--b\r\nContent-Type: text/vcard; name=a.vcf\r\n\r\nBEGIN:VCARD\r\nFN:Anna\r\nEND:VCARD\r\n--b--"
    ).encode()
    read = parse(raw)
    assert read.invites == (Invite(method="REQUEST", summary="Größe"),)
    assert read.cards == (Card("Anna"),)
    assert len(read.attachments) == 3
