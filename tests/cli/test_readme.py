"""The README against the program: keys, verbs and options it names are there, and none of the actions is left out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from support.cli import run

from omni_tui.cli import catalogue
from omni_tui.desk.actions import ACTIONS, COMMANDS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
OTHER_KEYS = {"5j", "g1", "g9", "F2"}
"""Counts and numbered views, which are made of keys, and the search line's own."""


def plain(key: str) -> str:
    """A declared key as the README writes it."""
    names = {"escape": "Esc", "enter": "Enter", "tab": "Tab", "shift+tab": "S-Tab"}
    if len(key) == 1 or key in names:
        return names.get(key, key)
    held, plus, letter = key.partition("+")
    return f"{held.capitalize()}-{letter.upper()}" if plus else key.replace(" ", "")


def test_the_keys_are_those_of_the_actions() -> None:
    table = README.partition("\n## Keys\n")[2].partition("\nIn the composer")[0]
    shown = {
        key.strip("`") if key != "`` ` ``" else "`"
        for row in table.splitlines()
        if row.startswith("|")
        for key in re.findall(r"`` ` ``|`[^`]+`", row.split(" | ")[0])
    }
    declared = {plain(key) for each in (*ACTIONS, *COMMANDS) for key in each.keys}
    assert shown - declared == OTHER_KEYS
    assert {plain(action.keys[0]) for action in ACTIONS} <= shown


def test_the_commands_are_verbs_with_those_options() -> None:
    named = set()
    for line in re.findall(r"^    (.*)$", README, re.MULTILINE):
        for part in re.split(r" \| | && ", line.partition(" #")[0]):
            words = shlex.split(part.partition(" < ")[0])
            if not words or words[0] != "omni-tui":
                continue
            rest = [word for word in words[1:] if word != "--json"]
            verb = next((name for name in (" ".join(rest[:2]), " ".join(rest[:1])) if name in catalogue.PLACES), None)
            assert verb or not rest, line
            shown = run(*verb.split(), "--help").out if verb else ""
            assert all(word in shown for word in rest if word.startswith("--")), line
            named.add(verb)
    assert {"list", "show", "reply", "note", "search", "channel add", "doctor", "engine", "backup"} <= named
