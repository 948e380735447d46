"""Address lists and subjects: the address is what stands in angle brackets, the name never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.address import domain, is_no_reply, normalise_email
from omni_tui.text.mail import MailUnreadable
from omni_tui.text.mail.addresses import parse_addresses
from omni_tui.text.mail.subject import base_subject, reference_number


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("Anna B <a@b.example>", [("Anna B", "a@b.example")]),
        ('"B, Anna" <a@b.example>, c@d.example', [("B, Anna", "a@b.example"), ("", "c@d.example")]),
        ('"a@trusted.example" <e@evil.example>', [("a@trusted.example", "e@evil.example")]),
        ("a@trusted.example <e@evil.example>", [("a@trusted.example", "e@evil.example")]),
        ('"a@trusted.example" e@evil.example', [("a@trusted.example", "e@evil.example")]),
        ("a@b.example (Anna (B))", [("Anna (B)", "a@b.example")]),
        ("Team: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?B?6YCA5qy+?= <a@b.example>", [("退款", "a@b.example")]),
        ("=?utf-8?Q?Doe,_John?= <a@b.example>", [("Doe, John", "a@b.example")]),
        ('"=?utf-8?B?6YCA5qy+?=" <a@b.example>', [("退款", "a@b.example")]),
        ('"say \\"hi\\"" <a@b.example>', [('say "hi"', "a@b.example")]),
        ("<@relay.example:a@b.example>", [("", "a@b.example")]),
        ("Pete(A nice chap) <pete(his)@silly.example(host)>", [("Pete", "pete@silly.example")]),
        ("a@b.example c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ('Anna "B <a@b.example>', [("Anna B", "a@b.example")]),
        ("Anna (B <a@b.example>", [("Anna B", "a@b.example")]),
        (",, ;", []),
        ("", []),
        ("Just A Name", []),
    ],
)
def test_address_lists(header: str, found: list[tuple[str, str]]) -> None:
    assert [(address.name, address.address) for address in parse_addresses(header)] == found


def test_a_broken_address_is_nobodys() -> None:
    # Libraries have read this as alice@example.org (CVE-2023-27043).
    (address,) = parse_addresses("alice@example.org)bob@evil.example")
    assert normalise_email(address.address) == ""


@given(st.text(st.sampled_from('ab@.,;:<>()"\\ =?utf-8?q?x?=\t'), max_size=60) | st.text(max_size=40))
def test_no_list_raises(header: str) -> None:
    for address in parse_addresses(header):
        assert address.address
        assert " " not in address.address


@given(st.lists(st.emails(), min_size=1, max_size=5))
def test_plain_lists_are_read_whole(addresses: list[str]) -> None:
    header = ", ".join(f'"N {i}" <{address}>' for i, address in enumerate(addresses))
    assert [address.address for address in parse_addresses(header)] == addresses


def test_too_many_addresses_are_refused() -> None:
    with pytest.raises(MailUnreadable):
        parse_addresses(",".join(["a@b.example"] * 501))


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" Anna.B+shop@Example.COM ", "anna.b+shop@example.com"),
        ("<a@b.example>", "a@b.example"),
        ("a@münchen.example", "a@xn--mnchen-3ya.example"),
        # The letters that Python's codec takes for others (UTS 46, section 7): those are other people's domains.
        ("a@faß.example", "a@xn--fa-hia.example"),
        ("a@FAẞ.example", "a@xn--fa-hia.example"),
        ("a@βόλος.example", "a@xn--nxasmm1c.example"),
        ("a@ΒΌΛΟΣ.example", "a@xn--nxasmq6b.example"),
        ("a@" + "ß" * 60 + ".example", ""),
        ("a@ＥＸＡＭＰＬＥ．com", "a@example.com"),
        ("a@b.example.", "a@b.example"),
        ("a b@c.example", ""),
        ("a@b@c.example", ""),
        ("a@-b.example", ""),
        ("a@b..example", ""),
        ("a\u202e@b.example", ""),
        ("@b.example", ""),
        ("nobody", ""),
        ("", ""),
        ("a" * 65 + "@b.example", ""),
    ],
)
def test_one_spelling_for_one_mailbox(written: str, normal: str) -> None:
    assert normalise_email(written) == normal
    assert domain(written) == normal.rpartition("@")[2]


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_email(text)
    assert normalise_email(once) == once


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@a.example",
        "noreply+7@a.example",
        "do_not_reply@a.example",
        "bounces+12@a.example",
        "MAILER-DAEMON@a.example",
    ],
)
def test_nobody_reads_these(address: str) -> None:
    assert is_no_reply(address)


@pytest.mark.parametrize("address", ["nora.reply@a.example", "anna@a.example", "support@a.example", "", "noreply"])
def test_people_read_these(address: str) -> None:
    assert not is_no_reply(address)


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Fwd: AW: 回复：答复: Re[2]: RE(3): order", "order"),
        ("Re: [#1042] order", "order"),
        ("[#1042] Re: order", "order"),
        ("Reorder: shoes", "Reorder: shoes"),
        ("转发： 退款", "退款"),
        ("re:", ""),
        ("Re: " * 20_000 + "x", "x"),
    ],
    ids=lambda value: value[:20],
)
def test_base_subject(subject: str, base: str) -> None:
    assert base_subject(subject) == base


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: [#1042] order", 1042),
        ("order #1042", None),
        ("[#]", None),
        ("[#1] [#2]", 1),
        ("[#" + "9" * 5000 + "]", None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_reference_number(subject: str, number: int | None) -> None:
    assert reference_number(subject) == number
