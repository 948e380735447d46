"""Views on the screen: numbered, saved from a search, kept in order; and the search line's completion."""

from __future__ import annotations

import pytest
from support.inbox import Inbox, elsewhere, inbox
from support.shop import Shop

from omni_tui.desk import agents, triage, view_edits, views
from omni_tui.model.view import View

SIZES = [(80, 24), (120, 40), (200, 60)]


def tagged(shop: Shop, *words: str) -> None:
    """Tag the two newest conversations."""
    elsewhere(lambda: triage.tag(shop.store, shop.agent, [row.id for row in shop.rows()[:2]], words))


def save(shop: Shop, name: str, query: str, login: str = "ana") -> None:
    agent = elsewhere(lambda: agents.who(shop.store, login))
    elsewhere(lambda: view_edits.save(shop.store, agent, name, query, shared=login != "ana"))


async def listed(running: Inbox) -> tuple[View, ...]:
    found: tuple[View, ...] = await running.stored(views.listed, running.shop.agent)
    return found


async def search(running: Inbox, text: str, finds: str) -> None:
    await running.press("slash")
    await running.type(text)
    await running.shows(finds)


@pytest.mark.parametrize("size", SIZES)
async def test_a_search_is_saved_as_a_view_with_a_name_a_number_and_a_live_count(
    shop: Shop, size: tuple[int, int]
) -> None:
    tagged(shop, "退款")
    async with inbox(shop, size) as running:
        await running.shows("Lena Hoffmann")
        await search(running, "tag:退款 is:open", "2 conversations")
        await running.press("f2")
        await running.shows("Save as")
        await running.type("退款 待处理")
        await running.press("enter")
        await running.shows("Saved as 退款 待处理")
        await running.until(lambda: "6 退款 待处理 2" in running.line(0))
        await running.until(lambda: "Lena" in running.text() and "Ben Carver" not in running.text())
        row = await running.stored(lambda _store: shop.rows()[0])
        bo = await running.done_by_others(lambda: agents.who(shop.store, "bo"))
        await running.done_by_others(lambda: triage.untag(shop.store, bo, [row.id], ["退款"]))
        await running.shows("6 退款 待处理 1")
        await running.press("g", "1")
        await running.shows("Ben Carver")
        await running.press("g", "6")
        await running.lacks("Ben Carver")
        await running.press("z")
        await running.shows("Undone: save view 退款 待处理")
        await running.until(lambda: running.screen.finding.view.id == "inbox")
        await running.until(lambda: "待处理" not in running.line(0))
        assert "Undone: save view 退款 待处理" in running.text(), "said over by what follows from it"


