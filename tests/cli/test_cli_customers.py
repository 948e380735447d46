"""Customers and reports from the command line."""

from __future__ import annotations

import json

from support.cli import run
from support.shop import DAY, Shop

from omni_tui.desk import outbox, replies, triage
from omni_tui.model.commands import Receipt


def names() -> list[str]:
    return [row["addresses"][0] for row in run("customer", "list", "--json").json["customers"]]


def test_customers_are_listed_merged_parted_and_put_back(three: Shop) -> None:
    assert names() == ["gus@example.com", "finn@example.com", "eve@example.com"]
    ref = three.one("from:finn").ref
    would = run("customer", "merge", "gus@example.com", f"#{ref}", "--dry-run")
    assert (would.code, len(names())) == (0, 3)
    assert "Would do: One customer now: gus@example.com, finn@example.com." in would.err
    merged = run("customer", "merge", "gus", str(ref), "--json")
    assert merged.json["customers"] == ["gus@example.com", "finn@example.com"]
    assert names() == ["gus@example.com", "eve@example.com"]
    shown = run("customer", "show", "gus", "--json").json["customers"][0]
    assert {each["value"] for each in shown["identities"]} == {"gus@example.com", "finn@example.com"}
    assert run("customer", "merge", "gus", "finn").code == 2
    apart = run("customer", "split", "gus", "finn@example.com")
    assert "A customer of its own again: finn@example.com." in apart.err
    assert len(names()) == 3
    assert run("undo").code == 0
    assert len(names()) == 2
    undone = run("undo", "--json")
    assert undone.json["customers"]
    assert len(names()) == 3


def test_a_name_and_a_note_are_kept_found_and_taken_back(three: Shop) -> None:
    assert "Renamed: Gus Gray." in run("customer", "rename", "gus", "Gus  Gray").err
    assert "Nothing to change." in run("customer", "rename", "gus", "Gus Gray").err
    run("customer", "note", "gus", "Prefers\nthe phone.")
    shown = run("customer", "show", "gray").out
    assert "Gus Gray" in shown and "    the phone." in shown
    assert "Gus Gray" in run("customer", "list", "gra").out
    run("undo")
    run("undo")
    assert run("customer", "show", "gus", "--json").json["customers"][0]["name"] == ""


def test_who_is_meant_must_be_clear(three: Shop) -> None:
    many = run("customer", "rename", "example.com", "X")
    assert many.code == 2
    assert "is more than one customer" in many.err and "eve@example.com" in many.err
    assert run("customer", "note", "nobody", "x").code == 3
    assert run("customer", "split", "gus", "gus@example.com").code == 2


def test_a_report_counts_what_arrived_was_answered_and_waits(three: Shop) -> None:
    gus, finn = three.one("from:gus"), three.one("from:finn")
    three.receive("old@example.com", "long ago", receipt_at=three.now() - 40 * DAY)
    replies.reply(three.store, three.agent, gus.id, "Today.")
    replies.reply(three.store, three.agent, finn.id, "Not sent yet.")
    claimed = outbox.claim(three.store, three.epoch, 60_000, ["shop"])
    assert claimed is not None
    outbox.sent(three.store, three.epoch, claimed.outbox_id, Receipt(claimed.command.key))
    triage.resolve(three.store, three.agent, [gus.id, finn.id])
    whole = run("report", "--json").json["report"]["whole"]
    assert (whole["arrived"], whole["answered"], whole["resolved"], whole["first_answers"]) == (3, 1, 2, 1)
    assert whole["waiting"] == len(three.rows("is:open is:waiting"))
    assert 0 <= whole["median_ms"] == whole["p90_ms"] < 60_000
    assert run("report", "--days", "60", "--json").json["report"]["whole"]["arrived"] == 4
    run("undo")
    found = run("report", "--json").json["report"]
    assert found["whole"]["resolved"] == 0
    assert [each["name"] for each in found["channels"]] == ["shop"]
    assert [each["name"] for each in found["agents"]] == ["ana"]
    assert len(found["days"]) == 7
    told = run("report").out
    assert "<1m" in told and "in all" in told


def test_a_report_of_nothing_is_one(desk: Shop) -> None:
    found = json.loads(run("report", "--json").out)["report"]
    assert (found["whole"]["arrived"], found["whole"]["median_ms"], found["channels"]) == (0, None, [])
