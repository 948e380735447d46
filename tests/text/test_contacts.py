"""Addresses and phone numbers are found as people write them, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.contacts import addresses_in, phones_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to lena@posteo.example, please.", ("lena@posteo.example",)),
        ("请联系wang.xiuying@example.cn。谢谢", ("wang.xiuying@example.cn",)),
        ("<a.b+c@x-y.example> and a.b+c@x-y.example.", ("a.b+c@x-y.example",)),
        ("https://user@host.example/path@x.example", ()),
        ("@lena is a colleague, me@home is none", ()),
    ],
)
def test_addresses(text: str, found: tuple[str, ...]) -> None:
    assert addresses_in(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call +49 30 1234567 or 030/1234567.", ("+49 30 1234567", "030/1234567")),
        ("(415) 555-0132 or 415-555-0133", ("(415) 555-0132", "415-555-0133")),
        ("手机13812345678，谢谢", ("13812345678",)),
        ("0044 20 7946 0958", ("0044 20 7946 0958",)),
        ("On 02.11.2026 at 09:30, order LF-20931, 2026-11-02", ()),
        ("10.0.0.1 and 4111111111111111 and SO-0123456789", ()),
        ("+1", ()),
    ],
)
def test_phone_numbers(text: str, found: tuple[str, ...]) -> None:
    assert phones_in(text) == found


@given(st.text(st.sampled_from("0123 +()-./@a.例\n"), max_size=300))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    assert all(each in text for each in (*addresses_in(text), *phones_in(text)))


@pytest.mark.parametrize("piece", ["0 ", "00", "+1-", "a.", "a@", "1381234567", "(0)"])
def test_no_text_makes_it_slow(piece: str) -> None:
    # Seconds, if it were not linear: the guard of the suite ends it.
    text = piece * (200_000 // len(piece))
    addresses_in(text)
    phones_in(text)
