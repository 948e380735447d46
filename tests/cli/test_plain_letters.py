"""Line mode: forwarding, writing first and answering all, with what was begun kept line by line."""

from __future__ import annotations

import pytest
from support.shop import SHOP, Shop
from support.spoken import spoken

from omni_tui.desk import channels, new_drafts, outbox
from omni_tui.desk.thread import open_thread
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.enums import Direction
from omni_tui.model.message import MessageRow

LENA = Address("lena@posteo.example", "Lena Hoffmann")
TOM = Address("tom@posteo.example", "Tom")


@pytest.fixture
def shop(desk: Shop) -> Shop:
    channels.register(desk.store, "shop", "mail", SHOP.address, Capabilities(subject=True, cc=True, media_out=True))
    desk.receive(LENA, "Where is it?", to=(SHOP,), cc=(TOM,), subject="Order 4417")
    return desk


def ours(shop: Shop, id: str) -> list[MessageRow]:
    return [m for m in open_thread(shop.store, shop.agent, id).messages if m.direction is Direction.OUTBOUND]


def test_a_message_is_forwarded_and_called_back(shop: Shop) -> None:
    id = shop.one().id
    out = spoken("f 1", "nobody", "f 1", "depot@carrier.example", "Where is it?", "q")
    assert "no mail address" in out
    (sent,) = ours(shop, id)
    assert (sent.text, [each.address for each in sent.to]) == ("Where is it?", ["depot@carrier.example"])
    assert sent.outbox is not None and sent.outbox.not_before > shop.now()
    assert "draft again" in spoken("z", "q")
    assert outbox.unsettled(shop.store) == ()


def test_somebody_is_written_to_and_what_was_begun_is_gone_on_with(shop: Shop) -> None:
    out = spoken("c", "nina@new.example", "Your tent", "It is", ".q", "q")
    assert "Draft kept." in out and len(shop.rows()) == 1
    out = spoken("c", "ready.", ".", "q")
    assert "    It is" in out
    (row,) = shop.rows("from:nina OR customer:nina")
    assert [each.text for each in ours(shop, row.id)] == ["It is\nready."]
    assert new_drafts.mine(shop.store, shop.agent) == ()
    spoken("c", "nina@new.example", "Other", "x", ".x", "q")
    assert new_drafts.mine(shop.store, shop.agent) == ()


def test_all_are_answered(shop: Shop) -> None:
    spoken("1", "R", "Hello all", ".", "q", "q")
    (sent,) = ours(shop, shop.one().id)
    assert (sent.text, [each.address for each in sent.cc]) == ("Hello all", ["tom@posteo.example"])
