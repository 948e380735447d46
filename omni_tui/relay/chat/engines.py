"""What an engine may ask of a chat, with its token: answer a visitor, say who types, fetch a file."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from omni_tui.relay.body import HANG_UP, TooLarge, read_body
from omni_tui.relay.chat import wire
from omni_tui.relay.chat.hub import Hub
from omni_tui.relay.chat.store import ChatStore, File, Session
from omni_tui.relay.chat.visitors import file_headers
from omni_tui.relay.events import QueueFull
from omni_tui.text.clean import storable

_MOST_BODY = 36 << 20
_MOST_FILES = 20
_LONGEST_TEXT = 200_000
LONGEST_WAIT_S = 50.0
TOGETHER_S = 0.2


class Engines:
    """The engines' handlers. ``allowed`` tells whether a request carries a token that may fetch."""

    def __init__(self, hub: Hub, allowed: Callable[[Request], bool]) -> None:
        self._hub, self._allowed = hub, allowed

    async def answer(self, request: Request) -> Response:
        """An agent's message, told 200 once it is on the disk; the same ``key`` again is the same message."""
        read = await self._read(request)
        if isinstance(read, Response):
            return read
        name, found = read
        session = await self._session(name, found)
        if session is None:
            return JSONResponse({"error": "no such visitor"}, 404)
        key, text = found.get("key"), found.get("text", "")
        if not isinstance(key, str) or not 0 < len(key) <= 500 or not isinstance(text, str):
            return JSONResponse({"error": "key and text are needed"}, 400)
        known = await self._hub.ask(lambda store: store.known(session.id, "agent", key))
        if known is not None:
            return JSONResponse({"id": str(known.seq)})
        try:
            files = [_file(each) for each in _listed(found.get("files", []))]
            kept = [(await self._hub.ask(partial(_keep, session=session.id, file=file))).told() for file in files]
            text, agent = storable(text[:_LONGEST_TEXT]), wire.line_of(found, "agent", 80)
            way = "mail" if found.get("by") == "mail" else ""
            now = time.time_ns() // 1_000_000
            entry = await self._hub.ask(
                lambda store: store.add(session.id, "agent", key, text, agent=agent, files=kept, way=way, now=now)
            )
        except QueueFull:
            return JSONResponse({"error": "no room"}, 507, {"Retry-After": "60"})
        except wire.Malformed as error:
            return JSONResponse({"error": str(error)}, 400)
        self._hub.rooms.answering(session.id, "", False)
        return JSONResponse({"id": str(entry.seq)})

    async def notice(self, request: Request) -> Response:
        """An agent types (``typing``), or has seen a visitor's message (``read``, its id)."""
        read = await self._read(request)
        if isinstance(read, Response):
            return read
        name, found = read
        session = await self._session(name, found)
        if session is None:
            return JSONResponse({"error": "no such visitor"}, 404)
        if "typing" in found:
            self._hub.rooms.answering(session.id, wire.line_of(found, "agent", 80), found["typing"] is True)
        key = wire.line_of(found, "read")
        if key:
            await self._hub.ask(lambda store: store.agent_read(session.id, key))
            self._hub.rooms.ring(session.id)
        return JSONResponse({"typing": session.id in self._hub.rooms.typists.told(name)[1]})

    async def typing(self, request: Request) -> Response:
        """Who types: at once where ``turn`` is not the present one, else when it is not, or after ``wait`` seconds.

        With it who opened which page since ``places`` was told.
        """
        if not self._allowed(request):
            return _unauthorised()
        name, typists = request.path_params["chat"], self._hub.rooms.typists
        if name not in self._hub.settings.chats:
            return JSONResponse({"error": "no such chat"}, 404)
        try:
            wait = float(request.query_params.get("wait", "0"))
        except ValueError:
            return JSONResponse({"error": "wait is a number"}, 400)
        turn = request.query_params.get("turn", "")
        await typists.wait(name, turn, max(0.0, min(wait, LONGEST_WAIT_S)))
        if typists.told(name)[0] != turn:
            # Many who type at once are told together.
            await asyncio.sleep(TOGETHER_S)
        turn, typing = typists.told(name)
        now, mark = time.time_ns() // 1_000_000, request.query_params.get("places", "")
        mark, places, more = self._hub.rooms.whereabouts.told(name, mark, now)
        told = [
            {"visitor": visitor, "page": one.page, "title": one.title, "since": one.since, "here": one.here}
            for visitor, one in places
        ]
        return JSONResponse({"turn": turn, "typing": typing, "places": mark, "visits": told, "more": more})

    async def file(self, request: Request) -> Response:
        """A file of a chat."""
        if not self._allowed(request):
            return _unauthorised()
        name, id = request.path_params["chat"], request.path_params["file"]
        found = await self._hub.ask(lambda store: store.file_of(name, id))
        if found is None:
            return JSONResponse({"error": "no such file"}, 404)
        return Response(found.data, headers=file_headers(found.name, found.mime))

    async def _session(self, name: str, found: Mapping[str, Any]) -> Session | None:
        """Whose chat it is about: a ``visitor``, or the signed ``user``."""
        visitor, user = wire.line_of(found, "visitor"), wire.line_of(found, "user")
        if visitor:
            return await self._hub.ask(lambda store: store.by_id(name, visitor))
        return await self._hub.ask(lambda store: store.by_user(name, user))

    async def _read(self, request: Request) -> tuple[str, Any] | Response:
        if not self._allowed(request):
            return _unauthorised()
        name = request.path_params["chat"]
        if name not in self._hub.settings.chats:
            return JSONResponse({"error": "no such chat"}, 404)
        try:
            return name, wire.read_object(await read_body(request, _MOST_BODY, 60.0))
        except TooLarge:
            return JSONResponse({"error": "too large"}, 413, HANG_UP)
        except TimeoutError:
            return JSONResponse({"error": "the body did not arrive"}, 408, HANG_UP)
        except ClientDisconnect:
            return Response(status_code=400)
        except wire.Malformed as error:
            return JSONResponse({"error": str(error)}, 400)


def _keep(store: ChatStore, session: str, file: tuple[str, str, bytes]) -> File:
    return store.put_file(session, *file)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST_FILES:
        raise wire.Malformed(f"files is a list of at most {_MOST_FILES}")
    return value


def _file(value: Any) -> tuple[str, str, bytes]:
    if not isinstance(value, dict) or not isinstance(value.get("data"), str):
        raise wire.Malformed("a file has name, mime and data")
    try:
        data = base64.b64decode(value["data"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise wire.Malformed("data is base64") from error
    mime = wire.line_of(value, "mime", 100)
    if not mime.isascii() or "/" not in mime:
        mime = "application/octet-stream"
    return wire.file_name(wire.line_of(value, "name")), mime, data


def _unauthorised() -> Response:
    return JSONResponse({"error": "a token is needed"}, 401, {"WWW-Authenticate": "Bearer"})
