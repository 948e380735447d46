"""Customers: listed, meant, joined and parted by hand; undo brings back exactly what was. On both engines."""

from __future__ import annotations

import contextlib
import copy
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.desk_world import inhabited, visible, whole
from support.shop import MINUTE, Shop
from support.web import Web, chat

from omni_tui.desk import agents, blocking, claims, customer_edits, customers, thread, triage, undo
from omni_tui.model.address import Address
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import Direction
from omni_tui.model.errors import Conflict, NotFound, OmniError, UsageError

LENA = Address("lena@post.example", "Lena Hoffmann")
WORK = Address("lh@work.example")
CHEN = Address("chen@example.cn", "陈思远")


@pytest.fixture
def people(shop: Shop) -> Shop:
    """Chen wrote first, Lena last, in between somebody from work who is Lena, too."""
    now = shop.now()
    shop.receive(CHEN, "你好", subject="帐篷", receipt_at=now - 30 * MINUTE)
    shop.receive(WORK, "From work", subject="Invoice", receipt_at=now - 20 * MINUTE)
    shop.receive(LENA, "Where is it?", subject="Order 4417", receipt_at=now - 10 * MINUTE)
    return shop


def id_of(shop: Shop, address: str) -> str:
    return customers.named(shop.store, address).id


def names(shop: Shop, words: str = "") -> list[str]:
    return [row.name or row.addresses[0] for row in customers.listed(shop.store, shop.agent, words)]


def test_who_wrote_last_is_listed_first_and_found_by_beginnings(people: Shop) -> None:
    assert names(people) == ["Lena Hoffmann", WORK.address, "陈思远"]
    assert names(people, "hoff le") == ["Lena Hoffmann"]
    assert names(people, "lh@wor") == [WORK.address]
    assert names(people, "陈") == ["陈思远"]
    assert names(people, "nobody") == []
    (row,) = customers.listed(people.store, people.agent, "lena")
    assert (row.addresses, row.kinds, row.conversation_count) == ((LENA.address,), ("mail",), 1)


def test_a_list_stops_at_its_limit_and_names_each_once(shop: Shop) -> None:
    for number in range(30):
        shop.receive(f"c{number % 5}@post.example", subject=f"Case {number}")
    assert len(customers.listed(shop.store, shop.agent, limit=3)) == 3
    rows = customers.listed(shop.store, shop.agent)
    assert sorted(row.conversation_count for row in rows) == [6] * 5


def test_merged_they_are_one_in_every_way_and_undo_parts_them(people: Shop) -> None:
    store, agent = people.store, people.agent
    triage.tag(store, agent, [people.one("from:lh").id], ["b2b"])
    blocking.block(store, agent, [people.one("from:lh").id])
    before = customers.card(store, id_of(people, LENA.address)), customers.card(store, id_of(people, WORK.address))
    outcome = customer_edits.merge(store, agent, [before[1].id], before[0].id)
    assert outcome.customers == ("Lena Hoffmann", WORK.address)
    card = customers.card(store, before[1].id)
    assert (card.id, card.name, card.conversation_count) == (before[0].id, "Lena Hoffmann", 2)
    assert {each.value for each in card.identities} == {LENA.address, WORK.address}
    assert card.tags == ("b2b",)
    assert names(people) == ["Lena Hoffmann", "陈思远"]
    assert {row.subject for row in people.rows("customer:hoffmann is:any")} == {"Order 4417", "Invoice"}
    assert [each.address for each in blocking.blocked(store)] == [WORK.address]
    # What comes next from either belongs to the one.
    people.receive(WORK, "Me again", subject="Another")
    assert customers.card(store, card.id).conversation_count == 3
    taken = undo.undo(store, agent)
    assert (taken.verb, taken.refused) == ("customer merge", ())
    assert customers.card(store, before[0].id) == before[0]
    assert {each.value for each in customers.card(store, before[1].id).identities} == {WORK.address}
    assert undo.redo(store, agent).refused == ()
    assert customers.card(store, before[1].id).id == before[0].id


