"""The relay's ASGI application: webhooks in, events out to the engine, and how it is.

``2xx`` is said only once an event is on the disk; whoever is told anything else has to come again.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from omni_tui.connectors.probe_mark import HEADER as PROBE
from omni_tui.relay.body import HANG_UP, Crowded, TooLarge, read_body
from omni_tui.relay.chat.engines import Engines
from omni_tui.relay.chat.gate import Gate
from omni_tui.relay.chat.hub import Hub
from omni_tui.relay.chat.listening import Listeners
from omni_tui.relay.chat.script import Scripts
from omni_tui.relay.chat.visitors import Visitors
from omni_tui.relay.durable import DurableQueue, open_queue
from omni_tui.relay.events import TIDY_MOST, Arrived, Depth, QueueAway, Queued, QueueFull, SourceDepth
from omni_tui.relay.figures import Figures
from omni_tui.relay.intake import Away, Intake, Overrun
from omni_tui.relay.probing import MOST_BYTES, probe_of
from omni_tui.relay.rates import Rates, network
from omni_tui.relay.refusals import Refusals
from omni_tui.relay.settings import RelaySettings
from omni_tui.relay.tokens import Tokens
from omni_tui.relay.verify import SCHEMES, Answered, Hook, Refused, verify
from omni_tui.text.faults import where

logger = logging.getLogger(__name__)

LONGEST_WAIT_S = 55.0
MOST_AT_ONCE = 500
_TIDY_S = 600.0
_LOOK_S = 5.0
"""How often a waiting engine's question is asked again although nothing was heard of."""
_NEVER = SourceDepth("", 0, 0)


def application(settings: RelaySettings) -> Starlette:
    """The application over the queue and the tokens in the settings' folder."""
    relay = Relay(settings)
    routes = [
        Route("/in/{source}", relay.take_in, methods=["GET", "POST"]),
        Route("/v1/events", relay.events, methods=["GET"]),
        Route("/v1/status", relay.status, methods=["GET"]),
        Route("/healthz", relay.healthz, methods=["GET"]),
        Route("/metrics", relay.metrics, methods=["GET"]),
    ]
    if settings.chats:
        routes += relay.chat_routes()
    app = Starlette(routes=routes, lifespan=relay.lifespan, exception_handlers={QueueAway: _away, QueueFull: _away})
    app.state.stop = relay.stop
    return app


