"""The chat's relay as a process: what is told is kept, each visitor sees their own, and strangers get nothing."""

from __future__ import annotations

import base64
import contextlib
import gzip
import itertools
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.chat import ORIGIN, PNG, Agent, Visitor, chat_table, chatting, hang_up, user_hash
from support.relay import HANG_S, Relay

from omni_tui.relay.chat import wire
from omni_tui.relay.chat.store import ChatStore


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    with chatting(tmp_path_factory.mktemp("relay"), ORIGIN, "per_minute = 10000\nmax_file_kb = 64") as running:
        yield running


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    hang_up()


# The way and back ------------------------------------------------------------------------------------------------


def test_a_message_goes_in_and_its_answer_comes_back(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN, name="陈思远"), Agent(relay)
    page = f"{ORIGIN}/tents?id=7#top"
    assert visitor.say("帐篷杆断了", page=page, title="Tents", language="zh-CN").status_code == 200
    (event,) = agent.events(visitor)
    assert (event["visitor"], event["name"], event["text"]) == (visitor.id, "陈思远", "帐篷杆断了")
    assert (event["page"], event["title"], event["language"]) == (f"{ORIGIN}/tents?id=7", "Tents", "zh-CN")
    assert agent.answer(visitor.id, "Wir senden eine neue.").status_code == 200
    entries = visitor.poll()["entries"]
    assert [(one["side"], one["text"], one.get("agent", "")) for one in entries] == [
        ("visitor", "帐篷杆断了", ""),
        ("agent", "Wir senden eine neue.", "Mara"),
    ]
    assert "key" not in entries[1], "the engine's own names are not for a browser"


