"""A first sync that is interrupted, resumed, or begun anew because the server numbered the folder anew."""

from __future__ import annotations

import random

import pytest
from support.shop import DAY, MINUTE, SHOP, Shop

from omni_tui.desk import triage
from omni_tui.model.enums import Status
from omni_tui.model.events import Address, Event, Received, SentElsewhere

LENA = Address("lena@post.example", "Lena Hoffmann")


@pytest.mark.parametrize("seed", range(6))
def test_in_whatever_pieces_it_comes_the_end_is_the_same(shop: Shop, seed: int) -> None:
    """Two streams, newest first each, interleaved and cut anywhere, some pieces twice."""
    now = shop.now()
    asked = shop.mail(LENA, "one", receipt_at=now - 5 * DAY)
    answered = shop.mail(SHOP, "two", to=(LENA,), receipt_at=now - 4 * DAY, reply_keys=(asked.key,))
    again = shop.mail(LENA, "three", receipt_at=now - 3 * DAY, reply_keys=(answered.key, asked.key))
    other = shop.mail("max@post.example", "four", receipt_at=now - 2 * DAY)
    done = shop.mail(SHOP, "five", to=(Address("max@post.example"),), receipt_at=now - DAY, reply_keys=(other.key,))
    inbox: list[Event] = [Received(m) for m in (other, again, asked)]
    sent: list[Event] = [SentElsewhere(m) for m in (done, answered)]
    chance = random.Random(seed)
    while inbox or sent:
        queue, stream = (inbox, "INBOX") if inbox and (not sent or chance.random() < 0.5) else (sent, "Sent")
        piece = [queue.pop(0) for _ in range(min(len(queue), chance.randint(1, 2)))]
        for _time in range(chance.randint(1, 2)):
            shop.take(*piece, history=True, stream=stream)
    lena, max_ = shop.one("from:lena"), shop.one("from:max")
    assert (lena.status, lena.unread, lena.snippet) == (Status.OPEN, True, "three")
    assert (max_.status, max_.unread, max_.snippet) == (Status.RESOLVED, False, "five")


def test_what_came_while_the_server_made_the_folder_anew_is_not_silent(shop: Shop) -> None:
    first = shop.receive(LENA, "one", receipt_at=shop.now() - 2 * MINUTE)
    triage.resolve(shop.store, shop.agent, [shop.one().id])
    missed = shop.mail(LENA, "two", receipt_at=shop.now() - MINUTE, reply_keys=(first.key,))
    shop.take(Received(missed), Received(first), history=True, cursor='{"uidvalidity":2}')
    row = shop.one()
    assert (row.status, row.unread, row.snippet) == (Status.OPEN, True, "two")


def test_what_is_older_than_what_an_agent_closed_stays_silent(shop: Shop) -> None:
    newer = shop.mail(LENA, "two", receipt_at=shop.now() - MINUTE, reply_keys=("m9@example",))
    shop.take(Received(newer), history=True)
    triage.resolve(shop.store, shop.agent, [shop.one().id])
    older = shop.mail(LENA, "one", receipt_at=shop.now() - 2 * MINUTE, key="m9@example")
    shop.take(Received(older), history=True)
    assert shop.one().status is Status.RESOLVED


def test_a_date_to_come_sorts_nothing_before_now(shop: Shop) -> None:
    future = shop.now() + 365 * DAY
    shop.receive(LENA, sent_at=future, receipt_at=future)
    assert shop.one().last_at <= shop.now()
    shop.take(Received(shop.mail("max@post.example", sent_at=future, receipt_at=shop.now() - DAY)), history=True)
    assert shop.one("from:max").last_at <= shop.now() - DAY
