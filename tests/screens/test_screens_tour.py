"""The tour of seven keys, empty views that say what to do, and help that shows every key there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.inbox import Inbox, inbox, settings_for
from support.shop import Shop
from support.shops import write_config
from support.tmux import Terminal, environment, inbox_command

from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.actions.key_names import tokens
from omni_tui.desk.actions.keymap import key_map, places_of

KEY_MAP = {
    "both": {
        "down": "j down ctrl+d pagedown",
        "up": "k up ctrl+u pageup",
        "top": "gg home",
        "bottom": "G end",
        "next_new": "alt+a",
        "resolve": "e",
        "reopen": "E",
        "take": "t",
        "assign": "a",
        "unassign": "A",
        "snooze": "s",
        "priority": "p",
        "tag": "L",
        "merge": "M",
        "reply": "r",
        "reply_all": "R",
        "forward": "f",
        "compose": "c",
        "note": "m",
        "unread": "U",
        "spam": "!",
        "trash": "#",
        "undo": "z",
        "redo": "Z",
        "repeat": ".",
        "search": "/",
        "view_next": "]",
        "view_previous": "[",
        "pane": "tab",
        "pane_back": "shift+tab",
        "customers": "gc",
        "knowledge": "gk",
        "week_report": "gr",
        "copy_ref": "yy",
        "copy_link": "yl",
        "copy_address": "ye",
        "zoom": "+",
        "unzoom": "_",
        "panel": "` I",
        "command_line": ":",
        "palette": "ctrl+p",
        "help": "? f1",
        "back": "escape u h q",
    },
    "list": {"open": "enter o l", "select": "x", "range": "v"},
    "thread": {"next": "J", "previous": "K", "hit_next": "n", "hit_previous": "N"},
}
"""The map that somebody who knows vim, Gmail or aerc expects."""
SAME = {"half_down": "down", "half_up": "up"}


@pytest.mark.parametrize("scope", KEY_MAP)
def test_every_key_of_the_map_does_what_people_expect(scope: str) -> None:
    keys = key_map({})
    for place in places_of(scope):
        for name, written in KEY_MAP[scope].items():
            for key in written.split():
                found = keys.bound[place].get(tokens(key), "")
                assert SAME.get(found, found) == name, (place, key)


@pytest.mark.parametrize("place", ["list", "thread"])
async def test_help_shows_every_key_of_the_place(shop: Shop, place: str) -> None:
    async with inbox(shop, (200, 120)) as screen:
        await screen.shows("Lena Hoffmann")
        if place == "thread":
            await screen.press("enter")
            await screen.until(lambda: screen.screen.place == "thread")
        await screen.press("question_mark")
        await screen.shows(f"Keys of the {place}")
        text = screen.text()
        for entry in (*ACTIONS, *COMMANDS):
            if place in places_of(entry.scope) and entry.keys:
                assert entry.title in text, entry.name


def _band(screen: Inbox) -> bool:
    return "Seven keys to begin with" in screen.text()


async def test_nobody_is_led_around_who_did_not_ask(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.pilot.pause(0.2)
        assert not _band(screen)


async def test_the_tour_checks_off_what_was_used_and_ends_by_itself(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.press("colon")
        await screen.type("tour")
        await screen.press("enter")
        await screen.shows("Seven keys to begin with, 0 of them used")
        await screen.press("j")
        await screen.shows("1 of them used")
        await screen.press("slash")
        await screen.shows("2 of them used")
        await screen.press("escape", "question_mark", "escape", "enter", "r")
        await screen.shows("REPLY")
        await screen.press("escape", "e", "z")
        await screen.shows("That is all it takes")
        await screen.press("k")
        await screen.lacks("That is all it takes")
        assert not _band(screen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_tour_covers_nothing_and_fits(shop: Shop, size: tuple[int, int]) -> None:
    async with inbox(shop, size) as screen:
        screen.screen.tour.begin()
        await screen.shows("Seven keys to begin with")
        for words in ("j k move", "Enter open", "r reply, C-j sends", "e resolve", "z undo", "/ search", "? keys"):
            await screen.shows(words)
        await screen.press("enter")
        await screen.shows("Still no movement.")
        await screen.shows("r reply")
        await screen.press("escape", "escape")
        await screen.until(lambda: not _band(screen))


def test_the_first_inbox_begins_with_the_tour_and_only_the_first(shop: Shop, tmp_path: Path) -> None:
    shop.store.close()
    config = write_config(tmp_path / "config.toml", {})
    home = tmp_path / "home"
    home.mkdir()
    command, surroundings = inbox_command(config, shop.folder / "omni.db"), environment(home)
    with Terminal(command, surroundings) as terminal:
        terminal.wait_for("Lena Hoffmann", "Seven keys to begin with")
        terminal.press("Escape")
        terminal.wait_for("Lena Hoffmann", gone="Seven keys")
        terminal.press("q")
        terminal.wait_for("ended with 0")
    with Terminal(command, surroundings) as terminal:
        terminal.wait_for("Lena Hoffmann", "? keys", gone="Seven keys")
        terminal.press("q")
        terminal.wait_for("ended with 0")
    with Terminal([*command, "tour"], surroundings) as terminal:
        terminal.wait_for("Lena Hoffmann", "Seven keys to begin with")


@pytest.mark.parametrize(("key", "words"), [("m", "Nothing is assigned to you."), ("s", "Nothing is snoozed.")])
async def test_an_empty_view_names_the_next_key(shop: Shop, key: str, words: str) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("g", key)
        await screen.shows(words)
        await screen.shows("] next view")


async def test_keys_of_ones_own_that_collide_are_told_at_the_start_and_all_of_them_in_help(shop: Shop) -> None:
    settings = settings_for(shop, keys={"take": "j", "resovle": "x"})
    async with inbox(shop, settings=settings) as screen:
        await screen.shows("Did you mean resolve?")
        await screen.press("question_mark")
        await screen.shows("Keys of the list")
        await screen.shows("Did you mean resolve?")
        await screen.shows("j is take and cannot be down as well")