def test_what_comes_again_is_the_same_message(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    key = secrets.token_hex(16)
    assert visitor.say("once", key).json()["seq"] == visitor.say("once", key).json()["seq"]
    answers = {agent.answer(visitor.id, "here", "k-1").json()["id"] for _ in range(3)}
    assert len(answers) == 1
    assert visitor.texts() == ["once", "here"]
    assert len(agent.events(visitor)) == 1


def test_page_language_and_address_are_told_once(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN, email="ana@posteo.example"), Agent(relay)
    there = {"page": f"{ORIGIN}/a", "language": "de"}
    for text, page in (("one", "a"), ("two", "a"), ("three", "b")):
        visitor.say(text, **{**there, "page": f"{ORIGIN}/{page}"})
    first, second, third = agent.events(visitor)
    assert (first["page"], first["email"]) == (f"{ORIGIN}/a", "ana@posteo.example")
    assert not {"page", "email", "language"} & second.keys()
    assert third["page"] == f"{ORIGIN}/b"
    assert "email" not in third


def test_a_stream_tells_what_comes_and_goes_on_where_it_was(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    seq = visitor.say("first").json()["seq"]
    lines: list[str] = []

    def listen() -> None:
        with visitor.http.stream("GET", "stream", headers={"Last-Event-ID": str(seq)}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                lines.append(line)
                if "second" in line:
                    return

    listening = threading.Thread(target=listen)
    listening.start()
    agent.answer(visitor.id, "second")
    listening.join(HANG_S)
    assert not listening.is_alive()
    data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert [one["text"] for one in data if "text" in one] == ["second"], "not what it had already"


def test_a_poll_waits_until_something_comes(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    told = visitor.poll()
    found: list[dict[str, object]] = []
    waiting = threading.Thread(target=lambda: found.append(visitor.poll(0, 25, told["state"])))
    waiting.start()
    agent.answer(visitor.id, "now")
    waiting.join(HANG_S)
    assert [entry["text"] for entry in found[0]["entries"]] == ["now"]  # type: ignore[index,attr-defined]


def test_the_engine_hears_what_was_delivered_and_read(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    seqs = [int(agent.answer(visitor.id, text, f"k-{text}").json()["id"]) for text in "ab"]
    visitor.http.post("seen", json={"got": seqs[1], "read": seqs[0]})
    visitor.http.post("seen", json={"got": seqs[1], "read": seqs[0]})
    visitor.http.post("seen", json={"got": seqs[0], "read": seqs[1] + 99})
    told = [(one["delivered"], one["read"]) for one in agent.events(visitor)]
    assert told == [(["k-a", "k-b"], ["k-a"]), ([], ["k-b"])]


def test_the_visitor_sees_who_types_and_what_was_read(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    key = secrets.token_hex(16)
    seq = visitor.say("hello?", key).json()["seq"]
    assert agent.notice(visitor.id, typing=True, agent="Mara").json() == {"typing": False}
    assert json.loads(visitor.poll()["state"])["typing"]["agent"] == "Mara"
    assert json.loads(visitor.poll()["state"])["agent_read"] == 0
    agent.notice(visitor.id, read=key)
    assert json.loads(visitor.poll()["state"])["agent_read"] == seq
    visitor.http.post("typing", json={"on": True})
    assert agent.notice(visitor.id, typing=False).json() == {"typing": True}
    assert json.loads(visitor.poll()["state"])["typing"] is None


def test_what_was_said_is_there_after_a_kill(tmp_path: Path) -> None:
    with chatting(tmp_path / "relay", ORIGIN) as relay:
        _kill(relay)


def _kill(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    visitor.say("before")
    agent.answer(visitor.id, "answered")
    relay.kill()
    relay.start()
    visitor.http.base_url = httpx.URL(f"{relay.url}/chat/help/")
    assert visitor.texts() == ["before", "answered"]
    assert [event["text"] for event in Agent(relay).events(visitor)] == ["before"]


def test_stopping_ends_open_streams(tmp_path: Path) -> None:
    with chatting(tmp_path / "relay", ORIGIN) as relay, Visitor(relay, ORIGIN).http.stream("GET", "stream") as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("retry")
        relay.terminate()
        # Cut off in the middle it would raise.
        assert "data: " in "".join(lines)


def test_a_page_that_left_is_not_waited_for(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    for _ in range(15):  # more than may listen at once
        with visitor.http.stream("GET", "stream") as answer:
            assert answer.status_code == 200
            assert agent.http.get("status").json()["listening"] >= 1
        deadline = time.monotonic() + HANG_S
        while agent.http.get("status").json()["listening"]:
            assert time.monotonic() < deadline


# Files -----------------------------------------------------------------------------------------------------------


def test_files_go_both_ways_and_are_never_shown_in_place(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    name = "../../etc/pass\u202ewd.png"
    sent = visitor.http.post("files", params={"name": name}, content=PNG, headers={"Content-Type": "image/png"})
    assert sent.status_code == 201, sent.text
    assert "/" not in sent.json()["name"]
    assert "\u202e" not in sent.json()["name"]
    visitor.say("", files=[sent.json()["id"]])
    (event,) = agent.events(visitor)
    (file,) = event["files"]
    assert agent.http.get(f"chat/help/files/{file['id']}").content == PNG
    data = base64.b64encode(b"<script>alert(1)</script>").decode()
    agent.answer(visitor.id, "see", files=[{"name": "evil.html", "mime": "text/html", "data": data}])
    back = visitor.poll()["entries"][1]["files"][0]
    got = visitor.http.get(f"files/{back['id']}")
    assert got.content == b"<script>alert(1)</script>"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''evil.html"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("mime", "data", "status"),
    [
        ("text/html", b"<p>", 415),
        ("image/svg+xml", b"<svg/>", 415),
        ("image/png", b"<html>", 415),
        ("image/png", b"", 415),
        ("text/plain", b"x" * (64 * 1024 + 1), 413),
        ("text/plain", b"x", 201),
    ],
)
def test_files_that_are_not_taken(relay: Relay, mime: str, data: bytes, status: int) -> None:
    visitor = Visitor(relay, ORIGIN)
    answer = visitor.http.post("files?name=a", content=data, headers={"Content-Type": mime})
    assert answer.status_code == status


@given(st.text(max_size=300))
def test_any_file_name_is_made_safe(name: str) -> None:
    safe = wire.file_name(name)
    assert 0 < len(safe) <= 120
    assert not set(safe) & set('/\\:*?"<>|\x00\n\r\u202e')
    assert not safe.startswith(".")


# Who may ---------------------------------------------------------------------------------------------------------


def test_only_the_shops_own_pages_may_speak(relay: Relay) -> None:
    visitor = Visitor(relay, ORIGIN)
    for origin in ("https://evil.example", "null", f"{ORIGIN}.evil.example", "http://shop.example", ""):
        headers = {"Origin": origin}
        for answer in (
            visitor.http.post("session", json={}, headers=headers),
            visitor.http.get("poll", headers=headers),
            visitor.http.request("OPTIONS", "messages", headers=headers),
        ):
            assert answer.status_code == 403, origin
            assert "access-control-allow-origin" not in answer.headers
    del visitor.http.headers["Origin"]
    assert visitor.http.get("poll").status_code == 403
    allowed = visitor.http.request("OPTIONS", "messages", headers={"Origin": ORIGIN})
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in allowed.headers
    told = [line for line in (relay.folder / "stderr.log").read_text("utf-8").splitlines() if "refused" in line]
    assert told == ["refused help from the page https://evil.example: not among the origins of this chat"]


def test_no_visitor_reads_another(relay: Relay) -> None:
    one, other, agent = Visitor(relay, ORIGIN), Visitor(relay, ORIGIN), Agent(relay)
    one.say("my secret")
    agent.answer(one.id, "for you alone")
    sent = one.http.post("files?name=a", content=b"secret", headers={"Content-Type": "text/plain"}).json()["id"]
    assert other.texts() == []
    assert other.http.get(f"files/{sent}").status_code == 404
    assert other.say("", files=[sent]).status_code == 400
    for token in ("x", one.id, "omv_", one.token[:-1], one.token.swapcase(), "a" * 5000):
        other.http.headers["Authorization"] = f"Bearer {token}"
        assert other.http.get("poll").status_code == 401
    other.http.headers["Authorization"] = f"Bearer {relay.token}"
    assert other.http.get("poll").status_code == 401, "an engine's token opens no visitor's chat"
    agent.http.headers["Authorization"] = f"Bearer {one.token}"
    assert agent.answer(one.id, "no").status_code == 401, "nor a visitor's the engine's side"
    assert agent.http.get(f"chat/help/files/{sent}").status_code == 401


def test_a_token_is_never_the_visitors_choice(relay: Relay) -> None:
    """Session fixation: what a page brings along opens nothing and becomes nothing."""
    with httpx.Client(base_url=f"{relay.url}/chat/help/", headers={"Origin": ORIGIN}) as http:
        planted = "omv_" + "A" * 43
        body = {"token": planted, "visitor": "0" * 24, "user": ""}
        assert http.post("session", json=body, headers={"Authorization": f"Bearer {planted}"}).status_code == 401
        made = http.post("session", json=body).json()
        assert made["token"] != planted
        assert made["visitor"] != "0" * 24
        assert http.get("poll", headers={"Authorization": f"Bearer {planted}"}).status_code == 401


def test_only_a_signature_joins(relay: Relay) -> None:
    mine = Visitor(relay, ORIGIN, user="u-1", hash=user_hash("u-1"))
    mine.say("signed in")
    again = Visitor(relay, ORIGIN, user="u-1", hash=user_hash("u-1"))
    assert again.texts() == ["signed in"], "another browser of the same customer"
    assert again.token != mine.token
    typed = Visitor(relay, ORIGIN, email="u-1@posteo.example", name="u-1")
    assert typed.texts() == []
    for wrong in ("", user_hash("u-2"), user_hash("u-1")[:-1], "é" * 64):
        answer = typed.http.post("session", json={"user": "u-1", "hash": wrong}, headers={"Authorization": ""})
        assert answer.status_code == 403
    events = {event["text"]: event["user"] for event in Agent(relay).events(mine, again, typed)}
    assert events == {"signed in": "u-1"}


def test_without_a_secret_nobody_is_recognised(tmp_path: Path) -> None:
    table = chat_table(ORIGIN).replace("identity_secret", "title")
    with Relay(tmp_path / "relay", chats=table) as relay:
        answer = httpx.post(
            f"{relay.url}/chat/help/session", json={"user": "u", "hash": user_hash("u")}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 403


def test_a_flood_is_told_to_wait(tmp_path: Path) -> None:
    with chatting(tmp_path / "relay", ORIGIN, "per_minute = 20") as relay:
        visitor, other = Visitor(relay, ORIGIN), Visitor(relay, ORIGIN)
        answers = [visitor.say(str(number)) for number in range(40)]
        taken = [answer for answer in answers if answer.status_code == 200]
        assert 20 <= len(taken) < 40, "429 before twice the limit"
        assert {answer.status_code for answer in answers} == {200, 429}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status_code == 429)
        assert other.say("still heard").status_code == 200
        assert len(Agent(relay).events(visitor, other)) == len(taken) + 1
        opened = [visitor.http.post("session", json={}, headers={"Authorization": ""}) for _ in range(120)]
        assert 429 in {answer.status_code for answer in opened}, "nor are sessions without end"
        # A host has all of a /64, and is one all the same.
        many = [{"Authorization": "", "X-Forwarded-For": f"2001:db8::{number:x}"} for number in range(120)]
        opened = [visitor.http.post("session", json={}, headers=each) for each in many]
        assert 429 in {answer.status_code for answer in opened}


MESS = ["", "[]", "{", '"x"', "\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe", '{"a":' * 5000, "null", "{}"]


def test_no_mess_is_an_error_of_ours(relay: Relay) -> None:
    visitor = Visitor(relay, ORIGIN)
    values = [None, 5, {}, "x" * 9000, "\ud800\x00", [[]], ["x"] * 99]
    bodies: list[object] = [*MESS]
    for name, value in itertools.product(("id", "text", "files", "page", "got", "on", "name", "email", "user"), values):
        bodies.append(json.dumps({"id": secrets.token_hex(8), "text": "x", name: value}))
    for path in ("session", "messages", "seen", "typing"):
        for body in bodies if path == "messages" else [*MESS, *bodies[-6:]]:
            content = body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
            assert visitor.http.post(path, content=content).status_code in (200, 400, 403, 429), (path, body)
    for method, path in (("PUT", "messages"), ("GET", "messages"), ("POST", "stream"), ("DELETE", "session")):
        assert visitor.http.request(method, path).status_code == 405
    assert visitor.http.post("messages", content=b"x" * 100_000).status_code == 413
    assert httpx.get(f"{relay.url}/chat/nothing.js").status_code == 404
    assert httpx.post(f"{relay.url}/in/help", content=b"{}").status_code == 404, "a chat takes no webhooks"
    assert visitor.http.post("session", json={"email": "who?"}).status_code in (200, 429)


# What the page loads ---------------------------------------------------------------------------------------------


def test_the_script_is_small_and_loads_from_anywhere(relay: Relay) -> None:
    answer = httpx.get(f"{relay.url}/chat/help.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 15_000
    assert len(gzip.compress(answer.content)) < 15_000
    assert answer.headers["content-type"].startswith("text/javascript")
    again = httpx.get(f"{relay.url}/chat/help.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    script = answer.text
    for never in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "cookie"):
        assert never not in script


def test_an_answer_by_mail_is_told_as_one_and_once(relay: Relay) -> None:
    visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
    visitor.say("在吗?")
    for _again in range(2):
        assert agent.answer(visitor.id, "By mail.", "mail:1", by="mail").status_code == 200
    agent.answer(visitor.id, "Here.", by="pigeon")
    told = [(entry["text"], entry.get("by")) for entry in visitor.poll()["entries"]]
    assert told == [("在吗?", None), ("By mail.", "mail"), ("Here.", None)]


def test_a_file_of_an_older_relay_is_read_on(tmp_path: Path) -> None:
    store = ChatStore(tmp_path / "chat.db", most_bytes=1 << 20)
    session = store.open("help", "token", user="", name="", email="", now=1)
    store.add(session.id, "visitor", "key", "before", now=2)
    store.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "chat.db")) as db:
        db.execute("ALTER TABLE entries DROP COLUMN way")
    store = ChatStore(tmp_path / "chat.db", most_bytes=1 << 20)
    store.add(session.id, "agent", "key", "after", way="mail", now=3)
    assert [(entry.text, entry.way) for entry in store.after(session.id, 0, 9)] == [("before", ""), ("after", "mail")]
    store.close()
