"""Only our own server's word on a sender counts, and who looks like somebody else is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.address import registrable
from omni_tui.text.mail import parse
from omni_tui.text.mail.authentication import Verdict, read, trusted_domains, verdict
from omni_tui.text.mail.imitation import SenderWarning, sender_warnings

GMAIL = (
    "mx.google.com; dkim=pass header.i=@example.com header.s=s1 header.b=abc; spf=pass (google.com: domain of"
    " anna@example.com designates 192.0.2.1 as permitted sender) smtp.mailfrom=anna@example.com;"
    " dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com"
)
MICROSOFT = (
    "spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dkim=none (message not signed) header.d=none;"
    "dmarc=fail action=quarantine header.from=example.com;compauth=fail reason=000"
)
QQ = "mx.qq.com; spf=none smtp.mailfrom=; dkim=; dmarc=permerror(policy not found)"


@pytest.mark.parametrize(
    ("header", "host", "expected"),
    [
        (GMAIL, "imap.gmail.com", Verdict("mx.google.com", "pass", "pass", "pass")),
        (MICROSOFT, "outlook.office365.com", Verdict("", "fail", "none", "fail")),
        (QQ, "imap.qq.com", Verdict("mx.qq.com", "permerror", "", "none")),
        ("mx1.messagingengine.com; dmarc=pass", "imap.fastmail.com", Verdict("mx1.messagingengine.com", "pass")),
        ("mail.shop.example 1; spf=softfail", "imap.shop.example", Verdict("mail.shop.example", spf="softfail")),
        ("MAIL.Shop.Example; SPF=Pass", "imap.shop.example", Verdict("mail.shop.example", spf="pass")),
        ("mx.shop.example; dkim=fail header.d=a; dkim=pass", "shop.example", Verdict("mx.shop.example", dkim="pass")),
        ("mail.shop.example; none", "imap.shop.example", Verdict("mail.shop.example")),
    ],
)  # fmt: skip
def test_what_servers_write(header: str, host: str, expected: Verdict) -> None:
    assert verdict([header], domains=trusted_domains(host)) == expected


@pytest.mark.parametrize(
    "headers",
    [
        ["evil.example; dmarc=pass"],
        ["shop.example.evil.example; dmarc=pass"],
        ["notshop.example; dmarc=pass"],
        ["(mail.shop.example;) evil.example; dmarc=pass"],
        ["dmarc=pass"],
        [""],
        ["mail.shop.example; dmarc=fail", "mail.shop.example; dmarc=pass"],
        ["evil.example; x=y (", "mail.shop.example; dmarc=fail", "x.shop.example; dmarc=pass"],
        ["mail.shop.example; spf=none (dmarc=pass)"],
    ],
)
def test_a_forged_pass_is_not_believed(headers: list[str]) -> None:
    assert verdict(headers, domains=trusted_domains("imap.shop.example")).dmarc != "pass"
    assert verdict(headers, ["mail.shop.example"]).dmarc != "pass"


def test_named_servers_are_the_only_ones() -> None:
    headers = ["mx.shop.example; dmarc=fail", "spf.shop.example; spf=pass", "dmarc.shop.example; dmarc=pass"]
    found = verdict(headers, ["dmarc.shop.example", "SPF.shop.example"], ["shop.example"])
    assert found == Verdict("spf.shop.example", dmarc="pass", spf="pass")


def test_headers_come_topmost_first() -> None:
    raw = (
        b"Authentication-Results: a.example;\r\n dmarc=pass\r\nFrom: x@y.example\r\n"
        b"Authentication-Results: b.example; spf=fail\r\n\r\nx"
    )
    assert parse(raw).authentication == ("a.example; dmarc=pass", "b.example; spf=fail")


@given(st.text(alphabet='();=abcdmarcspf passfail.\\"\n', max_size=300))
def test_no_header_raises(value: str) -> None:
    read(value)


@pytest.mark.parametrize("value", ["(" * 60_000, "a;" * 30_000, "()" * 30_000, "a; " + "dmarc=" * 10_000])
def test_hostile_headers_are_read(value: str) -> None:
    read(value)


@pytest.mark.parametrize(
    ("host", "domain"),
    [("imap.gmail.com", "gmail.com"), ("mail.shop.co.uk", "shop.co.uk"), ("shop.example", "shop.example"),
     ("localhost", "localhost"), ("192.0.2.1", "192.0.2.1"), ("mail.shop.com.cn.", "shop.com.cn")],
)  # fmt: skip
def test_the_registered_domain(host: str, domain: str) -> None:
    assert registrable(host) == domain


@pytest.mark.parametrize(
    ("name", "address", "kinds"),
    [
        ("Anna", "anna@example.com", []),
        ("anna@example.com", "anna@example.com", []),
        ("anna@mail.example.com", "anna@example.com", []),
        ("support@bank.example", "x@evil.example", ["name_is_address"]),
        ("Bank <support@bank.example>", "x@evil.example", ["name_is_address"]),
        ("support＠bank.example", "x@evil.example", ["name_is_address"]),
        ("Pаypal", "x@evil.example", ["name_mixes_scripts"]),  # a Cyrillic letter
        ("Gοοgle Support", "x@evil.example", ["name_mixes_scripts"]),  # two Greek ones
        ("Иван Петров", "ivan@example.com", []),
        ("Иван Petrov", "ivan@example.com", []),
        ("山田太郎", "taro@example.com", []),
        ("ABC株式会社サポート", "x@example.com", []),
        ("삼성전자 Galaxy", "x@example.com", []),
        ("陈先生VIP", "x@example.com", []),
        ("Μαρία", "m@example.com", []),
        ("François Müller-Łuków", "f@example.com", []),
        ("Jose\u0301", "j@example.com", []),
        ("Anna", "x@xn--pypal-4ve.example", ["domain_lookalike"]),
        ("Anna", "x@раураӏ.example", ["domain_lookalike"]),
        ("Anna", "x@bücher.example", ["domain_foreign"]),
        ("Anna", "x@例子.example", ["domain_foreign"]),
        ("Anna", "x@пример.example", ["domain_foreign"]),
    ],
)
def test_who_looks_like_somebody_else(name: str, address: str, kinds: list[str]) -> None:
    assert [each.kind for each in sender_warnings(name, address)] == kinds


def test_the_true_domain_is_told() -> None:
    (warning,) = sender_warnings("", "x@раураӏ.example")
    assert warning.detail == "раураӏ.example".encode("idna").decode()
    assert parse(b'From: "a@bank.example" <x@evil.example>\r\n\r\nx').warnings == (
        SenderWarning("name_is_address", "a@bank.example"),
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_sender_raises(name: str, address: str) -> None:
    sender_warnings(name, address)
