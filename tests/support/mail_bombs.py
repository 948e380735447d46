"""Mails made to hurt: each small to send and large to read. And ordinary ones, damaged by dice."""

# ruff: noqa: E501 - each line is a mail

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from email.message import EmailMessage

PACKED = b"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: binary\n\n"
TNEF = b"\x78\x9f\x3e\x22\1\0"
SIGNED = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: binary\n\n"
CMS = bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080 020101 3100 3080 0609 2a864886f70d010701 a080")


def bombs() -> dict[str, Callable[[], bytes]]:
    """Name → what makes the mail: together they are large."""
    head = b"From: a@b.example\r\nSubject: x\r\n"
    mixed = b"Content-Type: multipart/mixed; boundary="
    return {
        "nested multiparts": lambda: head + b"".join(mixed + b"b%d\n\n--b%d\n" % (i, i) for i in range(5_000)),
        "nested to the limit": lambda: (
            head + b"".join(mixed + b"b%d\n\n--b%d\n" % (i, i) for i in range(29)) + b"x" * 5_000_000
        ),
        "nested mails": lambda: head + b"Content-Type: message/rfc822\n\n" * 50_000,
        "a hundred thousand parts": lambda: head + mixed + b"b\n\n" + b"--b\n\nx\n" * 100_000,
        "lines like boundaries": lambda: head + mixed + b"b\n\n--b\n\n" + b"\n--bb" * 2_000_000,
        "boundaries within boundaries": lambda: (
            head
            + b"".join(mixed + b'"' + b"-" * i + b'"\n\n--' + b"-" * i + b"\n" for i in range(1, 29))
            + b"\n-----------------------------------------x" * 200_000
        ),
        "huge header": lambda: head + b"X: " + b"y" * 20_000_000,
        "many headers": lambda: head + b"X: y\n" * 4_000_000,
        "folded header": lambda: head + b"To: a" + b"\n b" * 4_000_000,
        "headers in every part": lambda: (
            head + mixed + b"b\n\n" + (b'--b\nContent-Type: text/plain; name="' + b"=?a?q?" * 9_000 + b'"\n\nx\n') * 300
        ),
        "recipients": lambda: head + b"To: " + b"a@b.example, " * 4_500 + b"\n\nx",
        "comments": lambda: b"From: " + b"(" * 60_000 + b"\n\nx",
        "quotes": lambda: b"From: " + b'"' * 60_000 + b"\n\nx",
        "encoded words": lambda: b"Subject: " + b"=?utf-8?q?=41?= " * 3_800 + b"\n\nx",
        "parameters": lambda: b"Content-Type: text/plain" + b"; a*1=x" * 9_000 + b"\n\nx",
        "base64": lambda: head + b"Content-Transfer-Encoding: base64\n\n" + b"QUJD" * 6_000_000,
        "base64 of nothing": lambda: head + b"Content-Transfer-Encoding: base64\n\n" + b"!" * 20_000_000,
        "quoted-printable": lambda: head + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 10_000_000,
        "quoted-printable equal signs": lambda: (
            head + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 20_000_000
        ),
        "uuencode": lambda: (
            head + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n" + b"M" + b"!" * 60 + b"\n#\n" * 3_000_000
        ),
        "deep html": lambda: head + b"Content-Type: text/html\n\n" + b"<div><blockquote><table><tr><td>" * 600_000,
        "paragraphs": lambda: head + b"Content-Type: text/html\n\n" + b"<p>" * 6_000_000,
        "attributes": lambda: head + b"Content-Type: text/html\n\n<p " + b"a=b " * 4_000_000 + b">x",
        "angle brackets": lambda: head + b"Content-Type: text/html\n\n" + b"<" * 20_000_000,
        "references in html": lambda: head + b"Content-Type: text/html\n\n" + b"&#99999999" * 2_000_000,
        "links": lambda: head + b"Content-Type: text/html\n\n" + b"<a href=http://a.example>b.example</a>" * 500_000,
        "html in many parts": lambda: (
            head + mixed + b"b\n\n" + (b"--b\nContent-Type: text/html\n\n" + b"<p>x" * 10_000 + b"\n") * 400
        ),
        "packed files": lambda: head + PACKED + TNEF + b"\2\2\x90\6\0\0\0\0\0\0\0" * 1_800_000,
        "packed properties": lambda: (
            head
            + PACKED
            + TNEF
            + b"\1\3\x90\6\0"
            + (18_000_004).to_bytes(4, "little")
            + b"\xff" * 4
            + b"\3\x10" * 9_000_000
        ),
        "packed in many parts": lambda: (
            head + mixed + b"b\n\n" + (b"--b\n" + PACKED + TNEF + b"\1\x0c\x80\2\0" + b"\xe8\3\0\0" + b" " * 1002) * 450
        ),
        "signed in pieces": lambda: head + SIGNED + CMS + b"\x24\x80" + b"\4\1x" * 6_000_000,
        "signed without end": lambda: head + SIGNED + CMS[:17] + b"\x30\x80" * 8_000_000,
        "calendar": lambda: head + b"Content-Type: text/calendar\n\nBEGIN:VEVENT\n" + b"A;B=" * 4_000_000,
        "calendar zones": lambda: (
            head
            + b"Content-Type: text/calendar\n\nBEGIN:VEVENT\nDTSTART;TZID=x:20260101T000000\nEND:VEVENT\n"
            + b"TZID:x\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETTO:+0100\nEND:STANDARD\n" * 100_000
        ),
        "cards": lambda: head + b"Content-Type: text/vcard\n\n" + b"BEGIN:VCARD\nFN:x\nEND:VCARD\n" * 500_000,
        "delivery status": lambda: (
            b"From: mailer-daemon@b.example\nContent-Type: message/delivery-status\n\n"
            + b"Final-Recipient: rfc822; a@b.example\nAction: failed\n\n" * 200_000
        ),
        "delivery letter": lambda: b"From: mailer-daemon@b.example\n\nundeliverable " + b"<a@" * 3_000_000,
        "verdicts": lambda: b"Authentication-Results: a; (" * 1 + b"(" * 60_000 + b"\nFrom: a@b.example\n\nx",
        "charset": lambda: head + b"Content-Type: text/plain; charset=utf-7\n\n" + b"+AAA" * 5_000_000,
        "stateful charset": lambda: head + b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + b"\x1b$B" * 6_000_000,
        "quoted lines": lambda: head + b"\n" + b">" * 20_000_000,
        "introductions": lambda: head + b"\n" + b"On 1 a@b 10:00\n" * 1_500_000,
    }


