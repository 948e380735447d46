"""The last order of a customer: their conversation's own, else the newest of all they wrote."""

from __future__ import annotations

from support.shop import MINUTE, Shop

from omni_tui.desk import customers, orders, thread
from omni_tui.desk.snippet_filling import fill, wants_order


def test_the_order_named_last_is_found_over_all_conversations(shop: Shop) -> None:
    now = shop.now()
    shop.receive("lena@x.example", "订单号：LF-1001 没有收到", subject="Alpha", receipt_at=now - 90 * MINUTE)
    shop.receive("lena@x.example", "And order LF-1002?", subject="Beta", receipt_at=now - 60 * MINUTE)
    shop.receive("lena@x.example", "Thank you", subject="Gamma", receipt_at=now - MINUTE)
    shop.receive("ben@x.example", "Order LF-1003", subject="Four", receipt_at=now)
    two, three = shop.one("beta"), shop.one("gamma")
    order = customers.card(shop.store, three.customer_id).order
    assert order is not None
    assert (order.number, order.conversation_id, order.ref, order.at) == ("LF-1002", two.id, two.ref, now - 60 * MINUTE)
    (message,) = thread.open_thread(shop.store, shop.agent, two.id).messages
    assert order.message_id == message.id


def test_a_snippet_takes_the_order_the_panel_tells(shop: Shop) -> None:
    shop.receive("lena@x.example", "Order LF-1001", subject="Alpha", receipt_at=shop.now() - 90 * MINUTE)
    shop.receive("lena@x.example", "Thank you", subject="Beta")
    for subject, named in (("alpha", True), ("beta", False)):
        opened = thread.open_thread(shop.store, shop.agent, shop.one(subject).id)
        assert (orders.in_conversation(opened.head, opened.messages) is not None) is named
        assert wants_order("Your {order}", opened.head, opened.messages) is not named
        order = customers.card(shop.store, opened.head.customer_id).order
        assert fill("Your {order}", shop.agent, opened.head, opened.messages, order).text == "Your LF-1001"


def test_a_customer_who_named_none_has_none(shop: Shop) -> None:
    shop.receive("lena@x.example", "In order to ask: when?", subject="Hello")
    assert customers.card(shop.store, shop.one().customer_id).order is None
