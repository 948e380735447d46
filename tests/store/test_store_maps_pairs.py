"""What the maps tell of phrases: of two words in a row, or of a word and the beginning of a number, all there is."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.plain_search import World
from support.shop import Shop
from support.word_maps import few_buckets, holds, maps_of_few, shopful, whole

from omni_tui.desk import inbox
from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent
from omni_tui.model.ids import uuid7
from omni_tui.store import Store, search_docs
from omni_tui.store.filter import Told, where
from omni_tui.store.maps import asking, upkeep

AGENT = Agent("nobody", "nobody", "Nobody")


@pytest.fixture
def shop(tmp_path: Path, location: Path | str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """On both engines, with maps for few conversations and changes."""
    made = maps_of_few(monkeypatch, Shop(tmp_path / "store", location))
    yield made
    made.store.close()


@pytest.fixture
def world(store: Store, monkeypatch: pytest.MonkeyPatch) -> World:
    """Conversations whose only words are those that they are given."""
    few_buckets(monkeypatch)
    made = World(store, random.Random("pairs"))
    made.fill(12)
    with store.write() as tx:
        tx.execute_many("DELETE FROM search_docs WHERE kind = 'message'", [{}])
    made.made_anew()
    return made


def _say(world: World, place: int, *texts: str) -> None:
    one = world.conversations[place]
    with world.store.write() as tx:
        for n, text in enumerate(texts):
            search_docs.put(tx, uuid7(), one.id, one.last_at - 1000 * n, text)


def _found(world: World, text: str) -> set[int]:
    """The places of the conversations that are found; with maps and without the same."""
    with_maps = _asked(world, text)
    with world.store.write() as tx:
        ready = tx.value("counter", name="maps_ready")
        tx.run("set_counter", name="maps_ready", value=0)
    assert _asked(world, text) == with_maps, text
    with world.store.write() as tx:
        tx.run("set_counter", name="maps_ready", value=ready)
    return with_maps


def _asked(world: World, text: str) -> set[int]:
    ids = {row.id for row in inbox.page(world.store, AGENT, parse(f"is:any {text}", 0), limit=100)}
    return {place for place, one in enumerate(world.conversations) if one.id in ids}


def _told(world: World, text: str) -> Told | None:
    with world.store.read() as tx:
        return asking.told(tx, where(parse(f"is:any {text}", 0), ""), asking.worded).branches[0].told


def test_two_words_in_a_row_are_told_of_without_a_look_at_a_document(world: World) -> None:
    for place in range(6):
        _say(world, place, "refund policy" if place < 3 else "policy refund")
    upkeep.build(world.store)
    told = _told(world, '"refund policy"')
    assert told is not None
    assert told.settled == {"g0"}
    assert told.groups == (3,)
    assert _found(world, '"refund policy"') == {0, 1, 2}
    assert _found(world, '-"refund policy" refund') == {3, 4, 5}


def test_the_end_of_one_message_and_the_beginning_of_another_are_no_phrase(world: World) -> None:
    for place in range(6):
        _say(
            world,
            place,
            *(("your refund policy",) if place < 3 else ("policy for your refund", "your refund", "policy")),
        )
    upkeep.build(world.store)
    told = _told(world, '"refund policy"')
    assert told is not None
    assert told.settled == {"g0"}
    assert _found(world, '"refund policy"') == {0, 1, 2}
    assert _found(world, '"your refund"') == {0, 1, 2, 3, 4, 5}


def test_numbers_behind_a_word_are_told_of_by_how_they_begin(world: World) -> None:
    for place, number in enumerate(("7120", "7555", "7130", "8214", "8219", "55 7")):
        _say(world, place, f"order so-{number}")
    upkeep.build(world.store)
    for text, places in (("so-7*", {0, 1, 2}), ("so-71*", {0, 2}), ("so-8*", {3, 4}), ("so-82*", {3, 4})):
        told = _told(world, text)
        assert told is not None
        assert told.settled == {"g0"}, text
        assert _found(world, text) == places
    for text, places in (
        ("so-712*", {0}),
        ("so-7120", {0}),
        ("so-9*", set()),
        ("55-7*", {5}),
        ("order-so-8*", {3, 4}),
    ):
        assert _found(world, text) == places, text


def test_words_that_seldom_follow_one_another_are_found(world: World) -> None:
    """They have no map of their own, and stand in a bucket with others."""
    for place in range(12):
        _say(world, place, "refund today" if place % 2 else "policy today")
    _say(world, 4, "the refund policy")
    upkeep.build(world.store)
    told = _told(world, '"refund policy"')
    assert told is not None
    assert told.settled == set()
    assert 0 not in told.groups
    assert _found(world, '"refund policy"') == {4}
    assert _found(world, '-"refund policy"') == set(range(12)) - {4}
    _say(world, 7, "our refund policy")
    assert _found(world, '"refund policy"') == {4, 7}
    upkeep.build(world.store)
    assert _found(world, '"refund policy"') == {4, 7}


def test_a_phrase_with_a_word_without_a_map_is_found(world: World) -> None:
    for place in range(12):
        _say(world, place, "refund today")
    _say(world, 4, "refund unheard of")
    upkeep.build(world.store)
    assert _found(world, '"refund unheard"') == {4}
    assert _found(world, '"refund unheard of"') == {4}
    assert _found(world, '-"refund unheard" refund') == set(range(12)) - {4}


GONE: dict[str, Callable[[str], bool]] = {
    "all": lambda key: " " in key,
    "buckets": lambda key: key.startswith(" "),
    "pairs": lambda key: " " in key[1:],
}


@pytest.mark.parametrize("gone", GONE)
def test_maps_without_pairs_hold(world: World, gone: str) -> None:
    """As an older program made them; or without some of them."""
    for place in range(12):
        _say(world, place, "refund policy so-71" if place % 2 else "policy refund so-82")
    upkeep.build(world.store)
    with world.store.write() as tx:
        words = [{"word": row["word"]} for row in tx.all("map_words") if GONE[gone](row["word"])]
        assert words
        tx.execute_many("DELETE FROM search_map_words WHERE word = :word", words)
    for text in ('"refund policy"', "so-7*", "so-71*", '"policy so-71"'):
        assert _found(world, text) == {1, 3, 5, 7, 9, 11}
    assert _found(world, '-"refund policy"') == {0, 2, 4, 6, 8, 10}
    assert _found(world, '"policy today"') == set()


def test_maps_of_an_older_program_are_made_anew_once(shop: Shop) -> None:
    shopful(shop)
    upkeep.build(shop.store)
    with shop.store.write() as tx:
        made = tx.value("counter", name="maps_segmentation")
        tx.run("set_counter", name="maps_segmentation", value=3)
    assert holds(shop.store)
    assert upkeep.Upkeep().look(shop.store)
    whole(shop.store)
    with shop.store.read() as tx:
        assert tx.value("counter", name="maps_segmentation") == made
    assert not upkeep.Upkeep().look(shop.store)


def test_of_texts_beyond_all_positions_the_same_is_found(world: World) -> None:
    """PostgreSQL keeps 255 positions of a word, and 16,383 in all."""
    long = "refund policy " * 300 + "policy today"
    endless = "policy refund " + "lamp " * 16_390 + "chair " * 300 + "policy chair"
    for place in range(6):
        _say(world, place, long if place < 3 else endless)
    upkeep.build(world.store)
    for text in (
        '"refund policy"',
        '"policy refund"',
        '"policy policy"',
        '"policy today"',
        '"refund lamp"',
        '"lamp chair"',
    ):
        _found(world, text)
        _found(world, f"-{text}")
    for text in (
        '"policy chair"',
        '"chair policy"',
        '"lamp refund"',
        '"today policy"',
        '"policy lamp"',
        '"chair chair"',
    ):
        _found(world, text)
        _found(world, f"-{text}")
