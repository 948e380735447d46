"""Macros: several actions, one act, one undo; what cannot be read is said before anything is done."""

from __future__ import annotations

from datetime import UTC

import pytest
from support.shop import Shop

from omni_tui.desk import agents, macros, thread, triage, undo
from omni_tui.desk.macros import Macro
from omni_tui.model.enums import Direction, Status
from omni_tui.model.errors import NotFound, UsageError

REFUND = Macro("r", ("tag refund, vip", "assign bo", "priority high", "snooze 2d"), True)


def test_all_steps_are_one_act_and_one_undo(shop: Shop) -> None:
    agents.who(shop.store, "bo")
    for name in ("lena", "ben"):
        shop.receive(f"{name}@post.example")
    before = shop.rows()
    outcome = macros.run(shop.store, shop.agent, [row.id for row in before], REFUND, UTC)
    assert outcome.verb == "macro r" and len(outcome.changed) == 2
    for row in shop.rows():
        assert (row.tags, row.assignee, row.priority) == (("refund", "vip"), "bo", "high")
        assert row.status is Status.SNOOZED
    lines = thread.open_thread(shop.store, shop.agent, before[0].id).messages
    assert [m.verb for m in lines if m.direction is Direction.EVENT] == ["macro r"]
    assert undo.undo(shop.store, shop.agent).refused == ()
    assert shop.rows() == before


def test_a_field_set_twice_goes_back_to_what_it_was(shop: Shop) -> None:
    shop.receive("lena@post.example")
    before = shop.rows()
    macro = Macro("m", ("snooze 1d", "resolve", "reopen", "snooze 2d"), True)
    macros.run(shop.store, shop.agent, [before[0].id], macro, UTC)
    after = shop.rows()
    assert undo.undo(shop.store, shop.agent).refused == ()
    assert shop.rows() == before
    assert undo.redo(shop.store, shop.agent).refused == ()
    assert shop.rows() == after


def test_what_a_colleague_changed_is_left_alone_by_every_step(shop: Shop) -> None:
    agents.who(shop.store, "bo")
    shop.receive("lena@post.example")
    shown = shop.one()
    triage.take(shop.store, agents.who(shop.store, "wei"), [shown.id])
    macro = Macro("m", ("take", "resolve", "tag done"), True)
    outcome = macros.run(shop.store, shop.agent, [shown.id], macro, UTC, seen={shown.id: shown})
    assert outcome.changed == () and "wei took" in outcome.refused[0]
    assert (shop.one().status, shop.one().tags, shop.one().assignee) == (Status.OPEN, (), "wei")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("merge 1001", "cannot do"),
        ("", "cannot do"),
        ("resolve now", "takes no value"),
        ("tag", "wants a value"),
        ("tag a:b", "cannot be a tag"),
        ("priority asap", "no priority"),
        ("snooze whenever", "not a time"),
    ],
)
def test_what_is_no_step_is_said_and_nothing_is_done(shop: Shop, step: str, said: str) -> None:
    shop.receive("lena@post.example")
    with pytest.raises(UsageError, match=said):
        macros.run(shop.store, shop.agent, [shop.one().id], Macro("m", ("take", step), False), UTC)
    assert shop.one().assignee is None
    with pytest.raises(UsageError):
        macros.record(shop.store, shop.agent, "m", ["take", step], UTC, {})


def test_an_agent_nobody_knows_stops_the_whole_macro(shop: Shop) -> None:
    shop.receive("lena@post.example")
    with pytest.raises(NotFound):
        macros.run(shop.store, shop.agent, [shop.one().id], Macro("m", ("resolve", "assign nobody"), False), UTC)
    assert shop.one().status is Status.OPEN


def test_recorded_ones_are_the_agents_own_and_those_of_the_configuration_come_first(shop: Shop) -> None:
    configured = {"close": ("resolve",), "c": ("take",)}
    macros.record(shop.store, shop.agent, "r", ["tag one"], UTC, configured)
    macros.record(shop.store, shop.agent, "r", ["tag two"], UTC, configured)
    found = macros.listed(shop.store, shop.agent, configured)
    assert [(each.name, each.steps, each.recorded) for each in found] == [
        ("c", ("take",), False),
        ("close", ("resolve",), False),
        ("r", ("tag two",), True),
    ]
    assert macros.listed(shop.store, agents.who(shop.store, "wei"), {}) == ()
    for letter in ("c", "rr", "", "é", "@"):
        with pytest.raises(UsageError):
            macros.record(shop.store, shop.agent, letter, ["take"], UTC, configured)
    with pytest.raises(NotFound) as unknown:
        macros.named(found, "x")
    assert "close" in unknown.value.hint
    macros.forget(shop.store, shop.agent, "r")
    with pytest.raises(NotFound):
        macros.forget(shop.store, shop.agent, "r")
