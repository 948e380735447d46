"""With maps the same is found as without: in every order, page by page, and counted; whatever changed since."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from support.plain_search import World, questions
from support.word_maps import few_buckets

from omni_tui.desk import inbox, search
from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent, ListKey
from omni_tui.model.ids import uuid7
from omni_tui.store import Store, beginnings, narrowed, search_docs, windows
from omni_tui.store.conversations import Sort
from omni_tui.store.filter import Where, where
from omni_tui.store.maps import asking, upkeep

AGENT = Agent("nobody", "nobody", "Nobody")
SORTS: tuple[Sort, ...] = ("activity", "waiting", "priority")
MORE = (
    *('lamp -"lamp chair"', '-"gold velvet lamp"', "-so-7*", "-7*", "-71*", "-(lamp OR chair)", "so-712* -stool"),
    *('-(lamp "chair stool")', "lamp chair stool gold", "from:ana customer:bo lamp", "-from:cle -customer:bra"),
    *("(nowhere OR 退)", "(so-7* OR gold)", "lam* cha*", "velve*", "velvet*", "-velve*", "退款 -货", '"款项 退"'),
    *("(lamp OR is:spam) -chair", "lamp (gold OR from:王)", "customer:brandt", "-customer:brandt chair"),
    *("is:open lamp OR is:spam -lamp", "rare", "rare lamp", "(rare OR velvet)", "-rare gold", "ref:5003 lamp chair"),
    *("gold is:waiting -from:a", '"chair stool"', '-"chair stool" lamp', '"stool lamp chair"', "lamp-so-7*", "so-55"),
    *('("gold velvet" OR "chair gold")', '"gold velvet" "chair stool"', '-"lamp chair" -so-71*', '"lamp 退款"'),
    *('"款项 退货"', '"stool gold" -so-7* lamp', "so-7*", "so-71*", "so-7120*", "stool-cha*", '"velvet nowhere"'),
)
_BITS: dict[str, object] = {"asking.FEW": -1, "asking._TELLING": 1}
WAYS: dict[str, dict[str, object]] = {
    "few, at once": {},
    "few, not at once": {"narrowed._SOON": -1, "narrowed._SOON_GATHERED": -1, "narrowed._SOONER": 0},
    "few, documents first": {"narrowed._SOON": -1, "narrowed._SOON_GATHERED": -1, "narrowed._SOONER": 1000},
    "by bits": _BITS,
    "by bits, in short steps": _BITS | {"windows._FIRST": 2, "windows._LONGEST": 5, "narrowed._MANY": 1},
    "by bits, beginnings gathered": _BITS | {"beginnings.MOST_WORDS": 0, "narrowed._MANY": 1},
}
MODULES = {
    "asking": asking,
    "narrowed": narrowed,
    "windows": windows,
    "beginnings": beginnings,
}


_OFTEN = ("few, not at once", "by bits")


@pytest.fixture(params=[pytest.param(way, marks=[] if way in _OFTEN else [pytest.mark.long]) for way in WAYS])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of the ways of putting to use what the maps tell."""
    for name, value in WAYS[request.param].items():
        module, constant = name.split(".")
        monkeypatch.setattr(MODULES[module], constant, value)
    return str(request.param)


@pytest.fixture(autouse=True)
def _few_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    few_buckets(monkeypatch)


@pytest.mark.parametrize("part", [1, *(pytest.param(part, marks=pytest.mark.long) for part in range(2, 6))])
def test_maps_change_nothing_of_what_is_found(store: Store, way: str, part: int) -> None:
    world = _changed_world(store, part)
    asked = [(question.text, world.answers(question)) for question in questions(world.dice, 25)]
    texts = [*(text for text, _truth in asked), *MORE]
    with_maps = [_found(store, text) for text in texts]
    _ready(store, 0)
    for text, found in zip(texts, with_maps, strict=True):
        assert found == _found(store, text), f"{text!r}, {way}"
    for (text, truth), found in zip(asked, with_maps, strict=False):
        assert found["activity"] == truth, f"{text!r}, {way}"


def test_what_nothing_can_match_is_not_looked_for(store: Store) -> None:
    world = World(store, random.Random("maps"))
    world.fill(20)
    world.made_anew()
    upkeep.build(store)
    assert not _told(store, "lamp -lam*").branches
    assert _told(store, 'lamp -"lamp chair"').branches
    assert inbox.page(store, AGENT, parse("lamp -lam*", 0)) == ()


def test_what_changed_since_is_a_candidate_of_every_question(store: Store) -> None:
    world = _changed_world(store, 1)
    before = _told(store, "-lamp -chair").branches[0].told
    world.grow(3)
    after = _told(store, "-lamp -chair").branches[0].told
    assert before is not None
    assert after is not None
    assert after.number == before.number + 3


