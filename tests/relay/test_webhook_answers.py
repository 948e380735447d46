"""An answer of a webhook channel on its way to the shop's own server, and what that may say to it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from support.ports import free_port

from omni_tui.connectors.base import Check
from omni_tui.connectors.relay_way import hindrance, is_proxied
from omni_tui.connectors.webhook.account import WebhookConnector
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.model.address import Address
from omni_tui.model.commands import Receipt, Send
from omni_tui.model.errors import ChannelError, Permanent, Retry, Unknown


class Shopside:
    """Answers as it is told to, and keeps what it was sent."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.headers, self.body = 200, dict[str, str](), b'{"message": {"id": 77}}'
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.told.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def shop() -> Iterator[Shopside]:
    running = Shopside()
    yield running
    running.close()


async def send(url: str, *, thread: str = "form:c-1", **more: Any) -> Receipt:
    settings = WebhookSettings(relay="https://relay.example", source="s", reply_url=url, **more)
    connector = WebhookConnector("form", settings, lambda: "token")
    try:
        return await connector.perform(
            Send("k@store", (Address("form:u 9", "Ana"),), "您好 & bye", 0, ref=7, reply_keys=(thread,))
        )
    finally:
        await connector.close()


async def test_the_thread_goes_into_the_address_and_the_text_into_a_form(shop: Shopside) -> None:
    found = await send(
        f"{shop.url}/threads/{{{{thread}}}}/answers",
        thread="form:c/1?x",
        reply_headers={"Content-Type": "application/x-www-form-urlencoded", "X-To": "{{sender}}"},
        reply_body="Body={{text}}&To={{sender}}",
        reply_id="message.id",
    )
    assert found == Receipt("77")
    ((path, headers, body),) = shop.told
    assert path == "/threads/c%2F1%3Fx/answers"
    assert body == b"Body=%E6%82%A8%E5%A5%BD+%26+bye&To=u+9"
    assert (headers["Content-Type"], headers["X-To"]) == ("application/x-www-form-urlencoded", "u 9")


async def test_every_attempt_has_the_same_key(shop: Shopside) -> None:
    for _attempt in range(2):
        await send(shop.url)
    first, second = (json.loads(body)["id"] for _path, _headers, body in shop.told)
    assert first == second == shop.told[0][1]["Idempotency-Key"]


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (302, Permanent, "leads elsewhere"),
        (400, Permanent, "channel try"),
        (401, Permanent, "reply_headers"),
        (404, Permanent, "reply_url"),
        (408, Retry, ""),
        (425, Retry, ""),
        (429, Retry, ""),
        (500, Unknown, ""),
        (502, Unknown, ""),
        (503, Retry, ""),
    ],
)
async def test_what_a_status_means(shop: Shopside, status: int, kind: type[ChannelError], hint: str) -> None:
    shop.status = status
    shop.headers = {"Location": f"{shop.url}/elsewhere"} if status == 302 else {}
    with pytest.raises(kind) as told:
        await send(shop.url)
    assert hint in told.value.hint
    assert len(shop.told) == 1, "nothing is followed, nothing sent twice"


async def test_what_may_have_arrived_is_sent_again_only_where_it_counts_once(shop: Shopside) -> None:
    shop.status = 500
    with pytest.raises(Retry):
        await send(shop.url, reply_once=True)
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"

    def hang_up() -> None:
        for _time in range(2):
            silent.accept()[0].close()

    hanging_up = threading.Thread(target=hang_up, daemon=True)
    hanging_up.start()
    with pytest.raises(Retry):
        await send(url, reply_once=True)
    with pytest.raises(Unknown):
        await send(url)
    hanging_up.join(20)
    silent.close()


async def test_who_asks_to_come_later_says_when(shop: Shopside) -> None:
    shop.status, shop.headers = 429, {"Retry-After": "17"}
    with pytest.raises(Retry) as told:
        await send(shop.url)
    assert told.value.delay_s == 17.0
    shop.headers = {}
    with pytest.raises(Retry) as told:
        await send(shop.url)
    assert told.value.delay_s is None


async def test_an_address_that_lacks_its_value_is_not_called(shop: Shopside) -> None:
    for thread in ("form:..", "other:c-1"):
        with pytest.raises(Permanent, match="does not have"):
            await send(f"{shop.url}/{{{{thread}}}}/answers", thread=thread)
    assert shop.told == []


def test_behind_a_proxy_of_the_office_nothing_is_tried_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert not is_proxied("https://shop.example/x")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert is_proxied("https://shop.example/x")
    assert not is_proxied("http://shop.example/x")
    assert not is_proxied("https://localhost/x")


async def test_whether_answers_could_arrive_is_looked_at_without_asking_anything(shop: Shopside) -> None:
    assert await hindrance(shop.url) is None
    port = free_port()
    found = await hindrance(f"http://127.0.0.1:{port}/x")
    assert found is not None
    assert f"cannot be reached on port {port}" in found[0]
    assert "relay" not in " ".join(found)
    found = await hindrance(shop.url.replace("http:", "https:"))
    assert found is not None
    assert "does not speak TLS" in found[0]
    assert "relay" not in " ".join(found)
    assert Check("answers", *found).error
    assert shop.told == []
