"""``list``, ``show``, ``search``, ``customer``, ``status``: what they print, as text and as JSON."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from support.cli import run
from support.shop import Shop
from support.tmux import Terminal, environment

from omni_tui.desk import thread
from omni_tui.model.address import Address

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m[/] [@click=app.bell]x[/] \u202egnp.exe\u2066 =cmd|'/c calc'!A1 \u200b end"
DANGEROUS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def refs(desk: Shop) -> dict[str, int]:
    return {row.address.partition("@")[0]: row.ref for row in desk.rows()}


def test_list_is_the_inbox_newest_first(three: Shop) -> None:
    ran = run("list")
    assert ran.code == 0
    assert ran.err == ""
    assert [line.split()[0] for line in ran.out.splitlines()] == [f"#{row.ref}" for row in three.rows()]
    assert "Parcel of eve" in ran.out
    run("resolve", refs(three)["eve"])
    assert "Parcel of eve" not in run("list").out
    assert "Parcel of eve" in run("list", "--view", "resolved").out


def test_list_takes_a_query_and_a_view(three: Shop) -> None:
    numbers = refs(three)
    run("resolve", numbers["eve"])
    assert [row["ref"] for row in run("list", "from:eve", "--json").json["conversations"]] == [numbers["eve"]]
    assert run("list", "--view", "inbox", "from:eve", "--json").json["conversations"] == []
    assert len(run("list", "is:any", "--limit", "2", "--ndjson").lines) == 2


def test_list_json_is_one_versioned_document(three: Shop) -> None:
    document = run("list", "--json").json
    assert (document["version"], document["kind"]) == (1, "conversations")
    (eve,) = [row for row in document["conversations"] if row["address"] == "eve@example.com"]
    assert eve["ref"] == refs(three)["eve"]
    assert eve["status"] == "open"
    assert eve["tags"] == []
    assert isinstance(eve["last_at"], int)
    lines = run("list", "--ndjson").lines
    assert [line["conversation"] for line in lines] == document["conversations"]
    assert {(line["version"], line["kind"]) for line in lines} == {(1, "conversation")}


def test_options_may_stand_before_the_verb(three: Shop) -> None:
    assert run("--json", "list").json == run("list", "--json").json
    assert run("--as", "bo", "status", "--json").json["agent"] == "bo"


def test_an_empty_list_says_what_to_try(desk: Shop) -> None:
    ran = run("list")
    assert (ran.code, ran.out) == (0, "")
    assert "--view all" in ran.err


def test_a_wrong_query_says_the_nearest(three: Shop) -> None:
    ran = run("list", "is:unraed")
    assert ran.code == 2
    assert "is:unread" in ran.err
    assert "mine" in run("list", "--view", "mne").err
    assert run("list", "--view", "mne").code == 3


def test_show_prints_the_thread_without_touching_it(three: Shop) -> None:
    number = refs(three)["eve"]
    run("note", number, "She called.")
    run("reply", number, "It left today.")
    ran = run("show", f"#{number}")
    assert ran.code == 0
    places = [ran.out.index(words) for words in ("Where is my parcel, eve?", "She called.", "It left today.")]
    assert places == sorted(places)
    assert "a reply goes to eve@example.com" in ran.out
    assert "[queued]" in ran.out
    run("unread", number)
    run("show", number)
    assert three.one("from:eve").unread


def test_what_people_write_cannot_pass_for_another_message(desk: Shop) -> None:
    desk.receive("eve@example.com", "Hello\n-- 2026-01-01 10:00+00:00  note by ana\n    Refund approved")
    ran = run("show", desk.one().ref)
    assert not any(line.startswith("-- 2026-01-01 10:00+00:00  note") for line in ran.out.splitlines())
    assert "    -- 2026-01-01 10:00+00:00  note by ana" in ran.out


def test_on_a_terminal_no_line_goes_on_at_the_margin(desk: Shop) -> None:
    desk.receive(
        "eve@example.com", "x " * 36 + "-- 2026-01-01 10:00+00:00  note by ana\n" + "退款" * 50, subject="y" * 200
    )
    home = {name: os.environ[name] for name in ("OMNI_TUI_STORE", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    command = [sys.executable, "-m", "omni_tui", "show", str(desk.one().ref)]
    with Terminal(command, {**environment(Path(os.environ["HOME"])), **home}, columns=80, rows=40) as terminal:
        lines = terminal.wait_for("ended with 0").splitlines()
    ours = ("#", "from ", "a reply", "-- ", "ended", " ")
    assert [line for line in lines if line and not line.startswith(ours)] == []
    assert [line for line in lines if line.startswith("-- ") and "note by" in line] == []


def test_events_say_who_did_what_until_when(three: Shop) -> None:
    ref = refs(three)["eve"]
    run("snooze", ref, "--until", "2099-01-02 09:30")
    run("--as", "bo", "assign", ref, "--to", "ana")
    shown = run("show", ref).out
    assert "ana: snooze 2099-01-02 09:30+00:00\n" in shown
    assert "bo: assign ana\n" in shown


def test_show_folds_quotes_until_asked(desk: Shop) -> None:
    desk.receive("eve@example.com", "Yes please\n\nOn Monday, Shop wrote:\n> Shall we?\n> Really?\n")
    number = desk.one().ref
    assert "> Really?" not in run("show", number).out
    assert "> Really?" in run("show", number, "--full").out
    assert "> Really?" in run("show", number, "--json").json["thread"]["messages"][0]["text"]


def test_source_is_safe_to_show_and_exact_to_save(desk: Shop, tmp_path: Path) -> None:
    raw = b"From: eve@example.com\r\nSubject: \x1b[2Jx\r\n\r\n\x9bhi \xff\r\n"
    desk.receive("eve@example.com", "hi", raw=raw)
    number = desk.one().ref
    shown = run("show", number, "--source")
    assert shown.out.startswith("From: eve@example.com\n")
    assert not DANGEROUS.search(shown.out)
    target = tmp_path / "mail.eml"
    assert run("show", number, "--save", target).code == 0
    assert target.read_bytes() == raw
    assert target.stat().st_mode & 0o777 == 0o600
    assert run("show", number, "--save", target).code == 4
    assert thread.source(desk.store, run("show", number, "--json").json["thread"]["messages"][0]["id"]) == raw


def test_search_finds_words_with_their_surroundings(three: Shop) -> None:
    ran = run("search", "parcel", "from:finn")
    assert ran.code == 0
    assert ran.out.count("\n") == 1
    assert "Where is my parcel, finn?" in ran.out
    (hit,) = run("search", "finn", "--json").json["hits"]
    assert hit["row"]["ref"] == refs(three)["finn"]
    nothing = run("search", "submarine")
    assert (nothing.code, nothing.out) == (0, "")
    assert nothing.err


def test_customer_lists_many_and_shows_one(three: Shop) -> None:
    many = run("customer", "show", "example.com")
    assert many.out.count("\n") == 3
    one = run("customer", "show", "eve@example.com")
    assert "eve@example.com" in one.out
    assert f"#{refs(three)['eve']}" in one.out
    assert run("customer", "show", "eve", "--json").json["customers"][0]["conversation_count"] == 1
    missing = run("customer", "show", "nobody-here")
    assert (missing.code, missing.out) == (3, "")


def test_status_counts(three: Shop) -> None:
    document = run("status", "--json").json
    assert document["counts"]["inbox"] == 3
    assert document["engine"]["owner"] == "tests"
    assert [channel["name"] for channel in document["channels"]] == ["shop"]
    ran = run("status")
    assert ran.code == 0
    assert "engine: tests" in ran.out


VERBS: list[tuple[str, ...]] = [
    ("list",),
    ("show", "REF"),
    ("show", "REF", "--full"),
    ("show", "REF", "--source"),
    ("search", "needle"),
    ("customer", "show", "eve"),
    ("customer", "show", "example.com"),
    ("customer", "list"),
    ("report",),
    ("status",),
    ("reply", "REF", "hi"),
    ("resolve", "REF"),
    ("outbox", "list"),
    ("channel", "list"),
]


@pytest.fixture
def hostile(desk: Shop) -> Shop:
    for address in ("eve@example.com", "eva@example.com"):
        desk.receive(
            Address(address, HOSTILE),
            f"needle {HOSTILE}\nand more",
            subject=HOSTILE,
            raw=HOSTILE.encode(),
        )
    return desk


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_hostile_text_stays_text(hostile: Shop, verb: tuple[str, ...]) -> None:
    ref = str(hostile.rows()[0].ref)
    ran = run(*(ref if word == "REF" else word for word in verb))
    assert ran.code == 0
    assert not DANGEROUS.search(ran.out)
    assert not DANGEROUS.search(ran.err)


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_hostile_text_is_escaped_in_json(hostile: Shop, verb: tuple[str, ...]) -> None:
    ref = str(hostile.rows()[0].ref)
    ran = run(*(ref if word == "REF" else word for word in verb), "--json")
    assert ran.code == 0
    assert ran.json["version"] == 1
    assert not DANGEROUS.search(ran.out)


def test_json_keeps_the_text_as_it_came(hostile: Shop) -> None:
    row = run("list", "--json").json["conversations"][0]
    assert row["customer"] == hostile.rows()[0].customer
    assert "\x1b" in row["customer"]


def test_markup_is_printed_as_it_stands(hostile: Shop) -> None:
    assert "[/] [@click=app.bell]x[/]" in run("list").out
