"""Who writes is told and kept nowhere; what an agent opened is told to a live channel."""

from __future__ import annotations

import time

import pytest
from support.shop import Shop
from support.web import Web, chat, chats

from omni_tui.desk import presence, thread
from omni_tui.store.feed import Feed

HANG_S = 30.0


@pytest.fixture
def web(shop: Shop) -> Web:
    return Web(shop)


def changes(shop: Shop, feed: Feed) -> set[tuple[str, str]]:
    """What the next look that finds anything finds: on PostgreSQL it is heard of a moment later."""
    deadline = time.monotonic() + HANG_S
    while (found := feed.poll(shop.store)) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return {(row.entity, row.entity_id) for row in found.rows}


def test_typing_is_a_change_of_its_own_and_no_message(shop: Shop, web: Web) -> None:
    web.say("v1", "hello")
    row, feed = chat(shop), Feed(shop.store)
    before = thread.open_thread(shop.store, shop.agent, row.id)
    web.types("v1")
    assert changes(shop, feed) == {(presence.WRITES, row.id)}
    web.types("v1", on=False)
    assert changes(shop, feed) == {(presence.RESTS, row.id)}
    web.types("nobody")
    web.types("v1")
    assert changes(shop, feed) == {(presence.WRITES, row.id)}, "nothing of whom nobody knows"
    assert thread.open_thread(shop.store, shop.agent, row.id) == before


def test_an_agent_who_writes_is_shown_on_the_channel_of_the_visitor_alone(shop: Shop, web: Web) -> None:
    web.say("v1", "hello")
    row, feed = chat(shop), Feed(shop.store)
    presence.agent_types(shop.store, shop.agent, row.id)
    ((entity, what),) = changes(shop, feed)
    assert entity == presence.ANSWERS
    command = presence.typing_command(shop.store, web.id, what)
    assert command is not None
    assert (command.agent, command.reply_keys, command.to[0].address) == ("Ana", ("web:v1",), "web:v1")
    assert presence.typing_command(shop.store, shop.channel_id, what) is None
    assert presence.typing_command(shop.store, web.id, "gone gone") is None


def test_what_was_opened_is_found_once_told_up_to_and_not_before(shop: Shop, web: Web) -> None:
    web.say("v1", "one")
    web.say("v1", "two")
    web.say("v2", "unopened")
    shop.receive("lena@post.example")
    first = next(row for row in chats(shop) if row.snippet == "two")
    assert presence.seen_since(shop.store, web.id, 0) == ()
    thread.mark_seen(shop.store, first.id)
    thread.mark_seen(shop.store, shop.one("from:lena").id)
    (seen,) = presence.seen_since(shop.store, web.id, 0)
    assert seen.command.key.startswith("web:v1:")
    assert presence.seen_since(shop.store, web.id, 0, [first.id]) == (seen,)
    assert presence.seen_since(shop.store, web.id, seen.at) == ()
    assert presence.told_until(shop.store, web.id) is None
    presence.told(shop.store, shop.epoch, web.id, seen.at)
    assert presence.told_until(shop.store, web.id) == seen.at
