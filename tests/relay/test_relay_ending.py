"""A relay that is told to end: whoever waits at it is answered and not cut off."""

from __future__ import annotations

import threading

import httpx
from support.chat import ORIGIN, Agent, Visitor
from support.engines import wait_until
from support.relay import HANG_S, Relay


def test_whoever_waits_is_answered_at_once_when_it_ends(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    told: dict[str, httpx.Response] = {}
    log = relay.folder / "stderr.log"

    def ask(name: str, http: httpx.Client, path: str, **query: object) -> threading.Thread:
        # A client of its own for each: none waits for another's connection.
        with_it = httpx.Client(base_url=http.base_url, headers=http.headers, timeout=2 * HANG_S)

        def wait() -> None:
            with with_it:
                told[name] = with_it.get(path, params=query)  # type: ignore[arg-type]

        waiting = threading.Thread(target=wait)
        waiting.start()
        return waiting

    turn = agent.http.get("chat/help/typing").json()["turn"]
    state = visitor.poll()["state"]
    waiting = [
        ask("events", agent.http, "events", source="help", wait=50),
        ask("webhooks", agent.http, "events", source="shop", wait=50),
        ask("typing", agent.http, "chat/help/typing", turn=turn, wait=50),
        ask("poll", visitor.http, "poll", after=0, wait=25, state=state),
        ask("stream", visitor.http, "stream"),
    ]
    wait_until(lambda: agent.http.get("status").json()["listening"] == 2)
    assert relay.terminate() in (0, -15)
    for each in waiting:
        each.join(HANG_S)
    assert {name: answer.status_code for name, answer in told.items()} == {
        "events": 200,
        "webhooks": 200,
        "typing": 200,
        "poll": 200,
        "stream": 200,
    }
    assert told["events"].json()["events"] == []
    assert "Cancel" not in log.read_text("utf-8"), "somebody was waited for until the patience of the server ended"
