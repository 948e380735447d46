"""Merging, splitting, moving, linking, blocking and macros from the command line."""

from __future__ import annotations

from pathlib import Path

from support.cli import run
from support.shop import Shop

from omni_tui.desk import thread
from omni_tui.model.enums import Direction


def texts(desk: Shop, ref: int) -> list[str]:
    row = desk.one(f"ref:{ref} is:any")
    messages = thread.open_thread(desk.store, desk.agent, row.id).messages
    return [each.text for each in messages if each.direction is not Direction.EVENT]


def test_merging_into_the_oldest_or_the_one_named(three: Shop) -> None:
    first, second, third = sorted(row.ref for row in three.rows())
    would = run("merge", third, second, "--dry-run", "--json").json
    assert (would["verb"], len(would["changed"]), would["act_id"]) == ("merge", 2, "")
    assert len(three.rows()) == 3
    ran = run("merge", third, second)
    assert (ran.code, f"#{second}" in ran.err) == (0, True)
    assert len(texts(three, second)) == 2
    # The number of what was merged leads to where it is.
    assert run("show", third, "--json").json["thread"]["head"]["ref"] == second
    assert run("merge", second, "--into", first).code == 0
    assert len(three.rows()) == 1
    assert run("undo").code == run("undo").code == 0
    assert sorted(row.ref for row in three.rows()) == [first, second, third]
    alone = run("merge", first)
    assert (alone.code, "two conversations" in alone.err) == (2, True)


def test_splitting_and_moving_by_number_and_by_id(three: Shop) -> None:
    first, second, _third = sorted(row.ref for row in three.rows())
    run("merge", first, second)
    split = run("split", first, "--message", 2, "--json").json
    new = next(each["ref"] for each in split["changed"] if each["ref"] != first)
    assert len(texts(three, first)) == len(texts(three, new)) == 1
    id = run("show", new, "--json").json["thread"]["messages"][0]["id"]
    assert run("move", new, "--message", id, "--into", first, "--dry-run").code == 0
    assert len(texts(three, new)) == 1
    assert run("move", new, "--message", id, "--into", first).code == 0
    assert len(texts(three, first)) == 2
    wrong = run("split", first, "--message", 9)
    assert (wrong.code, "no message 9" in wrong.err) == (3, True)
    assert run("split", first, "--message", 1).code == 2


def test_links_are_shown_on_both_sides(three: Shop) -> None:
    first, second, _third = sorted(row.ref for row in three.rows())
    assert run("link", first, "--to", second).code == 0
    assert f"#{second}" in run("show", first).out
    assert run("show", second, "--json").json["thread"]["related"] == [first]
    assert run("unlink", first, "--to", second).code == 0
    assert run("show", second, "--json").json["thread"]["related"] == []


def test_blocking_listing_and_unblocking(three: Shop) -> None:
    row = three.one("from:eve")
    assert run("block", row.ref).code == 0
    assert "eve@example.com" in run("blocked").out
    assert [each["sender"]["address"] for each in run("blocked", "--ndjson").lines] == ["eve@example.com"]
    three.receive("eve@example.com", "me again", subject="Again")
    assert three.rows("is:open from:eve") == ()
    assert run("unblock", "eve@example.com", "--dry-run").code == 0
    assert "eve@example.com" in run("blocked").out
    assert run("unblock", "eve@example.com").code == 0
    assert "Nobody" in run("blocked").err
    assert run("unblock", "nobody@example.com").code == 3
    assert run("not-spam", row.ref).code == 0
    assert three.one("is:open from:eve").ref == row.ref


def test_macros_are_saved_run_and_forgotten(three: Shop, home: Path) -> None:
    row = three.one("from:eve")
    config = home / "config" / "omni-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[macros]\nrefund = ["tag refund", "assign bo", "snooze 2d"]\n', encoding="utf-8")
    assert run("macro", "save", "r", "tag mine", "resolve", "--dry-run").code == 0
    assert run("macro", "save", "r", "tag mine", "resolve").code == 0
    found = run("macro", "list", "--json").json["macros"]
    assert [(each["name"], each["recorded"]) for each in found] == [("refund", False), ("r", True)]
    assert run("macro", "run", "refund", row.ref, "--json").json["verb"] == "macro refund"
    after = three.one("from:eve is:any")
    assert (after.tags, after.assignee, after.status) == (("refund",), "bo", "snoozed")
    assert run("undo").code == 0
    assert three.one("from:eve").tags == ()
    assert run("macro", "save", "x", "merge 1").code == 2
    assert run("macro", "delete", "r").code == 0
    assert run("macro", "run", "r", row.ref).code == 3


def test_a_macro_that_is_no_list_of_actions_is_a_problem_of_the_configuration(three: Shop, home: Path) -> None:
    config = home / "config" / "omni-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[macros]\n"two words" = ["resolve"]\nempty = []\nwrong = "resolve"\n', encoding="utf-8")
    ran = run("macro", "list")
    assert ran.code != 0
    for name in ("two words", "empty", "wrong"):
        assert f"macros.{name}" in ran.err
