"""Snippets: whose they are, how they are found, filled and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.shop import MINUTE, Shop

from omni_tui.desk import agents, replies, snippets, undo
from omni_tui.desk.snippet_filling import Filled, fill, fill_first, first_name, unknown_in
from omni_tui.desk.thread import open_thread
from omni_tui.model.address import Address
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import Conflict, NotFound, UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.model.snippet import Snippet
from omni_tui.text.clean import clean_line


def names(shop: Shop, agent: Agent | None = None) -> list[str]:
    return [each.name for each in snippets.listed(shop.store, agent or shop.agent)]


def saved(shop: Shop, name: str, body: str = "Hello", *, shared: bool = False) -> Snippet:
    snippets.save(shop.store, shop.agent, name, body, shared=shared)
    return called(shop, name)


def called(shop: Shop, name: str, agent: Agent | None = None) -> Snippet:
    agent = agent or shop.agent
    return snippets.named(snippets.listed(shop.store, agent), name, agent)


def filled(shop: Shop, body: str) -> Filled:
    thread = open_thread(shop.store, shop.agent, shop.rows()[0].id)
    return fill(body, shop.agent, thread.head, thread.messages)


def test_one_is_the_agents_own_until_it_is_shared(shop: Shop) -> None:
    bo = agents.who(shop.store, "bo")
    hello = saved(shop, "hello", "Hello {customer},\r\n\nthanks\n\n")
    assert (hello.body, hello.owner, hello.shared) == ("Hello {customer},\n\nthanks", "ana", False)
    assert names(shop, bo) == []
    snippets.save(shop.store, bo, "Hello", "Hi")
    snippets.share(shop.store, shop.agent, hello)
    assert sorted(names(shop, bo)) == ["Hello", "hello"] and names(shop) == ["hello"]
    # One's own stands before a shared one, whose name nobody else can take any more.
    assert called(shop, "HELLO", bo).body == "Hi"
    with pytest.raises(Conflict, match="hello is ana's"):
        snippets.rename(shop.store, bo, called(shop, hello.id, bo), "mine")
    with pytest.raises(Conflict, match="another snippet called HELLO"):
        snippets.save(shop.store, agents.who(shop.store, "cy"), "HELLO", "x")
    with pytest.raises(Conflict, match="another snippet called Hello"):
        snippets.share(shop.store, bo, called(shop, "hello", bo))
    snippets.unshare(shop.store, shop.agent, called(shop, "hello"))
    assert names(shop, bo) == ["Hello"]


def test_every_edit_is_an_act_that_goes_back_and_again(shop: Shop) -> None:
    hello = saved(shop, "hello", "Hello")
    states: list[tuple[str, str, bool] | None] = [("hello", "Hello", False)]

    def state() -> tuple[str, str, bool] | None:
        found = [each for each in snippets.listed(shop.store, shop.agent) if each.id == hello.id]
        return (found[0].name, found[0].body, found[0].shared) if found else None

    edits: tuple[Callable[[], Outcome], ...] = (
        lambda: snippets.rename(shop.store, shop.agent, called(shop, "hello"), "welcome"),
        lambda: snippets.change(shop.store, shop.agent, called(shop, "welcome"), "Hello again"),
        lambda: snippets.share(shop.store, shop.agent, called(shop, "welcome")),
        lambda: snippets.delete(shop.store, shop.agent, called(shop, "welcome")),
    )
    for edit in edits:
        outcome = edit()
        assert outcome.act_id and outcome.snippets == ("welcome",)
        states.append(state())
    assert states[1:] == [
        ("welcome", "Hello", False), ("welcome", "Hello again", False), ("welcome", "Hello again", True), None,
    ]  # fmt: skip
    for before in reversed(states[:-1]):
        outcome = undo.undo(shop.store, shop.agent)
        assert len(outcome.snippets) == 1 and not outcome.refused and state() == before
    for after in states[1:]:
        undo.redo(shop.store, shop.agent)
        assert state() == after


def test_undo_leaves_what_was_changed_since_and_a_name_given_away(shop: Shop) -> None:
    hello = saved(shop, "hello", "one")
    snippets.change(shop.store, shop.agent, hello, "two")
    with pytest.raises(Conflict, match="hello was changed in another window"):
        snippets.change(shop.store, shop.agent, hello, "three")
    snippets.delete(shop.store, shop.agent, called(shop, "hello"))
    bo = agents.who(shop.store, "bo")
    snippets.save(shop.store, bo, "hello", "bo's", shared=True)
    outcome = undo.undo(shop.store, shop.agent)
    assert outcome.refused == ("There is another snippet called hello.",)
    with pytest.raises(NotFound, match="hello is gone"):
        snippets.share(shop.store, shop.agent, hello)


@pytest.mark.parametrize("name", ["", "  ", "-x", "n" * 41, "a:b", "：："])
def test_what_cannot_be_a_name_is_refused(shop: Shop, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        saved(shop, name)


def test_a_name_is_taken_once_whatever_its_case_and_width(shop: Shop) -> None:
    saved(shop, "Ｈello")
    with pytest.raises(Conflict, match="another snippet"):
        saved(shop, "HELLO")
    with pytest.raises(UsageError, match="needs a text"):
        saved(shop, "x", " \n ")
    with pytest.raises(UsageError, match="at most 20,000"):
        saved(shop, "x", "x" * 20_001)
    assert called(shop, "hello").name == "Ｈello"


def test_one_is_found_by_letters_in_order_the_closest_first(shop: Shop) -> None:
    for name in ("Refund policy", "Pre-refund", "refund", "Fun", "Return form", "退款说明", "Rücksendung"):
        saved(shop, name)
    listed = snippets.listed(shop.store, shop.agent)

    def found(letters: str) -> list[str]:
        return [each.name for each in snippets.matching(listed, letters)]

    assert found("REF") == ["refund", "Refund policy", "Pre-refund", "Return form"]
    assert found("rpol") == ["Refund policy"]
    assert found("说明") == ["退款说明"] and found("退说") == ["退款说明"]
    assert found("rück") == ["Rücksendung"]
    assert found("zzz") == [] and len(found("")) == 7
    with pytest.raises(NotFound) as error:
        snippets.named(listed, "refnd", shop.agent)
    assert "refund" in error.value.hint


def test_variables_are_filled_from_the_conversation(shop: Shop) -> None:
    lena = Address("lena@post.example", "Lena Maria Hoffmann")
    now = shop.now()
    first = shop.receive(lena, "Where is order LF-20931?", subject="Order LF-11111", receipt_at=now - 3 * MINUTE)
    shop.receive(
        lena,
        "And order number: LF-20932.\n> about order LF-99999",
        reply_keys=(first.key,),
        subject="Re: parcel",
        receipt_at=now - MINUTE,
    )
    ref = shop.rows()[0].ref
    known = filled(shop, "{customer}|{customer_first}|{agent}|{ref}|{subject}|{order}")
    assert known == Filled(f"Lena Maria Hoffmann|Lena|Ana|{ref}|Order LF-11111|LF-20932", (), ())
    # Ours count as well, and what is quoted only where nothing else names one.
    replies.reply(shop.store, shop.agent, shop.rows()[0].id, "Order LF-30000 replaces it.")
    assert filled(shop, "{order}").text == "LF-30000"


def test_what_is_unknown_stays_and_what_is_missing_is_told(shop: Shop) -> None:
    shop.receive(Address("x@post.example"), "Hi")
    found = filled(shop, "{customer_first}, {nonsense} {order} {a b} {} {{ref}} {名字} {nonsense}")
    ref = shop.rows()[0].ref
    assert found.text == f"x@post.example, {{nonsense}}  {{a b}} {{}} {{{ref}}} {{名字}} {{nonsense}}"
    assert (found.unknown, found.empty) == (("nonsense", "名字"), ("order",))
    assert "{nonsense}, {名字}" in found.remarks[0] and "{order}" in found.remarks[1]
    assert unknown_in("{ref} {x} {x}") == ("x",)


def test_a_value_is_never_filled_in_its_turn_and_shows_no_tricks(shop: Shop) -> None:
    shop.receive(Address("x@post.example", "{agent} \x1b[31m{order}\u202e"), "order 12345", subject="{ref}\r\nBcc: x")
    found = filled(shop, "{customer}|{subject}")
    assert "{agent}" in found.text and "{order}" in found.text and "Ana" not in found.text
    assert "\x1b" not in found.text and "\u202e" not in found.text and "\n" not in found.text
    assert found.unknown == ()


@given(st.text())
def test_the_first_of_any_name_is_one_word_of_it(name: str) -> None:
    first = first_name(name)
    assert first in clean_line(name) and not any(map(str.isspace, first))


@pytest.mark.parametrize(
    ("name", "first"),
    [("Lena Hoffmann", "Lena"), ("Lovelace, Ada", "Ada"), ("陈思远", "陈思远"), ("Acme, ", "Acme"), ("", "")],
)
def test_the_first_name(name: str, first: str) -> None:
    assert first_name(name) == first


@pytest.mark.parametrize(
    ("to", "filled"),
    [
        ('"Berg, Nina" <nina@new.example>, bo@new.example', "Hello Nina, about Order 4417: 4417. Ana "),
        ("nina@new.example", "Hello nina@new.example, about Order 4417: 4417. Ana "),
        ("", "Hello , about Order 4417: 4417. Ana "),
    ],
)
def test_in_a_first_mail_the_customer_is_whom_it_is_to(shop: Shop, to: str, filled: str) -> None:
    body = "Hello {customer_first}, about {subject}: {order}. {agent} {ref}{nonsense}"
    found = fill_first(body, shop.agent, to, "Order 4417")
    assert (found.text, found.unknown) == (filled + "{nonsense}", ("nonsense",))
    assert found.empty == (("ref",) if to else ("customer_first", "ref"))
