"""Views on the command line: made, listed, used by name and number, changed, undone; queries that cannot be read."""

from __future__ import annotations

import pytest
from support.cli import run
from support.shop import Shop

from omni_tui.desk import agents, triage


def names(*options: str) -> list[str]:
    return [view["name"] for view in run("view", "list", "--json", *options).json["views"]]


def test_a_view_is_saved_listed_and_used_by_name_and_number(three: Shop) -> None:
    run("tag", "1002", "--tag", "退款")
    saved = run("view", "save", "退款 open", "is:open", "tag:退款")
    assert saved.code == 0
    assert "Saved: 退款 open." in saved.err and "view 6: g6" in saved.err
    listed = run("view", "list")
    (line,) = [line for line in listed.out.splitlines() if "退款 open" in line]
    assert line.split() == ["6", "退款", "open", "1", "yours", "is:open", "tag:退款"]
    document = run("view", "list", "--json").json
    (view,) = [view for view in document["views"] if view["name"] == "退款 open"]
    assert document["counts"][view["id"]] == 1 and document["counts"]["inbox"] == 3
    for name in ("退款 open", "6"):
        rows = run("list", "--view", name, "--json").json["conversations"]
        assert [row["ref"] for row in rows] == [1002]
    assert run("list", "--view", "6", "is:snoozed", "--json").json["conversations"] == []
    assert len(run("view", "list", "--ndjson").lines) == len(document["views"])
    assert run("status", "--json").json["counts"]["退款 open"] == 1


def test_edits_say_what_they_did_and_go_back(three: Shop) -> None:
    run("view", "save", "Refunds", "tag:refund", "--shared")
    for words, said, effect in (
        (["rename", "Refunds", "Returns"], "Renamed: Returns.", lambda: "Returns" in names()),
        (["move", "Refunds", "1"], "Moved: Refunds.", lambda: names()[0] == "Refunds"),
        (["unshare", "Refunds"], "Yours alone: Refunds.", lambda: "Refunds" not in names("--as", "bo")),
        (["hide", "bulk"], "Hidden: bulk.", lambda: names()[-1] == "bulk"),
        (["delete", "refunds"], "Deleted: Refunds.", lambda: "Refunds" not in names()),
        (["save", "Refunds", "tag:x", "--replace"], "Saved: Refunds.", lambda: True),
    ):
        before = run("view", "list", "--json").json["views"]
        dry = run("view", *words, "--dry-run")
        assert dry.err.startswith("Would do: ") and run("view", "list", "--json").json["views"] == before
        ran = run("view", *words)
        assert (ran.code, ran.err.splitlines()[0]) == (0, said)
        assert effect() and run("view", "list", "--json").json["views"] != before
        undone = run("undo")
        assert undone.code == 0 and f"Undone (view {'change' if words[0] == 'save' else words[0]})" in undone.err
        assert run("view", "list", "--json").json["views"] == before


def test_what_is_already_so_is_said(three: Shop) -> None:
    run("view", "save", "Refunds", "tag:refund")
    again = run("view", "unshare", "Refunds", "--json").json
    assert (again["changed"], again["view"]["name"], again["act_id"]) == (False, "Refunds", "")
    assert "Nothing to change" in run("view", "unshare", "Refunds").err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["view", "delete", "spam"], 4, "built in"),
        (["view", "delete", "Refnds"], 3, "Did you mean Refunds?"),
        (["list", "--view", "mien"], 3, "Did you mean mine?"),
        (["list", "--view", "0"], 3, "no view number 0"),
        (["view", "save", "Refunds", "is:open"], 4, "another view called Refunds"),
        (["view", "save", "7", "is:open"], 2, "numbers of views"),
        (["--as", "bo", "view", "rename", "Refunds", "Mine too"], 4, "is ana's"),
    ],
)
def test_what_cannot_be_done_is_told(three: Shop, words: list[str], code: int, said: str) -> None:
    run("view", "save", "Refunds", "tag:refund", "--shared")
    ran = run(*words)
    assert ran.code == code and said in ran.err, ran.err


@pytest.mark.parametrize("verb", [["list"], ["search"], ["view", "save", "New"]], ids=" ".join)
def test_a_query_that_cannot_be_read_is_pointed_at(three: Shop, verb: list[str]) -> None:
    ran = run(*verb, "退款 tga:refund")
    lines = ran.err.splitlines()
    assert ran.code == 2
    # Two cells for each Chinese character.
    assert lines[:2] == ["  退款 tga:refund", "  " + " " * 5 + "^"]
    assert "There is no key tga:" in lines[2] and "Did you mean tag:?" in lines[3]
    document = run(*verb, "退款 tga:refund", "--json").json
    assert (document["position"], document["exit_code"]) == (3, 2)
    assert "New" not in names()


def test_an_act_on_a_colleagues_conversation_says_what_it_replaced(three: Shop) -> None:
    row = three.rows()[0]
    bo = agents.who(three.store, "bo")
    triage.take(three.store, bo, [row.id])
    triage.resolve(three.store, bo, [row.id])
    taken = run("take", row.ref)
    assert f"Before: #{row.ref} was bo's." in taken.err
    reopened = run("reopen", row.ref, "--json").json
    assert reopened["replaced"][0].startswith(f"bo resolved #{row.ref}")
    assert reopened["changed"][0]["ref"] == row.ref
