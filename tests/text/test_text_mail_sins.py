"""The twelve sins senders commit most: sender, subject, text and files come out right all the same."""

from __future__ import annotations

import base64

import pytest

from omni_tui.text.mail import MailAddress, parse, part_bytes

TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
SENDER = MailAddress("Anna", "anna@example.com")
FROM = b"From: Anna <anna@example.com>\r\n"


def encoded(data: bytes, charset: str) -> bytes:
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?=".encode()


def multipart(*parts: bytes, closed: bool = True) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body + (b"--b--\r\n" if closed else b"")


INNER = b"From: Bo <bo@example.com>\r\nSubject: inner\r\n\r\nthe inner text"
SINS: dict[str, tuple[bytes, MailAddress, str, str, dict[str, bytes]]] = {
    "GBK bytes labelled gb2312": (
        FROM + b"Subject: " + encoded("朱镕基".encode("gbk"), "gb2312") + b"\r\n"
        b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "订单號是镕".encode("gbk"),
        SENDER, "朱镕基", "订单號是镕", {},
    ),
    "raw GBK in the headers": (
        "From: 安娜 <anna@example.com>\r\nSubject: 我想申请退款\r\n\r\nHello".encode("gbk"),
        MailAddress("安娜", "anna@example.com"), "我想申请退款", "Hello", {},
    ),
    "raw UTF-8 in the headers, a comma in the name": (
        "From: Müller, Änne <anna@example.com>\r\nSubject: Größe\r\n\r\nHello".encode(),
        MailAddress("Müller, Änne", "anna@example.com"), "Größe", "Hello", {},
    ),
    "raw Latin-1 in the headers": (
        "From: Jörg <anna@example.com>\r\nSubject: Größe für Müller\r\n\r\nHello".encode("latin-1"),
        MailAddress("Jörg", "anna@example.com"), "Größe für Müller", "Hello", {},
    ),
    "a charset nobody knows": (
        FROM + b"Subject: =?X-UNKNOWN?Q?Gr=C3=B6=C3=9Fe?=\r\nContent-Type: text/plain; charset=X-UNKNOWN\r\n\r\n"
        + "Größe".encode(),
        SENDER, "Größe", "Größe", {},
    ),
    "a character cut between two encoded words": (
        FROM + b"Subject: " + encoded("退款".encode()[:4], "utf-8") + b"\r\n " + encoded("退款".encode()[4:], "utf-8")
        + b"\r\n\r\nHello",
        SENDER, "退款", "Hello", {},
    ),
    "a file name in pieces, its charset in the first": (
        FROM + b"Subject: x\r\n" + multipart(
            TEXT + b"Hello",
            b"Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''%E9%80;\r\n"
            b" filename*1*=%80%E6%AC%BE;\r\n filename*2=.pdf\r\n\r\n%PDF",
        ),
        SENDER, "x", "Hello", {"退款.pdf": b"%PDF"},
    ),
    "a multipart cut off in the middle": (
        FROM + b"Subject: x\r\n" + multipart(TEXT + b"Half a let", closed=False)[:-2],
        SENDER, "x", "Half a let", {},
    ),
    "a mail in a mail": (
        FROM + b"Subject: x\r\n" + multipart(TEXT + b"see below", b"Content-Type: message/rfc822\r\n\r\n" + INNER),
        SENDER, "x", "see below", {"message.eml": INNER},
    ),
    "a file name in encoded words within quotes": (
        FROM + b"Subject: x\r\n" + multipart(
            TEXT + b"Hello",
            b'Content-Type: application/pdf; name="' + encoded("退款.pdf".encode("gbk"), "gb2312")
            + b'"\r\nContent-Disposition: attachment\r\n\r\n%PDF',
        ),
        SENDER, "x", "Hello", {"退款.pdf": b"%PDF"},
    ),
    "base64 with strangers in it and no padding": (
        FROM + b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVs\r\nbG8!gd29y*bGQ",
        SENDER, "x", "Hello world", {},
    ),
    "a boundary that is never used": (
        FROM + b"Subject: x\r\nContent-Type: multipart/mixed; boundary=zzz\r\n\r\nHello, all the same",
        SENDER, "x", "Hello, all the same", {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("sin", SINS)
def test_a_sin_is_forgiven(sin: str) -> None:
    raw, sender, subject, text, files = SINS[sin]
    read = parse(raw)
    assert (read.from_, read.subject, read.text.strip()) == (sender, subject, text)
    assert {part.name: part_bytes(raw, part.part)[2] for part in read.attachments} == files


def test_there_are_twelve() -> None:
    assert len(SINS) == 12


@pytest.mark.parametrize(
    "said", ["<meta charset='iso-8859-2'>", '<META http-equiv="Content-Type" content="text/html; charset=ISO-8859-2">']
)
def test_html_that_says_itself_how_it_is_written(said: str) -> None:
    page = f"<html><head>{said}</head><body>zażółć gęślą jaźń</body></html>".encode("iso-8859-2")
    assert parse(b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + page).text == "zażółć gęślą jaźń"


def test_a_text_with_a_files_name_is_read_where_there_is_no_other() -> None:
    part = b'--b\nContent-Type: text/plain; name="message.txt"\nContent-Disposition: inline\n\nWhere is it?\n'
    head = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    assert parse(head + part + b"--b--\n").text.strip() == "Where is it?"
    both = parse(head + b"--b\n\nSee the file.\n" + part + b"--b--\n")
    assert both.text.strip() == "See the file." and [each.name for each in both.attachments] == ["message.txt"]
