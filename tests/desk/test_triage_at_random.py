"""Random acts, one agent's and two agents': undo gives back exactly what was, and nothing is lost or doubled ever."""

from __future__ import annotations

import copy
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.desk_world import ACTS, act, inhabited, visible, whole
from support.shop import Shop

from omni_tui.desk import agents, drafts, undo
from omni_tui.model.errors import Conflict
from omni_tui.store import open_store

Step = tuple[str, int, int]
STEPS = st.tuples(st.sampled_from(ACTS), st.integers(0, 11), st.integers(0, 11))
MIXED = st.tuples(
    st.booleans(),
    st.sampled_from(
        [
            *ACTS,
            "merge",
            "split",
            "move",
            "mail",
            "note",
            "draft",
            "file",
            "undo",
            "undo",
            "redo",
            "undo_act",
            "redo_act",
        ]
    ),
    st.integers(0, 11),
    st.integers(0, 11),
)


def there_and_back(steps: list[Step]) -> None:
    """Each act of one agent, then all undone one by one, then all redone: every state comes again."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "store")
        inhabited(shop)
        shop.agent = agents.who(shop.store, "wei", "Wei")  # with no acts to undo but these
        ana = agents.who(shop.store, "ana")
        states = [visible(shop, ana)]
        for name, a, b in steps:
            act(shop, shop.agent, name, a, b)
            if visible(shop, ana) != states[-1]:
                states.append(visible(shop, ana))
        whole(shop)
        passed = [states[-1]]
        while True:
            try:
                outcome = undo.undo(shop.store, shop.agent)
            except Conflict:
                break
            assert outcome.refused == (), (outcome, steps)
            passed.append(visible(shop, ana))
        assert passed[-1] == states[0], steps
        assert [state for state in passed if state not in states] == []
        whole(shop)
        for state in reversed(passed[:-1]):
            assert undo.redo(shop.store, shop.agent).refused == ()
            assert visible(shop, ana) == state, steps
        whole(shop)
        shop.store.close()


def two_at_once(steps: list[tuple[bool, str, int, int]]) -> None:
    """Two agents act, undo and redo in turns while mail comes in: nothing is lost or doubled, whatever is refused."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "store")
        inhabited(shop)
        ana, wei = shop.agent, agents.who(shop.store, "wei", "Wei")
        for first, name, a, b in steps:
            act(shop, ana if first else wei, name, a, b)
            whole(shop)
        words = "\n".join(each.body for each in drafts.mine(shop.store, ana))
        for line in {line for line in words.split("\n") if line}:
            assert words.split("\n").count(line) == 1, (line, steps)
        shop.store.close()


@settings(max_examples=20, deadline=None)
@given(steps=st.lists(STEPS, min_size=1, max_size=7))
def test_undo_and_redo_pass_through_the_same_states(steps: list[Step]) -> None:
    there_and_back(steps)


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(MIXED, min_size=1, max_size=10))
def test_two_agents_at_once(steps: list[tuple[bool, str, int, int]]) -> None:
    two_at_once(steps)


def test_two_agents_at_the_same_time(shop: Shop) -> None:
    """Two threads with a store each, as two processes would be; on both engines."""
    inhabited(shop)
    path = shop.location or shop.folder / "omni.db"
    agents.who(shop.store, "wei", "Wei")

    def work(login: str, seed: int) -> None:
        mine = copy.copy(shop)
        mine.store = open_store(path)
        dice = random.Random(seed)
        try:
            who = agents.who(mine.store, login)
            for _n in range(40):
                name = dice.choice([*ACTS, "merge", "split", "move", "undo", "redo", "note", "draft"])
                act(mine, who, name, dice.randrange(12), dice.randrange(12))
        finally:
            mine.store.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, "ana", 1), pool.submit(work, "wei", 2)]:
            done.result()
    whole(shop)


@pytest.mark.long
@settings(max_examples=400, deadline=None)
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_undo_and_redo_pass_through_the_same_states_at_length(steps: list[Step]) -> None:
    there_and_back(steps)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(steps=st.lists(MIXED, min_size=1, max_size=25))
def test_two_agents_at_once_at_length(steps: list[tuple[bool, str, int, int]]) -> None:
    two_at_once(steps)
