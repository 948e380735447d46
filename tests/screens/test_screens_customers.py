"""Customers from the keyboard: found as one types, shown, merged, parted, named; and their conversations."""

from __future__ import annotations

import pytest
from support.inbox import Inbox, elsewhere, inbox
from support.shop import Shop

from omni_tui.desk import customer_edits, customers
from omni_tui.model.customer import CustomerRow


async def listed(running: Inbox, words: str = "") -> tuple[CustomerRow, ...]:
    found: tuple[CustomerRow, ...] = await running.stored(customers.listed, running.shop.agent, words)
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_all_customers_are_listed_and_found_as_one_types(shop: Shop, size: tuple[int, int]) -> None:
    async with inbox(shop, size) as running:
        await running.shows("Lena Hoffmann")
        await running.press("g", "c")
        await running.shows("Customers")
        await running.shows("chen@example.cn")
        rows = [line for line in running.lines() if "@" in line]
        assert ["Lena" in rows[0], "陈思远" in rows[1], "Ben" in rows[2]] == [True] * 3
        assert rows[0].startswith(" > Lena Hoffmann")
        await running.type("carv")
        await running.lacks("chen@example.cn")
        await running.shows("ben@carver.example")
        await running.type("x")
        await running.shows("Fewer letters find more")
        await running.press("escape")
        await running.until(lambda: running.screen.parts.list.has_focus)
        await running.shows("Order 4417")


async def test_enter_shows_a_customer_and_o_their_conversations(shop: Shop) -> None:
    elsewhere(lambda: shop.receive("ben@carver.example", "Another one", subject="Buttons"))
    async with inbox(shop) as running:
        await running.shows("Buttons")
        await running.press("g", "c")
        await running.type("ben")
        await running.until(lambda: len([line for line in running.lines() if "@" in line and "Ben" in line]) == 1)
        await running.press("enter")
        await running.shows("2 conversations")
        await running.press("o")
        await running.until(lambda: running.screen.parts.list.pages.count == 2)
        assert {running.screen.parts.list.pages.get(n).subject for n in (0, 1)} == {"Buttons", "Zip"}  # type: ignore[union-attr]


async def test_a_customer_is_merged_into_another_and_undo_parts_them(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("C", "m")
        await running.shows("Merge Lena Hoffmann into")
        await running.type("ben")
        await running.lacks("chen@example.cn")
        await running.press("enter")
        await running.shows("are one customer now")
        (row,) = await listed(running, "ben")
        assert (row.name, row.conversation_count) == ("Ben Carver", 2)
        await running.until(lambda: running.screen.parts.list.has_focus)
        await running.press("z")
        await running.shows("Undone: merge customers")
        assert len(await listed(running)) == 3
        await running.press("Z")
        await running.shows("Done again: merge customers")
        assert len(await listed(running)) == 2


async def test_on_the_card_a_name_and_a_note_are_written_and_an_address_taken_out(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("C", "c")
        await running.shows("lena@posteo.example")
        await running.press("n")
        await running.shows("Call the customer")
        await running.type(" B")
        await running.press("enter")
        await running.shows("Lena Hoffmann B")
        await running.until(lambda: running.screen.sheet.has_focus)
        await running.press("m")
        await running.shows("Note on the customer")
        await running.type("likes tea")
        await running.press("enter")
        await running.until(lambda: running.screen.sheet.has_focus)
        await running.shows("likes tea")
        await running.press("M")
        await running.shows("Merge Lena Hoffmann B into")
        await running.shows("chen@example.cn")
        await running.type("ben")
        await running.lacks("chen@example.cn")
        await running.shows("ben@carver.example")
        await running.press("enter")
        await running.until(lambda: running.screen.sheet.has_focus)
        await running.shows("take an address out")
        await running.press("s")
        await running.shows("Take out the address")
        await running.type("lena@posteo.example")
        await running.press("enter")
        await running.until(lambda: running.screen.sheet.has_focus)
        await running.lacks("take an address out")
        await running.press("escape")
        await running.until(lambda: running.screen.parts.list.has_focus)
        names = {row.name for row in await listed(running)}
        assert names == {"Lena Hoffmann B", "Ben Carver", "陈思远"}


async def test_a_question_about_the_card_can_be_left(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("C", "c")
        await running.shows("lena@posteo.example")
        for key in ("n", "M"):
            await running.press(key)
            await running.until(lambda: not running.screen.sheet.is_open)
            await running.until(lambda: running.screen.parts.prompt.is_open or running.screen.customers.chooser.is_open)
            await running.press("escape")
            await running.until(lambda: running.screen.sheet.has_focus)
        await running.press("escape")
        await running.until(lambda: running.screen.parts.list.has_focus)


async def test_the_command_line_takes_who_and_what(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press(":")
        await running.type("customer merge ben@carver.example")
        await running.press("enter")
        await running.shows("are one customer now")
        await running.press(":")
        await running.type("customer rename Lena B")
        await running.press("enter")
        await running.shows("is called Lena B now")
        assert "Lena B" in {row.name for row in await listed(running)}


async def test_a_hostile_name_is_shown_and_does_nothing(shop: Shop) -> None:
    elsewhere(lambda: shop.receive("eve@post.example", "hi", subject="Hi"))
    async with inbox(shop) as running:
        await running.shows("eve@post.example")
        eve = next(row for row in await listed(running) if row.addresses == ("eve@post.example",))
        await running.done_by_others(
            lambda: customer_edits.rename(shop.store, shop.agent, eve.id, "[bold]Eve[/] \x1b]0;x\x07‮ {0}")
        )
        await running.press("g", "c")
        await running.shows("[bold]Eve[/]")
        assert "\x1b" not in running.text() and "‮" not in running.text()
        await running.press("enter")
        await running.shows("1 conversation")
        await running.press("n")
        await running.shows("Call the customer")
        await running.press("enter")
        await running.until(lambda: running.screen.sheet.has_focus)


async def test_the_report_and_knowledge_are_sheets(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as running:
        await running.shows("Lena Hoffmann")
        await running.press("g", "r")
        await running.shows("1st reply")
        await running.shows("in all")
        await running.press("escape")
        await running.press("g", "k")
        await running.shows("No articles yet")
        await running.press("escape", "y", "l")
        await running.shows("Copied omni-tui show 100")
