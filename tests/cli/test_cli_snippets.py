"""Snippets on the command line: kept, listed, used by ``reply``; and answers that leave later."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from support.cli import run
from support.shop import Shop

from omni_tui.config.zone import local_zone
from omni_tui.model.address import Address


def names(*options: str) -> list[str]:
    return [each["name"] for each in run("snippet", "list", "--json", *options).json["snippets"]]


def test_one_is_saved_listed_shown_and_shared(three: Shop) -> None:
    saved = run("snippet", "save", "退款 说明", "{customer}您好，\n退款已经办理。")
    assert (saved.code, saved.err) == (0, "Saved: 退款 说明.\n")
    assert run("snippet", "show", "退款 说明").out == "{customer}您好，\n退款已经办理。\n"
    document = run("snippet", "show", "退款 说明", "--json").json["snippet"]
    assert (document["owner"], document["shared"], document["body"][:10]) == ("ana", False, "{customer}")
    assert names("--as", "bo") == []
    assert run("snippet", "share", "退款 说明").err == "Shared: 退款 说明.\n"
    (line,) = run("snippet", "list", "--as", "bo").out.splitlines()
    assert line.split() == ["退款", "说明", "shared", "by", "ana", "{customer}您好，"]
    refused = run("snippet", "delete", "退款 说明", "--as", "bo")
    assert refused.code == 4 and "is ana's" in refused.err
    assert len(run("snippet", "list", "--ndjson").lines) == 1


def test_edits_say_what_they_did_and_go_back(three: Shop) -> None:
    run("snippet", "save", "hello", "Hello", "--shared")
    for words, said in (
        (["rename", "hello", "welcome"], "Renamed: welcome."),
        (["unshare", "hello"], "Yours alone: hello."),
        (["save", "hello", "Hi {customer}", "--replace"], "Saved: hello."),
        (["delete", "hello"], "Deleted: hello."),
    ):
        before = run("snippet", "list", "--json").json
        dry = run("snippet", *words, "--dry-run")
        assert dry.err.startswith("Would do: ") and run("snippet", "list", "--json").json == before
        ran = run("snippet", *words)
        assert (ran.code, ran.err.splitlines()[0]) == (0, said)
        assert run("snippet", "list", "--json").json != before
        undone = run("undo")
        assert undone.code == 0 and "Undone (snippet " in undone.err
        assert run("snippet", "list", "--json").json == before
    again = run("snippet", "share", "hello", "--json").json
    assert (again["changed"], again["snippet"]["name"], again["act_id"]) == (False, "hello", "")


def test_a_text_comes_from_stdin_and_names_nobody_knows_are_told(three: Shop) -> None:
    saved = run("snippet", "save", "bye", "-", stdin=b"Dear {custmer},\n\nbye\n")
    assert saved.code == 0
    assert "No variable, so it stays as it is: {custmer}. There are: {customer} {customer_first}" in saved.err
    assert run("snippet", "show", "bye").out == "Dear {custmer},\n\nbye\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["snippet", "show", "helo"], 3, "Did you mean hello?"),
        (["snippet", "save", "hello", "x"], 4, "another snippet called hello"),
        (["snippet", "save", "a:b", "x"], 2, "has no colon"),
        (["reply", "1001", "x", "--snippet", "hello"], 2, "there can be no other"),
        (["reply", "1001", "--snippet", "nope", "--dry-run"], 3, "Snippets: hello"),
        (["reply", "1001", "x", "--at", "2h", "--delay", "3"], 2, "exclude each other"),
        (["reply", "1001", "x", "--at", "yesterday"], 2, "is not a time"),
    ],
)
def test_what_cannot_be_is_said(three: Shop, words: list[str], code: int, said: str) -> None:
    run("snippet", "save", "hello", "Hello")
    ran = run(*words)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_a_reply_takes_its_text_from_a_snippet(three: Shop) -> None:
    row = three.rows()[0]
    run("snippet", "save", "hello", "Hello {customer_first}, about #{ref}: {subject}. {agent}")
    text = f"Hello {row.customer.split(' ')[0] or row.address}, about #{row.ref}: {row.subject}. Ana"
    dry = run("reply", str(row.ref), "--snippet", "HELLO", "--dry-run", "--json").json
    assert dry["text"] == text and dry["leaves_at"] is None
    done = run("reply", str(row.ref), "--snippet", "hello", "--json").json
    assert done["text"] == text
    shown = run("show", str(row.ref), "--json").json["thread"]["messages"]
    assert text in [each["text"] for each in shown]


def test_one_that_is_not_filled_is_not_sent_without_a_yes(three: Shop) -> None:
    ref = str(three.rows()[0].ref)
    run("snippet", "save", "hello", "Hello {nobody}, order {order}")
    refused = run("reply", ref, "--snippet", "hello", "--json")
    assert refused.code == 4
    assert "no variable of a snippet: {nobody}" in refused.err and "Nothing is known for {order}" in refused.err
    assert run("outbox", "list", "--json").json["outbox"] == []
    sent = run("reply", ref, "--snippet", "hello", "--yes", "--json")
    assert sent.code == 0 and sent.json["text"] == "Hello {nobody}, order "


def test_a_reply_leaves_at_the_moment_named_and_is_called_back(three: Shop) -> None:
    row = three.rows()[0]
    day = datetime.now(local_zone()) + timedelta(days=1)
    nine = int(day.replace(hour=9, minute=0, second=0, microsecond=0).timestamp() * 1000)
    dry = run("reply", str(row.ref), "Soon", "--at", "tomorrow 9", "--dry-run")
    assert "It would leave" in dry.err and "09:00" in dry.err
    stored = run("reply", str(row.ref), "Soon", "--at", "明天9点", "--json")
    assert stored.json["leaves_at"] == stored.json["outbox"]["not_before"] == nine
    assert f"omni-tui outbox cancel {stored.json['outbox']['id']}" in stored.err
    (waits,) = run("outbox", "list", "--json").json["outbox"]
    assert waits["crossed"] is False
    assert run("outbox", "cancel", str(row.ref)).code == 0
    assert run("outbox", "list", "--json").json["outbox"] == []


def test_who_wrote_before_it_leaves_is_told(three: Shop) -> None:
    first = three.receive("ida@example.com", "Where is it?", subject="Ida")
    ref = str(three.one("from:ida").ref)
    run("reply", ref, "Soon", "--at", "2d")
    assert "the customer wrote since" not in run("outbox", "list").out
    three.receive("ida@example.com", "It came", reply_keys=(first.key,), receipt_at=three.now() + 1000)
    assert "the customer wrote since" in run("outbox", "list").out
    messages = run("show", ref, "--json").json["thread"]["messages"]
    assert [each["crossed"] for each in messages if each["direction"] == "outbound"] == [True]


def test_all_who_are_on_the_mail_get_a_copy_if_that_is_said(three: Shop) -> None:
    three.receive("ida@firm.example", "Hi", subject="Ida", cc=(Address("carl@firm.example"),))
    ref = str(three.one("from:ida").ref)
    alone = run("reply", ref, "Hello", "--dry-run", "--json")
    assert alone.json["cc"] == [] and "Not to carl@firm.example, who are on the mail as well: --all" in alone.err
    sent = run("reply", ref, "Hello", "--all", "--cc", "boss@firm.example", "--json")
    assert sent.json["cc"] == ["boss@firm.example", "carl@firm.example"]
    assert "Copies to boss@firm.example, carl@firm.example." in sent.err
