"""What every question of a browser passes: the page's origin, the token, the limits; and how it is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from omni_tui.relay.body import HANG_UP, TooLarge, read_body
from omni_tui.relay.chat import wire
from omni_tui.relay.chat.hub import Hub
from omni_tui.relay.chat.settings import ChatSettings
from omni_tui.relay.chat.store import Session
from omni_tui.relay.events import QueueAway, QueueFull
from omni_tui.relay.intake import Overrun
from omni_tui.relay.rates import Rates

_MOST_JSON = 64 * 1024


class Answer(Exception):
    """Leave with this answer."""

    def __init__(self, status: int, words: str, **more: Any) -> None:
        super().__init__(words)
        self.response = JSONResponse({"error": words, **more}, status)


class Gate:
    """Over the hub the visitors' side shares with the engine's."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def answered(
        self, request: Request, handler: Callable[[Request, str, ChatSettings], Awaitable[Response]]
    ) -> Response:
        """What ``handler`` answers, with the headers that let the shop's pages alone read it; its refusals in JSON."""
        name = request.path_params["chat"]
        chat = self._hub.settings.chats.get(name)
        if chat is None:
            return JSONResponse({"error": "no such chat"}, 404)
        origin = self._origin(request, chat)
        if origin is None:
            self._hub.figures.count("foreign", name)
            asked = request.headers.get("origin", "")[:200]
            self._hub.refusals.note(
                name, "not among the origins of this chat", f"the page {asked}" if asked else "no page"
            )
            return JSONResponse({"error": "this page may not speak to the chat"}, 403, {"Vary": "Origin"})
        if request.method == "OPTIONS":
            response = Response(status_code=204)
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Last-Event-ID"
            response.headers["Access-Control-Max-Age"] = "7200"
        else:
            try:
                response = await handler(request, name, chat)
            except Answer as answer:
                response = answer.response
                self._hub.figures.count(f"chat_{response.status_code}", name)
            except wire.Malformed as error:
                response = JSONResponse({"error": str(error)}, 400)
            except TooLarge:
                response = JSONResponse({"error": "too large"}, 413, HANG_UP)
            except TimeoutError:
                response = JSONResponse({"error": "the body did not arrive"}, 408, HANG_UP)
            except ClientDisconnect:
                return Response(status_code=400)
            except QueueFull:
                response = JSONResponse({"error": "no room"}, 507, {"Retry-After": "60"})
            except QueueAway:
                response = JSONResponse({"error": "the chat does not answer"}, 503, {"Retry-After": "5"})
            except Overrun:
                response = JSONResponse({"error": "too many requests"}, 429, {"Retry-After": "1"})
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        response.headers["Vary"] = "Origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _origin(self, request: Request, chat: ChatSettings) -> str | None:
        """The page's origin if it is one of the shop's.

        A page of the relay's own origin sends none with a GET; that it is one the browser says itself.
        """
        origin = request.headers.get("origin")
        if origin is None and request.headers.get("sec-fetch-site") == "same-origin":
            own = urlsplit(self._hub.settings.server.public_url)
            origin = f"{own.scheme}://{own.netloc}"
        return origin if origin in chat.origins else None

    async def mine(self, request: Request, name: str) -> Session:
        """Whose token came with the request. Raises :class:`Answer`."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Answer(401, "a token is needed")
        found = await self._hub.ask(lambda store: store.by_token(name, token_hash(token)))
        if found is None:
            # Guessing is bounded like everything an address does.
            self.limit(self._hub.by_address, self._hub.address(request))
            raise Answer(401, "no such token")
        return found

    def limit(self, rates: Rates, key: str) -> None:
        """Raises :class:`Answer` for more than ``rates`` let through."""
        wait = rates.wait_s(key)
        if wait:
            answer = Answer(429, "too many requests")
            answer.response.headers["Retry-After"] = str(max(1, round(wait)))
            raise answer

    async def read(self, request: Request) -> Mapping[str, Any]:
        """The JSON object in the body. Raises ``Malformed``, ``TooLarge``, ``TimeoutError``."""
        return wire.read_object(await read_body(request, _MOST_JSON))


def token_hash(token: str) -> str:
    """What is kept of a token."""
    # 256 random bits: a plain hash is as safe as a slow one.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
