"""Every registered action has a key, a verb, help, and an undo or a reason why not; nothing is bound twice."""

from __future__ import annotations

import itertools

import pytest
from support.cli import run

from omni_tui.desk.actions import ACTIONS, COMMANDS, Action


@pytest.fixture(scope="module")
def verbs() -> str:
    return run("--help").out


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action_is_complete(action: Action, verbs: str) -> None:
    assert action.keys and action.title and action.help
    assert action.undo != "none" or action.why_no_undo
    assert f"\n  {action.verb.split()[0]} " in verbs
    shown = run(*action.verb.split(), "--help")
    assert shown.code == 0 and "omni-tui " + action.verb in shown.out


def test_no_key_means_two_things() -> None:
    """Within the list, within the thread; a sequence and the key it begins with are two things too."""
    for scope in ("list", "thread"):
        bound = [
            (key, each.name)
            for each in (*ACTIONS, *COMMANDS)
            if each.scope in (scope, "both", "anywhere")
            for key in each.keys
        ]
        for (key, name), (other, other_name) in itertools.combinations(bound, 2):
            assert key != other, (scope, name, other_name)
            assert key.split(" ")[0] != other and key != other.split(" ")[0], (scope, name, other_name)


def test_names_and_verbs_are_unique() -> None:
    names = [each.name for each in (*ACTIONS, *COMMANDS)]
    assert len(set(names)) == len(names)
    assert len({action.verb for action in ACTIONS}) == len(ACTIONS)
