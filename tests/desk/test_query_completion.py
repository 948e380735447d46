"""What the search line offers: keys with their meaning, values that exist, in the place of what is begun."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.shop import Shop

from omni_tui.desk import agents, triage
from omni_tui.desk.query import QueryError, parse
from omni_tui.desk.query_completion import MEANINGS, complete, place_of
from omni_tui.model.address import Address
from omni_tui.model.query import KEYS


def offered(shop: Shop, marked: str) -> list[str]:
    """What is offered at the ``|`` of ``marked``, put in its place."""
    cursor = marked.index("|")
    text = marked.replace("|", "")
    found = complete(shop.store, shop.agent, text, cursor)
    return [text[: found.start] + each.text + text[found.end :] for each in found.candidates]


@pytest.fixture
def filled(shop: Shop) -> Shop:
    agents.who(shop.store, "mia", "Mia Chen")
    shop.receive(Address("lena@posteo.example", "Lena Hoffmann"))
    shop.receive(Address("chen@example.cn", "陈思远"))
    triage.tag(shop.store, shop.agent, [shop.rows()[0].id], ["refund", "退款"])
    return shop


def test_every_key_is_offered_with_what_it_means(filled: Shop) -> None:
    assert MEANINGS.keys() == KEYS.keys()
    found = complete(filled.store, filled.agent, "", 0)
    assert [each.text for each in found.candidates] == [f"{key}:" for key in KEYS]
    assert all(each.meaning and not each.ends for each in found.candidates)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("as|", ["assignee:"]),
        ("is:open -ha|", ["is:open -has:"]),
        ("(t|", ["(tag:"]),
        ("has:|", ["has:attachment", "has:note", "has:draft"]),
        ("is:un| tag:x", ["is:unread tag:x"]),
        ("is:o|pen", []),
        ("is:open,sn|", ["is:open,snoozed"]),
        ("assignee:m|", ["assignee:me", "assignee:mia"]),
        ("channel:s|", ["channel:shop"]),
        ("kind:|", ["kind:mail"]),
        ("tag:re|", ["tag:refund"]),
        ("tag:退|", ["tag:退款"]),
        ("customer:le|", ['customer:"Lena Hoffmann"']),
        ("customer:hoff|", ['customer:"Lena Hoffmann"']),
        ('customer:"Lena H|', ['customer:"Lena Hoffmann"']),
        ("from:陈|", ["from:陈思远"]),
        ("customer:|", []),
        ("after:7|", ["after:7d"]),
        ('"is:o|', []),
        ("mood:|", []),
        ("parcel|", []),
        ("https://x|", []),
    ],
)
def test_what_is_offered_where(filled: Shop, marked: str, expected: list[str]) -> None:
    assert offered(filled, marked) == expected


def test_names_are_offered_as_they_are_found(filled: Shop) -> None:
    filled.receive(Address("am@posteo.example", "Anne-Marie Müller"))
    for begun in ("anne-m", "marie", "mull", "MÜLL"):
        assert offered(filled, f"from:{begun}|") == ['from:"Anne-Marie Müller"']
    assert offered(filled, "from:ller|") == []


@pytest.mark.parametrize("key", KEYS)
def test_what_is_offered_can_be_read(filled: Shop, key: str) -> None:
    for begun in ("", "l", "陈"):
        for text in offered(filled, f"{key}:{begun}|"):
            parse(text, filled.now())


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(alphabet=' "():,-istagcustomer:le%_\\退', max_size=25), at=st.integers(0, 25))
def test_any_place_of_any_text_is_answered_and_keeps_the_rest(filled: Shop, text: str, at: int) -> None:
    cursor = min(at, len(text))
    found = complete(filled.store, filled.agent, text, cursor)
    assert 0 <= found.start <= cursor <= found.end <= len(text)
    place = place_of(text, cursor)
    if place is not None and place.key and '"' not in text[place.end :]:
        for each in found.candidates[:3]:
            whole = text[: found.start] + each.text + text[found.end :]
            try:
                parse(whole, 0)
            except QueryError as error:
                # What is wrong was wrong before: never in what was put in.
                assert not found.start < error.position < found.start + len(each.text), whole
