"""The last order of a customer: their conversation's own, else the newest of all they wrote."""

from __future__ import annotations

from support.shop import MINUTE, Shop

from omni_tui.desk import customers, orders, thread
from omni_tui.desk.snippet_filling import fill, wants_order
from omni_tui.model.customer import OrderMention


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


def test_an_order_named_long_ago_is_found_over_many_conversations(shop: Shop) -> None:
    lena, now = "lena@x.example", shop.now()
    shop.receive(lena, "订单号：LF-1001 没有收到", subject="Alpha", receipt_at=now - 200 * MINUTE)
    for n in range(30):
        shop.receive(lena, f"In order to ask: what of {n}?", subject=f"Case {n}", receipt_at=now - (150 - n) * MINUTE)
    alpha = shop.one("alpha")

    def found() -> OrderMention:
        order = customers.card(shop.store, alpha.customer_id).order
        assert order is not None
        return order

    assert (found().number, found().conversation_id, found().ref) == ("LF-1001", alpha.id, alpha.ref)
    (message,) = thread.open_thread(shop.store, shop.agent, alpha.id).messages
    assert found().message_id == message.id
    # One that only a subject names, between them, and further back than what the card shows.
    shop.receive(lena, "Hello", subject="Bestellung LF-1002", receipt_at=now - 180 * MINUTE)
    assert (found().number, found().at, found().message_id) == ("LF-1002", now - 180 * MINUTE, "")
    # What is named beside the subject is meant.
    shop.receive(lena, "Or is it Auftrag LF-1004?", subject="ORDER LF-1003", receipt_at=now - 170 * MINUTE)
    assert (found().number, found().message_id != "") == ("LF-1004", True)
    shop.receive(lena, "Order LF-1005", subject="Thanks", receipt_at=now)
    assert found().number == "LF-1005"
    # The newer conversation, though its subject alone names it.
    shop.receive(lena, "Hello?", subject="Order LF-1006", receipt_at=now + 1)
    assert found().number == "LF-1006"
