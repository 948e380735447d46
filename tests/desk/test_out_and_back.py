"""Our own messages on their odd ways: come back, shown before the answer, taken back and gone after all."""

from __future__ import annotations

import pytest
from support.shop import SHOP, Shop

from omni_tui.desk import channels, drafts, outbox, replies, thread, triage
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Receipt
from omni_tui.model.enums import Direction, DraftMode, OutboxState, Status
from omni_tui.model.errors import Conflict
from omni_tui.model.events import Address, Deleted, Edited, Received, SentElsewhere

LENA = Address("lena@post.example", "Lena Hoffmann")


def claim(shop: Shop) -> outbox.Claimed:
    found = outbox.claim(shop.store, shop.epoch, 60_000, {"shop"})
    assert found is not None
    return found


def replied(shop: Shop) -> str:
    """The outbox id of a reply to a customer's mail."""
    shop.receive(LENA)
    return replies.reply(shop.store, shop.agent, shop.one().id, "Hello").outbox_id


def state(shop: Shop, outbox_id: str) -> OutboxState:
    return replies.outbox_state(shop.store, outbox_id).state


def texts(shop: Shop) -> list[tuple[Direction, str]]:
    opened = thread.open_thread(shop.store, shop.agent, shop.one().id)
    return [(m.direction, m.text) for m in opened.messages if m.direction is not Direction.EVENT]


def test_our_reply_that_comes_back_by_copy_is_no_new_message(shop: Shop) -> None:
    outbox_id = replied(shop)
    mine = claim(shop)
    back = shop.mail(SHOP, "Hello", to=(LENA,), cc=(SHOP,), key=mine.command.key)
    assert shop.take(Received(back)).duplicate == 1
    assert state(shop, outbox_id) is OutboxState.SENT
    assert texts(shop) == [(Direction.INBOUND, "Hello"), (Direction.OUTBOUND, "Hello")]


def test_a_customer_who_borrows_our_message_id_is_heard(shop: Shop) -> None:
    replied(shop)
    key = claim(shop).command.key
    shop.receive(LENA, "My mail program copies names", key=key)
    assert (Direction.INBOUND, "My mail program copies names") in texts(shop)


def test_the_channels_own_id_tells_its_echo(shop: Shop) -> None:
    replied(shop)
    mine = claim(shop)
    outbox.sent(shop.store, shop.epoch, mine.outbox_id, Receipt(external_id="echo-1"))
    echo = shop.mail(SHOP, "Hello", to=(LENA,), external_id="echo-1", key="")
    assert shop.take(SentElsewhere(echo)).duplicate == 1


def test_an_echo_that_came_first_does_not_break_the_receipt(shop: Shop) -> None:
    outbox_id = replied(shop)
    mine = claim(shop)
    assert shop.take(SentElsewhere(shop.mail(SHOP, "Hello", to=(LENA,), external_id="echo-1", key=""))).new == 1
    outbox.sent(shop.store, shop.epoch, mine.outbox_id, Receipt(external_id="echo-1"))
    assert state(shop, outbox_id) is OutboxState.SENT


def test_the_sent_folder_may_know_before_the_server_answers(shop: Shop) -> None:
    outbox_id = replied(shop)
    mine = claim(shop)
    shop.take(SentElsewhere(shop.mail(SHOP, "Hello", to=(LENA,), key=mine.command.key)), stream="Sent")
    outbox.uncertain(shop.store, shop.epoch, outbox_id, "no answer in time")
    assert state(shop, outbox_id) is OutboxState.SENT


def test_what_was_given_up_and_left_after_all_is_in_the_thread(shop: Shop) -> None:
    outbox_id = replied(shop)
    mine = claim(shop)
    outbox.uncertain(shop.store, shop.epoch, outbox_id, "lost after DATA")
    replies.give_up(shop.store, shop.agent, outbox_id)
    copy = shop.mail(SHOP, "Hello", to=(LENA,), key=mine.command.key, raw=b"the copy's source")
    shop.take(SentElsewhere(copy), stream="Sent")
    assert state(shop, outbox_id) is OutboxState.SENT
    assert texts(shop)[-1] == (Direction.OUTBOUND, "Hello")
    assert drafts.load(shop.store, shop.agent, shop.one().id, DraftMode.REPLY) is None
    (message,) = (m for m in thread.open_thread(shop.store, shop.agent, shop.one().id).messages if m.outbox)
    assert thread.source(shop.store, message.id) == b"the copy's source"


def test_a_removed_channel_sends_nothing_and_says_so(shop: Shop) -> None:
    outbox_id = replied(shop)
    channels.forget(shop.store, "shop")
    row = replies.outbox_state(shop.store, outbox_id)
    assert (row.state, "shop" in row.error) == (OutboxState.FAILED, True)
    with pytest.raises(Conflict, match="removed"):
        replies.reply(shop.store, shop.agent, shop.one().id, "Hello?")
    with pytest.raises(Conflict, match="removed"):
        replies.retry(shop.store, shop.agent, outbox_id)
    channels.register(shop.store, "shop", "mail", SHOP.address, Capabilities())
    assert replies.retry(shop.store, shop.agent, outbox_id).state is OutboxState.QUEUED


def test_what_we_began_elsewhere_waits_for_nobody_until_it_is_answered(shop: Shop) -> None:
    ours = shop.sent_elsewhere(LENA, "Your order is ready")
    assert shop.one().status is Status.RESOLVED
    replies.reply(shop.store, shop.agent, shop.one().id, "And one more thing")
    command = claim(shop).command
    assert (command.reply_keys, command.quote) == ((ours.key,), None)
    shop.receive(LENA, "Thanks", reply_keys=(ours.key,))
    assert shop.one("is:open is:unread").snippet == "Thanks"


def test_an_edited_message_is_found_by_its_new_words_and_a_deleted_one_by_none(shop: Shop) -> None:
    message = shop.receive(LENA, "The parcel is blue")
    triage.take(shop.store, shop.agent, [shop.one().id])
    shop.take(Edited(message.external_id, "The parcel is green", shop.now()))
    assert shop.rows("blue") == ()
    assert shop.one("green").snippet == "The parcel is green"
    shop.take(Deleted(message.external_id, shop.now()))
    assert shop.rows("green") == ()
    assert texts(shop) == [(Direction.INBOUND, "")]
