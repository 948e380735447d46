"""A shop with a live chat: its page on an origin of its own, a visitor's browser in few lines, and the engine."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from support.relay import HANG_S, Relay

SECRET = "a-secret-of-the-shop"
ORIGIN = "https://shop.example"
"""The pages' origin where no page is shown."""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CSP = (
    "default-src 'none'; script-src {relay}; connect-src {relay}; img-src blob:; style-src 'none';"
    " require-trusted-types-for 'script'; report-uri /violations"
)
_PAGE = """\
<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{head}
<title>{title}</title></head>
<body><h1>Tents</h1><p>A shop.</p><script src="{relay}/chat/help.js" async {more}></script></body></html>
"""


class Shop:
    """The shop's site: every path is a page with the widget, under a policy that allows it no more than it needs."""

    def __init__(self) -> None:
        self.relay = ""
        self.more = ""
        self.lang = "en"
        self.head = ""
        self.csp = CSP
        self.violations: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = _PAGE.format(
                    relay=outer.relay,
                    more=outer.more,
                    lang=outer.lang,
                    head=outer.head,
                    title=f"Page {self.path[1:]}",
                )
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", outer.csp.format(relay=outer.relay))
                self.end_headers()
                self.wfile.write(page.encode())

            def do_POST(self) -> None:
                outer.violations.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def chat_table(origin: str, more: str = "") -> str:
    """``[chats.help]`` for pages of ``origin``."""
    return f'[chats.help]\norigins = ["{origin}"]\nidentity_secret = "{SECRET}"\n{more}\n'


def chatting(folder: Path, origin: str, more: str = "", server: str = "") -> Relay:
    """A relay with a chat."""
    return Relay(folder, server, chat_table(origin, more))


@contextlib.contextmanager
def site(folder: Path) -> Iterator[tuple[Shop, Relay]]:
    """A shop's site and the relay its widget talks to."""
    shop = Shop()
    try:
        with chatting(folder, shop.url, "per_minute = 10000") as running:
            shop.relay = running.url
            yield shop, running
    finally:
        shop.close()


def chat_channel(relay: Relay) -> dict[str, str]:
    """The engine's table of it."""
    return {"kind": "chat", "relay": relay.url, "chat": "help", "password": relay.token}


def user_hash(user: str) -> str:
    """What the shop's own server puts into its pages for a customer who is signed in."""
    return hmac.new(SECRET.encode(), user.encode(), hashlib.sha256).hexdigest()


_OPEN: list[httpx.Client] = []


def hang_up() -> None:
    """Close what the visitors and the agents of a test hold open."""
    while _OPEN:
        _OPEN.pop().close()


class Visitor:
    """A browser's questions without the browser."""

    def __init__(self, relay: Relay, origin: str, **who: str) -> None:
        self.http = httpx.Client(base_url=f"{relay.url}/chat/help/", timeout=HANG_S, headers={"Origin": origin})
        _OPEN.append(self.http)
        answer = self.http.post("session", json=who)
        assert answer.status_code == 201, answer.text
        self.token, self.id = answer.json()["token"], answer.json()["visitor"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def say(self, text: str, key: str = "", **more: Any) -> httpx.Response:
        return self.http.post("messages", json={"id": key or secrets.token_hex(16), "text": text, **more})

    def poll(self, after: int = 0, wait: int = 0, state: str = "") -> dict[str, Any]:
        answer = self.http.get("poll", params={"after": after, "wait": wait, "state": state})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def texts(self) -> list[str]:
        return [entry["text"] for entry in self.poll()["entries"]]


class Agent:
    """The engine's questions without the engine."""

    def __init__(self, relay: Relay) -> None:
        self.http = httpx.Client(
            base_url=f"{relay.url}/v1/", timeout=HANG_S, headers={"Authorization": f"Bearer {relay.token}"}
        )
        _OPEN.append(self.http)

    def events(self, *visitors: Visitor) -> list[dict[str, Any]]:
        """What came from them, opened."""
        return [one for one in self.all_events() if one["visitor"] in {visitor.id for visitor in visitors}]

    def all_events(self) -> list[dict[str, Any]]:
        """What came from anybody."""
        answer = self.http.get("events", params={"source": "help", "limit": 500})
        assert answer.status_code == 200, answer.text
        return [json.loads(base64.b64decode(one["body"])) for one in answer.json()["events"]]

    def answer(self, visitor: str, text: str, key: str = "", agent: str = "Mara", **more: Any) -> httpx.Response:
        told = {"visitor": visitor, "text": text, "key": key or secrets.token_hex(8), "agent": agent, **more}
        return self.http.post("chat/help/messages", json=told)

    def notice(self, visitor: str, **more: Any) -> httpx.Response:
        return self.http.post("chat/help/notices", json={"visitor": visitor, **more})
