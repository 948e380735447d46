"""Mail the provider took for spam lies among the spam, calls nobody, and comes in when somebody rescues it."""

from __future__ import annotations

import dataclasses

from support.shop import Shop

from omni_tui.desk import triage
from omni_tui.model.address import Address
from omni_tui.model.enums import Status
from omni_tui.model.events import ReadElsewhere, Received

LENA = Address("lena@post.example", "Lena Hoffmann")


def test_it_waits_among_the_spam_unread_by_nobody(shop: Shop) -> None:
    shop.take(Received(shop.mail(LENA, "Win a parcel"), junk=True), stream="Junk")
    (row,) = shop.rows("is:spam")
    assert (row.status, row.unread) == (Status.SPAM, False)
    assert shop.rows("is:open") == ()


def test_an_answer_to_us_filed_as_junk_stays_in_its_conversation(shop: Shop) -> None:
    first = shop.receive(LENA, "Where is it?")
    triage.resolve(shop.store, shop.agent, [shop.one().id])
    shop.take(Received(shop.mail(LENA, "Hello?", reply_keys=(first.key,)), junk=True), stream="Junk")
    row = shop.one()
    assert (row.status, row.unread, row.snippet) == (Status.RESOLVED, False, "Hello?")


def test_moved_to_the_inbox_it_comes_in(shop: Shop) -> None:
    message = shop.mail(LENA, "A real question")
    shop.take(Received(message, junk=True), stream="Junk")
    shop.take(Received(dataclasses.replace(message, locator="9/9")))
    row = shop.one("is:open")
    assert row.unread and row.snippet == "A real question"


def test_reviewed_and_found_good_it_is_an_ordinary_conversation(shop: Shop) -> None:
    shop.take(Received(shop.mail(LENA, "Hello"), junk=True), stream="Junk")
    triage.reopen(shop.store, shop.agent, [shop.one("is:spam").id])
    assert shop.one("is:open").customer == "Lena Hoffmann"


def test_the_next_ordinary_mail_brings_the_conversation_in(shop: Shop) -> None:
    first = shop.mail(LENA, "Hello")
    shop.take(Received(first, junk=True), stream="Junk")
    shop.receive(LENA, "Hello again", reply_keys=(first.key,))
    assert shop.one("is:open").unread


def test_reading_the_last_message_elsewhere_is_reading_it_here(shop: Shop) -> None:
    first = shop.receive(LENA, "One")
    second = shop.receive(LENA, "Two", reply_keys=(first.key,))
    shop.take(ReadElsewhere(first.locator))
    assert shop.one().unread
    shop.take(ReadElsewhere(second.locator), ReadElsewhere("no/such"))
    assert not shop.one().unread
