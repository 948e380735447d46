"""Sending later: a moment is asked for in words, shown in the thread, and taken back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from support.inbox import Inbox, inbox
from support.shop import DAY, Shop
from textual import events

from omni_tui.desk import outbox, replies
from omni_tui.desk.news import Watch
from omni_tui.desk.outbox import Unsettled
from omni_tui.model.address import Address
from omni_tui.screens.inbox.notices import words


def nine_tomorrow(shop: Shop) -> int:
    day = datetime.fromtimestamp(shop.now() / 1000, UTC) + timedelta(days=1)
    return int(day.replace(hour=9, minute=0, second=0, microsecond=0).timestamp() * 1000)


async def waiting(screen: Inbox) -> tuple[Unsettled, ...]:
    found = await screen.stored(outbox.unsettled)
    assert isinstance(found, tuple)
    return found


async def put_off(screen: Inbox, when: str) -> None:
    await screen.shows("Lena Hoffmann")
    await screen.press("r")
    await screen.until(lambda: screen.screen.parts.composer.is_open)
    await screen.type("It leaves today")
    await screen.press("ctrl+l")
    await screen.shows("Send at")
    await screen.type(when)
    await screen.press("enter")


async def test_a_reply_leaves_at_the_moment_named_and_z_calls_it_back(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await put_off(screen, "tomorrow 9")
        await screen.shows("Reply leaves tomorrow 09:00")
        await screen.shows("leaves tomorrow 09:00, W sends it now or calls it back")
        (mine,) = await waiting(screen)
        assert (mine.ref, mine.outbox.not_before, mine.crossed) == (1003, nine_tomorrow(shop), False)
        await screen.press("z")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        assert screen.screen.parts.composer.area.text == "It leaves today"
        assert await waiting(screen) == ()
        await screen.press("escape")
        await screen.shows("Draft kept")
        # Redone, it keeps the moment.
        await screen.press("Z")
        await screen.shows("leaves tomorrow 09:00")
        assert (await waiting(screen))[0].outbox.not_before == nine_tomorrow(shop)


async def test_chinese_words_do_and_what_is_no_time_is_said_where_it_was_typed(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await put_off(screen, "yesterday")
        await screen.shows('"yesterday" is not a time')
        assert await waiting(screen) == ()
        screen.screen.parts.prompt.field.value = ""
        await screen.type("明天9点")
        await screen.press("enter")
        await screen.shows("Reply leaves tomorrow 09:00")
        assert (await waiting(screen))[0].outbox.not_before == nine_tomorrow(shop)


async def test_escape_goes_back_to_the_text(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await put_off(screen, "")
        await screen.press("escape")
        await screen.until(lambda: screen.screen.parts.composer.area.has_focus)
        await screen.type("!")
        assert screen.screen.parts.composer.area.text == "It leaves today!"


async def test_long_after_it_was_put_off_it_is_a_draft_again(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await put_off(screen, "2d")
        await screen.shows("W sends it now or calls it back")
        await screen.press("T")
        await screen.press("W")
        await screen.shows("keep the text as a draft")
        assert "send it again" not in screen.line(-1) and "send it now" in screen.line(-1)
        await screen.press("d")
        await screen.until(lambda: "W sends it now or calls it back" not in screen.text())
        assert await waiting(screen) == ()
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.area.text == "It leaves today")


async def test_what_the_customer_writes_before_is_told(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await put_off(screen, "tomorrow 9")
        await screen.shows("leaves tomorrow 09:00")
        lena = Address("lena@posteo.example", "Lena Hoffmann")
        await screen.done_by_others(
            lambda: shop.receive(lena, "It came!", subject="Order 4417", reply_keys=("m2@example",))
        )
        await screen.shows("they wrote since: read it before this leaves")
        assert [each.crossed for each in await waiting(screen)] == [True]


async def test_what_the_customer_wrote_while_one_wrote_is_shown_first(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        lena = Address("lena@posteo.example", "Lena Hoffmann")
        await screen.done_by_others(lambda: shop.receive(lena, "It came!", reply_keys=("m2@example",)))
        await screen.type("x")
        await screen.press("ctrl+l")
        await screen.type("2h")
        await screen.press("enter")
        await screen.shows("C-l sends anyway")
        assert await waiting(screen) == ()
        await screen.press("ctrl+l")
        await screen.until(lambda: screen.screen.parts.prompt.field.value == "2h")
        await screen.press("enter")
        await screen.shows("Reply leaves")
        assert len(await waiting(screen)) == 1


async def test_a_note_leaves_for_nowhere(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("m")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.press("ctrl+l")
        await screen.shows("C-t makes this a reply")


async def test_all_keys_at_once_land_where_they_were_meant(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        keys = ["enter", "r", *"Soon", "ctrl+l", *"2d", "enter"]
        for key in keys:
            screen.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await screen.shows("W sends it now or calls it back")
        assert len(await waiting(screen)) == 1
        await screen.until(lambda: "Soon" in screen.text())


async def test_a_thread_that_is_read_anew_ends_nothing_that_waits_for_it(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.shows("Still no movement.")
        # As when somebody sends while the store changes: both read the thread, and both go on afterwards.
        thread = screen.screen.parts.thread
        found = await asyncio.gather(*(thread.refresh() for _n in range(5)), return_exceptions=True)
        assert found == [None] * 5


def test_a_notice_says_that_the_answer_had_not_left(shop: Shop) -> None:
    row = shop.rows()[0]
    replies.reply(shop.store, shop.agent, row.id, "Soon", at=shop.now() + DAY)
    watch = Watch(shop.now() - 1000)
    lena = Address("lena@posteo.example", "Lena Hoffmann")
    shop.receive(lena, "It came!", reply_keys=("m2@example",), receipt_at=shop.now() + 1000)
    news = watch.of_ids(shop.store, shop.agent, [row.id])
    assert words(news, private=False) == "Lena Hoffmann wrote before the reply left: Order 4417"
    assert words(news, private=True) == "1 new message"
