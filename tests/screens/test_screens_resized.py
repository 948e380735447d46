"""A terminal that gets another size while something lies over the inbox; and what one reads behind a search there."""

from __future__ import annotations

import asyncio

import pytest
from support.inbox import inbox
from support.shop import Shop

from omni_tui.model.address import Address


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (200, 60)])
async def test_the_palette_fits_whatever_size_the_terminal_gets(shop: Shop, size: tuple[int, int]) -> None:
    async with inbox(shop, (120, 40)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("ctrl+p")
        await screen.shows("Enter run")
        await screen.pilot.resize_terminal(*size)
        await screen.until(lambda: screen.screen.size == size)
        palette = screen.screen.palette
        await screen.until(lambda: screen.screen.region.contains_region(palette.region))
        await screen.shows("actions")
        await screen.press("escape")
        await screen.lacks("Enter run")


async def test_the_keys_are_laid_out_anew_for_another_width(shop: Shop) -> None:
    async with inbox(shop, (120, 40)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("?")
        await screen.shows("Letters in a row")
        await screen.pilot.resize_terminal(70, 20)
        await screen.until(lambda: screen.screen.size == (70, 20))
        # One column: what stood in the others comes behind.
        await screen.lacks("Letters in a row")
        await screen.press("G")
        await screen.shows("selected")
        sheet = screen.screen.sheet
        assert screen.screen.region.contains_region(sheet.region)


async def test_the_subject_is_in_view_behind_a_search_on_a_small_screen(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("slash")
        await screen.type("movement")
        await screen.until(lambda: "Ben Carver" not in screen.text() and "Lena Hoffmann" in screen.text())
        await screen.press("enter", "enter")
        await screen.shows("Still no movement.")
        await screen.until(lambda: "#1003 Order 4417" in screen.line(0))
        await screen.press("q")
        await screen.until(lambda: "/ movement" in screen.line(0))


async def test_the_tiniest_screen_still_shows_a_conversation_and_no_bars(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        screen.screen.tour.begin()
        await screen.shows("Seven keys")
        for size in ((20, 5), (40, 10), (20, 3), (80, 24)):
            await screen.pilot.resize_terminal(*size)
            await screen.until(lambda size=size: screen.screen.size == size)
            await screen.shows("Lena")
            assert not screen.screen.show_vertical_scrollbar
        await screen.press("ctrl+p")
        await screen.shows("Enter run")
        await screen.pilot.resize_terminal(40, 10)
        await screen.until(lambda: screen.screen.size == (40, 10))
        await screen.shows("Reply to all")
        assert not screen.screen.show_vertical_scrollbar


async def test_what_has_the_keys_keeps_them_on_a_screen_that_became_narrow(shop: Shop) -> None:
    """Letters of an answer that were commands of the list would be acts nobody meant."""
    async with inbox(shop, (120, 40)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        parts = screen.screen.parts
        await screen.until(lambda: parts.view.has_focus)
        await screen.pilot.resize_terminal(80, 24)
        await screen.until(lambda: screen.screen.size == (80, 24) and parts.view.has_focus and parts.view.display)
        await screen.pilot.resize_terminal(120, 40)
        await screen.until(lambda: screen.screen.size == (120, 40) and parts.list.display)
        await screen.press("r")
        await screen.until(lambda: parts.composer.area.has_focus)
        await screen.pilot.resize_terminal(80, 24)
        await screen.until(lambda: screen.screen.size == (80, 24) and "REPLY" in screen.text())
        await screen.type("et")
        await screen.until(lambda: parts.composer.area.text == "et")


async def test_the_tour_makes_room_for_what_is_written_on_a_small_screen(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        screen.screen.tour.begin()
        await screen.shows("Seven keys")
        await screen.press("m")
        await screen.shows("NOTE")
        await screen.lacks("Seven keys")
        await screen.press("escape")
        await screen.shows("Seven keys")


async def test_a_name_has_the_cells_there_are(shop: Shop) -> None:
    await asyncio.to_thread(shop.receive, Address("k@x.example", "Kilian Brockmöllerhof"), "Hi", subject="Size")
    await asyncio.to_thread(shop.receive, Address("j@x.example", "Jannik Quandtmann"), "Hi", subject="Parcel")
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Kilian Brockmöl.. Size")
        await screen.shows("Jannik Quandtmann Parcel")
