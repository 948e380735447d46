"""Order numbers as people name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.orders import last_order


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Where is order LF-20931?", "LF-20931"),
        ("Your order number is LF-20931.", "LF-20931"),
        ("Order #4417, please", "4417"),
        ("order no. 4417", "4417"),
        ("Bestellung Nr. 4711 ist da", "4711"),
        ("meine Bestellnummer: AB-1234-X", "AB-1234-X"),
        ("Auftragsnummer 778899", "778899"),
        ("我的订单号：20931 还没到", "20931"),
        ("订单LF-20931的退款", "LF-20931"),
        ("訂單編號 A20931", "A20931"),
        ("order 111 and order 222", "222"),
        ("order 222\n> order 111", "222"),
        ("see below\n> order 111", "111"),
        ("an order of 12 lamps", ""),
        ("order 2024-11-02", ""),
        ("in order to reach 4417", ""),
        ("reorder 4417", ""),
        ("order tomorrow", ""),
        ("", ""),
    ],
)
def test_the_last_one_named_counts(text: str, order: str) -> None:
    assert last_order(text) == order


@given(st.text(alphabet="order 订单号:#-A19 \n>bestellung", max_size=400))
def test_any_text_has_one_with_a_digit_or_none(text: str) -> None:
    found = last_order(text)
    assert not found or (any(map(str.isdigit, found)) and found in text)


def test_a_long_text_of_beginnings_is_read_once() -> None:
    assert last_order("order " * 200_000) == ""
    assert last_order("订单号" * 200_000 + "order 4417") == ""
