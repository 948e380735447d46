"""Spam, trash and blocked senders: what is put away stays away, and what a customer writes is not lost there."""

from __future__ import annotations

import pytest
from support.shop import Shop

from omni_tui.desk import agents, blocking, inbox, thread, timers, triage, undo
from omni_tui.desk.query import parse
from omni_tui.model.conversation import ListKey
from omni_tui.model.enums import Direction, Priority, Status
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.events import Received


def events(shop: Shop, id: str) -> list[tuple[str | None, str]]:
    messages = thread.open_thread(shop.store, shop.agent, id).messages
    return [(m.agent, m.verb) for m in messages if m.direction is Direction.EVENT]


def test_a_blocked_sender_arrives_as_spam_and_calls_nobody(shop: Shop) -> None:
    shop.receive("win@lottery.example", "You won")
    outcome = blocking.block(shop.store, shop.agent, [shop.one().id])
    assert outcome.changed == (shop.one("is:spam").id,)
    assert [(each.kind, each.address) for each in blocking.blocked(shop.store)] == [("email", "win@lottery.example")]
    shop.receive("WIN@lottery.example", "You won again", subject="Again")
    assert shop.rows("is:open") == ()
    again = shop.one("is:spam again")
    assert not again.unread and again.waiting_since is None
    assert events(shop, again.id) == [("rule", "block")]
    shop.receive("lena@post.example", "Hello")
    assert shop.one("is:open").address == "lena@post.example"


def test_seen_again_in_another_folder_it_stays_spam(shop: Shop) -> None:
    shop.receive("win@lottery.example", "You won")
    blocking.block(shop.store, shop.agent, [shop.one().id])
    message = shop.receive("win@lottery.example", "You won again", subject="Again")
    shop.take(Received(message), stream="Archive")
    assert shop.rows("is:open") == ()


def test_what_a_blocked_sender_answers_in_an_open_conversation_makes_nobody_look(shop: Shop) -> None:
    first = shop.receive("win@lottery.example", "You won")
    id = shop.one().id
    blocking.block(shop.store, shop.agent, [id])
    triage.reopen(shop.store, shop.agent, [id])
    shop.receive("win@lottery.example", "Take it", reply_keys=(first.key,))
    row = shop.one()
    assert (row.status, row.unread, row.snippet) == (Status.OPEN, False, "Take it")


def test_unblocking_by_conversation_and_by_address(shop: Shop) -> None:
    shop.receive("win@lottery.example", "You won")
    id = shop.one().id
    blocking.block(shop.store, shop.agent, [id])
    assert blocking.unblock(shop.store, shop.agent, [id]).changed == (id,)
    assert shop.one().status is Status.OPEN
    assert blocking.blocked(shop.store) == ()
    undo.undo(shop.store, shop.agent)
    assert (shop.one().status, len(blocking.blocked(shop.store))) == (Status.SPAM, 1)
    blocking.unblock_address(shop.store, shop.agent, "Win@Lottery.example")
    assert blocking.blocked(shop.store) == ()
    assert shop.one().status is Status.SPAM
    assert undo.undo(shop.store, shop.agent).changed == ()
    assert len(blocking.blocked(shop.store)) == 1
    with pytest.raises(NotFound, match=r"nobody@post\.example"):
        blocking.unblock_address(shop.store, shop.agent, "nobody@post.example")


def test_undo_of_block_leaves_what_a_colleague_unblocked_since(shop: Shop) -> None:
    shop.receive("win@lottery.example", "You won")
    id = shop.one().id
    blocking.block(shop.store, shop.agent, [id])
    blocking.unblock(shop.store, agents.who(shop.store, "wei"), [id])
    outcome = undo.undo(shop.store, shop.agent)
    assert any("win@lottery.example" in words for words in outcome.refused)
    assert shop.one().status is Status.OPEN


def test_a_conversation_without_a_sender_cannot_be_blocked(shop: Shop) -> None:
    shop.receive("noreply@shop.example", "A form", reply_to=())
    row = shop.one()
    outcome = blocking.block(shop.store, shop.agent, [row.id])
    assert (outcome.changed, outcome.act_id) == ((), "")
    assert str(row.ref) in outcome.refused[0]


def test_what_is_answered_in_the_trash_comes_back_and_in_spam_does_not(shop: Shop) -> None:
    first = shop.receive("lena@post.example", "Hello", subject="One")
    second = shop.receive("ben@post.example", "Hello", subject="Two")
    triage.trash(shop.store, shop.agent, [shop.one("from:lena").id])
    triage.spam(shop.store, shop.agent, [shop.one("from:ben").id])
    assert shop.rows("") == ()
    shop.receive("lena@post.example", "Still there?", reply_keys=(first.key,))
    shop.receive("ben@post.example", "Still there?", reply_keys=(second.key,))
    assert shop.one("").address == "lena@post.example"


def test_not_spam_leaves_alone_what_is_none(shop: Shop) -> None:
    shop.receive("lena@post.example")
    triage.resolve(shop.store, shop.agent, [shop.one().id])
    outcome = triage.not_spam(shop.store, shop.agent, [shop.one().id])
    assert outcome.untouched and shop.one().status is Status.RESOLVED


def test_the_most_urgent_come_first_page_by_page(shop: Shop) -> None:
    for n, level in enumerate(("low", "urgent", "normal", "high", "urgent", "normal")):
        shop.receive(f"c{n}@post.example", str(n), receipt_at=shop.now() - 1000 * (10 - n))
        triage.priority(shop.store, shop.agent, [shop.one(f"from:c{n}").id], level)
    wanted = ["c4", "c1", "c3", "c5", "c2", "c0"]
    assert [row.address.split("@")[0] for row in shop.rows("is:open", sort="priority")] == wanted
    found: list[str] = []
    key: ListKey | None = None
    while page := inbox.page(shop.store, shop.agent, parse("is:open", shop.now()), sort="priority", after=key, limit=2):
        found += [row.address.split("@")[0] for row in page]
        key = inbox.key_of(page[-1], "priority")
    assert found == wanted
    assert [row.priority for row in shop.rows("priority:urgent,high", sort="priority")] == [
        Priority.URGENT, Priority.URGENT, Priority.HIGH
    ]  # fmt: skip
    with pytest.raises(UsageError, match="no priority"):
        triage.priority(shop.store, shop.agent, [], "asap")


def test_a_snooze_ends_only_where_it_still_is_one(shop: Shop) -> None:
    shop.receive("lena@post.example")
    triage.snooze(shop.store, shop.agent, [shop.one().id], shop.now() + 60_000)
    triage.trash(shop.store, agents.who(shop.store, "wei"), [shop.one().id])
    assert timers.next_snooze(shop.store) is None
