"""Answering all: who else is on the mail that is answered."""

from __future__ import annotations

from support.shop import SHOP, Shop

from omni_tui.desk import drafts, replies, undo
from omni_tui.desk.thread import open_thread
from omni_tui.model.address import Address
from omni_tui.model.draft import DraftFields
from omni_tui.model.enums import DraftMode
from omni_tui.model.message import Thread

LENA = Address("lena@post.example", "Lena")
CARL = Address("carl@post.example", "Carl")
BOSS = Address("boss@firm.example", "Boss")


def opened(shop: Shop) -> Thread:
    return open_thread(shop.store, shop.agent, shop.rows()[0].id)


def others(shop: Shop) -> list[str]:
    return [each.address for each in opened(shop).reply.others]


def test_to_and_cc_of_the_last_mail_without_us_and_without_the_sender(shop: Shop) -> None:
    shop.receive(LENA, to=(SHOP, CARL), cc=(BOSS, Address("CARL@post.example"), LENA, Address("no-reply@firm.example")))
    assert others(shop) == ["carl@post.example", "boss@firm.example"]
    assert [each.address for each in opened(shop).reply_to] == ["lena@post.example"]


def test_the_last_mail_alone_counts_and_ours_where_nobody_answered(shop: Shop) -> None:
    first = shop.receive(LENA, cc=(CARL,))
    shop.receive(LENA, reply_keys=(first.key,), receipt_at=shop.now() + 1000)
    assert others(shop) == []
    shop.sent_elsewhere(BOSS, "An offer", cc=(CARL,), subject="Offer", receipt_at=shop.now() + 2000)
    assert [each.address for each in opened(shop).reply_to] == ["boss@firm.example"]
    assert others(shop) == ["carl@post.example"]


def test_a_reply_to_takes_the_senders_place_and_a_list_is_not_answered_twice(shop: Shop) -> None:
    shop.receive(LENA, reply_to=(CARL,), cc=(CARL, BOSS))
    assert [each.address for each in opened(shop).reply_to] == ["carl@post.example"]
    assert others(shop) == ["boss@firm.example"]


def test_an_answer_to_all_has_them_in_copy_and_they_take_part(shop: Shop) -> None:
    mail = shop.receive(LENA, cc=(CARL,))
    thread = opened(shop)
    replies.reply(shop.store, shop.agent, thread.head.id, "Hello", cc=[each.address for each in thread.reply.others])
    ours = opened(shop).messages[-1]
    assert ([p.address for p in ours.to], [p.address for p in ours.cc]) == (
        ["lena@post.example"],
        ["carl@post.example"],
    )
    shop.receive(CARL, "Me too", reply_keys=(mail.key,), receipt_at=shop.now() + 1000)
    assert len(shop.rows()) == 1


def test_a_reply_called_back_goes_to_the_same_though_another_was_begun_meanwhile(shop: Shop) -> None:
    mail = shop.receive(LENA, cc=(CARL,))
    id = shop.one().id
    sent = replies.reply(shop.store, shop.agent, id, "Hello", cc=[CARL.address], delay_ms=60_000)
    drafts.save(shop.store, shop.agent, id, DraftMode.REPLY, "And:", fields=DraftFields(seen=mail.key))
    assert undo.undo(shop.store, shop.agent).act_id == sent.act_id
    draft = drafts.load(shop.store, shop.agent, id, DraftMode.REPLY)
    assert draft is not None and (draft.body, draft.fields.cc) == ("Hello\n\nAnd:", CARL.address)
    assert draft.fields.seen == mail.key
