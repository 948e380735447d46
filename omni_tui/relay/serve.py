"""Running the application: uvicorn, one process, until told to stop."""

from __future__ import annotations

import resource
import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from omni_tui.relay.server import application
from omni_tui.relay.settings import RelaySettings, ServerSettings

_DRAIN_S = 10


def serve(settings: RelaySettings, started: Callable[[int], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``started`` is told the port before the first request is taken.

    Raises ``OSError`` when the port cannot be had.
    """
    server = settings.server
    listening = socket.create_server(
        (server.listen, server.port), family=socket.AF_INET6 if ":" in server.listen else socket.AF_INET, backlog=2048
    )
    with listening:
        started(listening.getsockname()[1])
        serve_on(application(settings), listening, server)


def serve_on(app: Starlette, listening: socket.socket, server: ServerSettings) -> None:
    """The same on a socket that listens already."""
    # asyncio does this for sockets that say they are TCP; those of create_server do not, and every answer of two
    # segments would wait 40 ms for an acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _allow_many_connections()
    config = uvicorn.Config(
        app,
        http="h11",
        h11_max_incomplete_event_size=32 * 1024,
        timeout_keep_alive=75,  # longer than the proxies in front keep theirs (nginx 60 s, Caddy 2 min to upstream)
        timeout_graceful_shutdown=_DRAIN_S,
        limit_concurrency=6_000,
        server_header=False,
        proxy_headers=False,
        access_log=False,
        log_level="warning",
        ssl_certfile=server.certificate or None,
        ssl_keyfile=server.certificate_key or None,
    )
    _Server(config, app.state.stop).run(sockets=[listening])


class _Server(uvicorn.Server):
    """One that lets the open streams of the chats end before it waits for them."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._stop()
        await super().shutdown(sockets)


def _allow_many_connections() -> None:
    """Every open chat is a connection, and many a system begins with 1,024 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