def seeds() -> list[bytes]:
    """Ordinary mails of many kinds."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Änne <a@b.example>", "Shop <s@shop.example>", "Größe 退款"
    message["Authentication-Results"] = "mx.shop.example; dmarc=fail (p=none); spf=pass"
    message.set_content("On Tue, Nov 3, 2026 at 10:00 AM Shop <s@shop.example> wrote:\n> Größe\n\nMy answer\n-- \nAnna")
    message.add_alternative(
        "<p style='color:#fff'>rich <a href='http://a.example'>b.example</a><table><tr><td>1<td>2</table>",
        subtype="html",
    )
    message.add_attachment(b"\0\1\2" * 50, maintype="application", subtype="octet-stream", filename="退款.bin")
    message.add_attachment(
        "BEGIN:VEVENT\nSUMMARY:x\nDTSTART;TZID=Europe/Berlin:20261103T100000\nEND:VEVENT", subtype="calendar"
    )
    message.add_attachment("BEGIN:VCARD\nFN:Anna\nTEL:110\nEND:VCARD", subtype="vcard")
    report = (
        b"From: mailer-daemon@b.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\n\r\nIt failed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <1@x>\r\n\r\nHello\r\n--b--\r\n"
    )
    old = "Subject: 我想申请退款\r\nFrom: 安娜 <a@b.example>\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n您好，退款".encode(
        "gbk"
    )
    packed = (
        b"Subject: x\nContent-Type: text/html; charset=big5\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes("<p>退款申請</p>".encode("big5") * 20)
    )
    return [message.as_bytes(), report, old, packed]


_PIECES = (
    b"\n", b"\r\n\r\n", b"--b", b"--b--", b"=?utf-8?b?", b"?=", b'"', b";", b"(", b")", b"<", b">", b"\0", b"\xff\xfe", b"\x80",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Transfer-Encoding: base64\n", b"charset=utf-7", b"charset=hz",
    b"Content-Type: message/delivery-status\n\n", b"BEGIN:VEVENT\n", b"filename*0*=utf-8''%", b"\x1b$B", b"=\n", b"&#x", b"<p style='",
)  # fmt: skip


def mutated(count: int, seed: int, originals: list[bytes]) -> Iterator[bytes]:
    """``count`` mails made of ``originals`` by cutting, doubling, exchanging and inserting."""
    dice = random.Random(seed)
    for _ in range(count):
        raw = bytearray(dice.choice(originals))
        for _change in range(dice.randint(1, 12)):
            at, length = dice.randrange(len(raw) + 1), dice.randrange(1, 80)
            kind = dice.randrange(6)
            if kind == 0:
                del raw[at : at + length]
            elif kind == 1:
                raw[at:at] = raw[at : at + length] * dice.randrange(1, 5)
            elif kind == 2:
                raw[at:at] = dice.choice(_PIECES)
            elif kind == 3:
                raw[at : at + 1] = dice.randbytes(1)
            elif kind == 4:
                other = dice.choice(originals)
                start = dice.randrange(len(other))
                raw[at:at] = other[start : start + length]
            else:
                raw[at : at + length] = dice.randbytes(length)
        yield bytes(raw)
