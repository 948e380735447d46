"""``::`` while one writes: a menu of snippets, filled where they are put in; nothing typed is lost to it."""

from __future__ import annotations

import pytest
from support.inbox import Inbox, elsewhere, inbox
from support.shop import Shop
from textual import events

from omni_tui.desk import agents, snippets
from omni_tui.desk.actions import title_of
from omni_tui.screens.inbox.deeds import undone

HELLO = "Hello {customer_first},\n\nthank you for your message about order {order}.\n\n{agent}"
FILLED = "Hello Lena,\n\nthank you for your message about order 4417.\n\nAna"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    snippets.save(shop.store, shop.agent, "hello", HELLO)
    snippets.save(shop.store, shop.agent, "Refund policy", "You have 30 days, {customr}.")
    bo = agents.who(shop.store, "bo", "Bo")
    snippets.save(shop.store, bo, "退款说明", "您好，退款已经办理。", shared=True)
    snippets.save(shop.store, bo, "bo's own", "mine")
    return shop


def burst(screen: Inbox, *keys: str) -> None:
    """All keys at once, as one read from the terminal brings them."""
    for key in keys:
        screen.app.post_message(events.Key(key, key if len(key) == 1 else None))


def text(screen: Inbox) -> str:
    return screen.screen.parts.composer.area.text


async def writing(screen: Inbox, key: str = "r") -> None:
    await screen.shows("Lena Hoffmann")
    await screen.press(key)
    await screen.until(lambda: screen.screen.parts.composer.is_open)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_two_colons_offer_what_there_is_and_enter_puts_it_in_filled(shop: Shop, size: tuple[int, int]) -> None:
    async with inbox(shop, size) as screen:
        await writing(screen)
        await screen.until(lambda: ":: snippet" in screen.text() or size[0] == 80)
        await screen.type("Dear all, ::")
        await screen.shows("> hello")
        shown = screen.text()
        assert "Hello {customer_first}," in shown and "退款说明" in shown and "Refund policy" in shown
        assert "bo's own" not in shown and "Enter insert" in shown
        await screen.press("enter")
        await screen.until(lambda: text(screen) == f"Dear all, {FILLED}")
        await screen.lacks("Refund policy")
        await screen.type("!")
        await screen.until(lambda: text(screen) == f"Dear all, {FILLED}!")


async def test_letters_narrow_arrows_choose_and_backspace_widens(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await writing(screen, "m")
        await screen.type("::rfp")
        await screen.shows("> Refund policy")
        assert "退款说明" not in screen.text()
        await screen.press("backspace", "backspace", "backspace", "down", "down")
        await screen.shows("> 退款说明")
        await screen.press("tab")
        await screen.until(lambda: text(screen) == "您好，退款已经办理。")
        # In a note as well, by a Chinese name, in the middle of Chinese text.
        await screen.type("好::说明")
        await screen.shows("> 退款说明")
        await screen.press("enter")
        await screen.until(lambda: text(screen) == "您好，退款已经办理。好您好，退款已经办理。")


async def test_the_colons_of_a_chinese_keyboard_open_it_too(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await writing(screen)
        await screen.type("：：hello")
        await screen.shows("> hello")
        await screen.press("enter")
        await screen.until(lambda: text(screen) == FILLED)


async def test_escape_leaves_the_colons_and_the_next_one_the_composer(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await writing(screen)
        await screen.type("::he")
        await screen.shows("> hello")
        await screen.press("escape")
        await screen.lacks("> hello")
        await screen.type("y")
        assert screen.screen.parts.composer.is_open and text(screen) == "::hey"
        await screen.press("enter")
        await screen.until(lambda: text(screen) == "::hey\n")
        await screen.press("escape")
        await screen.shows("Draft kept")


@pytest.mark.parametrize("typed", ["std::", "a:b ::: ", "x :: he", "::zzz", "::q :: "])
async def test_what_only_looks_like_it_is_text(shop: Shop, typed: str) -> None:
    async with inbox(shop) as screen:
        await writing(screen)
        await screen.type(typed)
        await screen.press("enter", "q")
        await screen.until(lambda: text(screen).endswith("\nq"))
        assert text(screen) == f"{typed}\nq"


async def test_all_keys_at_once_choose_what_they_would_one_by_one(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        burst(screen, "enter", "r", *"So ::refpol", "enter", *"Bye ::", "down", "enter", *"ok")
        expected = "So You have 30 days, {customr}.Bye You have 30 days, {customr}.ok"
        await screen.until(lambda: text(screen) == expected)


async def test_what_cannot_be_filled_is_told(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await writing(screen)
        await screen.type("::ref")
        await screen.press("enter")
        await screen.shows("no variable of a snippet: {customr}")
        assert text(screen) == "You have 30 days, {customr}."


async def test_one_a_colleague_shares_meanwhile_joins_the_menu(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await writing(screen)
        bo = await screen.stored(agents.named, "bo")
        await screen.done_by_others(lambda: snippets.save(shop.store, bo, "Zelt", "Zeltstange", shared=True))
        await screen.type("::ze")
        await screen.shows("> Zelt")
        await screen.press("enter")
        await screen.until(lambda: text(screen) == "Zeltstange")


async def test_a_hostile_name_moves_no_cursor(shop: Shop) -> None:
    bo = elsewhere(lambda: agents.who(shop.store, "bo"))
    elsewhere(lambda: snippets.save(shop.store, bo, "evil", "\x1b[31mred\x1b[0m \u202egnp", shared=True))
    async with inbox(shop) as screen:
        await writing(screen)
        await screen.type("::evil")
        await screen.shows("> evil")
        assert "\x1b" not in screen.text() and "\u202e" not in screen.text()
        await screen.press("enter")
        await screen.until(lambda: "red" in text(screen))
        assert "\x1b" not in text(screen) and "\u202e" not in text(screen)


def test_undoing_what_was_done_to_a_snippet_is_told_in_words_not_verbs(shop: Shop) -> None:
    made = snippets.save(shop.store, shop.agent, "bye", "Bye!")
    assert undone(made) == "Undone: save snippet bye"
    assert title_of("macro r") == "macro r" and title_of("view unhide") == "show view again"


async def test_who_has_no_snippets_is_told_how_to_save_one(shop: Shop) -> None:
    def throw_away() -> None:
        for each in snippets.listed(shop.store, shop.agent):
            snippets.delete(shop.store, agents.who(shop.store, each.owner), each)

    elsewhere(throw_away)
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await screen.type("::")
        await screen.shows("No snippets yet")
        await screen.until(lambda: screen.screen.parts.composer.area.text == "::")
