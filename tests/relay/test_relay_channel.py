"""A shop's own form as a channel: relay, engine and answer, each a process or server of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.chat import PNG
from support.relay import HANG_S, Relay, Sender, event, signed
from support.shop import Shop
from support.shops import EngineProcess

from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.arriving import message_of
from omni_tui.connectors.webhook.settings import DEFAULT_MAP
from omni_tui.connectors.webhook.templates import filled
from omni_tui.desk import agents, inbox, replies
from omni_tui.desk import thread as threads
from omni_tui.desk.query import parse
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import OutboxState
from omni_tui.model.events import Received
from omni_tui.store import Store, open_store


class Shopside:
    """The shop's own address for answers: keeps what it is told, and answers as it is asked to."""

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, str], dict[str, object]]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.told.append((dict(self.headers), json.loads(body)))
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(b'{"id": "a-1"}')

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/answers"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def shopside() -> Iterator[Shopside]:
    running = Shopside()
    yield running
    running.close()


def write_config(folder: Path, relay: Relay, shopside: Shopside) -> Path:
    config = folder / "config.toml"
    config.write_text(
        f'[channels.form]\nkind = "webhook"\nrelay = "{relay.url}"\nsource = "shop"\npassword = "{relay.token}"\n'
        f'reply_url = "{shopside.url}"\nreply_headers = {{ "X-Api-Key" = "k" }}\n',
        "utf-8",
    )
    config.chmod(0o600)
    return config


def post(relay: Relay, body: bytes, kind: str = "application/json") -> None:
    import asyncio

    async def once() -> int:
        sender = Sender(relay)
        status = await sender.post("/in/shop", body, {**signed(body), "Content-Type": kind})
        sender.close()
        return status

    assert asyncio.run(once()) == 200


def form(event_id: str, text: str, thread: str = "c-77", sender: str = "u-9") -> bytes:
    payload = {
        "event_id": event_id,
        "conversation": {"external_id": thread, "subject": "Order 1042"},
        "sender": {"external_id": sender, "name": "陈思远", "email": "lena@posteo.example"},
        "message": {"text": text, "sent_at": "2026-11-22T08:00:00Z"},
    }
    return json.dumps(payload, ensure_ascii=False).encode()


def rows_until(store: Store, count: int) -> tuple[ConversationRow, ...]:
    agent = agents.who(store, "ana")
    deadline = time.monotonic() + HANG_S
    while len(found := inbox.page(store, agent, parse("is:any", 0))) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def test_from_the_form_to_the_inbox_and_back(tmp_path: Path, shopside: Shopside) -> None:
    with Relay(tmp_path / "relay") as relay:
        config = write_config(tmp_path, relay, shopside)
        store = open_store(tmp_path / "s" / "omni.db")
        with EngineProcess(config, store.path):
            post(relay, form("e1", "帐篷杆断了"))
            (row,) = rows_until(store, 1)
            assert (row.customer, row.subject, row.kind) == ("陈思远", "Order 1042", "webhook")
            post(relay, form("e2", "Noch da?"))
            post(relay, form("e2", "Noch da?"))
            post(relay, form("e3", "Another matter", thread="c-78"))
            post(relay, form("e4", "Somebody else names the thread", sender="u-10"))
            rows = rows_until(store, 3)
            agent = agents.who(store, "ana")
            mine = threads.open_thread(store, agent, row.id)
            assert [message.text for message in mine.messages] == ["帐篷杆断了", "Noch da?"]
            assert {one.customer_id for one in rows if one.id != row.id} != {row.customer_id}
            replies.reply(store, agent, row.id, 'Ja: "morgen"\n您好')
            deadline = time.monotonic() + HANG_S
            while not shopside.told:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            headers, body = shopside.told[0]
            assert headers["X-Api-Key"] == "k"
            assert (body["to"], body["thread"], body["text"]) == ("u-9", "c-77", 'Ja: "morgen"\n您好')
            assert headers["Idempotency-Key"] == body["id"]
            replies.reply(store, agent, row.id, "Und noch etwas")
            while len(shopside.told) < 2:
                assert time.monotonic() < deadline + HANG_S
                time.sleep(0.05)
            again = shopside.told[1][1]
            assert (again["to"], again["thread"], again["text"]) == ("u-9", "c-77", "Und noch etwas")
            assert again["id"] != body["id"]
            while inbox.rows(store, agent, [row.id])[0].outbox is OutboxState.QUEUED:
                time.sleep(0.05)
        store.close()


