"""Who does not know a key finds it: keys that do nothing here say so, and the palette knows other words."""

from __future__ import annotations

import re

import pytest
from support.inbox import inbox
from support.shop import Shop
from support.terminal import Terminal

from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.actions.synonyms import SYNONYMS
from omni_tui.screens.overlay.palette import Item, ranked


async def test_a_key_that_does_nothing_here_says_so(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        await running.type("D")
        await running.shows("Split here: that is for an open conversation")
        await running.type("d")
        await running.shows("d does nothing here   ? all keys")
        await running.type("解")
        await running.shows("解 is no key here")
        await running.press("enter")
        await running.type("v")
        await running.shows("Select a range: that is for the list")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("archive", "resolve"), ("junk", "spam"), ("label", "tag"), ("download", "save_file"), ("snooze", "snooze")],
)
async def test_the_palette_finds_by_other_words(shop: Shop, typed: str, name: str) -> None:
    async with inbox(shop) as running:
        await running.press("ctrl+p")
        await running.until(lambda: running.screen.palette.is_open)
        await running.type(typed)
        await running.until(lambda: running.screen.palette.field.value == typed)
        titles = {found.name: found.title for found in (*ACTIONS, *COMMANDS)}
        await running.until(lambda: re.search(rf"> {re.escape(titles[name])}  ", running.text()))


def test_a_title_comes_before_another_word_and_that_before_scattered_letters() -> None:
    scattered = Item("1", "A remnant of cups here", "", "")
    by_word = Item("2", "Resolve", "", "", also="archive done")
    titled = Item("3", "The archive", "", "", also="archive")
    found = ranked([scattered, by_word, titled], "arc")
    assert [(hit.item.name, hit.word) for hit in found] == [("3", ""), ("2", "archive"), ("1", "")]
    chinese = ranked([Item("4", "解决", "", "", also="归档 完成")], "档")
    assert [hit.word for hit in chinese] == ["归档"]
    assert ranked([by_word], "") and not ranked([by_word], "xyz")


def test_other_words_are_for_what_there_is() -> None:
    assert set(SYNONYMS) <= {found.name for found in (*ACTIONS, *COMMANDS)}


def test_what_was_written_over_the_picture_goes(shop: Shop) -> None:
    terminal = Terminal(shop)
    terminal.until(b"Lena")
    terminal.quiet(0.3)
    terminal.seen = b""
    terminal.keys("\x0c")
    terminal.until(b"Lena")  # what did not change is written once more
    terminal.until(b"Order")
    terminal.keys("\x11")
    terminal.ends()
    terminal.close()


async def test_the_cursor_goes_with_what_undo_brings_back(shop: Shop) -> None:
    async with inbox(shop) as running:
        await running.shows("Lena Hoffmann")
        rows = running.screen.parts.list
        first, second = rows.pages.ids(0, 1)
        await running.press("e")
        await running.shows("Resolved 1 conversation")
        await running.until(lambda: rows.current and rows.current.id == second)
        await running.press("z")
        await running.until(lambda: rows.current and rows.current.id == first)
        assert rows.cursor == 0


async def test_arrows_open_and_leave_and_space_pages(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as running:
        await running.shows("Lena Hoffmann")
        await running.press("right")
        await running.until(lambda: running.screen.place == "thread")
        await running.press("left")
        await running.until(lambda: running.screen.place == "list")
        await running.press("space")
        await running.until(lambda: running.screen.parts.list.cursor == 2)
        await running.press("question_mark")
        await running.shows("C-d PgDn Space  Half a page down")
        await running.shows("Esc u h q Left  Back")
