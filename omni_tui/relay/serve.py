"""Running the application: uvicorn, one process, until told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from omni_tui.relay.server import application
from omni_tui.relay.settings import RelaySettings

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
        config = uvicorn.Config(
            application(settings),
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
        uvicorn.Server(config).run(sockets=[listening])
