"""Which page a visitor has open: told once they have written, live, bounded, and nothing of anybody else's."""

from __future__ import annotations

import json

import pytest
from support.chat import ORIGIN, Agent, Visitor
from support.engines import wait_until
from support.relay import Relay

from omni_tui.connectors.chat import reading
from omni_tui.desk import agents, claims, inbox
from omni_tui.desk.query import parse
from omni_tui.model.customer import VisitRow
from omni_tui.model.events import Visited
from omni_tui.relay.chat.whereabouts import AGAIN_S, GONE_S, MOST_TOLD, Whereabouts
from omni_tui.store import Store


class Clock:
    """Seconds that pass when told; which visitors' pages are connected."""

    def __init__(self) -> None:
        self.now = 0.0
        self.connected: set[str] = set()
        self.places = Whereabouts(lambda: self.now, self.connected.__contains__)

    def told(self, mark: str = "") -> tuple[str, list[tuple[str, str, int, bool]], bool]:
        mark, found, more = self.places.told("help", mark, round(self.now * 1000))
        return mark, [(visitor, one.page, one.since, one.here) for visitor, one in found], more

    def opens(self, visitor: str, page: str) -> float | None:
        """In how many seconds the engine is woken."""
        return self.places.note("help", visitor, page, "", round(self.now * 1000))


def test_what_changed_is_told_once_and_to_another_asker_again() -> None:
    clock = Clock()
    clock.opens("v1", "a")
    clock.opens("v2", "b")
    mark, found, _more = clock.told()
    assert found == [("v1", "a", 0, True), ("v2", "b", 0, True)]
    assert clock.told(mark) == (mark, [], False)
    assert clock.opens("v1", "a") is None, "the same page again"
    assert clock.told(mark)[1] == []
    clock.now = 5.0
    assert clock.opens("v1", "c") == 0
    later, found, _more = clock.told(mark)
    assert found == [("v1", "c", 5000, True)]
    assert clock.told("another-life.99")[1] == [("v2", "b", 0, True), ("v1", "c", 5000, True)]
    assert clock.places.told("other", "", 0)[1] == []
    assert clock.told(later)[1] == []


def test_who_closed_the_page_is_told_when_nothing_was_heard_of_them_for_long() -> None:
    clock = Clock()
    clock.opens("v1", "a")
    clock.opens("v2", "b")
    clock.connected.add("v2")
    mark, _found, _more = clock.told()
    clock.now = 10.0
    clock.places.heard("help", "v1")
    clock.now = 10.0 + GONE_S - 1
    assert clock.told(mark)[1] == []
    clock.now = 10.0 + GONE_S + 1
    mark, found, _more = clock.told(mark)
    assert found == [("v1", "a", 10_000, False)], "since they were heard of last"
    assert clock.told(mark)[1] == []
    clock.opens("v1", "a")
    assert clock.told(mark)[1] == [("v1", "a", round(clock.now * 1000), True)]


def test_a_flood_of_pages_wakes_now_and_then_and_many_visitors_are_told_in_parts() -> None:
    clock = Clock()
    woken = []
    for step in range(200):
        clock.now = step / 20
        wakes = clock.opens("v1", f"p{step}")
        woken += [clock.now + wakes] if wakes is not None else []
    assert woken == [AGAIN_S * number for number in range(6)], "the last one is for the last page"
    assert clock.told()[1] == [("v1", "p199", 9950, True)]
    for number in range(MOST_TOLD * 2):
        clock.opens(f"w{number}", "a")
    mark, first, more = clock.told()
    assert more and len(first) == MOST_TOLD
    told, left = {visitor for visitor, *_rest in first}, more
    while left:
        mark, found, left = clock.told(mark)
        assert not told & {visitor for visitor, *_rest in found}
        told |= {visitor for visitor, *_rest in found}
    assert len(told) == MOST_TOLD * 2 + 1


def goes(visitor: Visitor, page: str, title: str) -> None:
    assert visitor.http.post("here", json={"page": page, "title": title}).status_code == 200


def test_nobody_is_followed_who_has_written_nothing(relay: Relay) -> None:
    silent, visitor, agent = Visitor(relay, ORIGIN), Visitor(relay, ORIGIN), Agent(relay)
    visitor.say("hello")
    goes(silent, f"{ORIGIN}/tents", "Tents")
    for wrong in ("javascript:alert(1)", "", "ftp://shop.example/x"):
        goes(visitor, wrong, "Nowhere")
    goes(visitor, f"{ORIGIN}/stoves?q=1#part", "Stoves\n\x1b[31m")
    told = agent.http.get("chat/help/typing").json()
    assert [(each["visitor"], each["page"]) for each in told["visits"]] == [(visitor.id, f"{ORIGIN}/stoves?q=1")]
    assert agent.http.get("chat/help/typing", params={"places": told["places"]}).json()["visits"] == []
    assert "Stoves" not in json.dumps(silent.poll()) + json.dumps(visitor.poll()), "visitors are told nothing of it"


@pytest.mark.parametrize("visits", [None, 3, [3], [{"visitor": 1}], [{"visitor": "v", "since": "x", "here": True}]])
def test_an_odd_answer_is_no_visit(visits: object) -> None:
    assert reading.visits("web", {"visits": visits}) == ()
    good = {"visitor": "v1", "page": "p", "title": 7, "since": 5, "here": False}
    assert reading.visits("web", {"visits": [good, visits]}) == (Visited("web:v1", "p", "", 5, here=False),)


def test_the_agent_sees_the_page_the_visitor_has_open(store: Store, relay: Relay) -> None:
    visitor, other = Visitor(relay, ORIGIN), Visitor(relay, ORIGIN)
    visitor.say("hello", page=f"{ORIGIN}/tents", title="Tents", language="de")
    other.say("somebody else", page=f"{ORIGIN}/maps", title="Maps")
    agent = agents.who(store, "ana")

    def seen() -> dict[str, VisitRow]:
        rows = inbox.page(store, agent, parse("is:any", 0))
        return {row.snippet: visit for row in rows if (visit := claims.visit_of(store, row.id)) is not None}

    wait_until(lambda: len(seen()) == 2)
    goes(visitor, f"{ORIGIN}/stoves", "Stoves")
    wait_until(lambda: seen()["hello"].page == f"{ORIGIN}/stoves")
    visit = seen()["hello"]
    assert (visit.title, visit.language, visit.left_at) == ("Stoves", "de", 0)
    assert [each.title for each in visit.before] == ["Tents"]
    assert visit.since >= visit.before[0].since > 0
    assert seen()["somebody else"].page == f"{ORIGIN}/maps"
    for number in range(9):
        goes(visitor, f"{ORIGIN}/{number}", f"Page {number}")
    wait_until(lambda: seen()["hello"].title == "Page 8")
    assert len(seen()["hello"].before) <= 5, "a few pages, no history of somebody's day"
