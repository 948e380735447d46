"""Keys typed faster than the store answers act as if it had answered at once: on what they were meant for, in order."""

from __future__ import annotations

import asyncio
import threading

import pytest
from support.inbox import Inbox, elsewhere, inbox
from support.shop import DAY, MINUTE, Shop
from textual import events

from omni_tui.desk import customers
from omni_tui.desk import inbox as desk_inbox
from omni_tui.model.enums import DraftMode, Status
from omni_tui.model.events import Received
from omni_tui.store import Store


def burst(screen: Inbox, *keys: str) -> None:
    """All keys at once, as one read from the terminal brings them."""
    for key in keys:
        screen.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_what_is_typed_before_the_composer_is_open_is_text(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        burst(screen, "enter", "r", *"eeEtU#z")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.until(lambda: screen.screen.parts.composer.area.text == "eeEtU#z")


async def test_each_key_acts_on_what_the_one_before_left(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        before = screen.screen.parts.list.pages.ids(0, 2)
        assert len(before) == 3
        burst(screen, "e", "e", "e")

        def resolved(store: Store) -> set[str]:
            rows = desk_inbox.rows(store, shop.agent, before)
            return {row.id for row in rows if row.status is Status.RESOLVED}

        while await screen.stored(resolved) != set(before):
            await screen.pilot.pause(0.02)


async def test_work_that_is_called_off_before_it_begins_holds_no_keys(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        shown = screen.screen
        shown.turns.take(shown.reading.step(1))
        assert shown.workers.cancel_group(shown, "turn")
        await screen.press("question_mark")
        await screen.until(lambda: shown.sheet.is_open)


async def test_the_key_behind_an_undo_is_for_what_came_back(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        first, second = screen.screen.parts.list.pages.ids(0, 1)
        await screen.press("e")
        await screen.shows("Resolved")
        burst(screen, "z", "t")
        await screen.shows("Took 1 conversation")

        def owners(store: Store) -> list[str | None]:
            return [row.assignee for row in desk_inbox.rows(store, shop.agent, [first, second])]

        assert await screen.stored(owners) == ["ana", None]


async def test_it_is_also_where_the_list_is_being_read_just_then(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        parts = screen.screen.parts
        first = parts.list.pages.ids(0, 0)
        await screen.press("e")
        await screen.shows("Resolved")
        released = threading.Event()
        screen.screen.run_worker(parts.link.read(lambda _store: released.wait(30)))
        screen.screen.run_worker(parts.rows.refresh())
        burst(screen, "z", "t")

        def state() -> tuple[Status, str | None]:
            (row,) = desk_inbox.rows(shop.store, shop.agent, first)
            return row.status, row.assignee

        try:
            await screen.until(lambda: elsewhere(state) == (Status.OPEN, None))
            await screen.pilot.pause()
        finally:
            released.set()
        await screen.until(lambda: elsewhere(state) == (Status.OPEN, "ana"))


async def test_the_next_conversation_is_meant_as_soon_as_its_key_is_pressed(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        first, second = screen.screen.parts.list.pages.ids(0, 1)
        burst(screen, "enter", "J", "e")

        def states(store: Store) -> list[bool]:
            rows = desk_inbox.rows(store, shop.agent, [first, second])
            return [row.status is Status.RESOLVED for row in rows]

        while not (found := await screen.stored(states))[1]:
            assert not found[0]
            await screen.pilot.pause(0.02)
        assert await screen.stored(states) == [False, True]


async def test_no_letter_is_lost_or_overtaken_while_the_composer_opens(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        text = "".join(chr(ord("a") + number % 26) for number in range(300))
        burst(screen, "enter", "r")
        # A few at a time, so that some are on their way at every step of the opening.
        for letter in text:
            burst(screen, letter)
            await asyncio.sleep(0)
        await screen.until(lambda: len(screen.screen.parts.composer.area.text) >= len(text))
        assert screen.screen.parts.composer.area.text == text


async def test_what_is_typed_behind_a_key_that_opens_a_field_goes_there(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        burst(screen, "ctrl+p", *"take", "enter")
        await screen.shows("Took 1 conversation")
        burst(screen, ":", *"tag vip", "enter")
        await screen.shows("Tagged 1 conversation vip")


async def test_what_is_pasted_before_the_composer_is_open_is_text(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        burst(screen, "r")
        screen.app.post_message(events.Paste("your parcel\nleft today"))
        await screen.until(lambda: screen.screen.parts.composer.area.text.startswith("your parcel\nleft today"))


async def test_corrections_stay_where_they_were_typed(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        burst(screen, "r", *"teh", "backspace", "backspace", *"he b", "home", "T", "delete", "end", "x")
        await screen.until(lambda: screen.screen.parts.composer.area.text.endswith("x"))
        assert screen.screen.parts.composer.area.text == "The bx"
        burst(screen, "escape")
        await screen.until(lambda: screen.screen.parts.view.has_focus)
        burst(screen, ":", *"tga", "backspace", "backspace", *"ag vip", "enter")
        await screen.shows("Tagged 1 conversation vip")


@pytest.mark.parametrize("preview_first", [True, False])
@pytest.mark.parametrize("shown_before", [True, False])
async def test_a_key_and_the_preview_may_want_the_same_conversation(
    shop: Shop, preview_first: bool, shown_before: bool
) -> None:
    """The cursor's rest may end right before a key, or between it and what it opens: the key is obeyed."""
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.until(lambda: screen.screen.parts.thread.opened is not None)
        if not shown_before:
            screen.screen.parts.thread.close()
        screen.screen.parts.list.move_to(2)
        if preview_first:
            screen.screen.reading.rested()
        screen.screen.commands.run("note", None, "m")
        if not preview_first:
            screen.screen.reading.rested()
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        row = screen.screen.parts.list.current
        assert row is not None and screen.screen.parts.composer.conversation_id == row.id


async def test_what_is_typed_while_a_reply_is_stored_waits_for_it(shop: Shop) -> None:
    """The keys behind Send are commands for what is there then, and letters only where the composer is open again."""
    async with inbox(shop, undo_send_s=600) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("On its way")
        released = threading.Event()
        screen.screen.run_worker(screen.screen.parts.link.write(lambda _store: released.wait(30)))
        await screen.press("ctrl+j")
        burst(screen, "m", *"ask")
        await screen.pilot.pause()
        released.set()
        await screen.until(lambda: screen.screen.parts.composer.area.text == "ask")
        assert screen.screen.parts.composer.mode is DraftMode.NOTE


async def test_what_is_typed_behind_the_end_of_a_field_is_a_command(shop: Shop) -> None:
    """A search, a prompt: the key behind Enter or Escape is no letter of what was just left."""
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        second = screen.screen.parts.list.pages.ids(1, 1)[0]
        burst(screen, "L", *"vip", "enter", "j", "t")

        def taken(store: Store) -> bool:
            return desk_inbox.rows(store, shop.agent, [second])[0].assignee == "ana"

        await screen.shows("Took 1 conversation")
        assert await screen.stored(taken)
        burst(screen, "/", *"hello", "escape", "g", "m")
        await screen.until(lambda: screen.screen.finding.view_id == "mine")
        burst(screen, "g", "i", "/", *"is:open", "enter", "G", "enter")
        last = screen.screen.parts.list
        await screen.until(lambda: screen.screen.parts.view.has_focus)
        assert screen.screen.search_bar.field.value == "is:open"
        assert screen.screen.parts.thread.conversation_id == (row.id if (row := last.current) is not None else "")


@pytest.mark.parametrize("typed", [True, False])
async def test_a_key_behind_a_search_is_for_what_it_finds(shop: Shop, *, typed: bool) -> None:
    """Also where nothing is typed: the way to an order, to what somebody wrote, to replies that failed."""
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        if typed:
            burst(screen, "/", *"from:ben", "enter", "t")
        else:
            screen.screen.searching.open("from:ben", typing=False)
            burst(screen, "t")
        await screen.shows("Took 1 conversation")
        assert elsewhere(lambda: [row.customer for row in shop.rows("assignee:ana")]) == ["Ben Carver"]


@pytest.mark.parametrize("way", [("ctrl+p", *"resolve", "enter"), (":", *"resolve", "enter")], ids=["palette", "line"])
async def test_a_key_behind_what_was_chosen_by_its_name_comes_after_it(shop: Shop, way: tuple[str, ...]) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        first, second = screen.screen.parts.list.pages.ids(0, 1)
        burst(screen, *way, "t")
        await screen.shows("Took 1 conversation")

        def states() -> list[tuple[Status, str | None]]:
            return [(row.status, row.assignee) for row in desk_inbox.rows(shop.store, shop.agent, [first, second])]

        await screen.until(lambda: elsewhere(states) == [(Status.RESOLVED, None), (Status.OPEN, "ana")])


async def test_a_key_behind_the_way_back_is_for_the_list(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        burst(screen, "enter", "q", "j", "enter", "q", "j")
        await screen.until(lambda: screen.screen.parts.list.cursor == 2)


async def test_a_key_behind_a_jump_is_for_the_row_that_is_still_on_its_way(shop: Shop) -> None:
    start = shop.now() - DAY
    letters = [shop.mail(f"c{n}@post.example", subject=f"Case {n}", receipt_at=start - n * MINUTE) for n in range(400)]
    elsewhere(lambda: shop.take(*map(Received, letters)))
    async with inbox(shop) as screen:
        await screen.until(lambda: screen.screen.parts.list.pages.total.number == 403)
        burst(screen, "G", "k", "x", "x", "M")
        await screen.shows("Merge 2 into")


async def test_a_key_held_down_is_one_move_for_all_that_came_at_once(shop: Shop) -> None:
    start = shop.now() - DAY
    letters = [shop.mail(f"c{n}@post.example", subject=f"Case {n}", receipt_at=start - n * MINUTE) for n in range(60)]
    elsewhere(lambda: shop.take(*map(Received, letters)))
    async with inbox(shop) as screen:
        rows = screen.screen.parts.list
        await screen.until(lambda: rows.pages.total.number == 63)
        moves: list[int] = []

        def move_by(by: int) -> None:
            moves.append(by)
            rows.move_to(rows.cursor + by)

        rows.move_by = move_by  # type: ignore[method-assign]
        burst(screen, *"j" * 40, *"3k", *"k" * 4)
        await screen.until(lambda: rows.cursor == 40 - 7 and sum(moves) == 40 - 7)
        assert len(moves) <= 6  # the first of each may go alone


async def test_an_esc_that_came_with_the_key_behind_it_is_both(shop: Shop) -> None:
    """A slow line delivers both in one read, and a terminal's parser takes them for a key with Alt."""
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        burst(screen, *"On its way")
        screen.app.post_message(events.Key("alt+m", "m"))
        burst(screen, *"see to it")
        composer = screen.screen.parts.composer
        await screen.until(lambda: composer.mode is DraftMode.NOTE and composer.area.text == "see to it")
        screen.app.post_message(events.Key("alt+t", "t"))
        await screen.shows("Took 1 conversation")
        assert not composer.is_open


async def test_the_key_behind_the_end_of_a_text_is_a_command(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        burst(screen, "r", *"On its way", "escape", "t")
        await screen.shows("Took 1 conversation")
        assert not screen.screen.parts.composer.is_open


@pytest.mark.parametrize("keys", [("g", "c"), ("C", "m")], ids=["shown", "merged into"])
async def test_enter_behind_the_name_of_a_customer_is_for_who_is_found(shop: Shop, keys: tuple[str, ...]) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press(*keys)
        await screen.shows("chen@example.cn")
        burst(screen, *"ben", "enter")
        if keys == ("g", "c"):
            await screen.shows("customer since")
            assert screen.screen.sheet.is_open and "Ben Carver" in screen.text() and "Last order" not in screen.text()
        else:
            await screen.shows("are one customer now")
            (row,) = elsewhere(lambda: customers.listed(shop.store, shop.agent, "ben"))
            assert row.conversation_count == 2