def test_a_photo_in_a_form_is_a_file_of_the_message(tmp_path: Path, shopside: Shopside) -> None:
    parts = {"sender.email": b"lena@posteo.example", "message.text": "断了".encode(), "order": b"1042"}
    body = b"".join(
        f'--X1\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in parts.items()
    )
    body += b'--X1\r\nContent-Disposition: form-data; name="photo"; filename="a b.png"\r\nContent-Type: image/png\r\n'
    body += b"\r\n" + PNG + b"\r\n--X1--\r\n"
    with Relay(tmp_path / "relay") as relay:
        config = write_config(tmp_path, relay, shopside)
        store = open_store(tmp_path / "s" / "omni.db")
        with EngineProcess(config, store.path):
            post(relay, body, "multipart/form-data; boundary=X1")
            (row,) = rows_until(store, 1)
            (message,) = threads.open_thread(store, agents.who(store, "ana"), row.id).messages
            (file,) = message.attachments
            assert (message.text, file.name, file.mime) == ("断了", "a b.png", "image/png")
            assert threads.attachment(store, file.id) == ("a b.png", "image/png", PNG)
        store.close()


def test_what_does_not_fit_the_map_is_kept_and_told(tmp_path: Path, shopside: Shopside) -> None:
    with Relay(tmp_path / "relay") as relay:
        config = write_config(tmp_path, relay, shopside)
        store = open_store(tmp_path / "s" / "omni.db")
        with EngineProcess(config, store.path):
            post(relay, event("e1", "nobody wrote this"))
            post(relay, form("e2", "this one is whole"))
            rows = rows_until(store, 2)
            agent = agents.who(store, "ana")
            notices = {threads.open_thread(store, agent, row.id).messages[0].notice for row in rows}
            assert any("sender" in notice for notice in notices)
        store.close()


# The map ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "paths", "text", "sender"),
    [
        ({"a": {"b": [{"c": " hi "}]}, "from": 7}, {"text": "a.b.0.c", "sender": "from"}, "hi", "7"),
        ({"q.1": "dotted", "mail": "x@y.example"}, {"text": "q.1", "sender": "id | mail"}, "dotted", "x@y.example"),
        ({"t": ["one", "two"], "s": "u"}, {"text": "t", "sender": "s"}, "one\ntwo", "u"),
        (
            {"t": ["one", [["two"], True, []], "three"], "s": [3, "u"]},
            {"text": "t", "sender": "s"},
            "one\ntwo\nthree",
            "3\nu",
        ),
    ],
)
def test_paths(payload: object, paths: dict[str, str], text: str, sender: str) -> None:
    found = mapping.mapped(payload, {**DEFAULT_MAP, **paths})
    assert (found.text, found.sender) == (text, sender)


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (1763800000, 1763800000000),
        ("1763800000000", 1763800000000),
        ("2026-11-22T08:00:00Z", 1795334400000),
        ("2026-11-22T09:00:00+01:00", 1795334400000),
        ("soon", None),
        (True, None),
        (float("inf"), None),
        (-5, None),
        (10**400, None),
        (None, None),
    ],
)
def test_times(value: object, at: int | None) -> None:
    assert mapping.when(value) == at


def test_lists_as_deep_as_json_has_them_are_read() -> None:
    """One that raised would stop its channel: the relay tells it again and again."""
    deep = json.loads("[" * 900 + '"down here"' + "]" * 900)
    found = mapping.mapped({"text": deep, "from": deep}, {**DEFAULT_MAP, "text": "text", "sender": "from"})
    assert (found.text, found.sender) == ("down here", "down here")


def test_an_id_no_database_holds_loses_no_message(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    body = b'{"id": "\\ud800\\u0000x", "text": "Where is it?", "sender": "u7"}'
    paths = {**DEFAULT_MAP, "id": "id", "text": "text", "sender": "sender"}
    shop.take(Received(message_of("form", paths, body, "application/json", event_id="e", locator="1", received_at=1)))
    assert shop.one().snippet == "Where is it?"
    shop.store.close()


def test_a_form_post_is_read_like_json() -> None:
    payload = mapping.read(b"email=a%40b.example&msg=%E4%BD%A0%E5%A5%BD", "application/x-www-form-urlencoded")
    assert mapping.mapped(payload, {**DEFAULT_MAP, "text": "msg", "sender": "email"}).text == "你好"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)


@given(payload=JSON, path=st.text(alphabet="abc.01| ", max_size=12))
def test_no_payload_and_no_path_raises_anything_else(payload: object, path: str) -> None:
    paths = dict.fromkeys(DEFAULT_MAP, path)
    try:
        found = mapping.mapped(payload, paths)
    except mapping.Unmapped:
        return
    assert found.sender
    assert found.text or found.links


@given(values=st.dictionaries(st.sampled_from(["text", "sender"]), st.text(), max_size=2))
def test_what_a_customer_wrote_cannot_break_out_of_the_answer(values: dict[str, str]) -> None:
    body = json.loads(filled('{"a": {{text}}, "b": [{{sender}}, {{unknown}}]}', values))
    assert body == {"a": values.get("text", ""), "b": [values.get("sender", ""), ""]}
