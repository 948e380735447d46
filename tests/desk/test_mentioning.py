"""``@login`` in a note: named, told, found; nothing of the text is changed, and nobody else hears of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import Shop

from omni_tui.desk import agents, mentioning, merging, replies, undo
from omni_tui.desk.news import Watch
from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent
from omni_tui.store import conversations
from omni_tui.store.filter import where


@pytest.fixture
def bo(shop: Shop) -> Agent:
    shop.receive("lena@posteo.example", "Where is it?")
    return agents.who(shop.store, "bo.b", "Bo")


def found(shop: Shop, agent: Agent, query: str = "mentions:me") -> list[str]:
    with shop.store.read() as tx:
        rows = conversations.page(tx, where(parse(query, tx.now), agent.id), agent.id, limit=50)
    return [row.id for row in rows]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@bo.b look", True),
        ("See this, @BO.B.", True),
        ("(@bo.b)", True),
        ("问一下 @bo.b，谢谢", True),
        ("mail bo@bo.b", False),
        ("@bo.bx", False),
        ("@bo", False),
        ("bo.b", False),
        ("@@", False),
    ],
)
def test_who_is_named_finds_it(shop: Shop, bo: Agent, text: str, named: bool) -> None:
    id = shop.one().id
    replies.note(shop.store, shop.agent, id, text)
    assert found(shop, bo) == ([id] if named else [])
    assert found(shop, shop.agent) == [] and found(shop, shop.agent, "mentions:bo.b") == ([id] if named else [])
    assert found(shop, bo, "-mentions:me") == ([] if named else [id])


def test_it_is_told_once_to_whom_it_names_and_not_to_its_writer(shop: Shop, bo: Agent) -> None:
    id = shop.one().id
    before = shop.now() - 1000
    theirs, mine = Watch(before, "mine"), Watch(before, "mine")
    replies.note(shop.store, shop.agent, id, "@bo.b and @ana: look")
    told = [each for each in theirs.of_ids(shop.store, bo, [id]) if each.kind == "mention"]
    assert [(each.row.id, each.by) for each in told] == [(id, "ana")]
    assert [each for each in theirs.of_ids(shop.store, bo, [id]) if each.kind == "mention"] == []
    assert [each for each in mine.of_ids(shop.store, shop.agent, [id]) if each.kind == "mention"] == []


def test_a_note_taken_back_names_nobody_and_one_that_moved_is_found_there(shop: Shop, bo: Agent) -> None:
    first = shop.one().id
    shop.receive("lena@posteo.example", "Another", subject="Other")
    second = next(row.id for row in shop.rows() if row.id != first)
    replies.note(shop.store, shop.agent, second, "@bo.b")
    assert found(shop, bo) == [second]
    merging.merge(shop.store, shop.agent, [first, second], first)
    assert found(shop, bo) == [first]
    undo.undo(shop.store, shop.agent)
    undo.undo(shop.store, shop.agent)
    assert found(shop, bo) == []
    undo.redo(shop.store, shop.agent)
    assert found(shop, bo) == [second]


def test_an_answer_names_nobody(shop: Shop, bo: Agent) -> None:
    replies.reply(shop.store, shop.agent, shop.one().id, "Ask @bo.b")
    assert found(shop, bo) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(text=st.text(min_size=1, max_size=200))
def test_any_note_is_stored_as_it_is(shop: Shop, bo: Agent, text: str) -> None:
    if not text.strip() or "\0" in text:
        return
    outcome = replies.note(shop.store, shop.agent, shop.rows()[0].id, text)
    assert outcome.changed


def test_letters_choose_by_login_and_by_name() -> None:
    everyone = [Agent("1", "bo.b", "Bo Berg"), Agent("2", "ana", "Ana"), Agent("3", "lee", "Robo")]
    assert [each.login for each in mentioning.matching(everyone, "bo")] == ["bo.b", "lee"]
    assert [each.login for each in mentioning.matching(everyone, "")] == ["bo.b", "ana", "lee"]
