"""``@@`` in a note offers colleagues; in an answer it is refused; whoever is named hears of it."""

from __future__ import annotations

import pytest
from support.inbox import elsewhere, inbox
from support.shop import Shop

from omni_tui.desk import agents, replies
from omni_tui.desk import inbox as desk_inbox


@pytest.fixture
def shop(shop: Shop) -> Shop:
    agents.who(shop.store, "bo", "Bo Berg")
    agents.who(shop.store, "lee", "Lee")
    return shop


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_colleague_is_chosen_by_a_few_letters(shop: Shop, size: tuple[int, int]) -> None:
    async with inbox(shop, size) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("m")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("Ask @@")
        await screen.shows("> bo")
        assert "Bo Berg" in screen.text() and "> ana" not in screen.text()
        await screen.type("le")
        await screen.shows("> lee")
        await screen.press("enter")
        area = screen.screen.parts.composer.area
        await screen.until(lambda: area.text == "Ask @lee ")
        await screen.type("please")
        await screen.press("ctrl+j")
        await screen.shows("Note saved")
        await screen.shows("@lee please")


async def test_an_answer_names_no_colleague(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("Ask @@")
        await screen.shows("Colleagues are named in notes")
        assert "> bo" not in screen.text()
        await screen.type("!")
        assert screen.screen.parts.composer.area.text == "Ask @@!"


async def test_whoever_is_named_is_told_and_finds_it(shop: Shop) -> None:
    def note() -> None:
        bo = agents.who(shop.store, "bo")
        replies.note(shop.store, bo, desk_inbox.find(shop.store, bo, "1001").id, "@ana can you look?")

    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.done_by_others(note)
        await screen.shows("#1001  bo names you in a note")
        await screen.press("/")
        await screen.type("mentions:me")
        await screen.press("enter")
        await screen.lacks("Chen")
        await screen.until(lambda: "Lena Hoffmann" not in screen.text() and "Ben Carver" in screen.text())
    assert elsewhere(lambda: len(shop.rows("mentions:me"))) == 1
