"""A search that was dropped ends on the way, wherever it is told so, and the next one is answered as ever."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from support.plain_search import World

from omni_tui.desk import inbox, search
from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent
from omni_tui.store import Interrupted, Store, open_store, sqlite

AGENT = Agent("nobody", "nobody", "Nobody")
QUESTIONS = ("lamp", "lamp -chair", "so-7*", "v*", "customer:bo lamp", "退 is:open")
ASKS: tuple[Callable[..., object], ...] = (search.search, inbox.page, inbox.count)


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose reads look often whether they were dropped, since it is a small one."""
    monkeypatch.setattr(sqlite, "PROGRESS_STEPS", 200)
    store = open_store(tmp_path / "store" / "omni.db")
    world = World(store, random.Random("dropped"))
    world.fill(100)
    world.made_anew()
    yield store
    store.close()


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("ask", ASKS)
def test_it_ends_wherever_it_is_told(filled: Store, text: str, ask: Callable[..., object]) -> None:
    asked = parse(text, 0)
    answer = ask(filled, AGENT, asked)
    looks = count()

    def never() -> bool:
        return next(looks) < 0

    with filled.droppable(never):
        ask(filled, AGENT, asked)
    number = next(looks)
    assert number > 0
    # SQLite counts its steps from one question to the next: another time there is a look more or less.
    for told in range(0, max(1, number - 3), max(1, number // 7)):
        again = count()
        with filled.droppable(lambda again=again, told=told: next(again) >= told), pytest.raises(Interrupted):
            ask(filled, AGENT, asked)
    assert ask(filled, AGENT, asked) == answer
