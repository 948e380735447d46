"""The inbox by its keys: what is seen, what is stored, and what is taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.inbox import elsewhere, inbox
from support.shop import MINUTE, Shop

from omni_tui.desk import channels, ingest, triage
from omni_tui.desk import inbox as desk_inbox
from omni_tui.model.address import Address
from omni_tui.model.enums import Health, Status
from omni_tui.model.errors import StoreBusy
from omni_tui.model.events import Batch, Progress
from omni_tui.screens.store_link import StoreLink


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_newest_conversation_comes_first_at_every_size(shop: Shop, size: tuple[int, int]) -> None:
    async with inbox(shop, size) as screen:
        await screen.shows("Lena Hoffmann")
        rows = [n for n, line in enumerate(screen.lines()) if "Lena Hoffmann" in line]
        assert rows[0] < next(n for n, line in enumerate(screen.lines()) if "陈思远" in line)
        await screen.until(lambda: ">" in screen.line(rows[0]))


async def test_resizing_keeps_the_selection(shop: Shop) -> None:
    async with inbox(shop, (120, 40)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("j")
        await screen.pilot.resize_terminal(80, 24)
        await screen.until(lambda: any(line.startswith(">") and "陈思远" in line for line in screen.lines()))
        await screen.pilot.resize_terminal(200, 60)
        await screen.until(lambda: any(line.startswith(">") and "陈思远" in line for line in screen.lines()))


async def test_counts_and_sequences_move(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("2", "j")
        assert screen.screen.parts.list.cursor == 2
        await screen.press("g", "g")
        assert screen.screen.parts.list.cursor == 0
        await screen.press("G")
        assert screen.screen.parts.list.cursor == 2


async def test_opening_shows_the_thread_and_marks_it_seen(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.shows("Still no movement.")
        await screen.until(lambda: "we sent it" not in screen.text())
        row = shop_row = await screen.stored(lambda store: desk_inbox.find(store, shop.agent, "1003"))
        await screen.press("Q")
        await screen.shows("we sent it")
        await screen.press("q")
        await screen.until(lambda: any(line.startswith(">  ") and "Lena" in line for line in screen.lines()))
        row = await screen.stored(lambda store: desk_inbox.find(store, shop.agent, str(shop_row.ref)))
        assert not row.unread


async def test_resolving_leaves_the_inbox_and_undo_brings_it_back(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("e")
        await screen.shows("Resolved 1 conversation")
        await screen.until(lambda: not any("Lena" in line[:46] for line in screen.lines()))
        assert screen.screen.parts.list.current is not None
        await screen.press("z")
        await screen.shows("Undone")
        await screen.until(lambda: any("Lena" in line[:46] for line in screen.lines()))


class _Failing(StoreLink):
    """A store whose triage fails, as a locked one does."""

    async def write(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if fn is triage.resolve:

            def fail(_store: object) -> None:
                raise StoreBusy("The store is busy.", "Try again in a moment.")

            return await super().write(fail)
        return await super().write(fn, *args, **kwargs)


async def test_an_action_that_fails_is_taken_back_with_a_notice(shop: Shop) -> None:
    async with inbox(shop, link=_Failing(shop.store)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("e")
        await screen.shows("The store is busy.")
        await screen.until(lambda: any("Lena" in line[:46] for line in screen.lines()))


async def test_what_is_painted_at_once_is_what_the_store_confirms(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("t")
        await screen.until(lambda: any(line[:46].rstrip().endswith("me") for line in screen.lines()))
        await screen.shows("Took 1 conversation")
        row = await screen.stored(lambda store: desk_inbox.find(store, shop.agent, "1003"))
        assert row.assignee == "ana"


async def test_new_mail_appears_and_the_selection_stays(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("j")
        await screen.done_by_others(lambda: shop.receive(Address("nia@x.example", "Nia Newcomer"), "Hi", subject="New"))
        await screen.shows("Nia Newcomer")
        row = screen.screen.parts.list.current
        assert row is not None and row.customer == "陈思远"


async def test_tags_are_asked_for_and_shown(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("L")
        await screen.shows("Tags")
        await screen.type("refund vip")
        await screen.press("enter")
        await screen.shows("Tagged 1 conversation")
        row = await screen.stored(lambda store: desk_inbox.find(store, shop.agent, "1003"))
        assert set(row.tags) == {"refund", "vip"}


async def test_a_wrong_time_is_said_in_the_prompt_and_can_be_corrected(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("s")
        await screen.shows("Snooze until")
        await screen.type("yesteryear")
        await screen.press("enter")
        await screen.shows("is not a time")
        await screen.press(*["backspace"] * 10)
        await screen.type("2h")
        await screen.press("enter")
        await screen.shows("Snoozed 1 conversation")
        row = await screen.stored(lambda store: desk_inbox.find(store, shop.agent, "1003"))
        assert row.status is Status.SNOOZED


async def test_selected_conversations_are_acted_on_together(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("x", "x")
        await screen.shows("2 selected")
        await screen.press("e")
        await screen.shows("Resolved 2 conversations")
        await screen.until(lambda: screen.screen.parts.list.pages.count == 1)


async def test_searching_finds_one_chinese_character_and_escape_returns(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("slash")
        await screen.press("杆")
        await screen.shows("1 conversation")
        await screen.until(lambda: not any("Lena" in line[:46] for line in screen.lines()[2:]))
        await screen.press("escape")
        await screen.until(lambda: any("Lena" in line[:46] for line in screen.lines()))


async def test_a_query_that_cannot_be_read_is_pointed_at(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("slash")
        await screen.type("is:opne")
        await screen.shows("Did you mean is:open")


async def test_nothing_found_says_what_to_try(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("slash")
        await screen.type("is:snoozed zip")
        await screen.shows("Without is:snoozed 1 more")
        await screen.press("f3")
        await screen.until(lambda: any("Ben Carver" in line[:46] for line in screen.lines()))


async def test_the_palette_runs_what_it_finds(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("ctrl+p")
        await screen.type("resolv")
        await screen.shows("Done: out of the inbox")
        await screen.press("enter")
        await screen.shows("Resolved 1 conversation")


async def test_the_command_line_takes_verbs_with_what_they_need(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("colon")
        await screen.type("tag urgent")
        await screen.press("enter")
        await screen.shows("Tagged 1 conversation")


async def test_help_names_the_keys_and_the_letters(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("question_mark")
        await screen.shows("Letters in a row")
        await screen.press("escape")
        await screen.lacks("Letters in a row")


async def test_the_panel_shows_the_customer_and_the_journal(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("t", "I")
        await screen.shows("Reach")
        await screen.until(lambda: "lena@posteo.example" in screen.text())
        await screen.press("T")
        await screen.shows("No articles yet")
        await screen.press("T")
        await screen.shows("ana take")


async def test_where_there_is_little_room_the_panel_lies_over_the_thread_until_escape(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter", "grave_accent")
        await screen.shows("Reach")
        await screen.press("escape")
        await screen.until(lambda: "Reach" not in screen.text() and "Still no movement." in screen.text())
        await screen.press("grave_accent")
        await screen.shows("Reach")
        await screen.press("escape", "escape")
        await screen.shows("陈思远")
        await screen.press("j", "enter")
        # The whole width is used again, whatever it was when the list hid the thread.
        await screen.until(lambda: any("chen@example.cn" in line and ":" in line[70:] for line in screen.lines()))


async def test_an_empty_view_says_so(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("g", "s")
        await screen.shows("Nothing is snoozed.")
        await screen.press("g", "1")
        await screen.shows("Lena Hoffmann")


async def test_a_long_list_is_shown_from_any_place(shop: Shop) -> None:
    def fill() -> None:
        now = shop.now()
        for number in range(130):
            at = now - (400 + number) * MINUTE
            shop.receive(f"p{number}@x.example", "Hello", subject=f"Question {number}", receipt_at=at)

    elsewhere(fill)
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("G")
        await screen.shows("Question 129")
        await screen.press("1", "0", "0", "k")
        await screen.until(lambda: screen.screen.parts.list.current is not None)
        assert screen.screen.parts.list.cursor == 32


async def test_an_empty_inbox_says_that_mail_is_being_fetched(tmp_path: Path) -> None:
    shop = elsewhere(lambda: Shop(tmp_path))
    async with inbox(shop) as screen:
        await screen.shows("Connecting to support@shop.example")

        def half() -> None:
            batch = Batch((), "{}", progress=Progress(600, 1200))
            ingest.ingest(shop.store, shop.channel_id, "INBOX", batch, shop.rules, shop.epoch)
            channels.health(shop.store, shop.epoch, shop.channel_id, Health.SYNCING)

        await screen.done_by_others(half)
        await screen.shows("Fetching support@shop.example")
        await screen.shows("#####.....  600 of 1,200")
        await screen.done_by_others(lambda: channels.health(shop.store, shop.epoch, shop.channel_id, Health.OK))
        await screen.shows("No conversation has come in yet.")


async def test_the_selection_is_named_and_cleared(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("x", "x")
        await screen.shows("What a key does now, to all 2")
        shown = [line[46:] for line in screen.lines()]
        assert any("Lena Hoffmann" in line for line in shown) and any("陈思远" in line for line in shown)
        assert not any("Ben Carver" in line for line in shown)
        await screen.until(lambda: "clear 2 selected" in screen.line(39))
        await screen.press("escape")
        await screen.lacks("selected")
        await screen.shows("The zip came off")


async def test_the_next_unread_conversation_is_one_key_away(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("j", "enter")
        await screen.until(lambda: not (screen.screen.parts.list.pages.get(1) or shop).unread)  # type: ignore[union-attr]
        await screen.press("q", "g", "g", "alt+a")
        await screen.until(lambda: screen.screen.parts.list.cursor == 2)
        await screen.press("alt+a")
        await screen.until(lambda: screen.screen.parts.list.cursor == 0)


async def test_what_a_search_found_is_marked_and_walked_through(shop: Shop) -> None:
    text = "The zip broke.\n" + "So it goes.\n" * 60 + "Two zips are broken."
    elsewhere(lambda: shop.receive(Address("mo@x.example", "Mo"), text, subject="Jacket"))
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Jacket")
        await screen.press("slash")
        await screen.type("zips jacket")
        await screen.shows("1 conversation")
        await screen.press("enter", "enter")
        view = screen.screen.parts.view
        await screen.shows("The zip broke.")
        await screen.press("n")
        await screen.shows("Two zips are broken.")
        assert view.top > 0
        await screen.press("n")
        await screen.shows("Nothing more is found here")
        await screen.press("N")
        await screen.shows("The zip broke.")
