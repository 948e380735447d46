"""Mail is read as people meant it, whatever its sender's program did to it; beyond the limits it is refused."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.mail import MailAddress, MailUnreadable, ParsedMail, parse, part_bytes

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"


def mail(*headers: str, body: str | bytes = "Hello", charset: str = "utf-8") -> bytes:
    head = "\r\n".join(headers).encode(charset)
    return head + b"\r\n\r\n" + (body.encode() if isinstance(body, str) else body)


def word(text: str, charset: str, label: str | None = None) -> str:
    return f"=?{label or charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def test_an_ordinary_mail() -> None:
    read = parse(
        mail(
            "Message-ID: <1.a@shop.example>",
            "In-Reply-To: <0.a@shop.example>",
            "References: <x@y.example> <0.a@shop.example>\r\n <x@y.example>",
            "From: Anna Example <anna@example.com>",
            "Reply-To: office@example.com",
            "To: Shop <support@shop.example>, b@example.com",
            "Cc: c@example.com",
            "Subject: Re: order\r\n  SO-1042",
            "Date: Tue, 03 Nov 2026 10:00:00 +0100",
            "Delivered-To: support@shop.example",
            body="Where is it?\r\n\r\nAnna\r\n",
        )
    )
    assert read == ParsedMail(
        message_id="1.a@shop.example",
        in_reply_to=("0.a@shop.example",),
        references=("x@y.example", "0.a@shop.example"),
        subject="Re: order SO-1042",
        from_=MailAddress("Anna Example", "anna@example.com"),
        reply_to=(MailAddress("", "office@example.com"),),
        to=(MailAddress("Shop", "support@shop.example"), MailAddress("", "b@example.com")),
        cc=(MailAddress("", "c@example.com"),),
        date_ms=1_793_696_400_000,
        text="Where is it?\n\nAnna\n",
        delivered_to=("support@shop.example",),
        known_by="1.a@shop.example",
    )


HOSTILE = {
    "gb2312 label on GBK bytes": (
        b"Subject: x\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n" + "朱镕基的订单號".encode("gbk"),
        "x",
        "朱镕基的订单號",
    ),
    "windows-936": (mail(f"Subject: {word('退款申请', 'gbk', 'windows-936')}"), "退款申请", "Hello"),
    "big5 with Hong Kong characters": (
        b"Subject: x\r\nContent-Type: text/plain; charset=big5\r\n\r\n" + "佢哋嘅訂單".encode("big5hkscs"),
        "x",
        "佢哋嘅訂單",
    ),
    "raw UTF-8 header": (mail("Subject: Bestellung für Größe"), "Bestellung für Größe", "Hello"),
    "raw GBK header": (mail("Subject: 我想申请退款", charset="gbk"), "我想申请退款", "Hello"),
    "raw Latin-1 header": (
        mail("Subject: Bestellung für Müller, größer", charset="latin-1"),
        "Bestellung für Müller, größer",
        "Hello",
    ),
    "unknown charset": (mail("Subject: x", "Content-Type: text/plain; charset=X-UNKNOWN", body="Größe"), "x", "Größe"),
    "a codec that is no charset": (
        mail("Subject: =?zip?Q?abc?=", "Content-Type: text/plain; charset=rot13"),
        "abc",
        "Hello",
    ),
    "character cut between encoded words": (
        mail("Subject: =?utf-8?B?6YCA5g==?=\r\n =?utf-8?B?rL7nlLPor7c=?="),
        "退款申请",
        "Hello",
    ),
    "raw bytes in an encoded word": (
        mail("Subject: =?iso-8859-1?Q?Fr\xf6sche_und_Hasen?=", charset="latin-1"),
        "Frösche und Hasen",
        "Hello",
    ),
    "windows quotes called Latin-1": (
        b"Subject: x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n\x93quoted\x94 \x80 5",
        "x",
        "“quoted” € 5",
    ),
    "truncated multipart": (
        mail(
            "Subject: x",
            "Content-Type: multipart/mixed; boundary=b",
            body="--b\r\nContent-Type: text/plain\r\n\r\nHalf a let",
        ),
        "x",
        "Half a let",
    ),
    "damaged base64": (
        mail("Subject: x", "Content-Transfer-Encoding: base64", body="SGVs\r\nbG8!gd29y*bGQ"),
        "x",
        "Hello world",
    ),
    "no blank line before the body": (
        b"Subject: x\r\nFrom: a@b.example\r\nHello there\r\nsecond line",
        "x",
        "Hello there\nsecond line",
    ),
    "a damaged line among the headers": (mail("Subject: x", "quite broken: no", "From: a@b.example"), "x", "Hello"),
    "header injection": (mail("Subject: =?utf-8?Q?a=0D=0ABcc:_x@evil.example?="), "a Bcc: x@evil.example", "Hello"),
    "NUL and lone CR": (b"Subject: a\x00b\r\n\r\nx\x00y\rz", "a\ufffdb", "x\ufffdy\nz"),
    "old Mac line ends": (b"Subject: x\rFrom: a@b.example\r\rHello\rthere", "x", "Hello\nthere"),
}


@pytest.mark.parametrize(("raw", "subject", "text"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_senders_do_to_mail(raw: bytes, subject: str, text: str) -> None:
    read = parse(raw)
    assert (read.subject, read.text) == (subject, text)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''%E9%80%80%E6%AC%BE.pdf", "退款.pdf"),
        ("attachment; filename*0*=utf-8''%E9%80; filename*1*=%80%E6%AC%BE; filename*2=.pdf", "退款.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ("attachment; filename=\"plain.pdf\"; filename*=utf-8''wins.pdf", "wins.pdf"),
        (f'attachment; filename="{word("退款.pdf", "gbk", "gb2312")}"', "退款.pdf"),
        ('attachment; filename="..\\\\..\\\\etc\\\\passwd"', "passwd"),
        ("attachment; filename=/etc/passwd", "passwd"),
        ("attachment; filename=..", ""),
        ('attachment; filename="退款.pdf"', "退款.pdf"),
        ("attachment; filename*=utf-8''a%0Ab%00.pdf", "a b\ufffd.pdf"),
        ('attachment; filename="say \\"hi\\".txt"', 'say "hi".txt'),
    ],
)
def test_attachment_names(disposition: str, name: str) -> None:
    raw = mail("Content-Type: application/pdf", f"Content-Disposition: {disposition}", body="%PDF")
    (part,) = parse(raw).attachments
    assert part.name == name
    assert part_bytes(raw, part.part) == (name, "application/pdf", b"%PDF")


def _built() -> bytes:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("plain words that say enough")
    message.add_alternative("<p>rich <img src='cid:logo' alt='Logo'></p>", subtype="html")
    html = message.get_payload()[1]
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG" * 40, "image", "png", cid="<logo>")
    message.add_attachment(b"\0\1\2" * 100, maintype="application", subtype="octet-stream", filename="raw.bin")
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("inner text")
    message.add_attachment(inner)
    return message.as_bytes()


def test_parts_are_numbered_sized_and_had_again() -> None:
    raw = _built()
    read = parse(raw)
    assert read.text.strip() == "plain words that say enough"
    assert not read.html_only
    assert [(part.part, part.mime, part.content_id, part.inline) for part in read.attachments] == [
        ("1.2.2", "image/png", "logo", True),
        ("2", "application/octet-stream", "", False),
        ("3", "message/rfc822", "", False),
    ]
    for part in read.attachments:
        assert len(part_bytes(raw, part.part)[2]) == part.size
    assert part_bytes(raw, "2") == ("raw.bin", "application/octet-stream", b"\0\1\2" * 100)
    with pytest.raises(KeyError):
        part_bytes(raw, "9")


@pytest.mark.parametrize(
    ("plain", "text", "html_only"),
    [
        ("I want my money back", "I want my money back", False),
        ("  \n", "Rich text, long enough to be the message", True),
        ("Your mail client cannot show HTML.", "Rich text, long enough to be the message", True),
        ("No", "No", False),
    ],
)
def test_plain_text_wins_where_it_says_something(plain: str, text: str, html_only: bool) -> None:
    message = EmailMessage()
    message.set_content(plain)
    message.add_alternative("<p>Rich text, <b>long enough</b> to be the message</p>", subtype="html")
    read = parse(message.as_bytes())
    assert (read.text.strip(), read.html_only) == (text, html_only)
    assert read.attachments == ()


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: no", False),
        ("Auto-Submitted: auto-generated; x=y", True),
        ("Precedence: bulk", True),
        ("Precedence: List", True),
        ("Precedence: normal", False),
        ("List-Unsubscribe: <mailto:x@y.example>", True),
        ("Return-Path: <>", True),
        ("Return-Path: <a@b.example>", False),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=x", True),
        ("X-Mailer: some", False),
    ],
)
def test_robots_are_told_from_people(header: str, automatic: bool) -> None:
    assert parse(mail("From: a@b.example", header)).is_automatic is automatic


def test_the_mail_system_itself_is_a_robot() -> None:
    assert parse(mail("From: Mail Delivery <MAILER-DAEMON@b.example>")).is_automatic


@pytest.mark.parametrize(
    "date",
    [
        "",
        "nonsense",
        "Tue, 45 Nov 2026 10:00:00",
        "9" * 5000,
        "Mon, 1 Jan 99999 10:00:00 +0000",
        "Thu, 1 Jan 1960 0:0:0 +0000",
    ],
)
def test_dates_that_make_no_sense_are_none(date: str) -> None:
    assert parse(mail(f"Date: {date}")).date_ms is None


@pytest.mark.parametrize(
    ("raw", "limit"),
    [
        (b"Subject: x\n\n" + b"x" * 25_000_001, "25 MB"),
        (b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(1000)), "30 deep"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 600, "500 parts"),
        (b"To: " + b", ".join(b"a%d@example.com" % i for i in range(20_000)) + b"\n\nx", "64 KB"),
        (b"To: " + b", ".join(b"a%d@x.y" % i for i in range(600)) + b"\n\nx", "500 addresses"),
        (b"Content-Type: text/plain" + b"".join(b"; a*%d=x" % i for i in range(16_000)) + b"\n\nx", "64 KB"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\nX: " + b"y" * 70_000 + b"\n\nx", "64 KB"),
    ],
    ids=["size", "depth", "parts", "recipients", "addresses", "parameters", "part headers"],
)
def test_beyond_the_limits_a_mail_is_refused(raw: bytes, limit: str) -> None:
    with pytest.raises(MailUnreadable) as caught:
        parse(raw)
    assert limit in caught.value.reason


@pytest.mark.parametrize(
    "header",
    [
        b"From: " + b"(" * 60_000,
        b"From: " + b'"\\' * 30_000,
        b"From: " + b"<" * 60_000,
        b"From: " + b"a@b" + b":" * 60_000,
        b"From: " + b"=?utf-8?q?" * 6_000,
        b"Subject: " + b"=?utf-8?q?a?=" * 5_000,
        b"Subject: " + b"=?punycode?q?" + b"a" * 1_900 + b"?=",
        b"Content-Type: a/b" + b';a="\\' * 12_000,
        b"Content-Type: text/plain" + b"; a*1=x" * 8_000,
        b"References: " + b"<a@b> " * 10_000,
        b"Subject: x" + b"\n " * 30_000,
    ],
    ids=lambda header: header[:24].decode(),
)
def test_hostile_headers_within_the_limits_are_read(header: bytes) -> None:
    assert parse(header + b"\n\nx")


def test_many_references_keep_the_first_and_the_last() -> None:
    references = parse(mail("References: " + "\r\n ".join(f"<{i}@x.example>" for i in range(400)))).references
    assert len(references) == 100
    assert references[0] == "0@x.example"
    assert references[-1] == "399@x.example"


def _seeds() -> list[bytes]:
    return [_built(), *(raw for raw, _, _ in HOSTILE.values())]


@given(st.data())
def test_mutated_mail_never_raises_anything_else(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(_seeds())))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 30))
        raw[at : at + cut] = data.draw(
            st.binary(max_size=12)
            | st.sampled_from([b"\n", b"\r\n\r\n", b"--", b"=?", b'"', b";", b"multipart/mixed; boundary=x"])
        )
    _read_all(bytes(raw))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    _read_all(raw)


def _read_all(raw: bytes) -> ParsedMail | None:
    try:
        read = parse(raw)
    except MailUnreadable:
        return None
    for part in read.attachments:
        part_bytes(raw, part.part)
    texts = [read.subject, read.message_id, read.list_id, *read.references, *(part.name for part in read.attachments)]
    texts += [text for address in (*read.to, *read.cc, *read.reply_to) for text in (address.name, address.address)]
    for text in texts:
        assert "\n" not in text and "\r" not in text and "\0" not in text
        text.encode("utf-8")
    read.text.encode("utf-8")
    return read


def _corpus(folder: str) -> list[Path]:
    return sorted((CORPORA / folder).rglob("*.eml"))


@pytest.mark.parametrize("path", _corpus("ruby-mail") or [None], ids=lambda path: path.stem if path else "absent")
def test_public_mails_are_read(path: Path | None) -> None:
    if path is None:
        pytest.skip("public corpora are not here")
    read = _read_all(path.read_bytes())
    assert read is not None
    assert read.text or read.attachments or read.subject


def test_labelled_public_mails() -> None:
    paths = [path for path in _corpus("mail-parser") if path.with_suffix(".json").exists()]
    if not paths:
        pytest.skip("public corpora are not here")
    wrong: dict[str, list[str]] = {"subject": [], "from": [], "text": []}
    for path in paths:
        expected = _expected(json.loads(path.with_suffix(".json").read_text()))
        read = parse(path.read_bytes())
        for field, found in (
            ("subject", read.subject),
            ("from", read.from_.address if read.from_ else ""),
            ("text", read.text),
        ):
            label = expected[field]
            # Where the label itself has lost characters there is nothing to compare with.
            if label and "\ufffd" not in label and "\0" not in label and _squeezed(label) not in _squeezed(found):
                wrong[field].append(path.name)
    assert (wrong["subject"], wrong["from"]) == ([], [])
    assert len(wrong["text"]) <= 3, wrong["text"]  # broken boundaries, where any reading is a guess


def _expected(document: dict[str, Any]) -> dict[str, str | None]:
    """Subject, sender and first plain text as the label has them."""
    root = document["parts"][0]
    found: dict[str, str | None] = {"subject": None, "from": None, "text": None}
    for header in root["headers"]:
        value = header["value"]
        if header["name"] == "subject" and isinstance(value, dict) and "Text" in value:
            found["subject"] = " ".join(value["Text"].split())
        if header["name"] == "from" and isinstance(value, dict) and "Address" in value:
            addresses = value["Address"].get("List") or []
            if len(addresses) == 1 and addresses[0].get("address"):
                found["from"] = addresses[0]["address"]
    for index in document["text_body"][:1]:
        body = document["parts"][index]["body"]
        if isinstance(body, dict) and "Text" in body:
            found["text"] = body["Text"]
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())[:60]