@pytest.mark.parametrize("spoiled", ["maps_ready", "segmentation"])
def test_maps_that_may_not_hold_are_not_asked(store: Store, spoiled: str) -> None:
    _changed_world(store, 1)
    with store.write() as tx:
        tx.run("set_counter", name=spoiled, value=0)
    built = where(parse("lamp -chair", 0), "")
    with store.read() as tx:
        assert asking.told(tx, built, asking.worded) is built


def test_numbers_beyond_all_bounds_are_no_bits(store: Store) -> None:
    world = _changed_world(store, 1)
    with store.write() as tx:
        high = [{"ref": asking.HIGHEST, "id": world.conversations[0].id}]
        tx.execute_many("UPDATE conversations SET ref = :ref WHERE id = :id", high)
    built = where(parse("lamp -chair", 0), "")
    with store.read() as tx:
        assert asking.told(tx, built, asking.worded) is built


def _changed_world(store: Store, part: int) -> World:
    """A store whose maps were made, and where documents came, went and moved since."""
    dice = random.Random(f"maps {part}")
    world = World(store, dice)
    world.fill(70)
    world.made_anew()
    leaving = {place: uuid7() for place in range(0, 12, 3)}
    moving = {place: uuid7() for place in range(13, 24, 4)}
    for place, id in (leaving | moving).items():
        _say(world, place, id, "chair stool gold 退货 so-7121")
    upkeep.build(store)
    for place, id in leaving.items():
        with store.write() as tx:
            search_docs.drop(tx, id)
        one = world.conversations[place]
        world.conversations[place] = replace(one, texts=one.texts[:-1])
    for place, id in moving.items():
        to = world.conversations[place + 30]
        with store.write() as tx:
            moved = [{"to": to.id, "id": id}]
            tx.execute_many("UPDATE search_docs SET conversation_id = :to WHERE entity_id = :id", moved)
        one = world.conversations[place]
        world.conversations[place] = replace(one, texts=one.texts[:-1])
        world.conversations[place + 30] = replace(to, texts=(*to.texts, one.texts[-1]))
    for place in range(50, 60, 2):
        _say(world, place, uuid7(), dice.choice(("lamp velvet", "rare gold", "退款 退", "so-712 chair")))
    world.grow(4)
    return world


def _say(world: World, place: int, id: str, text: str) -> None:
    one = world.conversations[place]
    with world.store.write() as tx:
        search_docs.put(tx, id, one.id, one.last_at - 1000, text)
    world.conversations[place] = replace(one, texts=(*one.texts, text))


def _found(store: Store, text: str) -> dict[str, object]:
    """All that can be asked with ``text``, a few rows at a time."""
    asked = parse(text, 0)
    found: dict[str, object] = {sort: _listed(store, text, sort) for sort in SORTS}
    found["count"] = inbox.count(store, AGENT, asked)
    found["waiting count"] = inbox.count(store, AGENT, asked, sort="waiting")
    found["capped"] = inbox.count(store, AGENT, asked, 5)
    for limit in (3, 100):
        best = search.search(store, AGENT, asked, sort="relevance", limit=limit)
        found[f"best {limit}"] = [(hit.row.id, hit.excerpt) for hit in best]
        found[f"newest {limit}"] = _searched(store, text, limit)
    return found


def _listed(store: Store, text: str, sort: Sort) -> list[str]:
    ids: list[str] = []
    after: ListKey | None = None
    while rows := inbox.page(store, AGENT, parse(text, 0), sort=sort, after=after, limit=6):
        ids += [row.id for row in rows]
        after = inbox.key_of(rows[-1], sort)
    if ids:
        (last,) = inbox.rows(store, AGENT, ids[-1:])
        back = inbox.page(store, AGENT, parse(text, 0), sort=sort, before=inbox.key_of(last, sort), limit=2)
        assert [row.id for row in back] == ids[:-1][-2:], text
    return ids


def _searched(store: Store, text: str, limit: int) -> list[list[str]]:
    pages: list[list[str]] = []
    below: int | None = None
    while True:
        found = search.find(store, AGENT, parse(text, 0), limit=limit, below=below)
        pages.append([hit.row.id for hit in found.hits])
        below = found.below
        if below is None:
            return pages


def _told(store: Store, text: str) -> Where:
    with store.read() as tx:
        return asking.told(tx, where(parse(text, 0), ""), asking.worded)


def _ready(store: Store, ready: int) -> None:
    with store.write() as tx:
        tx.run("set_counter", name="maps_ready", value=ready)
