"""``doctor`` and the keys of one's own: what collides, what nobody can press, and the way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.cli import run

from omni_tui.desk.actions.keymap import free_letters, key_map


def findings(home: Path, text: str) -> list[dict[str, Any]]:
    config = home / "config" / "omni-tui" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(text)
    config.chmod(0o600)
    done = run("--config", str(config), "--store", str(home / "omni.db"), "doctor", "--json")
    return [each for each in done.json["findings"] if each["name"] == "keys"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('take = "j"', "j is take and cannot be down as well"),
        ('resolve = "d"\nnote = "d"', "d is resolve and cannot be note as well"),
        ('resolve = "g"', "is resolve and cannot be"),
        ('resolve = "C-foo"', "there is no key C-foo"),
        ('resolve = "spacebar"', "it is no name of a key"),
        ('resolve = "C-i"', "terminals send Tab for C-i"),
        ('resolve = "C-q"', "the program hears it first"),
        ('resolve = "5 x"', "digits are counts"),
        ('resolve = ""', "screen.keys.resolve: no key"),
        ('macro_refund = "e"', "e is resolve and cannot be macro:refund as well"),
    ],
)
def test_what_is_wrong_with_keys_is_told_with_what_is_free(home: Path, keys: str, said: str) -> None:
    found = findings(home, f'[macros]\nrefund = ["tag refund"]\n[screen.keys]\n{keys}\n')
    assert found and said in found[0]["message"]
    assert {each["result"] for each in found} == {"warning"}
    assert "[screen.keys]" in found[0]["hint"]
    free = found[0]["hint"].rpartition(": ")[2].split()
    assert free and all(len(letter) == 1 for letter in free)


def test_good_keys_are_no_finding(home: Path) -> None:
    assert findings(home, '[screen.keys]\nresolve = "w"\nhelp = "F2"\nquit = "C-q"\nsave_view = "Alt-v"\n') == []


def test_free_letters_are_bound_to_nothing() -> None:
    keys = key_map({})
    for letter in free_letters(keys):
        assert key_map({"resolve": letter}).problems == ()
