"""Keys: their names, counts and sequences, the map drawn from the registry, and the user's own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from support.inbox import inbox, settings_for
from support.shop import Shop
from textual.events import Key

from omni_tui import screens
from omni_tui.desk.actions import ACTIONS, COMMANDS
from omni_tui.desk.actions.key_names import shown, tokens
from omni_tui.desk.actions.keymap import PLACES, key_map, places_of
from omni_tui.screens.keys.machine import KeyMachine, Pending, Run, Unbound
from omni_tui.screens.keys.names import token

FIELDS = {"Enter", "Tab", "Esc", "C-l", "@@"}
"""Keys of fields and of the text being written, which nobody changes; elsewhere they may mean something else."""
OURS = {"".join(keys) for place in PLACES for keys in key_map({}).bound[place]} - FIELDS
BOUND = {("j",): "down", ("g", "g"): "top", ("g", "1"): "view_1", ("Esc",): "back"}


@pytest.mark.parametrize(
    ("key", "character", "name"),
    [
        ("j", "j", "j"),
        ("upper_g", "G", "G"),
        ("left_square_bracket", "[", "["),
        ("ctrl+d", None, "C-d"),
        ("alt+a", None, "Alt-a"),
        ("alt+enter", None, "Alt-Enter"),
        ("escape", "\x1b", "Esc"),
        ("f1", None, "F1"),
        ("shift+tab", None, "S-Tab"),
        ("您", "您", "您"),
    ],
)
def test_pressed_keys_have_one_spelling(key: str, character: str | None, name: str) -> None:
    assert token(Key(key, character)) == name


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("g g", ("g", "g")),
        ("gi", ("g", "i")),
        ("ctrl+d", ("C-d",)),
        ("C-d", ("C-d",)),
        ("pagedown", ("PgDn",)),
        ("Enter", ("Enter",)),
        ("alt+A", ("Alt-A",)),
        ("f1", ("F1",)),
        ("", ()),
    ],
)
def test_written_keys_are_read_in_every_usual_spelling(written: str, keys: tuple[str, ...]) -> None:
    assert tokens(written) == keys


def test_digits_are_counts_and_prefixes_wait() -> None:
    machine = KeyMachine()
    assert isinstance(machine.feed("1", BOUND), Pending)
    assert isinstance(machine.feed("0", BOUND), Pending)
    assert machine.feed("j", BOUND) == Run("down", 10, "j")
    waiting = machine.feed("g", BOUND)
    assert isinstance(waiting, Pending) and ("g", "top") in waiting.options
    assert machine.feed("1", BOUND) == Run("view_1", None, "1")
    machine.feed("g", BOUND)
    assert machine.feed("x", BOUND) == Unbound("gx")
    assert machine.feed("j", BOUND) == Run("down", None, "j")


def test_escape_forgets_a_count_before_it_does_anything_else() -> None:
    machine = KeyMachine()
    machine.feed("5", BOUND)
    assert machine.feed("Esc", BOUND) == Unbound("")
    assert machine.feed("Esc", BOUND) == Run("back", None, "Esc")


def test_the_registry_has_no_conflicts_and_every_entry_a_key() -> None:
    keys = key_map({})
    assert keys.problems == ()
    for entry in (*ACTIONS, *COMMANDS):
        assert len(keys.keys.get(entry.name, ())) == len(entry.keys), entry.name
        for place in places_of(entry.scope):
            assert all(keys.bound[place].get(tokens(text)) == entry.name for text in entry.keys)


def test_no_binding_hides_behind_a_longer_one() -> None:
    for place in PLACES:
        bound = key_map({}).bound[place]
        for one in bound:
            assert not any(other != one and other[: len(one)] == one for other in bound), shown(one)


def test_keys_of_ones_own_win_and_conflicts_are_told() -> None:
    keys = key_map({"resolve": "d", "take": "j", "resovle": "x", "note": "d"})
    assert keys.bound["list"][("d",)] == "resolve"
    assert ("e",) not in keys.bound["list"]
    assert keys.bound["list"][("j",)] == "take"
    told = "\n".join(keys.problems)
    assert "Did you mean resolve?" in told
    assert "d is resolve" in told or "d is note" in told
    assert "j is take and cannot be down" in told


async def test_the_screen_handles_everything_the_registry_names(shop: Shop) -> None:
    async with inbox(shop) as screen:
        unknown = [e.name for e in (*ACTIONS, *COMMANDS) if not screen.screen.commands.handles(e.name)]
        assert unknown == []


async def test_what_may_be_pressed_is_told_by_the_keys_there_are(shop: Shop) -> None:
    async with inbox(shop, settings=settings_for(shop, keys={"undo": "F2", "reply": "b"})) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.shows("b reply by mail to")
        await screen.press("e")
        await screen.shows("F2 undo")


async def test_what_is_told_of_an_act_names_the_keys_there_are(shop: Shop) -> None:
    keys = {"undo": "F2", "redo": "b", "repeat": "F4", "range": "i", "take": "("}
    async with inbox(shop, settings=settings_for(shop, keys=keys)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("i")
        await screen.shows("move down and press i again")
        await screen.press("escape", "e")
        await screen.until(lambda: "Resolved" in screen.line(-1) and "F2 undo   F4 repeat" in screen.line(-1))
        await screen.press("f2")
        await screen.until(lambda: "Undone" in screen.line(-1) and "b redo" in screen.line(-1))
        await screen.press("right_parenthesis")
        # Whose key is another's by now is not offered.
        await screen.until(lambda: screen.line(-1).split() == ["Nothing", "is", "being", "recorded"])


def test_no_toast_has_the_key_of_an_action_by_heart() -> None:
    """They are the user's to change; the keys of a form are not."""
    by_heart = [
        f"{path.name}: {call.args[0].value}"
        for path in Path(screens.__file__).parent.rglob("*.py")
        if "first_start" not in path.parts
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Hint"
        if isinstance(call.args[0], ast.Constant) and call.args[0].value in OURS
    ]
    assert by_heart == []


