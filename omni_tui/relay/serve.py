"""Running the application: uvicorn, one process, until told to stop."""

from __future__ import annotations

import asyncio
import resource
import socket
import ssl
import sys
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from omni_tui.model.errors import UsageError
from omni_tui.relay.durable import open_queue
from omni_tui.relay.server import application
from omni_tui.relay.settings import RelaySettings, ServerSettings
from omni_tui.text.i18n import _

_DRAIN_S = 10
SWITCH_S = 0.0002
"""How long the event loop may compute while the queue's thread waits for the interpreter: with Python's 5 ms every
statement of a commit could wait that long, and with it all whose events are in it."""
HEAD_S = 15.0
"""How long a request's head may take to arrive."""


def serve(settings: RelaySettings, started: Callable[[int], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``started`` is told the port before the first request is taken.

    Raises ``OSError`` when the port cannot be had, ``UsageError`` for a certificate that cannot be used, and what
    ``open_queue`` raises.
    """
    server = settings.server
    _check_certificate(server)
    # Said in words here; the application itself opens it when it starts.
    open_queue(settings).close()
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
    sys.setswitchinterval(SWITCH_S)
    config = uvicorn.Config(
        app,
        http=Patience,
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


def _check_certificate(server: ServerSettings) -> None:
    if not server.certificate:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(server.certificate, server.certificate_key or None)
    except OSError as error:
        raise UsageError(
            _("The certificate {file} cannot be used: {reason}").format(
                file=server.certificate, reason=error.strerror or error
            ),
            _("Check certificate and certificate_key in relay.toml, and that this user may read both files."),
        ) from error


class Patience(H11Protocol):
    """A connection that ends when the head of a request takes too long: uvicorn by itself waits for one for ever."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """From now on a request is waited for."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Some of a request, or all of it."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is waited for."""
        super().connection_lost(exc)
        self._forget()

    def _wait(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_S, self._give_up)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        # Between two requests of a connection uvicorn's own timer counts.
        if self.conn.their_state is h11.IDLE and (self.cycle is None or self.conn.trailing_data[0]):
            self.transport.close()


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
