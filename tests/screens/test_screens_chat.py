"""A live chat on the agent's screen: who writes, by which channel an answer goes, what is claimed and what proven."""

from __future__ import annotations

import time

import pytest
from support.inbox import elsewhere, inbox
from support.shop import Shop
from support.web import Web, chat

from omni_tui.desk import presence, thread
from omni_tui.model.address import Address
from omni_tui.model.events import Event
from omni_tui.model.message import MessageRow
from omni_tui.screens.inbox import typists

LENA = Address("lena@posteo.example", "Lena Brandt")
YAN = Address("yan@post.example", "Yan")


class Aside(Web):
    """The same, as another process would: not on the event loop's thread."""

    def _take(self, event: Event) -> int:
        return int(elsewhere(lambda: super(Aside, self)._take(event)))


@pytest.fixture
def web(shop: Shop) -> Web:
    return Aside(shop)


def messages(shop: Shop) -> tuple[MessageRow, ...]:
    return elsewhere(lambda: thread.open_thread(shop.store, shop.agent, chat(shop).id).messages)  # type: ignore[no-any-return]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_customer_types_on_the_screen_until_they_stop(shop: Shop, web: Web, size: tuple[int, int]) -> None:
    web.say("v1", "hello", name="Lena")
    async with inbox(shop, size) as app:
        await app.press("enter")
        await app.shows("hello")
        web.types("v1")
        await app.shows("Lena is typing…")
        web.types("v1", on=False)
        await app.lacks("is typing")
        before = len(await app.stored(lambda store: thread.open_thread(store, shop.agent, chat(shop).id).messages))
        assert before == 1


async def test_typing_is_forgotten_where_its_end_is_never_told(
    shop: Shop, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typists, "_LASTS_S", 0.5)
    web.say("v1", "hello", name="Lena")
    async with inbox(shop) as app:
        await app.press("enter")
        web.types("v1")
        await app.shows("Lena is typing…")
        await app.lacks("is typing")


async def test_typing_reads_nothing_anew(shop: Shop, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.say("v1", "hello", name="Lena")
    async with inbox(shop) as app:
        asked: list[str] = []
        ask = app.screen.ask

        def asks(what: str) -> None:
            asked.append(what)
            ask(what)

        monkeypatch.setattr(app.screen, "ask", asks)
        await app.press("enter")
        await app.until(lambda: "thread" in asked)  # it was marked as seen
        asked.clear()
        web.types("v1")
        await app.shows("Lena is typing…")
        assert not {"rows", "thread"} & set(asked)


async def test_an_answer_being_written_is_told_now_and_then_and_a_note_never(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", name="Lena")

    def heard() -> list[str]:
        with shop.store.read() as tx:
            rows = tx.all("changes_after", seq=0, limit=1000)
        return [row["entity_id"] for row in rows if row["entity"] == presence.ANSWERS]

    async with inbox(shop) as app:
        await app.press("enter", "m")
        await app.shows("NOTE")
        await app.type("team only")
        await app.press("escape", "r")
        await app.shows("REPLY")
        assert elsewhere(heard) == []
        began = time.monotonic()
        await app.type("We are on it")
        await app.until(lambda: elsewhere(heard))
        most = 1 + (time.monotonic() - began) * 1000 // presence.AGAIN_MS
        assert elsewhere(heard)[0] == f"{elsewhere(lambda: chat(shop)).id} {shop.agent.id}"
        assert len(elsewhere(heard)) <= most


async def test_who_left_a_message_is_answered_by_mail_and_the_claim_is_marked(shop: Shop, web: Web) -> None:
    web.say("v1", "Is anybody there?", LENA.address, offline=True, name="Lena")
    async with inbox(shop) as app:
        await app.press("enter", "r")
        await app.shows("REPLY")
        await app.shows(f"mail to {LENA.address}")
        await app.shows("nothing proves it is theirs")
        await app.press("ctrl+n")
        await app.lacks(f"mail to {LENA.address}")
        await app.shows("web:v1")
        await app.press("ctrl+n")
        await app.shows(f"mail to {LENA.address}")
        await app.type("By mail then.")
        await app.press("ctrl+j")
        await app.shows("Reply leaves")
    (sent,) = (each for each in messages(shop) if each.outbox is not None)
    assert (sent.channel, [each.address for each in sent.to]) == ("shop", [LENA.address])


async def test_who_is_there_is_answered_there_and_there_is_one_way(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", name="Lena")
    async with inbox(shop) as app:
        await app.press("enter", "r")
        await app.shows("REPLY")
        await app.press("ctrl+n")
        await app.shows("There is no other way")


async def test_both_sides_of_one_customer_stand_side_by_side(shop: Shop, web: Web) -> None:
    web.say("v1", "帐篷杆断了", YAN.address, name="严")
    elsewhere(lambda: shop.receive(YAN, "Me again, by mail", vouched=True, subject="Tent pole"))
    async with inbox(shop, (200, 60)) as app:
        await app.press("j", "enter")
        await app.shows("帐篷杆断了")
        await app.shows("has proven")
        await app.shows("Tent pole")
        await app.shows(f"one customer with {YAN.address} now")
        await app.shows("#1005 mail Tent pole")


async def test_page_language_and_claim_stand_in_the_panel(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", YAN.address, page="https://shop.example/tents", language="zh-CN", name="严")
    async with inbox(shop, (200, 50)) as app:
        await app.press("enter")
        for words in ("Visit", "https://shop.example/tents", "language zh-CN", f"says {YAN.address}"):
            await app.shows(words)


async def test_the_page_a_visitor_has_open_follows_them(shop: Shop, web: Web) -> None:
    web.say("v1", "hello", name="Lena", page="https://shop.example/tents")
    async with inbox(shop, (200, 60)) as app:
        await app.press("enter")
        await app.shows("https://shop.example/tents")
        await app.shows("open since")
        web.opens("v1", "stoves", shop.now())
        await app.shows("https://shop.example/stoves")
        web.opens("v1", "stoves", shop.now(), here=False)
        await app.shows("closed ")