async def test_what_lies_over_the_inbox_obeys_and_names_the_keys_there_are(shop: Shop) -> None:
    keys = {"back": "B", "down": "alt+n", "up": "o", "bottom": "F6", "view_next": "F7", "search": "F8", "palette": "F9"}
    async with inbox(shop, (80, 24), settings=settings_for(shop, keys=keys)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("x")
        await screen.until(lambda: "B clear 1 selected" in screen.line(-1))
        await screen.press("B", "question_mark")
        await screen.shows("5Alt-n")
        await screen.until(lambda: screen.line(-2).split()[:3] == ["Alt-n", "o", "scroll"])
        assert "  1-" in screen.text()
        await screen.press("alt+n")
        await screen.shows("  2-")
        await screen.press("f6")
        await screen.lacks("  2-")
        await screen.press("o", "home", "down", "o")
        await screen.shows("  1-")
        await screen.press("j")
        await screen.press("B")
        await screen.until(lambda: screen.screen.parts.list.has_focus)
        # What the customer's card means by a letter is no way to scroll there.
        await screen.press("C", "c")
        await screen.until(lambda: screen.line(-2).split()[:3] == ["Alt-n", "Up", "scroll"])
        await screen.press("B", "g", "s")
        await screen.shows("F7 next view   F8 search")
        await screen.press("colon")
        await screen.until(lambda: screen.screen.parts.prompt.is_open)
        await screen.type("qqq")
        await screen.press("enter")
        await screen.shows("F9 shows everything there is.")
        await screen.press("escape", "g", "i")
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.until(lambda: screen.line(0).split()[:2] == ["B", "Inbox"])


async def test_the_thread_names_the_key_that_leads_back(shop: Shop) -> None:
    async with inbox(shop, (80, 24)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("enter")
        await screen.until(lambda: screen.line(0).split()[:2] == ["q", "Inbox"])
