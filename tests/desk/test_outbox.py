"""A reply is a row before any network call; it leaves once, and what cannot be known waits for a person."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import SHOP, Shop

from omni_tui.desk import channels, drafts, lease, outbox, outgoing, replies, thread, tokens
from omni_tui.desk.outbox import Claimed
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Receipt, Refused
from omni_tui.model.enums import DraftMode, OutboxState
from omni_tui.model.errors import Conflict, UsageError
from omni_tui.model.events import SentElsewhere
from omni_tui.model.ids import uuid7
from omni_tui.store import LeaseLost

LENA = Address("lena@post.example", "Lena Hoffmann")


def claim(shop: Shop) -> Claimed:
    found = outbox.claim(shop.store, shop.epoch, 60_000, {"shop"})
    assert found is not None
    return found


def test_a_reply_answers_the_customers_last_message(shop: Shop) -> None:
    shop.receive(LENA, "Where is it?", subject="Re: Order 4417", reply_keys=("older@x",))
    row = shop.one()
    replies.reply(shop.store, shop.agent, row.id, "On its way", cc=["max@post.example"])
    command = claim(shop).command
    assert [a.address for a in command.to] == ["lena@post.example"]
    assert [a.address for a in command.cc] == ["max@post.example"]
    assert (command.text, command.subject, command.ref) == ("On its way", "Order 4417", row.ref)
    assert command.reply_keys == ("older@x", "m0@example")
    assert command.quote is not None and command.quote.text == "Where is it?"


def test_the_answer_goes_where_reply_to_says(shop: Shop) -> None:
    shop.receive(LENA, reply_to=(Address("lena@work.example"),))
    replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    assert [a.address for a in claim(shop).command.to] == ["lena@work.example"]


def test_there_is_no_answer_to_nobody(shop: Shop) -> None:
    shop.receive("no-reply@carrier.example")
    with pytest.raises(Conflict, match="no address to reply to"):
        replies.reply(shop.store, shop.agent, shop.one().id, "Hello")


def test_an_empty_reply_and_a_wrong_copy_are_refused(shop: Shop) -> None:
    shop.receive(LENA)
    with pytest.raises(UsageError):
        replies.reply(shop.store, shop.agent, shop.one().id, " \n ")
    with pytest.raises(UsageError):
        replies.reply(shop.store, shop.agent, shop.one().id, "x", cc=["nobody"])
    assert outbox.unsettled(shop.store) == ()


def test_the_name_is_the_same_at_every_attempt_and_names_the_outbox_row(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    first = claim(shop)
    outbox.again(shop.store, shop.epoch, first.outbox_id, 0, "server busy")
    second = claim(shop)
    assert first.command.key == second.command.key
    assert second.attempts == 2
    with shop.store.read() as tx:
        assert tokens.outbox_id_of(tx, first.command.key) == queued.outbox_id
        assert tokens.outbox_id_of(tx, first.command.key.replace(".", ".0", 1)) is None


def test_the_customers_answer_to_our_name_joins(shop: Shop) -> None:
    shop.receive(LENA)
    replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    key = claim(shop).command.key
    shop.receive(LENA, "Thanks", reply_keys=(key,))
    assert shop.one().snippet == "Thanks"
    shop.receive("mallory@evil.example", "Me too", reply_keys=(key,))
    assert len(shop.rows()) == 2


def test_it_waits_for_its_undo_window(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello", delay_ms=60_000)
    assert outbox.claim(shop.store, shop.epoch, 60_000, {"shop"}) is None
    assert outbox.next_due(shop.store, {"shop"}) == queued.leaves_at
    assert outbox.next_due(shop.store, {"other"}) is None


def test_channels_that_are_not_ours_to_send_on_are_left(shop: Shop) -> None:
    shop.receive(LENA)
    replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    assert outbox.claim(shop.store, shop.epoch, 60_000, {"other"}) is None


def test_what_an_engine_left_in_sending_is_uncertain_never_sent_again(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    claim(shop)
    lease.release(shop.store, "tests", shop.epoch)
    epoch = lease.take(shop.store, "next", 60_000)
    assert epoch is not None
    assert outbox.expire(shop.store, epoch) == 1
    assert replies.outbox_state(shop.store, queued.outbox_id).state is OutboxState.UNCERTAIN
    assert outbox.claim(shop.store, epoch, 60_000, {"shop"}) is None


def test_the_old_engine_can_neither_claim_nor_settle(shop: Shop) -> None:
    shop.receive(LENA)
    replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    mine = claim(shop)
    lease.release(shop.store, "tests", shop.epoch)
    epoch = lease.take(shop.store, "next", 60_000)
    assert epoch is not None
    outbox.expire(shop.store, epoch)
    with pytest.raises(LeaseLost):
        outbox.sent(shop.store, shop.epoch, mine.outbox_id, Receipt())
    with pytest.raises(LeaseLost):
        shop.take()


def test_a_copy_in_the_sent_folder_settles_what_was_uncertain(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    mine = claim(shop)
    outbox.uncertain(shop.store, shop.epoch, mine.outbox_id, "lost after DATA")
    assert shop.one("is:failed")
    copy = shop.mail(SHOP, "Hello", to=(LENA,), key=mine.command.key)
    assert shop.take(SentElsewhere(copy), stream="Sent").duplicate == 1
    assert replies.outbox_state(shop.store, queued.outbox_id).state is OutboxState.SENT
    assert len(thread.open_thread(shop.store, shop.agent, shop.one().id).messages) == 2


def test_a_person_sends_again_or_takes_the_text_back(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    outbox.failed(shop.store, shop.epoch, claim(shop).outbox_id, "550 no such user")
    assert replies.retry(shop.store, shop.agent, queued.outbox_id).state is OutboxState.QUEUED
    outbox.uncertain(shop.store, shop.epoch, claim(shop).outbox_id, "lost")
    assert replies.give_up(shop.store, shop.agent, queued.outbox_id).state is OutboxState.CANCELLED
    draft = drafts.load(shop.store, shop.agent, shop.one().id, DraftMode.REPLY)
    assert draft is not None and draft.body == "Hello"
    with pytest.raises(Conflict):
        replies.retry(shop.store, shop.agent, queued.outbox_id)


def test_what_waits_for_a_channel_that_sends_nothing_holds_up_no_other(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    with shop.store.write() as tx:
        tx.run("move_outbox", id=queued.outbox_id, was="queued", state="queued", error="", not_before=9, now=tx.now)
    away = channels.register(shop.store, "away", "mail", "away@shop.example", Capabilities())
    with shop.store.write() as tx:
        for number in range(300):
            id = uuid7()
            outgoing.write_down(
                tx, id, queued.conversation_id, "outbound", shop.agent, f"reply {number}", channel_id=away
            )
            outgoing.queue(tx, id, queued.conversation_id, away, 1)
    assert claim(shop).outbox_id == queued.outbox_id


def test_refused_recipients_are_told(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    outbox.sent(shop.store, shop.epoch, claim(shop).outbox_id, Receipt(refused=(Refused("max@x.example", "550"),)))
    row = replies.outbox_state(shop.store, queued.outbox_id)
    assert row.state is OutboxState.SENT
    assert "max@x.example" in row.error


STEPS = st.lists(
    st.sampled_from(["claim", "sent", "failed", "again", "uncertain", "crash", "retry", "give_up", "copy"]), max_size=14
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_order_of_events_sends_twice_unasked(steps: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """A model of the wire: whatever happens, a copy goes out once per decision of a person."""
    shop = Shop(tmp_path_factory.mktemp("outbox") / "store")
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    on_the_wire, asked, held, gone = 0, 1, None, False
    for step in steps:
        state = replies.outbox_state(shop.store, queued.outbox_id).state
        if step == "claim":
            found = outbox.claim(shop.store, shop.epoch, 60_000, {"shop"})
            if found is not None:
                held, on_the_wire = found, on_the_wire + 1
        elif step in ("sent", "failed", "again", "uncertain") and held is not None:
            if step == "sent":
                outbox.sent(shop.store, shop.epoch, held.outbox_id, Receipt())
            elif step == "again":
                outbox.again(shop.store, shop.epoch, held.outbox_id, 0, "busy")
                on_the_wire -= 1  # Retry means that nothing left
            else:
                getattr(outbox, step)(shop.store, shop.epoch, held.outbox_id, "error")
            held = None
        elif step == "crash":
            lease.release(shop.store, "tests", shop.epoch)
            epoch = lease.take(shop.store, "tests", 60_000)
            assert epoch is not None
            shop.epoch, held = epoch, None
            outbox.expire(shop.store, epoch)
        elif step in ("retry", "give_up") and state in (OutboxState.FAILED, OutboxState.UNCERTAIN):
            getattr(replies, step)(shop.store, shop.agent, queued.outbox_id)
            asked += step == "retry"
            gone = gone or step == "give_up"
        assert on_the_wire <= asked
        final = replies.outbox_state(shop.store, queued.outbox_id).state
        assert not (gone and final in (OutboxState.QUEUED, OutboxState.SENDING))
    shop.store.close()


def test_one_reply_that_cannot_be_put_together_holds_up_no_other(shop: Shop) -> None:
    shop.receive(LENA)
    shop.receive("max@post.example")
    lena, max_ = shop.one("from:lena"), shop.one("from:max")
    broken = replies.reply(shop.store, shop.agent, lena.id, "first")
    replies.reply(shop.store, shop.agent, max_.id, "second")
    with shop.store.write() as tx:
        tx.query("UPDATE messages SET parties = 'not json' WHERE id = :id", {"id": broken.message_id})
    assert claim(shop).command.text == "second"
    assert replies.outbox_state(shop.store, broken.outbox_id).state is OutboxState.FAILED
    # Nobody has answered her.
    assert shop.one("from:lena").waiting_since == lena.waiting_since


def test_a_reply_that_failed_has_answered_nobody(shop: Shop) -> None:
    shop.receive(LENA)
    waiting = shop.one().waiting_since
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    assert shop.one().waiting_since is None
    outbox.failed(shop.store, shop.epoch, claim(shop).outbox_id, "550 no such user")
    assert shop.one().waiting_since == waiting
    replies.retry(shop.store, shop.agent, queued.outbox_id)
    assert shop.one().waiting_since is None