def test_a_row_of_the_list_shows_the_newest_of_all_addresses_of_who_was_merged(people: Shop) -> None:
    store, agent = people.store, people.agent
    # Whoever was part of one becomes part of the other: Chen of Lena, by way of work.
    customer_edits.merge(store, agent, [id_of(people, CHEN.address)], id_of(people, WORK.address))
    assert {row.address for row in people.rows()} == {WORK.address, LENA.address}
    customer_edits.merge(store, agent, [id_of(people, WORK.address)], id_of(people, LENA.address))
    assert [row.address for row in people.rows()] == [LENA.address] * 3
    people.receive(CHEN, "再见", subject="帐篷", receipt_at=people.now())
    assert [row.address for row in people.rows()] == [CHEN.address] * 4
    for _ in range(2):
        assert undo.undo(store, agent) is not None
    assert {row.address for row in people.rows()} == {CHEN.address, WORK.address, LENA.address}


def test_long_notes_of_two_are_both_kept(people: Shop) -> None:
    lena, work = id_of(people, LENA.address), id_of(people, WORK.address)
    customer_edits.describe(people.store, people.agent, lena, "a" * customer_edits.LONGEST_NOTES)
    customer_edits.describe(people.store, people.agent, work, "b" * customer_edits.LONGEST_NOTES)
    customer_edits.merge(people.store, people.agent, [work], lena)
    notes = customers.card(people.store, lena).notes
    assert notes.count("a") == notes.count("b") == customer_edits.LONGEST_NOTES


def test_a_name_and_notes_are_not_lost_and_go_back(people: Shop) -> None:
    store, agent = people.store, people.agent
    lena, work = id_of(people, LENA.address), id_of(people, WORK.address)
    customer_edits.describe(store, agent, lena, "Prefers the phone.")
    customer_edits.describe(store, agent, work, "Pays late.\nTwice.")
    customer_edits.merge(store, agent, [lena], work)
    card = customers.card(store, lena)
    assert (card.id, card.name, card.notes) == (work, "Lena Hoffmann", "Pays late.\nTwice.\n\nPrefers the phone.")
    undo.undo(store, agent)
    assert (customers.card(store, work).name, customers.card(store, work).notes) == ("", "Pays late.\nTwice.")
    assert customers.card(store, lena).notes == "Prefers the phone."


def test_an_address_is_taken_out_with_what_it_wrote(people: Shop) -> None:
    store, agent = people.store, people.agent
    lena, work, chen = (id_of(people, each.address) for each in (LENA, WORK, CHEN))
    customer_edits.merge(store, agent, [work, chen], lena)
    # The root's own address: those who stay get another root.
    customer_edits.split(store, agent, work, LENA.address.upper())
    assert [past.subject for past in customers.card(store, lena).conversations] == ["Order 4417"]
    rest = customers.card(store, work)
    assert {each.value for each in rest.identities} == {WORK.address, CHEN.address}
    undo.undo(store, agent)
    assert len(customers.card(store, lena).identities) == 3
    undo.redo(store, agent)
    assert len(customers.card(store, lena).identities) == 1
    with pytest.raises(UsageError, match="never joined"):
        customer_edits.split(store, agent, lena, LENA.address)
    with pytest.raises(NotFound, match="has no address"):
        customer_edits.split(store, agent, lena, WORK.address)


def test_undo_leaves_alone_what_a_colleague_built_on_it(people: Shop) -> None:
    store, ana = people.store, people.agent
    wei = agents.who(store, "wei", "Wei")
    lena, work, chen = (id_of(people, each.address) for each in (LENA, WORK, CHEN))
    customer_edits.merge(store, ana, [work], lena)
    customer_edits.merge(store, wei, [lena], chen)
    refused = undo.undo(store, ana)
    assert "by wei (customer merge)" in refused.refused[0]
    held = {each.value for each in customers.card(store, chen).identities}
    assert held == {each.address for each in (LENA, WORK, CHEN)}
    flat(people)


