"""What an arriving message does: who it is from, where it goes, what the inbox shows."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from support.shop import DAY, MINUTE, SHOP, Shop

from omni_tui.desk import customers, replies, thread, triage
from omni_tui.desk.identity import IngestRules
from omni_tui.model.address import Address
from omni_tui.model.enums import Status
from omni_tui.model.events import Received, SentElsewhere
from omni_tui.store import Writer

LENA = Address("lena@post.example", "Lena Hoffmann")


def test_a_first_mail_is_an_open_unread_conversation_of_a_new_customer(shop: Shop) -> None:
    shop.receive(LENA, "Where is my parcel?\n\n> older words", subject="Re: Order 4417")
    row = shop.one("is:open is:unread is:waiting")
    assert (row.customer, row.address, row.subject) == ("Lena Hoffmann", "lena@post.example", "Order 4417")
    assert row.snippet == "Where is my parcel?"
    assert row.ref > 1000


def test_the_same_message_is_stored_once_whatever_stream_shows_it(shop: Shop) -> None:
    message = shop.receive(LENA)
    again = shop.take(Received(message), stream="Archive")
    assert (again.new, again.duplicate) == (0, 1)
    assert len(shop.rows()) == 1


def test_one_address_is_one_customer_whatever_its_case_and_name(shop: Shop) -> None:
    shop.receive(Address("LENA@Post.Example"))
    shop.receive(LENA)
    first, second = shop.rows()
    assert first.customer_id == second.customer_id
    assert first.customer == "Lena Hoffmann"


@pytest.mark.parametrize("author", ["no-reply@carrier.example", "forms@shop-builder.example", "colleague@own.example"])
def test_who_speaks_for_others_gives_way_to_reply_to(shop: Shop, author: str) -> None:
    shop.rules = IngestRules(
        own_addresses=frozenset({SHOP.address}),
        own_domains=frozenset({"own.example"}),
        form_senders=frozenset({"forms@shop-builder.example"}),
    )
    shop.receive(Address(author, "Contact form"), reply_to=(Address("wei@post.example", "Wei"),))
    assert shop.one().address == "wei@post.example"


def test_two_forms_without_reply_to_are_never_one_person(shop: Shop) -> None:
    shop.receive("no-reply@carrier.example")
    shop.receive("no-reply@carrier.example")
    first, second = shop.rows()
    assert first.customer_id != second.customer_id
    assert first.address == second.address == ""


def test_an_answer_joins_by_the_message_it_names(shop: Shop) -> None:
    first = shop.receive(LENA)
    shop.receive(LENA, "And one more thing", reply_keys=(first.key,))
    assert shop.one().snippet == "And one more thing"


def test_a_stranger_who_names_our_message_begins_a_linked_conversation(shop: Shop) -> None:
    first = shop.receive(LENA, "secret details")
    shop.receive("mallory@evil.example", "I am Lena", reply_keys=(first.key,))
    assert len(shop.rows()) == 2
    mallory = shop.one("from:mallory")
    opened = thread.open_thread(shop.store, shop.agent, mallory.id)
    assert opened.related == (shop.one("from:lena").ref,)
    assert [m.text for m in opened.messages] == ["I am Lena"]


def test_the_reference_number_joins_a_participant_the_server_vouches_for_only(shop: Shop) -> None:
    shop.receive(LENA)
    ref = shop.one().ref
    shop.receive(LENA, subject=f"Re: [#{ref}] A question", vouched=True)
    assert len(shop.rows()) == 1
    shop.receive(LENA, subject=f"Re: [#{ref}] A question")
    shop.receive("mallory@evil.example", subject=f"Re: [#{ref}] A question", vouched=True)
    assert len(shop.rows()) == 3


def test_the_subject_alone_never_joins(shop: Shop) -> None:
    shop.receive(LENA, subject="Order 4417")
    shop.receive(LENA, subject="Re: Order 4417")
    assert len(shop.rows()) == 2


def test_a_copied_person_takes_part(shop: Shop) -> None:
    first = shop.receive(LENA, cc=(Address("max@post.example"),))
    shop.receive("max@post.example", reply_keys=(first.key,))
    assert len(shop.rows()) == 1


def test_our_mail_to_a_supplier_never_lets_the_supplier_into_the_customers_conversation(shop: Shop) -> None:
    first = shop.receive(LENA)
    ours = shop.sent_elsewhere("supplier@parts.example", "Can you help her?", reply_keys=(first.key,))
    shop.receive("supplier@parts.example", "Sure", reply_keys=(first.key, ours.key))
    assert len(shop.rows()) == 2
    assert shop.one("from:supplier").snippet == "Sure"


def test_what_was_answered_elsewhere_is_ours_and_nobody_waits(shop: Shop) -> None:
    first = shop.receive(LENA)
    shop.sent_elsewhere(LENA, "On its way", reply_keys=(first.key,))
    row = shop.one()
    assert (row.waiting_since, row.unread, row.snippet) == (None, False, "On its way")


def test_a_new_message_reopens_what_was_resolved_or_snoozed(shop: Shop) -> None:
    first = shop.receive(LENA)
    triage.resolve(shop.store, shop.agent, [shop.one().id])
    shop.receive(LENA, reply_keys=(first.key,))
    assert shop.one("is:open").unread
    triage.snooze(shop.store, shop.agent, [shop.one().id], shop.now() + DAY)
    shop.receive(LENA, reply_keys=(first.key,))
    assert shop.one("is:open").snoozed_until is None


def test_lists_and_robots_stay_outside_the_inbox(shop: Shop) -> None:
    shop.receive("news@letters.example", automatic=True)
    assert shop.rows("is:open") == ()
    assert shop.one("is:bulk").bulk


def test_a_robots_answer_does_not_reopen(shop: Shop) -> None:
    first = shop.receive(LENA)
    triage.resolve(shop.store, shop.agent, [shop.one().id])
    shop.receive(LENA, "I am on holiday", reply_keys=(first.key,), automatic=True)
    assert shop.one().status is Status.RESOLVED


class TestFirstSync:
    def old(self, shop: Shop, days: float, **fields: object) -> Received:
        at = shop.now() - int(days * DAY)
        answered = bool(fields.pop("answered", False))
        return Received(shop.mail(LENA, receipt_at=at, sent_at=at, **fields), answered)

    def test_young_and_unanswered_arrives_open(self, shop: Shop) -> None:
        shop.take(self.old(shop, 3), history=True)
        assert shop.one("is:open").unread

    def test_old_answered_or_automatic_arrives_resolved_and_read(self, shop: Shop) -> None:
        for event in (self.old(shop, 15), self.old(shop, 3, answered=True), self.old(shop, 3, automatic=True)):
            shop.take(event, history=True)
        assert [row.status for row in shop.rows()] == [Status.RESOLVED] * 3
        assert not any(row.unread for row in shop.rows())

    def test_newest_first_still_makes_one_conversation(self, shop: Shop) -> None:
        question = self.old(shop, 3)
        at = shop.now() - 2 * DAY
        answer = shop.mail(SHOP, "Answer", to=(LENA,), reply_keys=(question.message.key,), receipt_at=at, sent_at=at)
        shop.take(SentElsewhere(answer), history=True, stream="Sent")
        shop.take(question, history=True)
        row = shop.one()
        assert (row.status, row.snippet, row.customer) == (Status.RESOLVED, "Answer", "Lena Hoffmann")

    def test_an_answer_found_later_closes_what_had_arrived_open(self, shop: Shop) -> None:
        question = self.old(shop, 3)
        shop.take(question, history=True)
        assert shop.one("is:open")
        at = shop.now() - 2 * DAY
        answer = shop.mail(SHOP, "Answer", to=(LENA,), reply_keys=(question.message.key,), receipt_at=at, sent_at=at)
        shop.take(SentElsewhere(answer), history=True, stream="Sent")
        assert shop.one().status is Status.RESOLVED

    def test_what_an_agent_decided_stays(self, shop: Shop) -> None:
        question = self.old(shop, 20)
        shop.take(question, history=True)
        triage.reopen(shop.store, shop.agent, [shop.one().id])
        shop.take(self.old(shop, 21, reply_keys=(question.message.key,)), history=True)
        assert shop.one().status is Status.OPEN

    def test_a_date_in_the_future_is_not_believed(self, shop: Shop) -> None:
        ahead = shop.now() + 400 * DAY
        shop.take(Received(shop.mail(LENA, receipt_at=ahead, sent_at=ahead)), history=True)
        assert shop.one().last_at <= shop.now()


def test_waiting_begins_with_the_first_unanswered_message(shop: Shop) -> None:
    begun = shop.now() - 30 * MINUTE
    first = shop.receive(LENA, receipt_at=begun)
    shop.receive(LENA, reply_keys=(first.key,), receipt_at=begun + MINUTE)
    assert shop.one().waiting_since == begun
    replies.reply(shop.store, shop.agent, shop.one().id, "Coming")
    assert shop.one().waiting_since is None


def test_one_poisoned_message_never_blocks_the_rest(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from omni_tui.store import search_docs

    real = search_docs.put_cut

    def poisoned(tx: Writer, message_id: str, conversation_id: str, at: int, tokens: str, words: Iterable[str]) -> None:
        if "poison" in tokens:
            raise RecursionError("deep")
        real(tx, message_id, conversation_id, at, tokens, words)

    monkeypatch.setattr(search_docs, "put_cut", poisoned)
    report = shop.take(
        Received(shop.mail(LENA, "one")),
        Received(shop.mail(LENA, "POISON", raw=b"Subject: x\n\nPOISON")),
        Received(shop.mail(LENA, "three")),
    )
    assert (report.new, report.failed) == (3, 1)
    texts = {row.snippet for row in shop.rows()}
    assert texts == {"one", "", "three"}
    (bad,) = [row for row in shop.rows() if not row.snippet]
    (message,) = thread.open_thread(shop.store, shop.agent, bad.id).messages
    assert message.notice
    assert thread.source(shop.store, message.id) == b"Subject: x\n\nPOISON"


def test_the_card_tells_the_whole_story(shop: Shop) -> None:
    shop.receive(LENA, subject="One")
    shop.receive(LENA, subject="Two")
    card = customers.card(shop.store, shop.rows()[0].customer_id)
    assert card.name == "Lena Hoffmann"
    assert [c.subject for c in card.conversations] == ["Two", "One"]
    assert customers.find(shop.store, "hoff") == (card,)
    assert customers.find(shop.store, "100%_") == ()


def test_who_wrote_takes_part_beside_the_customer_they_wrote_for(shop: Shop) -> None:
    """A form's own address names nobody, but it wrote; we ourselves take part nowhere."""
    shop.receive("no-reply@form.example", reply_to=(LENA,), to=(SHOP, Address("max@post.example")))
    id = shop.one().id
    with shop.store.read() as tx:
        found = [row["address"] for row in tx.all("participants", id=id)]
    assert sorted(found) == [LENA.address, "max@post.example", "no-reply@form.example"]
