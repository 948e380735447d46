"""Which page a chat's visitor has open: beside their own conversation alone, and a few of them."""

from __future__ import annotations

import pytest
from support.engines import wait_until
from support.shop import Shop
from support.web import Web, chat, chats

from omni_tui.desk import claims, thread
from omni_tui.desk.facts import summary_sentences
from omni_tui.desk.visits import MOST_PAGES
from omni_tui.model.address import Address
from omni_tui.model.customer import VisitRow
from omni_tui.store.feed import Feed

TENTS, STOVES = "https://shop.example/tents", "https://shop.example/stoves"


@pytest.fixture
def web(shop: Shop) -> Web:
    return Web(shop)


def visit(shop: Shop, conversation: str = "") -> VisitRow:
    found = claims.visit_of(shop.store, conversation or chat(shop).id)
    assert found is not None
    return found


def test_the_page_that_is_open_and_those_before_it(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", page=TENTS, language="de")
    written = visit(shop).since
    assert visit(shop).before == ()
    web.opens("v1", "stoves", written + 5)
    found = visit(shop)
    assert (found.page, found.title, found.language, found.since, found.left_at) == (
        STOVES,
        "Stoves",
        "de",
        written + 5,
        0,
    )
    assert [(each.page, each.since) for each in found.before] == [(TENTS, written)]
    web.opens("v1", "stoves", written + 9, here=False)
    assert (visit(shop).page, visit(shop).left_at) == (STOVES, written + 9)
    web.opens("v1", "stoves", written + 20)
    assert (visit(shop).since, visit(shop).left_at) == (written + 20, 0)
    (message,) = thread.open_thread(shop.store, shop.agent, chat(shop).id).messages
    assert f"on the page {TENTS}" in summary_sentences(message.facts, None)[0], "where it was written stays"  # type: ignore[arg-type]
    for number in range(20):
        web.opens("v1", f"p{number}", written + 30 + number)
    assert visit(shop).title == "P19"
    assert len(visit(shop).before) <= MOST_PAGES


def test_what_changes_nothing_is_not_written(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", page=TENTS)
    feed, heard, id = Feed(shop.store), list[str](), chat(shop).id
    web.opens("v1", "tents", 5)
    web.opens("v1", "stoves", 6)

    def hears() -> bool:
        found = feed.poll(shop.store)
        heard.extend(row.entity_id for row in found.rows) if found is not None else None
        return id in heard

    wait_until(hears)
    assert heard.count(id) == 1


def test_nobody_else_s_conversation_shows_it(shop: Shop, web: Web) -> None:
    shop.receive(Address("lena@posteo.example"), "A letter")
    web.say("v1", "first", page=TENTS)
    web.say("v2", "second", page=TENTS)
    web.opens("v2", "stoves", 5)
    web.opens("v3", "secret", 5)
    pages = {row.snippet: visit(shop, row.id).page for row in chats(shop)}
    assert pages == {"first": TENTS, "second": STOVES}
    assert claims.visit_of(shop.store, shop.one("from:lena").id) is None


def test_hostile_titles_are_one_short_line(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", page=TENTS)
    web.opens("v1", "x\x00\ud800\n\x1b[2J" + "y" * 5000, 5)
    found = visit(shop)
    assert "\n" not in found.page + found.title
    assert "\x00" not in found.page + found.title
    assert (len(found.page), len(found.title)) == (1000, 200)