class Relay:
    """The handlers, and what they share."""

    def __init__(self, settings: RelaySettings) -> None:
        self._settings = settings
        self._tokens = Tokens(settings.folder / "tokens.json")
        self._by_source = Rates(settings.server.rate_per_minute)
        self._by_address = Rates(settings.server.rate_per_address)
        self._figures, self._refusals = Figures(), Refusals()
        self._intake: Intake | None = None
        self._hub = Hub(settings, self._figures, self._refusals, self._sender, lambda event: self._queue().put(event))

    def chat_routes(self) -> list[Route]:
        """The live chats' addresses: those of the shop's pages, and those of the engine."""
        gate, scripts = Gate(self._hub), Scripts(self._settings.chats)
        visitors, listeners = Visitors(self._hub, gate), Listeners(self._hub, gate)
        engines = Engines(self._hub, lambda request: self._allowed(request, "pull"))
        posted: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "session": visitors.session,
            "messages": visitors.message,
            "files": visitors.upload,
            "seen": visitors.seen,
            "typing": visitors.typing,
            "here": visitors.here,
        }
        fetched: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "hello": visitors.hello,
            "stream": listeners.stream,
            "poll": listeners.poll,
            "files/{file}": visitors.file,
        }
        return [
            Route("/chat/{chat}.js", scripts.script, methods=["GET"]),
            *(Route(f"/chat/{{chat}}/{path}", call, methods=["POST", "OPTIONS"]) for path, call in posted.items()),
            *(Route(f"/chat/{{chat}}/{path}", call, methods=["GET", "OPTIONS"]) for path, call in fetched.items()),
            Route("/v1/chat/{chat}/messages", engines.answer, methods=["POST"]),
            Route("/v1/chat/{chat}/notices", engines.notice, methods=["POST"]),
            Route("/v1/chat/{chat}/typing", engines.typing, methods=["GET"]),
            Route("/v1/chat/{chat}/files/{file}", engines.file, methods=["GET"]),
        ]

    def stop(self) -> None:
        """Let those who listen go home: a server waits for its last answer before it stops."""
        self._hub.rooms.close()
        if self._intake is not None:
            self._intake.end()

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Open the queue, tidy it now and then, and close it after what waits was taken in."""
        self._intake = Intake(open_queue(self._settings))
        await self._hub.start()
        tidying = asyncio.create_task(self._tidy())
        try:
            yield
        finally:
            tidying.cancel()
            await self._hub.close()
            await self._intake.close()

    # In ------------------------------------------------------------------------------------------------

    async def take_in(self, request: Request) -> Response:
        """A webhook of one source."""
        began = time.perf_counter()
        name = request.path_params["source"]
        source = self._settings.sources.get(name)
        probing = PROBE in request.headers
        if source is None and not (probing and name in self._settings.chats):
            self._figures.count("unknown")
            return PlainTextResponse("no such source\n", 404)
        if wait := self._by_address.wait_s(self._sender(request)):
            self._figures.count("limited", name)
            return _later(429, "too many requests", wait)
        try:
            body = await read_body(request, MOST_BYTES if probing else self._settings.server.max_body_kb << 10)
        except TooLarge:
            self._figures.count("too_large", name)
            return PlainTextResponse("the body is too large\n", 413, HANG_UP)
        except Crowded:
            self._figures.count("limited", name)
            return _later(503, "too much at once", 5, HANG_UP)
        except TimeoutError:
            self._figures.count("too_slow", name)
            return PlainTextResponse("the body did not arrive\n", 408, HANG_UP)
        except ClientDisconnect:
            return Response(status_code=400)
        hook = Hook(request.method, self._public(request), _headers(request), body, time.time())
        if probing:
            return await self._probed(hook, name)
        assert source is not None, "a chat takes nothing but probes here"
        scheme = SCHEMES[source.scheme]
        verdict = verify(scheme, hook, source.keys)
        if isinstance(verdict, Refused):
            self._figures.count("refused", name)
            if request.method != "POST":
                return PlainTextResponse("webhooks are posted here\n", 403)
            self._refusals.note(name, verdict.reason, self._address(request))
            return PlainTextResponse("refused\n", 401)
        if isinstance(verdict, Answered):
            self._figures.count("answered", name)
            return Response(verdict.body, 200, media_type=verdict.content_type)
        # What anybody may send must not use up what the source itself may.
        if wait := self._by_source.wait_s(name):
            self._figures.count("limited", name)
            return _later(429, "too many requests", wait)
        now, kind = time.time_ns() // 1_000_000, hook.header("content-type")[:200]
        refusal = await self._put(Arrived(name, verdict.event_id, kind, verdict.body, now, verdict.also))
        if refusal is not None:
            return refusal
        self._figures.took(name, time.perf_counter() - began)
        return Response(scheme.thanks.body, 200, media_type=scheme.thanks.content_type)

    async def _probed(self, hook: Hook, name: str) -> Response:
        """Answers ``doctor`` with its probe's number in the queue."""
        event = probe_of(hook, name, self._tokens)
        if event is None:
            self._figures.count("refused", name)
            return _unauthorised()
        refusal = await self._put(event)
        if refusal is not None:
            return refusal
        self._figures.count("probed", name)
        seq = await self._queue().call(lambda opened: opened.number(name, event.event_id))
        return JSONResponse({"queue": self._queue().id, "seq": seq})

    async def _put(self, event: Arrived) -> Response | None:
        """None once it is on the disk; else what its sender is told."""
        try:
            await self._queue().put(event)
        except QueueFull:
            self._figures.count("full", event.source)
            return _later(507, "no room", 60)
        except Away:
            self._figures.count("away", event.source)
            return _later(503, "the queue does not answer", 5)
        except Overrun:
            self._figures.count("limited", event.source)
            return _later(429, "too many requests", 1)
        return None

    def _public(self, request: Request) -> str:
        """The address as the sender was given it: what stands behind the proxy is not what it signed."""
        base = self._settings.server.public_url.rstrip("/")
        if not base:
            return str(request.url)
        query = request.scope["query_string"].decode("latin-1")
        path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1").partition("?")[0]
        return f"{base}{path}{'?' if query else ''}{query}"

    def _address(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        if peer in self._settings.server.trusted_proxies:
            # The last one is what our own proxy saw, in the same header or in one of its own (HAProxy); those before it
            # are the sender's claim.
            told = ",".join(request.headers.getlist("x-forwarded-for"))
            return told.rpartition(",")[2].strip()[:64] or peer
        return peer

    def _sender(self, request: Request) -> str:
        """Whom a request is counted to."""
        return network(self._address(request))

    # Out -----------------------------------------------------------------------------------------------

    async def events(self, request: Request) -> Response:
        """Events of ``source`` behind ``after``; waits up to ``wait`` seconds for one.

        Acknowledges those up to ``stored``, by default those up to ``after``: an engine that reads ahead of its store
        names both. ``queue`` is the id told with the answer they were taken from: in another queue they mean nothing.
        """
        if not self._allowed(request, "pull"):
            return _unauthorised()
        try:
            after = int(request.query_params.get("after", "0"))
            stored = int(request.query_params.get("stored", after))
            limit = max(1, min(int(request.query_params.get("limit", "100")), MOST_AT_ONCE))
            until = time.monotonic() + max(0.0, min(float(request.query_params.get("wait", "0")), LONGEST_WAIT_S))
        except ValueError:
            return PlainTextResponse("after, stored, limit and wait are numbers\n", 400)
        queue, source = self._queue(), request.query_params.get("source", "")
        if source in self._settings.chats:
            self._hub.rooms.asked(source)
        elif source not in self._settings.sources:
            return PlainTextResponse("no such source\n", 404)
        if request.query_params.get("queue", queue.id) != queue.id:
            after = stored = 0
        after, found = await queue.call(partial(_fetched, source=source, stored=stored, after=after, limit=limit))
        while not found and not queue.over and (left := until - time.monotonic()) > 0:
            await queue.wait(min(left, _LOOK_S))
            found = await queue.call(lambda opened: opened.after(source, after, limit=limit))
        return JSONResponse({"queue": queue.id, "events": [_as_json(event) for event in found]})

    async def status(self, request: Request) -> Response:
        """How full the queue is, as JSON."""
        if not (self._allowed(request, "status") or self._allowed(request, "pull")):
            return _unauthorised()
        depth = await self._queue().call(_depth)
        here = {one.name: one for one in depth.sources}
        return JSONResponse(
            {
                "public_url": self._settings.server.public_url,
                "waiting": depth.waiting,
                "waiting_bytes": depth.waiting_bytes,
                "kept_bytes": depth.kept_bytes,
                "oldest_at": depth.oldest_at,
                "last_seq": depth.last_seq,
                "sources": {
                    name: {"scheme": scheme, "waiting": one.waiting, "fetched_seq": one.fetched_seq}
                    for name, scheme in (
                        *((name, source.scheme) for name, source in self._settings.sources.items()),
                        *((name, "chat") for name in self._settings.chats),
                    )
                    for one in (here.get(name, _NEVER),)
                },
                "listening": self._hub.rooms.listeners(),
            }
        )

    async def healthz(self, _request: Request) -> Response:
        """``ok`` when the queue answers."""
        try:
            await asyncio.wait_for(self._queue().call(_depth), 5)
        except (TimeoutError, QueueAway):
            return PlainTextResponse("the queue does not answer\n", 503)
        return PlainTextResponse("ok\n")

    async def metrics(self, request: Request) -> Response:
        """Figures for Prometheus (text format 0.0.4): to this host, or with a token."""
        if self._address(request) not in ("127.0.0.1", "::1") and not self._allowed(request, "status"):
            return _unauthorised()
        depth = await self._queue().call(_depth)
        return PlainTextResponse(
            self._figures.text(
                depth,
                time.time_ns() // 1_000_000,
                listening=self._hub.rooms.listeners(),
                most_bytes=self._settings.server.keep_mb << 20,
                free_bytes=shutil.disk_usage(self._settings.folder).free,
            ),
            media_type="text/plain; version=0.0.4",
        )

    def _allowed(self, request: Request, scope: str) -> bool:
        kind, _, text = request.headers.get("authorization", "").partition(" ")
        now = time.time_ns() // 1_000_000
        return kind.lower() == "bearer" and self._tokens.allows(text.strip(), scope, now)

    def _queue(self) -> Intake:
        assert self._intake is not None, "the application has not been started"
        return self._intake

    async def _tidy(self) -> None:
        while True:
            for tidy in (self._tidy_queue, self._hub.tidy):
                try:
                    await tidy()
                except Exception as error:
                    # What cannot be done now is done then: a relay that never tidied again would fill its disk.
                    logger.warning("tidying is tried again later: %s", where(error))
            await asyncio.sleep(_TIDY_S)

    async def _tidy_queue(self) -> None:
        while await self._queue().call(_tidy) >= TIDY_MOST:
            pass


def _fetched(opened: DurableQueue, *, source: str, stored: int, after: int, limit: int) -> tuple[int, list[Queued]]:
    """Where to go on, and what is behind it, once it is noted that an engine has what is up to ``stored``."""
    if after > 0 and after > opened.last():
        # An older state of this queue was put back: what has these numbers now, that engine never saw.
        after = stored = 0
    if stored > 0:
        opened.acknowledge(source, stored, time.time_ns() // 1_000_000)
    return after, opened.after(source, after, limit=limit)


def _depth(opened: DurableQueue) -> Depth:
    return opened.depth()


def _tidy(opened: DurableQueue) -> int:
    return opened.tidy(time.time_ns() // 1_000_000)


def _headers(request: Request) -> dict[str, str]:
    """By name; of several with one name the first, as every scheme's vendor reads them."""
    raw: list[tuple[bytes, bytes]] = request.scope["headers"]
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(raw)}


def _as_json(event: Queued) -> dict[str, object]:
    return {
        "seq": event.seq,
        "source": event.source,
        "event_id": event.event_id,
        "content_type": event.content_type,
        "body": base64.b64encode(event.body).decode("ascii"),
        "received_at": event.received_at,
    }


def _later(status: int, words: str, seconds: float, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{words}\n", status, {"Retry-After": str(max(1, round(seconds))), **(headers or {})})


async def _away(_request: Request, _error: Exception) -> Response:
    return _later(503, "the queue does not answer", 5)


def _unauthorised() -> Response:
    return Response(
        json.dumps({"error": "a token is needed"}), 401, {"WWW-Authenticate": "Bearer"}, media_type="application/json"
    )
