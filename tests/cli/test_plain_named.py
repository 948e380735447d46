"""Line mode's way to what a thread names, and to an act that is not the last: by numbers."""

from __future__ import annotations

import pytest
from support.shop import MINUTE, Shop
from support.spoken import spoken

from omni_tui.desk import history, replies, triage
from omni_tui.model.address import Address

LENA = Address("lena@posteo.example", "Lena Hoffmann")


@pytest.fixture
def shop(desk: Shop) -> Shop:
    """Lena's two conversations: the older names an order, the newer a link and a phone number."""
    desk.receive(LENA, "Order LF-1001?", subject="Alpha", receipt_at=desk.now() - 90 * MINUTE)
    desk.receive(LENA, "See https://x.example/1 or call +49 30 1234567.", subject="Beta", receipt_at=desk.now())
    return desk


def test_links_orders_and_addresses_are_numbered_and_gone_to(shop: Shop) -> None:
    out = spoken("1", "links", "links 1", "links 2", "links 9", "go")
    assert "1. link https://x.example/1" in out
    assert "2. address lena@posteo.example" in out
    assert "3. phone +49 30 1234567" in out
    assert "It leads to x.example:" in out
    assert "2 conversations" in out  # what this address wrote


def test_the_last_order_is_told_wherever_it_was_named(shop: Shop) -> None:
    assert f"Order LF-1001, named in #{shop.one('alpha').ref} 1h" in spoken("1", "go")


def test_an_earlier_act_is_taken_back_by_its_number(shop: Shop) -> None:
    id = shop.one("beta").id
    triage.tag(shop.store, shop.agent, [id], ["vip"])
    replies.note(shop.store, shop.agent, id, "checked")
    (tag,) = (act.number for act in history.acts(shop.store, shop.agent, id) if act.verb == "tag")
    out = spoken("1", "gz", f"undo {tag}", "undo 999")
    assert "undo and an act's number takes that one back" in out
    assert shop.one("beta").tags == ()
    assert "There is no act '999'." in out
