"""Who writes and what was seen, both ways: visitor, relay, engine and an agent's store."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import httpx
from support.chat import ORIGIN, Agent, Visitor, chat_channel
from support.engines import wait_until
from support.relay import HANG_S, Relay
from support.shops import EngineProcess, write_config

from omni_tui.connectors.chat import reading
from omni_tui.desk import agents, inbox, presence, replies
from omni_tui.desk import thread as threads
from omni_tui.desk.query import parse
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.events import Typing
from omni_tui.relay.chat.typists import AGAIN_S, TYPING_S, Typists
from omni_tui.store import Store, open_store
from omni_tui.store.feed import Feed


def only(store: Store) -> ConversationRow:
    agent = agents.who(store, "ana", "Ana")
    (row,) = wait_until(lambda: inbox.page(store, agent, parse("is:any", 0)))
    return row  # type: ignore[no-any-return]


def types(visitor: Visitor, on: bool = True) -> None:
    assert visitor.http.post("typing", json={"on": on}).status_code == 200


def test_the_engine_hears_at_once_who_types_and_who_no_longer_does(relay: Relay) -> None:
    visitor, other, agent = Visitor(relay, ORIGIN), Visitor(relay, ORIGIN), Agent(relay)
    asked: list[httpx.Response] = []

    def ask(turn: str) -> threading.Thread:
        query = {"turn": turn, "wait": "25"}
        waiting = threading.Thread(target=lambda: asked.append(agent.http.get("chat/help/typing", params=query)))
        waiting.start()
        return waiting

    turn = agent.http.get("chat/help/typing").json()["turn"]
    waiting = ask(turn)
    types(visitor)
    types(other)
    waiting.join(HANG_S)
    told = asked[-1].json()
    assert set(told["typing"]) == {visitor.id, other.id}
    waiting = ask(told["turn"])
    visitor.say("there it is")
    waiting.join(HANG_S)
    assert list(asked[-1].json()["typing"]) == [other.id]
    assert httpx.get(f"{relay.url}/v1/chat/help/typing", timeout=HANG_S).status_code == 401
    assert agent.http.get("chat/none/typing").status_code == 404
    assert agent.http.get("chat/help/typing?wait=x").status_code == 400


def test_typing_ends_by_itself_and_nothing_is_told_twice() -> None:
    now = [0.0]
    typists = Typists(lambda: now[0])
    typists.note("help", "v1", False)
    before, nobody = typists.told("help")
    assert nobody == {}
    typists.note("help", "v1", True)
    turn, here = typists.told("help")
    assert here == {"v1": 1} and turn != before
    assert typists.told("other")[1] == {}
    now[0] = TYPING_S + 0.1
    assert typists.told("help") == (turn, {})
    typists.note("help", "v1", True)
    assert typists.told("help")[1] == {"v1": 2}


def test_a_flood_of_typing_is_told_now_and_then() -> None:
    now = [0.0]
    typists = Typists(lambda: now[0])
    turns = set()
    for step in range(600):
        now[0] = step / 20
        typists.note("help", "v1", step % 2 == 0)
        turns.add(typists.told("help")[0])
    assert len(turns) <= 2 * 30 / AGAIN_S + 2
    now[0] += AGAIN_S
    typists.note("help", "v1", True)
    assert "v1" in typists.told("help")[1], "whoever goes on is told of all the same"


def test_a_cursor_says_who_typed_before() -> None:
    events, cursor = reading.typing("web", {}, {"turn": "a.1", "typing": {"v1": 1, "v2": 1}})
    assert events == (Typing("web:v1"), Typing("web:v2"))
    again, same = reading.typing("web", reading.read(cursor.encode()), {"turn": "a.1", "typing": {"v1": 1, "v2": 1}})
    assert (again, same) == ((), cursor)
    later, _cursor = reading.typing("web", reading.read(cursor.encode()), {"turn": "a.2", "typing": {"v2": 2}})
    assert later == (Typing("web:v1", on=False), Typing("web:v2"))
    rest, _cursor = reading.typing("web", reading.read(cursor.encode()), {"turn": "a.3", "typing": {"v1": 1, "v2": 2}})
    assert rest == (Typing("web:v2"),)
    for odd in ("", "[]", '{"typing": ["v1"]}', '{"typing": {"v1": "x"}}'):
        assert reading.typing("web", reading.read(odd.encode()), reading.read(odd.encode()))[0] == ()


def test_a_visitor_who_types_is_seen_and_leaves_no_message(store: Store, relay: Relay) -> None:
    visitor = Visitor(relay, ORIGIN, name="陈思远")
    visitor.say("在吗?")
    row = only(store)
    before = threads.open_thread(store, agents.who(store, "ana"), row.id)
    feed = Feed(store)
    heard: list[tuple[str, str]] = []

    def hears(kind: str) -> bool:
        found = feed.poll(store)
        heard.extend((each.entity, each.entity_id) for each in found.rows) if found else None
        return (kind, row.id) in heard

    types(visitor)
    wait_until(lambda: hears(presence.WRITES))
    types(visitor, on=False)
    wait_until(lambda: hears(presence.RESTS))
    assert {kind for kind, _id in heard} <= {presence.WRITES, presence.RESTS, "channel"}
    assert threads.open_thread(store, agents.who(store, "ana"), row.id) == before


def test_a_stranger_who_types_changes_nothing(store: Store, relay: Relay) -> None:
    Visitor(relay, ORIGIN).say("hello")
    row = only(store)
    silent, feed = Visitor(relay, ORIGIN), Feed(store)
    types(silent)
    silent.say("now")
    wait_until(lambda: len(inbox.page(store, agents.who(store, "ana"), parse("is:any", 0))) == 2)
    found = feed.poll(store)
    assert found is not None
    assert row.id not in {each.entity_id for each in found.rows}


def test_the_visitor_sees_that_the_agent_types_and_that_theirs_was_read(store: Store, relay: Relay) -> None:
    visitor = Visitor(relay, ORIGIN)
    seq = visitor.say("hello").json()["seq"]
    row, ana = only(store), agents.who(store, "ana", "Ana")

    def state() -> dict[str, Any]:
        return dict(json.loads(visitor.poll()["state"]))

    assert (state()["agent_read"], state()["typing"]) == (0, None)
    threads.mark_seen(store, row.id)
    wait_until(lambda: state()["agent_read"] == seq)
    wait_until(lambda: presence.told_until(store, _channel(store)))
    presence.agent_types(store, ana, row.id)
    assert wait_until(lambda: state()["typing"])["agent"] == "Ana"
    replies.reply(store, ana, row.id, "here")
    wait_until(lambda: "here" in visitor.texts())
    assert state()["typing"] is None


def test_what_was_opened_while_no_engine_ran_is_told_by_the_next(tmp_path: Path, relay: Relay) -> None:
    visitor = Visitor(relay, ORIGIN)
    seq = visitor.say("hello").json()["seq"]
    config = write_config(tmp_path / "config.toml", {"web": chat_channel(relay)})
    store = open_store(tmp_path / "s" / "omni.db")
    with EngineProcess(config, store.path):
        row = only(store)
        wait_until(lambda: presence.told_until(store, _channel(store)))
    threads.mark_seen(store, row.id)
    with EngineProcess(config, store.path):
        wait_until(lambda: f'"agent_read": {seq}' in visitor.poll()["state"])
    store.close()


def _channel(store: Store) -> str:
    with store.read() as tx:
        row = tx.one("channel_by_name", name="web")
        return str(row["id"]) if row is not None else ""
