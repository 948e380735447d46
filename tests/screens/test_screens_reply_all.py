"""``C-r`` answers all who are on the mail, or its sender alone: shown before it is sent."""

from __future__ import annotations

import pytest
from support.inbox import Inbox, elsewhere, inbox
from support.shop import SHOP, Shop

from omni_tui.desk import inbox as desk_inbox
from omni_tui.desk import thread as desk_thread
from omni_tui.model.address import Address
from omni_tui.model.enums import Direction

IDA = Address("ida@firm.example", "Ida")
CARL = Address("carl@firm.example", "Carl")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.receive(IDA, "Where is it?", to=(SHOP,), cc=(CARL,), subject="Tent", receipt_at=shop.now())
    return shop


async def copied(screen: Inbox, shop: Shop) -> list[str]:
    ida = await screen.stored(lambda store: desk_inbox.find(store, shop.agent, "1004").id)
    found = await screen.stored(lambda store: desk_thread.open_thread(store, shop.agent, ida).messages)
    (mine,) = [each for each in found if each.direction is Direction.OUTBOUND]
    return [each.address for each in mine.cc]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_get_it_once_that_was_asked_for_and_shown(shop: Shop, size: tuple[int, int]) -> None:
    async with inbox(shop, size) as screen:
        await screen.shows("Ida")
        await screen.press("r")
        await screen.shows("not to Carl carl@firm.example   C-r replies to all")
        await screen.press("ctrl+r")
        await screen.shows("copy to Carl carl@firm.example")
        await screen.type("Hello all")
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")
        assert await copied(screen, shop) == ["carl@firm.example"]


async def test_whoever_is_left_out_is_told_where_lines_are_few(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Ida")
        await screen.press("r")
        await screen.shows("not to Carl carl@firm.example   C-r replies to all")
        await screen.type("Sent")
        for size, told in (((60, 7), "  not to 1 other"), ((40, 12), "  not to 1 other"), ((30, 8), " -1")):
            await screen.pilot.resize_terminal(*size)
            await screen.until(lambda told=told: screen.line(0).rstrip().endswith(told))  # type: ignore[misc]
            assert screen.line(0).startswith(" REPLY ") and "ida@firm.example" in screen.line(0)
        await screen.press("ctrl+r")
        await screen.until(lambda: screen.line(0).rstrip().endswith(" +1"))


async def test_the_sender_alone_gets_it_otherwise(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Ida")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("Hello")
        await screen.press("ctrl+r", "ctrl+r")
        await screen.shows("C-r replies to all")
        await screen.press("ctrl+j")
        await screen.shows("Reply leaves")
        assert await copied(screen, shop) == []


async def test_many_are_counted_and_nobody_else_is_said(shop: Shop) -> None:
    many = tuple(Address(f"someone.with.a.long.name.{n}@firm.example", f"Person {n}") for n in range(40))
    zoe = Address("zoe@firm.example", "Zoe")
    elsewhere(lambda: shop.receive(zoe, "To all", cc=many, subject="Party", receipt_at=shop.now() + 1000))
    async with inbox(shop) as screen:
        await screen.shows("Zoe")
        await screen.press("r")
        await screen.shows("not to 40 others")
        await screen.press("ctrl+r")
        await screen.shows("and so on, 40 in all")
        assert screen.screen.parts.composer.area.size.height >= 3
        await screen.press("escape", "J", "J", "r")
        await screen.shows("mail to Lena Hoffmann")
        await screen.press("ctrl+r")
        await screen.shows("Nobody else is on the message")
