"""The verbs that change conversations: what they do, and that ``--dry-run`` does nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.cli import run
from support.shop import Shop

from omni_tui.desk import journal
from omni_tui.model.conversation import ConversationRow


def eve(desk: Shop) -> ConversationRow:
    return desk.one("from:eve is:any")


def everything(desk: Shop) -> list[tuple[object, ...]]:
    """Every row of every table: what a run that writes nothing leaves alone."""
    with desk.store.read() as tx:
        tables = [row[0] for row in tx.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", {})]
        return [tuple(row) for table in tables for row in tx.query(f'SELECT * FROM "{table}"', {})]


ACTIONS: dict[str, tuple[tuple[str, ...], Callable[[ConversationRow], bool]]] = {
    "assign": (("--to", "bo"), lambda row: row.assignee == "bo"),
    "take": ((), lambda row: row.assignee == "ana"),
    "tag": (("--tag", "refund", "-t", "VIP"), lambda row: set(row.tags) == {"refund", "vip"}),
    "resolve": ((), lambda row: row.status == "resolved"),
    "priority": (("--level", "urgent"), lambda row: row.priority == "urgent"),
    "spam": ((), lambda row: row.status == "spam"),
    "trash": ((), lambda row: row.status == "trash"),
    "block": ((), lambda row: row.status == "spam"),
    "snooze": (("--until", "2h"), lambda row: row.status == "snoozed" and row.snoozed_until is not None),
}


@pytest.mark.parametrize("verb", ACTIONS)
def test_done_undone_and_done_again(three: Shop, verb: str) -> None:
    options, holds = ACTIONS[verb]
    before = eve(three)
    ran = run(verb, before.ref, *options)
    assert (ran.code, ran.out) == (0, "")
    assert f"#{before.ref}" in ran.err
    assert holds(eve(three))
    undone = run("undo")
    assert (undone.code, f"#{before.ref}" in undone.err) == (0, True)
    assert eve(three) == before
    assert run("redo", "--json").json["changed"] == [{"id": before.id, "ref": before.ref}]
    assert holds(eve(three))


@pytest.mark.parametrize("verb", ACTIONS)
def test_dry_run_writes_nothing_and_says_what_would_change(three: Shop, verb: str) -> None:
    options, _holds = ACTIONS[verb]
    row = eve(three)
    before = everything(three)
    ran = run("--as", "newcomer", verb, row.ref, *options, "--dry-run", "--json")
    assert ran.code == 0
    assert ran.json["dry_run"] is True
    assert ran.json["changed"] == [{"id": row.id, "ref": row.ref}]
    assert "Would" in run(verb, row.ref, *options, "--dry-run").err
    assert everything(three) == before


@pytest.mark.parametrize(
    ("verb", "options"),
    [("reply", ("Hi",)), ("note", ("Hi",)), ("untag", ("-t", "x")), ("unassign", ()), ("reopen", ()), ("unread", ())],
)
def test_the_other_dry_runs_write_nothing_either(three: Shop, verb: str, options: tuple[str, ...]) -> None:
    row = eve(three)
    before = everything(three)
    assert run("--as", "newcomer", verb, row.ref, *options, "--dry-run").code == 0
    assert everything(three) == before


def test_the_way_back(three: Shop) -> None:
    number = eve(three).ref
    run("assign", number, "--to", "bo")
    run("tag", number, "-t", "refund", "-t", "vip")
    run("resolve", number)
    for arguments in (("unassign",), ("untag", "-t", "refund"), ("reopen",), ("unread",)):
        assert run(arguments[0], number, *arguments[1:]).code == 0
    row = eve(three)
    assert (row.assignee, row.tags, row.status, row.unread) == (None, ("vip",), "open", True)


def test_many_at_once_are_one_act(three: Shop) -> None:
    numbers = [row.ref for row in three.rows()]
    document = run("resolve", *numbers, numbers[0], "--json").json
    assert (document["kind"], document["verb"], document["dry_run"]) == ("outcome", "resolve", False)
    assert [each["ref"] for each in document["changed"]] == numbers
    assert len(three.rows("is:resolved")) == 3
    run("undo")
    assert len(three.rows("is:open")) == 3


def test_references_come_through_a_pipe(three: Shop) -> None:
    numbers = [row.ref for row in three.rows()]
    given = "".join(f"{number}\n" for number in numbers).encode()
    assert run("resolve", "-", stdin=given).code == 0
    assert len(three.rows("is:resolved")) == 3
    assert run("resolve", "-", stdin=b"").code == 2


def test_what_is_so_already_is_said(three: Shop) -> None:
    number = eve(three).ref
    run("resolve", number)
    again = run("resolve", number, "--json").json
    assert (again["changed"], [each["ref"] for each in again["untouched"]], again["act_id"]) == ([], [number], "")
    assert "Nothing to change" in run("resolve", number).err


def test_one_wrong_number_changes_nothing(three: Shop) -> None:
    before = everything(three)
    ran = run("resolve", eve(three).ref, "987654", "987655")
    assert (ran.code, ran.out) == (3, "")
    assert "987654" in ran.err
    assert "987655" in ran.err
    assert everything(three) == before


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("assign", "REF", "--to", "boo"), 3, "bo"),
        (("assign", "REF", "--to", "boo", "--dry-run"), 3, "bo"),
        (("assign", "REF"), 2, "--to"),
        (("snooze", "REF", "--until", "whenever"), 2, ""),
        (("tag", "REF"), 2, "--tag"),
        (("tag", "REF", "--tag", "a,b"), 2, "a,b"),
        (("reply", "REF", "-"), 2, "empty"),
        (("undo",), 4, "Nothing to undo"),
    ],
)
def test_each_refusal_has_its_code_and_words(three: Shop, arguments: tuple[str, ...], code: int, words: str) -> None:
    number = str(eve(three).ref)
    ran = run(*(number if word == "REF" else word for word in arguments))
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_undo_tells_what_somebody_else_changed(three: Shop) -> None:
    number = eve(three).ref
    run("take", number)
    run("--as", "bo", "take", number)
    ran = run("undo")
    assert ran.code == 4
    assert "bo" in ran.err.casefold()
    assert eve(three).assignee == "bo"


def test_the_agent_is_the_one_named(three: Shop) -> None:
    row = eve(three)
    run("--as", "bo", "resolve", row.ref)
    assert {entry.actor.casefold() for entry in journal.entries(three.store, row.id)} == {"bo"}


def test_a_new_agent_is_pointed_out(three: Shop) -> None:
    number = eve(three).ref
    assert "baa" in run("--as", "baa", "take", number).err
    assert "new agent" not in run("--as", "bo", "take", number).err