def test_redo_never_leaves_somebody_part_of_one_who_is_none_any_more(people: Shop) -> None:
    store, ana = people.store, people.agent
    wei = agents.who(store, "wei", "Wei")
    lena, work, chen = (id_of(people, each.address) for each in (LENA, WORK, CHEN))
    customer_edits.merge(store, ana, [work], lena)
    undo.undo(store, ana)
    customer_edits.merge(store, wei, [chen], work)
    assert undo.redo(store, ana).refused == ("陈思远 was joined with others since and was left so.",)
    assert {customers.card(store, id).id for id in (work, chen)} == {work}
    flat(people)


def test_a_merge_is_told_in_the_thread_of_who_was_moved(people: Shop) -> None:
    store, agent = people.store, people.agent
    customer_edits.merge(store, agent, [id_of(people, WORK.address)], id_of(people, LENA.address))
    opened = thread.open_thread(store, agent, people.one("invoice").id)
    (event,) = (each for each in opened.messages if each.direction is Direction.EVENT)
    assert (event.verb, event.agent) == ("customer merge", "ana")


def test_a_claim_is_proven_as_before_for_who_was_merged(shop: Shop) -> None:
    web = Web(shop)
    web.say("v1", "hello", LENA.address)
    shop.receive(WORK, "From work")
    customer_edits.merge(shop.store, shop.agent, [chat(shop).customer_id], id_of(shop, WORK.address))
    shop.receive(LENA, "It is me", vouched=True)
    card = customers.card(shop.store, chat(shop).customer_id)
    assert {each.value for each in card.identities} == {"web:v1", LENA.address, WORK.address}
    claims.separate(shop.store, shop.agent, [chat(shop).id])
    flat(shop)


def test_a_name_is_one_line_and_a_hostile_one_is_kept_harmless(people: Shop) -> None:
    store, agent = people.store, people.agent
    chen = id_of(people, CHEN.address)
    customer_edits.rename(store, agent, chen, "  Chen\x00\n Siyuan ")
    assert customers.card(store, chen).name == "Chen\ufffd Siyuan"
    assert names(people, "siyuan") == ["Chen\ufffd Siyuan"]
    assert customer_edits.rename(store, agent, chen, "Chen\ufffd Siyuan").act_id == ""
    undo.undo(store, agent)
    assert customers.card(store, chen).name == "陈思远"
    with pytest.raises(UsageError, match="at most"):
        customer_edits.rename(store, agent, chen, "x" * 201)
    with pytest.raises(NotFound):
        customer_edits.rename(store, agent, "nobody", "x")


def test_who_is_meant_is_said_by_number_address_or_part_of_a_name(people: Shop) -> None:
    lena = id_of(people, LENA.address)
    ref = people.one("from:hoffmann").ref
    assert {id_of(people, text) for text in (f"#{ref}", str(ref), "hoffmann", lena, "LENA@post.example")} == {lena}
    with pytest.raises(UsageError, match=r"Lena Hoffmann <lena@post.example>"):
        customers.named(people.store, "example")
    with pytest.raises(NotFound):
        customers.named(people.store, "nobody-here")


# At random -------------------------------------------------------------------------------------------

ADDRESSES = ("lena@post.example", "ben@post.example", "carl@post.example", "dora@post.example")
VERBS = ("merge", "merge", "split", "rename", "describe", "separate")
Step = tuple[str, int, int]
STEPS = st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.integers(0, 3))


def act(shop: Shop, agent: Agent, name: str, a: int, b: int) -> None:
    """Do one thing to customers; what is refused is refused."""
    store = shop.store
    known = [row.id for row in sorted(customers.listed(store, agent), key=lambda row: row.id)]
    one, other = known[a % len(known)], known[b % len(known)]
    with contextlib.suppress(OmniError):
        match name:
            case "merge":
                customer_edits.merge(store, agent, [one], other)
            case "split":
                card = customers.card(store, one)
                customer_edits.split(store, agent, one, card.identities[b % len(card.identities)].value)
            case "rename":
                customer_edits.rename(store, agent, one, f"Name {a} {b}")
            case "describe":
                customer_edits.describe(store, agent, one, f"Note {a} {b}")
            case "separate":
                claims.separate(store, agent, [customers.card(store, one).conversations[0].id])
            case "mail":
                shop.receive(ADDRESSES[a], f"again {b}", subject=f"Case {a} {b}")
            case _:
                getattr(undo, name)(store, agent)


