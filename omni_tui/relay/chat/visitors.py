"""What a visitor's browser may ask. The token is the relay's own and stands in a header, so there are no cookies;
every answer is for the shop's own pages alone (CORS), and every row asked for is one of the token's own session.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from omni_tui.relay.body import HANG_UP, TooLarge, read_body
from omni_tui.relay.chat import wire
from omni_tui.relay.chat.hub import Hub
from omni_tui.relay.chat.settings import ChatSettings
from omni_tui.relay.chat.store import ChatStore, Session
from omni_tui.relay.chat.woken import Woken
from omni_tui.relay.events import Arrived, QueueFull
from omni_tui.relay.intake import Overrun

_PREFIX = "omv_"
_MOST_JSON = 64 * 1024
_MOST_FILES = 5
AT_ONCE = 200
BEAT_S = 25.0
"""Proxies give a connection up that says nothing for a minute."""
_LONGEST_POLL_S = 25.0


class _Answer(Exception):
    """Leave with this answer."""

    def __init__(self, status: int, words: str, **more: Any) -> None:
        super().__init__(words)
        self.response = JSONResponse({"error": words, **more}, status)


class Visitors:
    """The visitors' handlers, over the hub they share with the engine's."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def hello(self, request: Request) -> Response:
        """Whether somebody is there."""
        return await self._answered(request, self._hello)

    async def session(self, request: Request) -> Response:
        """A new token, never the client's own: for a visitor, or for the customer whom the shop's signature names.

        With a token it is what the visitor typed of themselves that is kept.
        """
        return await self._answered(request, self._session)

    async def message(self, request: Request) -> Response:
        """A message, told 200 once it is in the queue. The same ``id`` again is the same message."""
        return await self._answered(request, self._message)

    async def upload(self, request: Request) -> Response:
        """A file, to be named in a message."""
        return await self._answered(request, self._upload)

    async def file(self, request: Request) -> Response:
        """A file of one's own chat, to keep and never to open in place."""
        return await self._answered(request, self._file)

    async def stream(self, request: Request) -> Response:
        """What comes, as server-sent events from behind ``Last-Event-ID``."""
        return await self._answered(request, self._stream)

    async def poll(self, request: Request) -> Response:
        """The same by long-poll, for where a proxy holds streams back."""
        return await self._answered(request, self._poll)

    async def seen(self, request: Request) -> Response:
        """Up to where the browser has the chat, and has shown it."""
        return await self._answered(request, self._seen)

    async def typing(self, request: Request) -> Response:
        """The visitor types, or no longer does."""
        return await self._answered(request, self._typing)

    # The way in ----------------------------------------------------------------------------------------

    async def _answered(
        self, request: Request, handler: Callable[[Request, str, ChatSettings], Awaitable[Response]]
    ) -> Response:
        name = request.path_params["chat"]
        chat = self._hub.settings.chats.get(name)
        if chat is None:
            return JSONResponse({"error": "no such chat"}, 404)
        origin = self._origin(request, chat)
        if origin is None:
            self._hub.figures.count("foreign", name)
            return JSONResponse({"error": "this page may not speak to the chat"}, 403, {"Vary": "Origin"})
        if request.method == "OPTIONS":
            response = Response(status_code=204)
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Last-Event-ID"
            response.headers["Access-Control-Max-Age"] = "7200"
        else:
            try:
                response = await handler(request, name, chat)
            except _Answer as answer:
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

    async def _mine(self, request: Request, name: str) -> Session:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise _Answer(401, "a token is needed")
        found = await self._hub.ask(lambda store: store.by_token(name, _hash(token)))
        if found is None:
            # Guessing is bounded like everything an address does.
            self._limit(self._hub.by_address, self._hub.address(request))
            raise _Answer(401, "no such token")
        return found

    def _limit(self, rates: Any, key: str) -> None:
        wait = rates.wait_s(key)
        if wait:
            answer = _Answer(429, "too many requests")
            answer.response.headers["Retry-After"] = str(max(1, round(wait)))
            raise answer

    async def _object(self, request: Request) -> Any:
        return wire.read_object(await read_body(request, _MOST_JSON))

    # Each question -------------------------------------------------------------------------------------

    async def _hello(self, request: Request, name: str, chat: ChatSettings) -> Response:
        self._limit(self._hub.by_address, self._hub.address(request))
        return JSONResponse({"online": self._hub.online(name)})

    async def _session(self, request: Request, name: str, chat: ChatSettings) -> Response:
        found = await self._object(request)
        typed, email = wire.line_of(found, "name", 80), wire.email_of(found)
        if request.headers.get("authorization"):
            mine = await self._mine(request, name)
            self._limit(self._hub.by_session, mine.id)
            await self._hub.ask(lambda store: store.claim(mine.id, typed, email))
            return JSONResponse({"visitor": mine.id})
        self._limit(self._hub.openings[name], self._hub.address(request))
        user = wire.line_of(found, "user", 200)
        if user and not _is_signed(chat, user, wire.line_of(found, "hash", 64)):
            raise _Answer(403, "the signature does not fit")
        token = _PREFIX + secrets.token_urlsafe(32)
        now = _now()
        opened = await self._hub.ask(
            lambda store: store.open(name, _hash(token), user=user, name=typed, email=email, now=now)
        )
        return JSONResponse({"token": token, "visitor": opened.id}, 201)

    async def _message(self, request: Request, name: str, chat: ChatSettings) -> Response:
        began = time.perf_counter()
        mine = await self._mine(request, name)
        # The visitor's own first: what is refused them must not use up what the others behind the address have.
        self._limit(self._hub.messages_by_session[name], mine.id)
        self._limit(self._hub.messages_by_address[name], self._hub.address(request))
        found = await self._object(request)
        key, text = wire.key_of(found), wire.text_of(found)
        known = await self._hub.ask(lambda store: store.known(mine.id, "visitor", key))
        if known is not None:
            return JSONResponse(wire.told(known))
        files: list[dict[str, Any]] = []
        for id in wire.names_of(found, "files", _MOST_FILES):
            file = await self._hub.ask(partial(ChatStore.file, session=mine.id, id=id))
            if file is None:
                raise _Answer(400, "no such file")
            files.append(file.told())
        if not text and not files:
            raise wire.Malformed("there is nothing in it")
        now = _now()
        current = {
            "page": wire.page_of(found),
            "title": wire.line_of(found, "title"),
            "language": wire.language_of(found),
            "email": mine.email,
        }
        fresh: dict[str, Any] = {name: value for name, value in current.items() if value != mine.told.get(name, "")}
        if files:
            fresh["files"] = files
        if not self._hub.online(name):
            fresh["offline"] = True
        body = json.dumps(wire.arrived(mine, key, text, now, fresh), ensure_ascii=False).encode()
        await self._hub.put(Arrived(name, f"{mine.id}:{key}", "application/json", body, now))
        entry = await self._hub.ask(
            lambda store: store.add(mine.id, "visitor", key, text, files=files, now=now, told=current)
        )
        self._hub.rooms.typists.note(name, mine.id, False)
        self._hub.rooms.ring(mine.id)
        self._hub.figures.took(name, time.perf_counter() - began)
        return JSONResponse(wire.told(entry))

    async def _upload(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._mine(request, name)
        self._limit(self._hub.messages_by_session[name], mine.id)
        self._limit(self._hub.messages_by_address[name], self._hub.address(request))
        mime = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if mime not in chat.file_types:
            raise _Answer(415, "files of this kind are not taken")
        data = await read_body(request, chat.max_file_kb << 10, 60.0)
        if not data or not wire.is_what_it_says(mime, data):
            raise _Answer(415, "the file is not what it says")
        label = wire.file_name(request.query_params.get("name", ""))
        kept = await self._hub.ask(lambda store: store.put_file(mine.id, label, mime, data))
        return JSONResponse(kept.told(), 201)

    async def _file(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._mine(request, name)
        self._limit(self._hub.by_session, mine.id)
        id = request.path_params["file"]
        found = await self._hub.ask(lambda store: store.file(mine.id, id))
        if found is None:
            raise _Answer(404, "no such file")
        return Response(found.data, headers=file_headers(found.name, found.mime))

    async def _seen(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._mine(request, name)
        self._limit(self._hub.by_session, mine.id)
        found = await self._object(request)
        got, read = wire.number_of(found, "got"), wire.number_of(found, "read")
        if got <= mine.got and read <= mine.read:
            return JSONResponse({})
        now = _now()
        delivered, shown = await self._hub.ask(lambda store: store.mark(mine.id, got, read))
        if delivered or shown:
            event = {"type": "receipt", "visitor": mine.id, "delivered": delivered, "read": shown, "at": now}
            body = json.dumps(event, ensure_ascii=False).encode()
            await self._hub.put(Arrived(name, f"{mine.id}:seen:{got}:{read}", "application/json", body, now))
        self._hub.rooms.ring(mine.id)
        return JSONResponse({})

    async def _typing(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._mine(request, name)
        self._limit(self._hub.by_session, mine.id)
        found = await self._object(request)
        self._hub.rooms.typists.note(name, mine.id, found.get("on") is True)
        return JSONResponse({})

    async def _poll(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._mine(request, name)
        self._limit(self._hub.by_session, mine.id)
        query = request.query_params
        after, before = _number(query.get("after", "0")), query.get("state", "")
        until = time.monotonic() + min(float(_number(query.get("wait", "0"))), _LONGEST_POLL_S)
        self._check_room(mine.id)
        async with self._listening(request, mine.id) as woken:
            while True:
                woken.clear()
                entries = await self._hub.ask(lambda store: store.after(mine.id, after, AT_ONCE))
                state = json.dumps(await self._hub.state(name, mine.id))
                left = until - time.monotonic()
                if entries or state != before or left <= 0 or woken.over:
                    return JSONResponse({"entries": list(map(wire.told, entries)), "state": state})
                await woken.wait(left)

    async def _stream(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._mine(request, name)
        self._limit(self._hub.by_session, mine.id)
        self._check_room(mine.id)
        return StreamingResponse(
            self._lines(request, name, mine.id, _number(request.headers.get("last-event-id", "0"))),
            media_type="text/event-stream",
            # nginx would hold the stream back until it has a page of it.
            headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"},
        )

    async def _lines(self, request: Request, name: str, session: str, after: int) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        before = ""
        async with self._listening(request, session) as woken:
            while not woken.over:
                woken.clear()
                entries = await self._hub.ask(partial(ChatStore.after, session=session, seq=after, limit=AT_ONCE))
                for entry in entries:
                    after = entry.seq
                    yield f"id: {after}\nevent: entry\ndata: {json.dumps(wire.told(entry))}\n\n"
                state = json.dumps(await self._hub.state(name, session))
                if state != before:
                    before = state
                    yield f"event: state\ndata: {state}\n\n"
                elif not entries:
                    yield ": \n\n"
                if len(entries) < AT_ONCE:
                    await woken.wait(BEAT_S)

    def _check_room(self, session: str) -> None:
        if self._hub.rooms.full(session):
            raise _Answer(429, "too many pages are open")

    @contextlib.asynccontextmanager
    async def _listening(self, request: Request, session: str) -> AsyncIterator[Woken]:
        """Woken by what happens in the session, and by the browser's leaving."""
        with self._hub.rooms.listening(session) as woken:

            async def leave() -> None:
                while (await request.receive())["type"] != "http.disconnect":
                    pass
                woken.end()

            leaving = asyncio.create_task(leave())
            try:
                yield woken
            finally:
                leaving.cancel()


def file_headers(name: str, mime: str) -> dict[str, str]:
    """For a file of a stranger's: never shown in place, whatever it claims to be."""
    return {
        "Content-Type": mime,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }


def _is_signed(chat: ChatSettings, user: str, given: str) -> bool:
    if not chat.identity_secret:
        return False
    right = hmac.new(chat.identity_secret.encode(), user.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), given.lower().encode())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _hash(token: str) -> str:
    # 256 random bits: a plain hash is as safe as a slow one.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _now() -> int:
    return time.time_ns() // 1_000_000
