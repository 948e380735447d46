"""Telling a visitor's open pages what comes: by a stream, or by long-poll where a proxy holds streams back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from omni_tui.relay.chat import wire
from omni_tui.relay.chat.gate import Answer, Gate
from omni_tui.relay.chat.hub import Hub
from omni_tui.relay.chat.settings import ChatSettings
from omni_tui.relay.chat.store import ChatStore, Entry, Session
from omni_tui.relay.chat.woken import Woken

AT_ONCE = 200
BEAT_S = 25.0
"""Proxies give a connection up that says nothing for a minute."""
_LONGEST_POLL_S = 25.0


class Listeners:
    """The handlers of those who listen."""

    def __init__(self, hub: Hub, gate: Gate) -> None:
        self._hub, self._gate = hub, gate

    async def stream(self, request: Request) -> Response:
        """What comes, as server-sent events from behind ``Last-Event-ID``."""
        return await self._gate.answered(request, self._stream)

    async def poll(self, request: Request) -> Response:
        """The same by long-poll, for where a proxy holds streams back."""
        return await self._gate.answered(request, self._poll)

    async def _poll(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._gate.mine(request, name)
        self._gate.limit(self._hub.by_session, mine.id)
        query = request.query_params
        after, before = _number(query.get("after", "0")), query.get("state", "")
        until = time.monotonic() + min(float(_number(query.get("wait", "0"))), _LONGEST_POLL_S)
        self._check_room(mine.id)
        async with self._listening(request, name, mine.id) as woken:
            while True:
                woken.clear()
                entries, found = await self._hub.ask(partial(_news, chat=name, session=mine.id, after=after))
                state = json.dumps(self._hub.state(name, mine.id, found))
                left = until - time.monotonic()
                if entries or state != before or left <= 0 or woken.over:
                    return JSONResponse({"entries": list(map(wire.told, entries)), "state": state})
                await woken.wait(left)

    async def _stream(self, request: Request, name: str, chat: ChatSettings) -> Response:
        mine = await self._gate.mine(request, name)
        self._gate.limit(self._hub.by_session, mine.id)
        self._check_room(mine.id)
        return StreamingResponse(
            self._lines(request, name, mine.id, _number(request.headers.get("last-event-id", "0"))),
            media_type="text/event-stream",
            # nginx would hold the stream back until it has a page of it.
            headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"},
        )

    async def _lines(self, request: Request, name: str, session: str, after: int) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        before, rung = "", True
        entries: list[Entry] = []
        async with self._listening(request, name, session) as woken:
            while not woken.over:
                woken.clear()
                if rung:
                    # Of thousands of open pages all but a few only have to be told now and then that they are.
                    entries, found = await self._hub.ask(partial(_news, chat=name, session=session, after=after))
                for entry in entries:
                    after = entry.seq
                    yield f"id: {after}\nevent: entry\ndata: {json.dumps(wire.told(entry))}\n\n"
                state = json.dumps(self._hub.state(name, session, found))
                if state != before:
                    before = state
                    yield f"event: state\ndata: {state}\n\n"
                elif not entries:
                    yield ": \n\n"
                rung = len(entries) == AT_ONCE or await woken.wait(BEAT_S)
                entries = []

    def _check_room(self, session: str) -> None:
        if self._hub.rooms.full(session):
            raise Answer(429, "too many pages are open")

    @contextlib.asynccontextmanager
    async def _listening(self, request: Request, chat: str, session: str) -> AsyncIterator[Woken]:
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
                self._hub.rooms.whereabouts.heard(chat, session)


def _news(store: ChatStore, chat: str, session: str, after: int) -> tuple[list[Entry], Session | None]:
    return store.after(session, after, AT_ONCE), store.by_id(chat, session)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
