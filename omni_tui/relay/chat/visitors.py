"""What a visitor's browser may ask. The token is the relay's own and stands in a header, so there are no cookies;
every answer is for the shop's own pages alone (CORS), and every row asked for is one of the token's own session.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from omni_tui.relay.body import read_body
from omni_tui.relay.chat import wire
from omni_tui.relay.chat.gate import Answer, Gate, token_hash
from omni_tui.relay.chat.hub import Hub
from omni_tui.relay.chat.settings import ChatSettings
from omni_tui.relay.chat.store import ChatStore
from omni_tui.relay.events import Arrived

_PREFIX = "omv_"
_MOST_FILES = 5


class Visitors:
    """The visitors' handlers, over the hub they share with the engine's."""

    def __init__(self, hub: Hub, gate: Gate) -> None:
        self._hub, self._gate = hub, gate

    async def hello(self, request: Request) -> Response:
        """Whether somebody is there."""
        return await self._gate.answered(request, self._hello)

    async def session(self, request: Request) -> Response:
        """A new token, never the client's own: for a visitor, or for the customer whom the shop's signature names.

        With a token it is what the visitor typed of themselves that is kept.
        """
        return await self._gate.answered(request, self._session)

    async def message(self, request: Request) -> Response:
        """A message, told 200 once it is in the queue. The same ``id`` again is the same message."""
        return await self._gate.answered(request, self._message)

    async def upload(self, request: Request) -> Response:
        """A file, to be named in a message."""
        return await self._gate.answered(request, self._upload)

    async def file(self, request: Request) -> Response:
        """A file of one's own chat, to keep and never to open in place."""
        return await self._gate.answered(request, self._file)

    async def seen(self, request: Request) -> Response:
        """Up to where the browser has the chat, and has shown it."""
        return await self._gate.answered(request, self._seen)

    async def typing(self, request: Request) -> Response:
        """The visitor types, or no longer does."""
        return await self._gate.answered(request, self._typing)

    async def here(self, request: Request) -> Response:
        """The page the visitor has open."""
        return await self._gate.answered(request, self._here)

    # Each question ----------------------------------------------------------------------------------

    async def _hello(self, request: Request, name: str, chat: ChatSettings) -> Response:
        self._gate.limit(self._hub.by_address, self._hub.address(request))
        return JSONResponse({"online": self._hub.online(name)})

    async def _session(self, request: Request, name: str, chat: ChatSettings) -> Response:
        found = await self._gate.read(request)
        typed, email = wire.line_of(found, "name", 80), wire.email_of(found)
        if request.headers.get("authorization"):
            mine = await self._gate.mine(request, name)
            self._gate.limit(self._hub.by_session, mine.id)
            await self._hub.ask(lambda store: store.claim(mine.id, typed, email))
            return JSONResponse({"visitor": mine.id})
        self._gate.limit(self._hub.openings[name], self._hub.address(request))
        user = wire.line_of(found, "user", 200)
        if user and not _is_signed(chat, user, wire.line_of(found, "hash", 64)):
            raise Answer(403, "the signature does not fit")
        token = _PREFIX + secrets.token_urlsafe(32)
        now = _now()
        opened = await self._hub.ask(
            lambda store: store.open(name, token_hash(token), user=user, name=typed, email=email, now=now)
        )
        return JSONResponse({"token": token, "visitor": opened.id}, 201)

    async def _message(self, request: Request, name: str, chat: ChatSettings) -> Response:
        began = time.perf_counter()
        mine = await self._gate.mine(request, name)
        # The visitor's own first: what is refused them must not use up what the others behind the address have.
        self._gate.limit(self._hub.messages_by_session[name], mine.id)
        self._gate.limit(self._hub.messages_by_address[name], self._hub.address(request))
        found = await self._gate.read(request)
        key, text = wire.key_of(found), wire.text_of(found)
        known = await self._hub.ask(lambda store: store.known(mine.id, "visitor", key))
        if known is not None:
            return JSONResponse(wire.told(known))
        files: list[dict[str, Any]] = []
        for id in wire.names_of(found, "files", _MOST_FILES):
            file = await self._hub.ask(partial(ChatStore.file, session=mine.id, id=id))
            if file is None:
                raise Answer(400, "no such file")
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
        mine = await self._gate.mine(request, name)
        self._gate.limit(self._hub.messages_by_session[name], mine.id)
        self._gate.limit(self._hub.messages_by_address[name], self._hub.address(request))
        mime = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if mime not in chat.file_types:
            raise Answer(415, "files of this kind are not taken")
        data = await read_body(request, chat.max_file_kb << 10, 60.0)
        if not data or not wire.is_what_it_says(mime, data):
            raise Answer(415, "the file is not what it says")
        label = wire.file_name(request.query_params.get("name", ""))
        kept = await self._hub.ask(lambda store: store.put_file(mine.id, label, mime, data))
        return JSONResponse(kept.told(), 201)

    async def _file(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._gate.mine(request, name)
        self._gate.limit(self._hub.by_session, mine.id)
        id = request.path_params["file"]
        found = await self._hub.ask(lambda store: store.file(mine.id, id))
        if found is None:
            raise Answer(404, "no such file")
        return Response(found.data, headers=file_headers(found.name, found.mime))

    async def _seen(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._gate.mine(request, name)
        self._gate.limit(self._hub.by_session, mine.id)
        found = await self._gate.read(request)
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
        mine = await self._gate.mine(request, name)
        self._gate.limit(self._hub.by_session, mine.id)
        found = await self._gate.read(request)
        self._hub.rooms.typists.note(name, mine.id, found.get("on") is True)
        return JSONResponse({})

    async def _here(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._gate.mine(request, name)
        self._gate.limit(self._hub.by_session, mine.id)
        found = await self._gate.read(request)
        rooms, page = self._hub.rooms, wire.page_of(found)
        # Before somebody has written there is nobody whose page it would be.
        if page and mine.told:
            wakes = rooms.whereabouts.note(name, mine.id, page, wire.line_of(found, "title"), _now())
            if wakes is not None:
                asyncio.get_running_loop().call_later(wakes, rooms.typists.turn, name)
        return JSONResponse({})


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


def _now() -> int:
    return time.time_ns() // 1_000_000
