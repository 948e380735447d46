"""A delivery report that comes before what it is about ends up where it would lie had it come after."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from support.shop import SHOP, Shop

from omni_tui.desk import channels, inbox, ingest, outbox, replies, thread, triage
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Receipt
from omni_tui.model.enums import Direction, OutboxState
from omni_tui.model.events import Batch, Event, Received, RemoteMessage, Report, Reported, SentElsewhere
from omni_tui.model.message import MessageRow

LENA = Address("lena@post.example", "Lena")
DAEMON = Address("MAILER-DAEMON@mx.post.example", "Mail Delivery System")
DAY = 24 * 3600 * 1000


def bounce(shop: Shop, key: str, *said: Reported, **fields: object) -> RemoteMessage:
    said = said or (Reported(LENA.address, "failed", "550 5.1.1 no such user"),)
    return shop.mail(DAEMON, "Sorry", subject="Undelivered", automatic=True, report=Report(key, said), **fields)


def sent(shop: Shop, **fields: object) -> RemoteMessage:
    return shop.mail(SHOP, "From my phone", to=(LENA,), receipt_at=shop.now() - 5_000, **fields)


def messages(shop: Shop, ref: int) -> tuple[MessageRow, ...]:
    id = inbox.find(shop.store, shop.agent, str(ref)).id
    found = thread.open_thread(shop.store, shop.agent, id).messages
    return tuple(each for each in found if each.direction in (Direction.INBOUND, Direction.OUTBOUND))


def test_a_bounce_seen_before_the_folder_of_sent_mail_is_put_where_it_belongs(shop: Shop) -> None:
    asked = shop.receive(LENA, "Where is my order?", receipt_at=shop.now() - 60_000)
    letter = sent(shop, reply_keys=(asked.key,))
    shop.take(Received(bounce(shop, letter.key)))
    assert len(shop.rows("is:bulk")) == 1
    shop.take(SentElsewhere(letter), stream="Sent")
    row = shop.one()
    assert (row.status, row.unread) == ("open", True), "nobody learns of it"
    notices = [each.notice for each in messages(shop, row.ref)]
    assert len(notices) == 3 and "550 5.1.1 no such user" in notices[-1]
    assert shop.rows("is:bulk") == (), "an empty conversation stands in the list"


def test_what_was_resolved_comes_in_for_it_was_sent_from_another_client(shop: Shop) -> None:
    letter = sent(shop)
    shop.take(Received(bounce(shop, letter.key)))
    shop.take(SentElsewhere(letter), stream="Sent")
    row = shop.one()
    assert (row.status, row.unread) == ("open", True)


def test_where_a_first_sync_opens_nothing_a_bounce_of_today_is_told_all_the_same(shop: Shop) -> None:
    shop.rules = dataclasses.replace(shop.rules, open_days=0)
    letter = sent(shop)
    shop.take(SentElsewhere(letter), stream="Sent")
    shop.take(Received(bounce(shop, letter.key, receipt_at=shop.now() - 60_000)))
    row = shop.one()
    assert (row.status, row.unread) == ("open", True)


def test_other_reports_stay_where_they_were(shop: Shop) -> None:
    letter = sent(shop)
    shop.take(*(Received(bounce(shop, key)) for key in ("other@example", letter.key, "")))
    (stray,) = shop.rows("is:bulk")
    shop.take(SentElsewhere(letter), stream="Sent")
    assert [each.id for each in shop.rows("is:bulk")] == [stray.id]
    assert [
        each.notice.startswith("A delivery report on a message that is none of ours")
        for each in messages(shop, stray.ref)
    ] == [
        True,
        True,
    ]
    # The next one on nothing of ours lies with them.
    shop.take(Received(bounce(shop, "another@example")))
    assert len(messages(shop, stray.ref)) == 3


def test_it_counts_once(shop: Shop) -> None:
    letter = sent(shop)
    report = bounce(shop, letter.key)
    for again in range(2):
        shop.take(Received(report))
        shop.take(SentElsewhere(letter), stream="Sent")
        if not again:
            triage.resolve(shop.store, shop.agent, [shop.one().id])
    row = shop.one()
    assert row.status == "resolved" and len(messages(shop, row.ref)) == 2


def test_a_delivery_is_noted_at_once_when_the_message_is_seen(shop: Shop) -> None:
    letter = sent(shop)
    shop.take(Received(bounce(shop, letter.key, Reported(LENA.address, "delivered"))))
    shop.take(SentElsewhere(letter), stream="Sent")
    row = shop.one()
    assert (row.status, row.unread) == ("resolved", False)
    ours, said = messages(shop, row.ref)
    assert ours.delivered_at is not None and said.notice == "Delivered to lena@post.example."


def test_nobody_outside_can_have_a_report_put_into_a_conversation(shop: Shop) -> None:
    shop.take(Received(bounce(shop, "theirs@post.example")))
    shop.receive(LENA, key="theirs@post.example")
    assert len(messages(shop, shop.one("is:open").ref)) == 1, "a customer's own name was enough"
    assert len(shop.rows("is:bulk")) == 1


def test_a_name_counts_in_its_own_channel_alone(shop: Shop) -> None:
    letter = sent(shop)
    shop.take(Received(bounce(shop, letter.key)))
    other = channels.register(shop.store, "other", "mail", "other@shop.example", Capabilities(subject=True))
    ingest.ingest(shop.store, other, "Sent", Batch((SentElsewhere(letter),), "{}"), shop.rules, shop.epoch)
    assert [len(messages(shop, row.ref)) for row in shop.rows()] == [1, 1]


@pytest.mark.parametrize(
    ("age_days", "answered", "expected"),
    [(3, False, ("open", True, 3)), (400, False, ("resolved", False, 3)), (3, True, ("resolved", False, 4))],
)
@pytest.mark.parametrize("together", [True, False])
def test_in_a_first_sync_the_order_makes_no_difference(
    shop: Shop, age_days: int, answered: bool, expected: tuple[str, bool, int], together: bool
) -> None:
    found = set()
    for number, order in enumerate(itertools.permutations(range(4))):
        lena = Address(f"lena{number}@post.example", f"Lena {number}")
        at = shop.now() - age_days * DAY

        def when(seconds: int, at: int = at) -> dict[str, int]:
            return {"receipt_at": at + seconds * 1000, "sent_at": at + seconds * 1000}

        asked = shop.mail(lena, "Where is it?", **when(0))
        ours = shop.mail(SHOP, "Here", to=(lena,), reply_keys=(asked.key,), **when(1))
        late = bounce(shop, ours.key, **when(2))
        again = shop.mail(SHOP, "Once more", to=(lena,), reply_keys=(asked.key,), **when(3))
        other = bounce(shop, f"none{number}@example", **when(3))
        last = SentElsewhere(again) if answered else Received(other)
        events: list[Event] = [Received(asked), SentElsewhere(ours), Received(late), last]
        ordered = [events[place] for place in order]
        for some in [ordered] if together else [[each] for each in ordered]:
            shop.take(*some, history=True)
        (row,) = [each for each in shop.rows() if each.customer == lena.name]
        found.add((row.status, row.unread, len(messages(shop, row.ref))))
    assert found == {expected}


def test_what_left_here_fails_by_the_name_its_server_gave_it(shop: Shop) -> None:
    shop.receive(LENA)
    queued = replies.reply(shop.store, shop.agent, shop.one().id, "Hello")
    claimed = outbox.claim(shop.store, shop.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.sent(shop.store, shop.epoch, queued.outbox_id, Receipt())
    shop.take(Received(bounce(shop, "given@relay.example")))
    assert replies.outbox_state(shop.store, queued.outbox_id).state is OutboxState.SENT
    copy = sent(shop, key=claimed.command.key, other_keys=("given@relay.example",))
    shop.take(SentElsewhere(copy), stream="Sent")
    assert replies.outbox_state(shop.store, queued.outbox_id).state is OutboxState.FAILED
    assert "550 5.1.1 no such user" in messages(shop, shop.one().ref)[-1].notice
