"""Answering a visitor by another channel, and taking customers apart, from the command line."""

from __future__ import annotations

import pytest
from support.cli import run
from support.shop import Shop
from support.web import Web, chat

from omni_tui.desk import customers, thread
from omni_tui.model.address import Address

YAN = Address("yan@post.example", "Yan")


@pytest.fixture
def web(desk: Shop) -> Web:
    return Web(desk)


def test_the_way_can_be_chosen_and_a_claim_is_told(desk: Shop, web: Web) -> None:
    web.say("v1", "hello", YAN.address)
    ref = str(chat(desk).ref)
    plain = run("reply", ref, "here", "--dry-run", "--json").json
    assert (plain["by"], plain["to"][0]["address"]) == ("web", "web:v1")
    ran = run("reply", ref, "By mail.", "--by", "shop", "--json")
    assert (ran.code, ran.json["by"], ran.json["to"][0]["address"]) == (0, "shop", YAN.address)
    assert "nothing proves it is theirs" in ran.err
    sent = thread.open_thread(desk.store, desk.agent, chat(desk).id).messages[-1]
    assert (sent.channel, sent.text) == ("shop", "By mail.")
    wrong = run("reply", ref, "hello", "--by", "nowhere")
    assert wrong.code == 2
    assert "shop" in wrong.err and "web" in wrong.err


def test_customers_are_taken_apart_and_joined_again_by_undo(desk: Shop, web: Web) -> None:
    web.say("v1", "hello", YAN.address)
    desk.receive(YAN, "It is me", vouched=True)
    ref = str(chat(desk).ref)

    def kinds() -> list[str]:
        return sorted(each.kind for each in customers.card(desk.store, chat(desk).customer_id).identities)

    assert kinds() == ["chat", "email"]
    told = run("separate", ref, "--dry-run", "--json").json
    assert [each["ref"] for each in told["changed"]] == [chat(desk).ref]
    assert kinds() == ["chat", "email"]
    assert run("separate", ref).code == 0
    assert kinds() == ["chat"]
    assert run("separate", ref, "--json").json["changed"] == []
    assert run("undo").code == 0
    assert kinds() == ["chat", "email"]
    assert f"one customer with {YAN.address}" in run("show", ref).out or "join" in run("show", ref).out
