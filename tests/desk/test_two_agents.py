"""Two agents at one conversation: different fields merge, the same field is told to whoever comes second."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from support.shop import DAY, Shop

from omni_tui.desk import agents, drafts, triage, undo
from omni_tui.model.conversation import Agent, ConversationRow
from omni_tui.model.enums import DraftMode, Status
from omni_tui.model.outcome import Outcome


@pytest.fixture
def bo(shop: Shop) -> Agent:
    return agents.who(shop.store, "bo")


@pytest.fixture
def shown(shop: Shop) -> dict[str, ConversationRow]:
    """The only conversation, as both of them see it at first."""
    shop.receive("lena@post.example")
    row = shop.one()
    return {row.id: row}


def test_the_second_to_take_it_is_told_and_takes_nothing(
    shop: Shop, bo: Agent, shown: dict[str, ConversationRow]
) -> None:
    triage.take(shop.store, bo, list(shown), seen=shown)
    outcome = triage.take(shop.store, shop.agent, list(shown), seen=shown)
    ref = shop.one().ref
    assert (outcome.changed, outcome.untouched, outcome.act_id) == ((), (), "")
    assert outcome.refused == (f"bo took #{ref} 0 s ago.",)
    assert shop.one().assignee == "bo"
    # Having seen that, they may.
    again = triage.take(shop.store, shop.agent, list(shown), seen={row.id: row for row in shop.rows()})
    assert again.changed == tuple(shown)
    assert again.replaced == (f"#{ref} was bo's.",)


def test_without_a_picture_it_acts_on_what_is_there_and_says_what_it_replaced(
    shop: Shop, bo: Agent, shown: dict[str, ConversationRow]
) -> None:
    ref = shop.one().ref
    triage.snooze(shop.store, bo, list(shown), shop.now() + DAY)
    outcome = triage.resolve(shop.store, shop.agent, list(shown))
    assert (outcome.changed, outcome.refused) == (tuple(shown), ())
    assert outcome.replaced == (f"bo snoozed #{ref} 0 s ago.",)
    assert triage.reopen(shop.store, shop.agent, list(shown)).replaced == ()


SECOND = {
    "resolve after snooze": (
        lambda shop, who, ids, seen: triage.snooze(shop.store, who, ids, shop.now() + DAY, seen=seen),
        lambda shop, who, ids, seen: triage.resolve(shop.store, who, ids, seen=seen),
        "bo snoozed",
    ),
    "snooze after resolve": (
        lambda shop, who, ids, seen: triage.resolve(shop.store, who, ids, seen=seen),
        lambda shop, who, ids, seen: triage.snooze(shop.store, who, ids, shop.now() + DAY, seen=seen),
        "bo resolved",
    ),
    "snooze after snooze": (
        lambda shop, who, ids, seen: triage.snooze(shop.store, who, ids, shop.now() + DAY, seen=seen),
        lambda shop, who, ids, seen: triage.snooze(shop.store, who, ids, shop.now() + 2 * DAY, seen=seen),
        "bo snoozed",
    ),
    "assign after assign": (
        lambda shop, who, ids, seen: triage.assign(shop.store, who, ids, "bo", seen=seen),
        lambda shop, who, ids, seen: triage.assign(shop.store, who, ids, "ana", seen=seen),
        "bo gave #1001 to bo",
    ),
}


@pytest.mark.parametrize("case", SECOND)
def test_an_outdated_picture_of_the_same_field_is_told(
    shop: Shop, bo: Agent, shown: dict[str, ConversationRow], case: str
) -> None:
    first, second, words = SECOND[case]
    first(shop, bo, list(shown), shown)
    before = shop.one()
    outcome: Outcome = second(shop, shop.agent, list(shown), shown)
    assert outcome.changed == () and words in outcome.refused[0]
    assert shop.one() == before


def test_different_fields_merge(shop: Shop, bo: Agent, shown: dict[str, ConversationRow]) -> None:
    ids = list(shown)
    outcomes = [
        triage.take(shop.store, bo, ids, seen=shown),
        triage.tag(shop.store, bo, ids, ["vip"]),
        triage.snooze(shop.store, shop.agent, ids, shop.now() + DAY, seen=shown),
        triage.tag(shop.store, shop.agent, ids, ["退款"]),
    ]
    for who, body in ((bo, "Bo writes"), (shop.agent, "Ana writes")):
        drafts.save(shop.store, who, ids[0], DraftMode.REPLY, body)
    assert all(outcome.changed and not outcome.refused for outcome in outcomes)
    row = shop.one()
    assert (row.assignee, row.status, set(row.tags)) == ("bo", Status.SNOOZED, {"vip", "退款"})
    held = [drafts.load(shop.store, who, ids[0], DraftMode.REPLY) for who in (bo, shop.agent)]
    assert [draft.body for draft in held if draft] == ["Bo writes", "Ana writes"]


def test_a_draft_that_went_on_in_another_window_is_kept_beside(shop: Shop, shown: dict[str, ConversationRow]) -> None:
    def save(body: str, *known: str) -> str:
        return drafts.save(shop.store, shop.agent, next(iter(shown)), DraftMode.REPLY, body, known=known)

    def held() -> str:
        draft = drafts.load(shop.store, shop.agent, next(iter(shown)), DraftMode.REPLY)
        return draft.body if draft else ""

    assert save("Dear Lena", "") == ""
    assert save("Dear Lena, 您好", "Dear Lena") == ""
    # The first window knows its own words only.
    assert save("Dear L.", "Dear Lena") == "Dear Lena, 您好"
    assert held() == "Dear Lena, 您好\n\nDear L."
    assert save("", "Dear L.") == held() != ""
    assert save("", held()) == "" and held() == ""


def test_the_same_wish_twice_is_no_conflict(shop: Shop, bo: Agent, shown: dict[str, ConversationRow]) -> None:
    triage.resolve(shop.store, bo, list(shown), seen=shown)
    outcome = triage.resolve(shop.store, shop.agent, list(shown), seen=shown)
    assert (outcome.untouched, outcome.refused) == (tuple(shown), ())


def test_what_somebody_took_back_is_told_as_that(shop: Shop, bo: Agent, shown: dict[str, ConversationRow]) -> None:
    triage.take(shop.store, bo, list(shown))
    seen = {row.id: row for row in shop.rows()}
    undo.undo(shop.store, bo)
    (words,) = triage.take(shop.store, shop.agent, list(shown), seen=seen).refused
    assert "bo took back" in words


def test_putting_away_what_has_a_message_nobody_showed_is_told(shop: Shop) -> None:
    message = shop.receive("lena@post.example")
    row = shop.one()
    shop.receive("lena@post.example", reply_keys=(message.key,), receipt_at=shop.now())
    outcome = triage.resolve(shop.store, shop.agent, [row.id], seen={row.id: row})
    assert outcome.changed == () and "wrote in" in outcome.refused[0]
    assert shop.one().status is Status.OPEN
    assert triage.take(shop.store, shop.agent, [row.id], seen={row.id: row}).changed


def test_of_many_only_those_that_changed_are_left(shop: Shop, bo: Agent) -> None:
    for n in range(4):
        shop.receive(f"c{n}@post.example")
    shown = {row.id: row for row in shop.rows()}
    theirs = list(shown)[1]
    triage.take(shop.store, bo, [theirs])
    outcome = triage.take(shop.store, shop.agent, list(shown), seen=shown)
    assert set(outcome.changed) == shown.keys() - {theirs} and len(outcome.refused) == 1
    undo.undo(shop.store, shop.agent)
    assert {row.id: row.assignee for row in shop.rows()}[theirs] == "bo"


def test_of_two_at_the_same_instant_one_wins_and_the_other_is_told(shop: Shop, bo: Agent) -> None:
    together = Barrier(2)

    def take(agent: Agent, shown: dict[str, ConversationRow]) -> Outcome:
        together.wait(30)
        return triage.take(shop.store, agent, list(shown), seen=shown)

    with ThreadPoolExecutor(2) as pool:
        for n in range(20):
            shop.receive(f"c{n}@post.example")
            row = shop.one(f"from:c{n}@")
            outcomes = list(pool.map(take, (bo, shop.agent), ({row.id: row}, {row.id: row})))
            (winner,) = (who for who, outcome in zip(("bo", "ana"), outcomes, strict=True) if outcome.changed)
            (told,) = (outcome.refused[0] for outcome in outcomes if outcome.refused)
            assert told.startswith(f"{winner} took")
            assert shop.one(f"from:c{n}@").assignee == winner