def cards(shop: Shop, agent: Agent) -> object:
    """Everything that is seen of customers."""
    rows = customers.listed(shop.store, agent)
    return visible(shop, agent), rows, [customers.card(shop.store, row.id) for row in rows]


def flat(shop: Shop) -> None:
    """Every root is its own, every address somebody's once, every conversation found by its customer."""
    with shop.store.read() as tx:
        roots = {row[0]: row[1] for row in tx.query("SELECT id, root_id FROM customers", {})}
        held = [row[0] for row in tx.query("SELECT customer_id FROM identities", {})]
        docs = {row[0] for row in tx.query("SELECT entity_id FROM search_docs WHERE kind = 'customer'", {})}
        standing = tx.query("SELECT count(*) FROM conversations WHERE merged_into IS NULL", {})[0][0]
    assert all(roots[root] == root for root in roots.values())
    assert set(held) <= set(roots)
    assert docs == set(roots.values())
    rows = customers.listed(shop.store, shop.agent)
    assert sum(row.conversation_count for row in rows) == standing


def there_and_back(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "store")
        inhabited(shop)
        shop.agent = agents.who(shop.store, "wei", "Wei")
        states = [cards(shop, shop.agent)]
        for name, a, b in steps:
            act(shop, shop.agent, name, a, b)
            flat(shop)
            if (now := cards(shop, shop.agent)) != states[-1]:
                states.append(now)
        passed = [states[-1]]
        while True:
            try:
                assert undo.undo(shop.store, shop.agent).refused == (), steps
            except Conflict:
                break
            passed.append(cards(shop, shop.agent))
        assert passed[-1] == states[0], steps
        for state in reversed(passed[:-1]):
            assert undo.redo(shop.store, shop.agent).refused == (), steps
            assert cards(shop, shop.agent) == state, steps
        whole(shop)
        shop.store.close()


def two_at_once(steps: list[tuple[bool, str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "store")
        inhabited(shop)
        wei = agents.who(shop.store, "wei", "Wei")
        for first, name, a, b in steps:
            act(shop, shop.agent if first else wei, name, a, b)
            flat(shop)
        whole(shop)
        shop.store.close()


MIXED = st.tuples(
    st.booleans(),
    st.sampled_from([*VERBS, "mail", "undo", "undo", "redo"]),
    st.integers(0, 3),
    st.integers(0, 3),
)


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_undo_and_redo_pass_through_the_same_customers(steps: list[Step]) -> None:
    there_and_back(steps)


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(MIXED, min_size=1, max_size=12))
def test_customers_stay_whole_whatever_two_agents_do(steps: list[tuple[bool, str, int, int]]) -> None:
    two_at_once(steps)


def test_at_random_on_either_engine(shop: Shop) -> None:
    inhabited(shop)
    ana, dice = copy.copy(shop.agent), random.Random(7)
    wei = agents.who(shop.store, "wei", "Wei")
    for _n in range(40):
        name = dice.choice([*VERBS, "mail", "undo", "redo"])
        act(shop, dice.choice([ana, wei]), name, dice.randrange(4), dice.randrange(4))
        flat(shop)
    whole(shop)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(steps=st.lists(STEPS, min_size=1, max_size=10))
def test_undo_and_redo_pass_through_the_same_customers_at_length(steps: list[Step]) -> None:
    there_and_back(steps)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(steps=st.lists(MIXED, min_size=1, max_size=25))
def test_customers_stay_whole_whatever_two_agents_do_at_length(steps: list[tuple[bool, str, int, int]]) -> None:
    two_at_once(steps)
