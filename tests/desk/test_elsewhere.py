"""Which answers by mail a chat shows its visitor, and everything it must not show them."""

from __future__ import annotations

import pytest
from support.shop import Shop
from support.web import Web, chat, chats

from omni_tui.desk import elsewhere, forwarding, merging, outbox, replies, thread, undo
from omni_tui.model.address import Address
from omni_tui.model.commands import Receipt, ShowAnswer
from omni_tui.model.conversation import ConversationRow

LENA = Address("lena@posteo.example", "Lena Brandt")


@pytest.fixture
def web(shop: Shop) -> Web:
    return Web(shop)


def by_mail(shop: Shop, row: ConversationRow, text: str) -> str:
    """The name it can be answered by."""
    replies.reply(shop.store, shop.agent, row.id, text, channel="shop")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.sent(shop.store, shop.epoch, claimed.outbox_id, Receipt())
    return claimed.command.key


def shown(shop: Shop, web: Web, since: int = 0) -> list[str]:
    """The texts; a look at the conversations that changed finds the same as one at the whole store."""
    whole = elsewhere.shown_since(shop.store, web.id, since)
    assert whole == elsewhere.shown_since(shop.store, web.id, since, [row.id for row in shop.rows()])
    found = [one.command for one in whole]
    assert all(isinstance(one, ShowAnswer) for one in found)
    return [one.text for one in found if isinstance(one, ShowAnswer)]


def test_an_answer_by_mail_is_shown_to_the_visitor_it_answers(shop: Shop, web: Web) -> None:
    web.say("v1", "Is anybody there?", LENA.address.upper(), offline=True)
    web.say("v2", "Somebody else", "tom@posteo.example", offline=True)
    row = next(row for row in chats(shop) if row.snippet.startswith("Is"))
    replies.note(shop.store, shop.agent, row.id, "for the team")
    assert shown(shop, web) == []
    by_mail(shop, row, "Yes, we are.")
    (told,) = elsewhere.shown_since(shop.store, web.id, 0)
    assert isinstance(told.command, ShowAnswer)
    assert (told.command.reply_keys, told.command.text, told.command.agent) == (("web:v1",), "Yes, we are.", "Ana")
    assert elsewhere.shown_since(shop.store, web.id, 0) == (told,), "the same name at every look"
    assert elsewhere.shown_since(shop.store, web.id, told.at) == ()
    assert shown(shop, web) == ["Yes, we are."]


def test_an_answer_in_the_chat_itself_is_not_shown_twice(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", LENA.address)
    replies.reply(shop.store, shop.agent, chat(shop).id, "here", channel="web")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["web"])
    assert claimed is not None
    outbox.sent(shop.store, shop.epoch, claimed.outbox_id, Receipt())
    assert shown(shop, web) == []


def test_what_did_not_leave_is_not_shown(shop: Shop, web: Web) -> None:
    web.say("v1", "Is anybody there?", LENA.address, offline=True)
    replies.reply(shop.store, shop.agent, chat(shop).id, "queued", channel="shop")
    assert shown(shop, web) == []
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    assert shown(shop, web) == []
    outbox.failed(shop.store, shop.epoch, claimed.outbox_id, "gone")
    assert shown(shop, web) == []


def test_once_mail_came_in_the_chat_shows_nothing_more(shop: Shop, web: Web) -> None:
    """Whoever claimed another's address must not read what its owner is answered."""
    web.say("v1", "It is me, Lena", LENA.address, offline=True)
    row = chat(shop)
    key = by_mail(shop, row, "Is that you?")
    assert shown(shop, web) == ["Is that you?"]
    shop.receive(LENA, "No! Who chats in my name?", reply_keys=(key,), vouched=True)
    by_mail(shop, row, "Your order 77A1 is safe.")
    assert shown(shop, web) == []


def test_what_went_to_somebody_else_is_not_shown(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", LENA.address, offline=True)
    row = chat(shop)
    (question,) = thread.open_thread(shop.store, shop.agent, row.id).messages
    for address in ("supplier@posteo.example", LENA.address):
        forwarding.forward(shop.store, shop.agent, question.id, [address], "What did you ship her?", channel="shop")
        claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
        assert claimed is not None
        outbox.sent(shop.store, shop.epoch, claimed.outbox_id, Receipt())
    assert shown(shop, web) == []


def test_a_conversation_of_two_visitors_shows_neither_the_others_answers(shop: Shop, web: Web) -> None:
    web.say("v1", "first", LENA.address, offline=True)
    web.say("v2", "second", LENA.address, offline=True)
    first, second = sorted(chats(shop), key=lambda row: row.ref)
    by_mail(shop, first, "for the first")
    assert shown(shop, web) == ["for the first"]
    merging.merge(shop.store, shop.agent, [second.id], first.id)
    assert shown(shop, web) == []
    undo.undo(shop.store, shop.agent)
    assert shown(shop, web) == ["for the first"]


def test_a_mailbox_s_own_conversations_are_nothing_to_a_chat(shop: Shop, web: Web) -> None:
    shop.receive(LENA, "by mail")
    by_mail(shop, shop.one(), "answered")
    assert shown(shop, web) == []
