"""Whom the server would not take for now is tried again alone; the others get a reply once, whatever happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import SHOP, Shop

from omni_tui.desk import history, lease, outbox, replies, thread, undo
from omni_tui.desk.outbox import Claimed
from omni_tui.model.address import Address
from omni_tui.model.commands import Receipt, Refused
from omni_tui.model.enums import OutboxState
from omni_tui.model.errors import Conflict
from omni_tui.model.events import Received, Report, Reported, SentElsewhere
from omni_tui.store import LeaseLost

LENA = Address("lena@post.example", "Lena Hoffmann")
MAX, GONE = "max@post.example", "gone@post.example"
BUSY = Receipt(deferred=(Refused(MAX, "450 4.2.0 greylisted"),))


def claim(shop: Shop) -> Claimed | None:
    return outbox.claim(shop.store, shop.epoch, 60_000, {"shop"})


def claimed(shop: Shop) -> Claimed:
    found = claim(shop)
    assert found is not None
    return found


def answered(shop: Shop, *copies: str) -> str:
    shop.receive(LENA)
    return replies.reply(shop.store, shop.agent, shop.one().id, "Hello", cc=copies or (MAX,)).outbox_id


def deferred(shop: Shop) -> str:
    """A reply whose copy was not taken; it is tried again at once."""
    outbox_id = answered(shop)
    outbox.sent(shop.store, shop.epoch, claimed(shop).outbox_id, BUSY)
    return outbox_id


def fares(shop: Shop, outbox_id: str) -> tuple[OutboxState, str]:
    row = replies.outbox_state(shop.store, outbox_id)
    return row.state, row.error


def copy_in_sent(shop: Shop, key: str) -> None:
    shop.take(SentElsewhere(shop.mail(SHOP, "Hello", to=(LENA,), key=key)), stream="Sent")


def test_only_those_who_wait_are_tried_again(shop: Shop) -> None:
    outbox_id = answered(shop, MAX, GONE)
    first = claimed(shop)
    assert first.command.only == ()
    outbox.sent(shop.store, shop.epoch, outbox_id, Receipt("x1", (Refused(GONE, "550 gone"),), BUSY.deferred))
    state, words = fares(shop, outbox_id)
    assert state is OutboxState.QUEUED and "greylisted" in words and "550 gone" in words
    again = claimed(shop)
    assert (again.command.only, again.command.key, again.attempts) == ((MAX,), first.command.key, 2)
    outbox.sent(shop.store, shop.epoch, outbox_id, Receipt("x1"))
    state, words = fares(shop, outbox_id)
    assert state is OutboxState.SENT and MAX not in words and "550 gone" in words
    assert claim(shop) is None


def test_it_waits_as_long_as_it_is_told(shop: Shop) -> None:
    outbox_id = answered(shop)
    outbox.sent(shop.store, shop.epoch, claimed(shop).outbox_id, BUSY, shop.now() + 3_600_000)
    assert claim(shop) is None and fares(shop, outbox_id)[0] is OutboxState.QUEUED
    outbox.again(shop.store, shop.epoch, take_now(shop, outbox_id).outbox_id, 0, "no network")
    assert claimed(shop).command.only == (MAX,)


def take_now(shop: Shop, outbox_id: str) -> Claimed:
    replies.send_now(shop.store, shop.agent, outbox_id)
    return claimed(shop)


def test_a_refusal_for_good_ends_it_sent_and_told(shop: Shop) -> None:
    outbox_id = deferred(shop)
    outbox.failed(shop.store, shop.epoch, claimed(shop).outbox_id, "550 5.2.1 closed")
    state, words = fares(shop, outbox_id)
    assert state is OutboxState.SENT and MAX in words and "closed" in words
    assert shop.one().outbox is None or shop.one().outbox is OutboxState.SENT


def test_the_copy_in_sent_does_not_end_it(shop: Shop) -> None:
    outbox_id = answered(shop)
    first = claimed(shop)
    copy_in_sent(shop, first.command.key)
    assert fares(shop, outbox_id)[0] is OutboxState.SENT
    outbox.sent(shop.store, shop.epoch, outbox_id, BUSY)
    assert fares(shop, outbox_id)[0] is OutboxState.QUEUED, "the copy was quicker, and the answer was forgotten"
    copy_in_sent(shop, first.command.key)
    assert claimed(shop).command.only == (MAX,)
    copy_in_sent(shop, first.command.key)
    assert fares(shop, outbox_id)[0] is OutboxState.SENDING


def test_a_copy_quicker_than_the_answer_loses_no_refusal(shop: Shop) -> None:
    outbox_id = answered(shop, GONE)
    copy_in_sent(shop, claimed(shop).command.key)
    outbox.sent(shop.store, shop.epoch, outbox_id, Receipt(refused=(Refused(GONE, "550 gone"),)))
    assert fares(shop, outbox_id)[0] is OutboxState.SENT and "550 gone" in fares(shop, outbox_id)[1]


def test_an_engine_that_died_leaves_it_to_a_person_who_sends_to_no_other(shop: Shop) -> None:
    outbox_id = deferred(shop)
    claimed(shop)
    lease.release(shop.store, "tests", shop.epoch)
    epoch = lease.take(shop.store, "another", 3_600_000)
    assert epoch is not None
    shop.epoch = epoch
    assert outbox.expire(shop.store, shop.epoch) == 1
    assert fares(shop, outbox_id)[0] is OutboxState.UNCERTAIN
    replies.retry(shop.store, shop.agent, outbox_id)
    assert claimed(shop).command.only == (MAX,)


def test_it_cannot_be_called_back(shop: Shop) -> None:
    outbox_id = deferred(shop)
    (act,) = history.acts(shop.store, shop.agent, shop.one().id)
    assert (act.goes_back, act.why_not) == (False, "it is no longer held back")
    assert undo.undo(shop.store, shop.agent).changed == ()
    assert fares(shop, outbox_id)[0] is OutboxState.QUEUED
    assert not thread.open_thread(shop.store, shop.agent, shop.one().id).messages[-1].deleted_at


def test_a_person_may_leave_it_at_that(shop: Shop) -> None:
    outbox_id = deferred(shop)
    assert replies.give_up(shop.store, shop.agent, outbox_id).state is OutboxState.SENT
    assert MAX in fares(shop, outbox_id)[1] and claim(shop) is None
    with pytest.raises(Conflict):
        replies.give_up(shop.store, shop.agent, outbox_id)


def bounced(shop: Shop, key: str, address: str) -> None:
    said = Report(key, (Reported(address, "failed", "5.1.1 nobody"),))
    shop.take(Received(shop.mail("mailer-daemon@post.example", "Sorry", automatic=True, report=said)))


def test_what_comes_back_from_the_customer_fails_and_is_sent_to_all_again(shop: Shop) -> None:
    outbox_id = answered(shop)
    key = claimed(shop).command.key
    outbox.sent(shop.store, shop.epoch, outbox_id, BUSY)
    bounced(shop, key, "other@post.example")
    assert fares(shop, outbox_id)[0] is OutboxState.FAILED
    replies.retry(shop.store, shop.agent, outbox_id)
    assert claimed(shop).command.only == ()


def test_a_copy_that_comes_back_shows_that_an_uncertain_reply_left(shop: Shop) -> None:
    outbox_id = answered(shop)
    key = claimed(shop).command.key
    outbox.uncertain(shop.store, shop.epoch, outbox_id, "no answer")
    bounced(shop, key, MAX)
    state, words = fares(shop, outbox_id)
    assert state is OutboxState.SENT and MAX in words


STEPS = st.lists(st.sampled_from(["taken", "busy", "closed", "again", "unknown", "dead", "copy", "retry"]), max_size=12)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_in_no_order_the_customer_gets_it_twice(steps: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    shop = Shop(Path(tmp_path_factory.mktemp("partly")))
    outbox_id = deferred(shop)
    key = ""
    for step in steps:
        if step == "retry":
            if fares(shop, outbox_id)[0] in (OutboxState.FAILED, OutboxState.UNCERTAIN):
                replies.retry(shop.store, shop.agent, outbox_id)
            continue
        if step == "copy":
            if key:
                copy_in_sent(shop, key)
            continue
        found = claim(shop)
        if found is None:
            continue
        assert found.command.only == (MAX,)
        key = found.command.key
        match step:
            case "taken":
                outbox.sent(shop.store, shop.epoch, outbox_id, Receipt())
            case "busy":
                outbox.sent(shop.store, shop.epoch, outbox_id, BUSY)
            case "closed":
                outbox.failed(shop.store, shop.epoch, outbox_id, "550 closed")
            case "again":
                outbox.again(shop.store, shop.epoch, outbox_id, 0, "421 busy")
            case "unknown":
                outbox.uncertain(shop.store, shop.epoch, outbox_id, "no answer")
            case _:
                with pytest.raises(LeaseLost):
                    outbox.sent(shop.store, shop.epoch + 1, outbox_id, Receipt())
                outbox.uncertain(shop.store, shop.epoch, outbox_id, "stopped")
    assert fares(shop, outbox_id)[0] is not OutboxState.CANCELLED
    shop.store.close()


def test_the_thread_tells_that_some_have_it(shop: Shop) -> None:
    def partly() -> bool:
        outbox = thread.open_thread(shop.store, shop.agent, shop.one().id).messages[-1].outbox
        assert outbox is not None
        return outbox.partly

    outbox_id = answered(shop)
    assert not partly()
    outbox.sent(shop.store, shop.epoch, claimed(shop).outbox_id, BUSY)
    assert partly() and fares(shop, outbox_id)[0] is OutboxState.QUEUED
    outbox.sent(shop.store, shop.epoch, claimed(shop).outbox_id, Receipt())
    assert not partly()
