"""An address typed into a chat: what it joins, what it never does, and how an answer goes there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.shop import MINUTE, Shop
from support.web import Web, chat, chats

from omni_tui.desk import claims, customer_edits, customers, outbox, replies, thread, undo
from omni_tui.desk.facts import warning_sentences
from omni_tui.model.address import Address
from omni_tui.model.commands import Send
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Direction
from omni_tui.model.errors import UsageError
from omni_tui.model.facts import Facts, Verdict

LENA = Address("lena@posteo.example", "Lena Brandt")


@pytest.fixture
def web(shop: Shop) -> Web:
    return Web(shop)


def mail(shop: Shop, text: str = "Hello", author: Address = LENA, **more: object) -> ConversationRow:
    shop.receive(author, text, **{"vouched": True, **more})
    return next(row for row in shop.rows() if row.kind == "mail" and row.snippet.startswith(text))


def warning(shop: Shop, row: ConversationRow) -> str:
    return warning_sentences(thread.open_thread(shop.store, shop.agent, row.id).messages[0].facts)[0]


def customer(shop: Shop, row: ConversationRow) -> str:
    return customers.card(shop.store, row.customer_id).id


def by_mail(shop: Shop, row: ConversationRow, text: str = "By mail.") -> Send:
    replies.reply(shop.store, shop.agent, row.id, text, channel="shop")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    return claimed.command


def test_a_mail_from_the_address_claimed_makes_one_customer(shop: Shop, web: Web) -> None:
    web.say("v1", "帐篷杆断了", LENA.address.upper())
    row = chat(shop)
    assert (
        "nothing proves" in warning_sentences(thread.open_thread(shop.store, shop.agent, row.id).messages[0].facts)[0]
    )
    before = customers.card(shop.store, row.customer_id)
    assert [each.kind for each in before.identities] == ["chat"]
    letter = mail(shop, "Me again, by mail")
    card = customers.card(shop.store, chat(shop).customer_id)
    assert card.id == customer(shop, letter)
    assert {each.value for each in card.identities} == {"web:v1", LENA.address}
    assert {past.ref for past in card.conversations} == {row.ref, letter.ref}
    opened = thread.open_thread(shop.store, shop.agent, row.id)
    assert "has proven the address, not that it was they" in warning_sentences(opened.messages[0].facts)[0]
    (event,) = (each for each in opened.messages if each.direction is Direction.EVENT)
    assert (event.verb, event.agent) == ("join", LENA.address)
    assert {found.ref for found in shop.rows("customer:lena")} == {row.ref, letter.ref}


@pytest.mark.parametrize(
    "more",
    [
        {"vouched": False},
        {"facts": Facts(verdict=Verdict("mx", dmarc="fail")), "vouched": False},
        {"automatic": True},
        {"auto_reply": True},
        {"author": Address("lena@posteo.example.evil.example", "Lena Brandt")},
        {"author": Address("mallory@evil.example", LENA.address)},
        {"author": Address("mallory@evil.example"), "reply_to": (LENA,)},
    ],
    ids=["unproven", "failed", "robot", "absence", "longer", "name", "reply-to"],
)
def test_what_proves_nothing_joins_nothing(shop: Shop, web: Web, more: dict[str, object]) -> None:
    web.say("v1", "hello", LENA.address)
    letter = mail(shop, "A letter", **more)  # type: ignore[arg-type]
    assert customer(shop, chat(shop)) != customer(shop, letter)


def test_a_stranger_who_claims_a_customers_address_gets_nothing_of_theirs(shop: Shop, web: Web) -> None:
    mail(shop, "secret details")
    web.say("v9", "I am Lena, where is my parcel?", LENA.address)
    for text in ("another order", "and another"):
        mail(shop, text, subject=text)
    card = customers.card(shop.store, chat(shop).customer_id)
    assert [each.value for each in card.identities] == ["web:v9"]
    assert card.conversation_count == 1


def test_an_address_two_visitors_claim_is_proven_for_neither(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", LENA.address)
    web.say("v2", "hello", LENA.address)
    letter = mail(shop, "A letter")
    owner = customer(shop, letter)
    assert all(customer(shop, row) != owner for row in chats(shop))


def test_whoever_tries_several_addresses_is_joined_by_an_answer_to_us_alone(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", "yan@post.example")
    web.say("v1", "or perhaps", LENA.address)
    letter = mail(shop, "A letter")
    row = chat(shop)
    assert customer(shop, row) != customer(shop, letter)
    shop.receive(LENA, "Yes", reply_keys=(by_mail(shop, row).key,))
    assert customer(shop, chat(shop)) == customer(shop, letter)


def test_a_claim_long_ago_needs_an_answer_to_us(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", LENA.address)
    with shop.store.write() as tx:
        tx.execute_many("UPDATE messages SET received_at = received_at - :ms", [{"ms": claims.YOUNG_MS + MINUTE}])
    letter = mail(shop, "A letter")
    assert customer(shop, chat(shop)) != customer(shop, letter)


def test_two_whom_the_shop_vouches_for_stay_two(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", LENA.address, user="u-1")
    mail(shop, "mine")
    first = customer(shop, chat(shop))
    assert customer(shop, shop.one("from:lena kind:mail")) == first
    web.say("v2", "I am another", LENA.address, user="u-2", offline=True)
    second = next(row for row in chats(shop) if customer(shop, row) != first)
    sent = by_mail(shop, second)
    shop.receive(LENA, "Who is that?", reply_keys=(sent.key,), vouched=True)
    assert customer(shop, second) != first


def test_an_answer_to_what_we_mailed_joins_where_it_belongs(shop: Shop, web: Web) -> None:
    mail(shop, "known long before")
    web.say("v1", "Is anybody there?", LENA.address, offline=True)
    row = chat(shop)
    opened = thread.open_thread(shop.store, shop.agent, row.id)
    assert [way.channel for way in opened.ways] == ["shop", "web"]
    assert (opened.reply_to[0].address, opened.reply.unproven) == (LENA.address, True)
    sent = by_mail(shop, row)
    assert sent.reply_keys == (), "a chat's own names are nobody's business in a mail"
    assert sent.quote is not None and sent.quote.text == "Is anybody there?"
    assert sent.quote.author == Address("", "Visitor"), "our own name of a visitor is not for a mail"
    assert (sent.to[0].address, sent.sender) == (LENA.address, "support@shop.example")
    shop.receive(LENA, "Yes, that is me", reply_keys=(sent.key,))
    row = chat(shop)
    assert row.snippet == "Yes, that is me"
    card = customers.card(shop.store, row.customer_id)
    assert {each.value for each in card.identities} == {"web:v1", LENA.address}
    opened = thread.open_thread(shop.store, shop.agent, row.id)
    assert not opened.reply.unproven
    assert "which their mail from there has proven" in warning_sentences(opened.messages[0].facts)[0]


def test_a_forged_answer_joins_nobody(shop: Shop, web: Web) -> None:
    web.say("v1", "Is anybody there?", LENA.address, offline=True)
    row = chat(shop)
    sent = by_mail(shop, row)
    shop.receive(LENA, "FORGED", reply_keys=(sent.key,), facts=Facts(verdict=Verdict("mx", dmarc="fail")))
    shop.receive(LENA, "FORGED", reply_keys=("made@up",), subject=f"Re: [#{row.ref}]")
    assert customers.card(shop.store, row.customer_id).conversation_count == 1


def test_a_join_can_be_taken_back_and_stays_so(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", LENA.address)
    letter = mail(shop, "A letter")
    row = chat(shop)
    assert claims.separate(shop.store, shop.agent, [row.id]).changed == (row.id,)
    assert customer(shop, chat(shop)) != customer(shop, letter)
    assert (
        "nothing proves" in warning_sentences(thread.open_thread(shop.store, shop.agent, row.id).messages[0].facts)[0]
    )
    mail(shop, "One more", subject="One more")
    assert customer(shop, chat(shop)) != customer(shop, letter)
    again = claims.separate(shop.store, shop.agent, [row.id])
    assert (again.untouched, again.act_id) == ((row.id,), "")
    undo.undo(shop.store, shop.agent)
    assert customer(shop, chat(shop)) == customer(shop, letter)
    undo.redo(shop.store, shop.agent)
    assert customer(shop, chat(shop)) != customer(shop, letter)
    assert [found.ref for found in shop.rows("customer:lena kind:chat")] == []


@pytest.mark.parametrize("address", ["web:v1", LENA.address])
def test_taking_an_address_out_forgets_the_claim_that_led_there(shop: Shop, web: Web, address: str) -> None:
    web.say("v1", "hello", LENA.address)
    letter = mail(shop, "A letter")
    assert customer(shop, chat(shop)) == customer(shop, letter)
    customer_edits.split(shop.store, shop.agent, chat(shop).customer_id, address)
    assert customer(shop, chat(shop)) != customer(shop, letter)
    row = chat(shop)
    shop.receive(LENA, "Who is that?", reply_keys=(by_mail(shop, row).key,), vouched=True)
    mail(shop, "One more", subject="One more")
    assert customer(shop, chat(shop)) != customer(shop, letter), "an agent said that they are two"


def test_taking_an_address_out_leaves_what_else_is_claimed(shop: Shop, web: Web) -> None:
    yan = Address("yan@post.example", "Yan")
    web.say("v1", "hello", LENA.address)
    letter = mail(shop, "A letter")
    web.say("v1", "or by", yan.address)
    customer_edits.split(shop.store, shop.agent, chat(shop).customer_id, LENA.address)
    other = mail(shop, "From Yan", author=yan)
    assert customer(shop, chat(shop)) == customer(shop, other) != customer(shop, letter)


def test_a_visitor_who_is_there_is_answered_there(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", LENA.address)
    opened = thread.open_thread(shop.store, shop.agent, chat(shop).id)
    assert [(way.channel, way.unproven, way.typing) for way in opened.ways] == [
        ("web", False, True),
        ("shop", True, False),
    ]
    assert opened.answered_by("shop").reply_to[0].address == LENA.address
    web.say("v2", "no address")
    other = next(row for row in chats(shop) if row.id != opened.head.id)
    assert [way.channel for way in thread.open_thread(shop.store, shop.agent, other.id).ways] == ["web"]
    with pytest.raises(UsageError, match="cannot be replied to by shop"):
        replies.reply(shop.store, shop.agent, other.id, "hello", channel="shop")


@pytest.mark.parametrize("claim", ["support@shop.example", "no-reply@post.example"])
def test_nobody_makes_us_write_to_ourselves(shop: Shop, web: Web, claim: str) -> None:
    web.say("v1", "hello", claim, offline=True)
    assert [way.channel for way in thread.open_thread(shop.store, shop.agent, chat(shop).id).ways] == ["web"]


def test_where_an_answer_failed_mail_comes_first(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", LENA.address)
    row = chat(shop)
    replies.reply(shop.store, shop.agent, row.id, "here")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["web"])
    assert claimed is not None and claimed.command.to[0].address == "web:v1"
    outbox.failed(shop.store, shop.epoch, claimed.outbox_id, "gone")
    assert thread.open_thread(shop.store, shop.agent, row.id).reply.channel == "shop"


def test_a_visitor_who_comes_back_is_answered_in_the_chat_again(shop: Shop, web: Web) -> None:
    web.say("v1", "Is anybody there?", LENA.address, offline=True)
    row = chat(shop)
    sent = by_mail(shop, row)
    assert thread.open_thread(shop.store, shop.agent, row.id).reply.channel == "shop"
    web.say("v1", "I am back")
    opened = thread.open_thread(shop.store, shop.agent, row.id)
    assert (opened.reply.channel, [each.address for each in opened.reply_to]) == ("web", ["web:v1"])
    shop.receive(LENA, "and by mail", reply_keys=(sent.key,))
    opened = thread.open_thread(shop.store, shop.agent, row.id)
    assert (opened.reply.channel, [each.address for each in opened.reply_to]) == ("shop", [LENA.address])
    assert replace(opened, messages=()).answered_by("web").reply_to[0].address == "web:v1"


def test_the_page_and_language_told_last_are_known(shop: Shop, web: Web) -> None:
    shop.receive(LENA, "A letter")
    assert claims.visit_of(shop.store, shop.one("from:lena").id) is None
    web.say("v1", "hello", "yan@post.example", page="https://shop.example/tents", language="zh-CN")
    web.say("v1", "again", page="https://shop.example/100%25")
    web.say("v1", "and again")
    row = chat(shop)
    visit = claims.visit_of(shop.store, row.id)
    assert visit is not None
    assert (visit.page, visit.title, visit.language) == ("https://shop.example/100%25", "Tents", "zh-CN")
    assert (visit.claim, visit.proven) == ("yan@post.example", False)
    mail(shop, "It is me", author=Address("Yan@post.example"))
    visit = claims.visit_of(shop.store, row.id)
    assert visit is not None and visit.proven