async def test_without_a_search_there_is_nothing_to_save(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("V", "s")
        await running.shows("Search first")


async def test_a_name_that_will_not_do_is_told_and_corrected_in_place(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await search(running, "zip", "1 conversation")
        await running.press("enter", "V", "s")
        await running.shows("Save as")
        await running.type("mine")
        await running.press("enter")
        await running.shows("mine is built in. Choose another name.")
        await running.type(" too")
        await running.press("enter")
        await running.shows("Saved as mine too")


async def test_the_view_shown_is_renamed_moved_shared_hidden_and_deleted(shop: Shop) -> None:
    save(shop, "Zips", "zip")
    async with inbox(shop) as running:
        await running.shows("6 Zips 1")
        await running.press("g", "6")
        await running.until(lambda: running.screen.finding.view.name == "Zips")
        await running.press("V", "r")
        await running.shows("Rename to")
        await running.type(" open")
        await running.press("enter")
        await running.shows("6 Zips open 1")
        await running.press("V", "m")
        await running.shows("Move to place")
        await running.type("1")
        await running.press("enter")
        await running.shows("1 Zips open 1")
        await running.press("V", "p")
        await running.shows("Every agent sees Zips open now")
        assert (await listed(running))[0].shared
        await running.press("V", "p")
        await running.shows("Zips open is yours alone again")
        await running.press("V", "h")
        await running.shows("Zips open is hidden; gv still shows it")
        await running.until(lambda: running.screen.finding.view.id == "inbox")
        await running.press("g", "v")
        await running.shows("hidden")
        await running.type("zips")
        await running.press("enter")
        await running.until(lambda: running.screen.finding.view.name == "Zips open")
        await running.press("V", "h")
        await running.shows("Zips open is in sight again")
        await running.press("V", "d")
        await running.shows("Deleted Zips open; its conversations stay")
        assert all(view.owner is None for view in await listed(running))
        await running.press("z")
        await running.shows("Zips open 1")


async def test_the_command_line_goes_to_views_and_manages_the_one_shown(shop: Shop) -> None:
    save(shop, "退款", "tag:refund")
    async with inbox(shop) as running:
        await running.shows("6 退款 0")
        for line, shows in (
            ("view 退款", "Nothing is here."),
            ("view move 2", "2 退款 0"),
            ("view rename 退款 now", "2 退款 now 0"),
            ("view 3", "Nothing is assigned to you."),
            ("view share", "Mine is built in."),
            ("view 12", 'There is no "view".'),
        ):
            await running.press("colon")
            await running.type(line)
            await running.press("enter")
            await running.shows(shows)


async def test_a_number_without_a_view_says_so(shop: Shop) -> None:
    bo = elsewhere(lambda: views.BUILT_IN)
    for view in bo[3:]:
        elsewhere(lambda view=view: view_edits.hide(shop.store, shop.agent, view))  # type: ignore[misc]
    async with inbox(shop) as running:
        await running.shows("3 Unassigned")
        await running.press("g", "9")
        await running.shows("There is no view number 9")


async def test_what_colleagues_do_to_a_shared_view_follows(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        bo = await running.done_by_others(lambda: agents.who(shop.store, "bo"))
        await running.done_by_others(lambda: view_edits.save(shop.store, bo, "Zips", "zip", shared=True))
        await running.shows("6 Zips 1")
        await running.press("g", "6")
        await running.lacks("Lena Hoffmann")
        view = running.screen.finding.view
        await running.done_by_others(lambda: view_edits.change(shop.store, bo, view, "lena"))
        await running.shows("Lena Hoffmann")
        await running.press("V", "d")
        await running.shows("The view Zips is bo's")
        await running.done_by_others(lambda: view_edits.delete(shop.store, bo, view))
        await running.shows("The view Zips is gone")
        await running.until(lambda: running.screen.finding.view.id == "inbox")


async def test_the_first_view_in_ones_own_order_is_where_one_begins(shop: Shop) -> None:
    save(shop, "Zips", "zip")
    zips = elsewhere(lambda: views.named(views.listed(shop.store, shop.agent), "Zips"))
    elsewhere(lambda: view_edits.move(shop.store, shop.agent, zips, 1))
    async with inbox(shop) as running:
        await running.shows("1 Zips 1")
        await running.until(lambda: "Ben Carver" in running.text() and "Lena" not in running.text())


@pytest.mark.parametrize("size", SIZES)
async def test_the_current_view_is_in_sight_however_many_there_are(shop: Shop, size: tuple[int, int]) -> None:
    for n in range(9):
        save(shop, f"{n} 一个名字很长的视图 with a very long name", "tag:x")
    async with inbox(shop, size) as running:
        for view in await listed(running):
            await running.until(lambda view=view: running.screen.finding.view.id == view.id)
            assert view.title[:6] in running.line(0), running.line(0)
            await running.press("right_square_bracket")


async def test_all_views_are_chosen_from_by_name_and_hostile_names_are_only_text(shop: Shop) -> None:
    save(shop, "[bold]x\x1b]0;pwned\x07 [/", "zip", "bo")
    async with inbox(shop) as running:
        await running.press("g", "v")
        await running.shows("shared by bo")
        await running.until(lambda: "[bold]x" in running.text())
        await running.type("unas")
        await running.shows("1 of 10 views")
        await running.press("enter")
        await running.until(lambda: running.screen.finding.view.id == "unassigned")


# Completion ----------------------------------------------------------------------------------------------


async def test_tab_completes_keys_and_the_values_there_are(shop: Shop) -> None:
    tagged(shop, "refund", "退款")
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("slash")
        await running.type("ta")
        await running.shows("Tab  tag:")
        await running.press("tab")
        await running.until(lambda: running.screen.search_bar.field.value == "tag:")
        await running.shows("> refund")
        await running.press("down", "enter")
        await running.until(lambda: running.screen.search_bar.field.value == "tag:退款 ")
        await running.shows("2 conversations")
        await running.type("is:un")
        await running.press("tab")
        await running.until(lambda: running.screen.search_bar.field.value == "tag:退款 is:unread ")


async def test_tab_on_nothing_shows_every_key_with_its_meaning_and_escape_closes_the_menu_first(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as running:
        await running.shows("Lena Hoffmann")
        await running.press("slash", "tab")
        await running.shows("whose it is: me, none, a login")
        await running.press("escape")
        await running.lacks("whose it is")
        assert running.screen.search_bar.is_open
        await running.type("lena")
        await running.shows("1 conversation ")
        await running.press("escape")
        await running.until(lambda: not running.screen.search_bar.is_open)


async def test_typed_ahead_of_the_completion_nothing_is_lost(shop: Shop) -> None:
    tagged(shop, "refund")
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("slash", *"tag:ref", "tab", *"zip")
        await running.until(lambda: running.screen.search_bar.field.value == "tag:refund zip")


@pytest.mark.parametrize(
    ("query", "caret"), [("退款 tga:x", 5), ("zip (lena", 4), ("a" * 90 + " is:opne", 94)], ids=["cjk", "end", "far"]
)
async def test_what_cannot_be_read_is_pointed_at(shop: Shop, query: str, caret: int) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.press("slash")
        await running.type(query)
        await running.shows("^")
        line = running.line(1)
        assert line.index("^") + sum(ord(char) > 0x2E80 for char in line[: line.index("^")]) == 3 + caret
