"""Nobody joins a conversation by a made-up reference, a forged From or a number; mail passed on; where answers go."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import SHOP, Shop

from omni_tui.desk import channels, outbox, replies, thread
from omni_tui.desk.recipients import Recipients
from omni_tui.desk.ways import ways
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Send
from omni_tui.model.events import Forwarded, Received, RemoteMessage, SentElsewhere

LENA = Address("lena@post.example", "Lena")
MAX = Address("max@post.example", "Max")
MALLORY = Address("mallory@evil.example", "Lena")
AGENT = Address("ana@shop.example", "Ana")


def answered(shop: Shop, body: str = "Here you are") -> Send:
    """A reply to the one conversation, on its way."""
    replies.reply(shop.store, shop.agent, shop.one("from:lena").id, body)
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    return claimed.command


def way(shop: Shop) -> Recipients:
    id_ = shop.one().id
    with shop.store.read() as tx:
        return ways(tx, id_)[0].recipients


def texts(shop: Shop, conversation_id: str) -> list[str]:
    return [each.text for each in thread.open_thread(shop.store, shop.agent, conversation_id).messages if each.text]


def forged(shop: Shop, chance: random.Random, key: str, first: RemoteMessage, ref: int) -> RemoteMessage:
    """A mail by somebody who guesses: forged From with made-up names, or true names from a stranger."""
    id_, _dot, rest = key.partition(".")
    signature, _at, domain = rest.partition("@")
    made_up = [
        f"{id_}.{''.join(chance.choices('0123456789abcdef', k=24))}@{domain}",
        f"{id_}@{domain}",
        f"{id_}.@{domain}",
        f"{chance.randrange(16**32):032x}.{signature}@{domain}",
        f"{first.key}x",
        f"m{chance.randrange(10**6)}@guess.example",
        "",
    ]
    subject = chance.choice(["A question", f"Re: A question [#{ref}]", f"[#{ref}]", ""])
    if chance.random() < 0.5:
        author = chance.choice([LENA, Address(LENA.address.upper(), "Lena"), Address(f" {LENA.address}")])
        return shop.mail(author, "FORGED", subject=subject, reply_keys=(chance.choice(made_up),))
    author = chance.choice([MALLORY, Address("lena@post.example.evil.example"), Address("lena+x@post.example")])
    names = chance.choice([(key,), (first.key,), (first.key, key), *((each,) for each in made_up)])
    return shop.mail(author, "FORGED", subject=subject, reply_keys=tuple(filter(None, names)))


def test_500_forged_mails_join_nothing(shop: Shop) -> None:
    first = shop.receive(LENA, "secret details")
    row = shop.one()
    key = answered(shop).key
    chance = random.Random(7)
    shop.take(*(Received(forged(shop, chance, key, first, row.ref)) for _n in range(500)))
    assert texts(shop, row.id) == ["secret details", "Here you are"]
    shop.receive(LENA, "Thank you", reply_keys=(key,))
    assert texts(shop, row.id)[-1] == "Thank you"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.text(max_size=120), max_size=4), st.text(max_size=60))
def test_no_made_up_reference_joins(shop: Shop, names: list[str], subject: str) -> None:
    if not shop.rows():
        shop.receive(LENA, "secret details")
        answered(shop)
    row = shop.rows("from:lena secret")[0]
    shop.take(Received(shop.mail(LENA, "FORGED", reply_keys=tuple(names), subject=subject)))
    assert "FORGED" not in texts(shop, row.id)


def test_who_says_to_be_us_does_not_speak_as_us(shop: Shop) -> None:
    shop.receive(LENA, "secret details")
    row = shop.one()
    as_us = shop.mail(SHOP, "Pay to this account", to=(LENA,), subject=f"[#{row.ref}]")
    shop.take(SentElsewhere(as_us, proven=False))
    assert texts(shop, row.id) == ["secret details"]
    inside = shop.mail(SHOP, "Nothing owed", to=(SHOP,), reply_keys=("made@up",), subject=f"[#{row.ref}]")
    shop.take(Received(inside))
    assert texts(shop, row.id) == ["secret details"]


def test_being_copied_by_a_stranger_draws_nobody_into_the_strangers_conversation(shop: Shop) -> None:
    shop.receive(MALLORY, "hi", cc=(LENA,), reply_keys=("a-mail-lena-will-mention@post.example",))
    shop.receive(LENA, "secret details", reply_keys=("a-mail-lena-will-mention@post.example",))
    assert len(shop.rows()) == 2


def test_copied_people_take_part_and_answering_them_is_shown_as_a_change(shop: Shop) -> None:
    shop.receive(LENA, cc=(MAX,))
    key = answered(shop).key
    assert not way(shop).changed
    shop.receive(MAX, "I am her brother", reply_keys=(key,))
    found = way(shop)
    assert [each.address for each in found.to] == [MAX.address] and found.changed
    assert [each.address for each in found.before] == [LENA.address]


def test_answers_wanted_elsewhere_are_a_change(shop: Shop) -> None:
    shop.receive(LENA, reply_to=(Address("elsewhere@evil.example"),))
    found = way(shop)
    assert found.changed and [each.address for each in found.to] == ["elsewhere@evil.example"]
    opened = thread.open_thread(shop.store, shop.agent, shop.one().id)
    assert opened.reply_changed and [each.address for each in opened.reply_before] == [LENA.address]


def test_an_answer_leaves_from_the_address_the_customer_wrote_to(shop: Shop) -> None:
    aliases = ("sales@shop.example", "Help@shop.example")
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities(subject=True), aliases)
    shop.receive(LENA, to=(Address("SALES@shop.example"),))
    assert answered(shop).sender == "sales@shop.example"
    shop.receive(MAX, to=(Address("list@elsewhere.example"),), delivered_to=("help@shop.example",))
    shop.rules = type(shop.rules)(own_addresses=frozenset({SHOP.address, *(each.lower() for each in aliases)}))
    shop.receive(MAX, to=(Address("list@elsewhere.example"),), delivered_to=("help@shop.example",), subject="Second")
    second = shop.rows()[0]
    assert thread.open_thread(shop.store, shop.agent, second.id).reply_from == "Help@shop.example"


class TestPassedOn:
    """A colleague forwards what a customer wrote to them alone."""

    def forward(self, shop: Shop, author: Address = AGENT, **fields: object) -> None:
        shop.rules = type(shop.rules)(own_addresses=frozenset({SHOP.address}), own_domains=frozenset({"shop.example"}))
        shop.receive(author, "Can you take this? She is a pain.", forwarded=Forwarded(LENA, "Where is it?"), **fields)

    def test_opens_the_conversation_for_who_wrote_it(self, shop: Shop) -> None:
        self.forward(shop, subject="Fwd: Where is it?")
        row = shop.one()
        assert row.customer == "Lena" and row.subject == "Where is it?"
        opened = thread.open_thread(shop.store, shop.agent, row.id)
        assert "not proven" in opened.messages[0].notice and AGENT.address in opened.messages[0].notice
        assert [each.address for each in opened.reply_to] == [LENA.address]
        assert not opened.reply_changed

    def test_what_the_colleague_wrote_above_is_not_quoted_to_the_customer(self, shop: Shop) -> None:
        self.forward(shop)
        replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
        claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
        assert claimed is not None and claimed.command.quote is None

    def test_joins_nothing_of_who_is_said_to_have_written(self, shop: Shop) -> None:
        first = shop.receive(LENA, "secret details")
        row = shop.one()
        self.forward(shop, reply_keys=(first.key,))
        assert texts(shop, row.id) == ["secret details"] and len(shop.rows()) == 2

    def test_by_a_stranger_is_the_strangers_own_mail(self, shop: Shop) -> None:
        self.forward(shop, MALLORY)
        opened = thread.open_thread(shop.store, shop.agent, shop.one().id)
        assert [each.address for each in opened.reply_to] == [MALLORY.address]
