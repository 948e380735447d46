"""Lists, counts and searches find what a plain look at everything finds, whichever way they go about it."""

from __future__ import annotations

import random

import pytest
from support.plain_search import World, questions

from omni_tui.desk import inbox, search
from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent, ListKey
from omni_tui.model.count import Count
from omni_tui.store import Store, beginnings, hits, matching, near, order, windows
from omni_tui.store.conversations import Sort

ORDERS: tuple[search.Order, ...] = ("time", "relevance")
AGENT = Agent("nobody", "nobody", "Nobody")
NONE = {"sqlite": 0, "postgresql": 0}
NEVER_RARE = {"matching._RARE": NONE, "order.FEW": -1, "order.LATELY": -1}
SHORT = {
    "windows._FIRST": 2,
    "windows._LONGEST": 5,
    "windows._MOST_ROWS": 7,
    "hits._FIRST_LOOK": 2,
    "hits._LEAST": 1,
    "hits.LOOKED_AT": 5,
}
NARROW = {"windows.AROUND_MS": 0, "hits.AROUND_MS": 0}
DEAR = {"sqlite": 1000, "postgresql": 1000}
TOGETHER = {"near._LOOKED_AT": DEAR, "near._LOOKED_FOR": DEAR}
ONE_BY_ONE = {"near._LOOKED_AT": NONE, "near._LOOKED_FOR": NONE, "near._CUSTOMERS": NONE, "near._FEW_CUSTOMERS": 0}
MANY = {"beginnings.MOST_WORDS": 0}
SIFTED = {"matching._SIFTED": 2, "matching._WORTH_SIFTING": 0}
WAYS: dict[str, dict[str, object]] = {
    "as it is": {},
    "short steps": SHORT,
    "walked, taken together": NEVER_RARE | SHORT | NARROW | TOGETHER | {"windows._MOST_LOOKED_UP": -1},
    "walked, one by one": NEVER_RARE | SHORT | NARROW | ONE_BY_ONE | {"windows._MOST_LOOKED_UP": -1},
    "walked, then looked up": NEVER_RARE | SHORT | NARROW,
    "an older segmentation": {},
    "beginnings sifted": MANY,
    "beginnings sifted and walked": MANY | SIFTED | NEVER_RARE | SHORT | NARROW | TOGETHER,
    "beginnings looked up at once": MANY | SIFTED | NEVER_RARE | SHORT | {"windows._SOON": 0},
    "bulk that waits": {},
    "few tell of all": SHORT | {"matching._TELLING": 2},
    "few tell of all, frequent": SHORT | {"matching._TELLING": 2, "matching._RARE": {"sqlite": 4, "postgresql": 4}},
    "beginnings gathered": MANY | SIFTED | NEVER_RARE | SHORT | {"matching._WORTH_SIFTING": 2},
    "few are judged": NEVER_RARE | SHORT | {"hits.RANKED": 4},
    "a part tells of the whole": NEVER_RARE | SHORT | NARROW | {"near._WORTH_A_PART": 0, "windows._MOST_LOOKED_UP": -1},
}
MODULES = {
    "beginnings": beginnings,
    "windows": windows,
    "hits": hits,
    "near": near,
    "matching": matching,
    "order": order,
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of the ways to the same answer, made to be gone."""
    for name, value in WAYS[request.param].items():
        module, constant = name.split(".")
        monkeypatch.setattr(MODULES[module], constant, value)
    return str(request.param)


@pytest.mark.parametrize("part", [2, *(pytest.param(part, marks=pytest.mark.long) for part in (0, 1, 3, 4, 5, 6, 7))])
def test_every_way_finds_the_same(store: Store, way: str, part: int) -> None:
    dice = random.Random(f"narrowed {part}")
    world = World(store, dice, asleep=way != "bulk that waits")
    world.fill(60)
    if way != "an older segmentation":
        world.made_anew()
    for question in questions(dice, 25):
        asked = parse(question.text, 0)
        truth = world.answers(question)
        told = f"{question.text!r}, {way}"
        assert listed(store, question.text, "activity") == truth, told
        assert listed(store, question.text, "waiting") == world.waiting(question), told
        if truth:
            assert before(store, question.text, truth[-1]) == truth[:-1][-3:], told
        assert inbox.count(store, AGENT, asked) == Count(len(truth)), told
        needed = world.must_be_searched(question)
        for sort in ORDERS:
            found = [hit.row.id for hit in search.search(store, AGENT, asked, sort=sort, limit=100)]
            assert len(found) == len(set(found)), told
            assert needed <= set(found) <= set(truth), f"{told}, {sort}"
        pages = searched(store, question.text)
        assert len(pages) == len(set(pages)), told
        assert needed <= set(pages) <= set(truth), f"{told}, page by page"


def listed(store: Store, text: str, sort: Sort) -> list[str]:
    """All pages of a list, one after another by key."""
    ids: list[str] = []
    after: ListKey | None = None
    while rows := inbox.page(store, AGENT, parse(text, 0), sort=sort, after=after, limit=4):
        ids += [row.id for row in rows]
        after = inbox.key_of(rows[-1], sort)
    return ids


def before(store: Store, text: str, id: str) -> list[str]:
    """The three rows before one."""
    (row,) = inbox.rows(store, AGENT, [id])
    key = inbox.key_of(row, "activity")
    return [found.id for found in inbox.page(store, AGENT, parse(text, 0), before=key, limit=3)]


def searched(store: Store, text: str) -> list[str]:
    """All pages of a search, each going on where the one before ended."""
    ids: list[str] = []
    below: int | None = None
    while True:
        found = search.find(store, AGENT, parse(text, 0), limit=3 if below is None else 5, below=below)
        ids += [hit.row.id for hit in found.hits]
        below = found.below
        if below is None:
            return ids if not found.more else [hit.row.id for hit in search.find(store, AGENT, parse(text, 0)).hits]
