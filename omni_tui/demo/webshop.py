"""The demo's shop on the web: one page with the live chat, and the relay behind it, on this host alone.

Started by ``run`` as ``python -m omni_tui.demo.webshop DIR FD``; ends with its standard input, or on SIGTERM.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from omni_tui.demo.place import CHAT
from omni_tui.demo.world.people import SHOP
from omni_tui.relay.chat.settings import ChatSettings
from omni_tui.relay.serve import serve_on
from omni_tui.relay.server import application
from omni_tui.relay.settings import RelaySettings, ServerSettings

_PAGE = f"""\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{SHOP}</title><link rel="stylesheet" href="/shop.css"></head>
<body><main><h1>{SHOP}</h1>
<p>A demo shop: nothing here is for sale. Open the chat as a customer would; what you write is in the inbox at once,
and the answer is here.</p>
<ul><li>Tent for two</li><li>Camping stove</li><li>Sleeping mat</li></ul></main>
<script src="/chat/{CHAT}.js" async></script></body></html>
"""
_STYLE = (
    "body{font:18px/1.6 system-ui,sans-serif;margin:0;background:#f4f1ea;color:#222}"
    "main{max-width:40rem;margin:4rem auto;padding:0 1rem}"
)
_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src blob:; style-src 'self'"


def main(arguments: list[str]) -> int:
    """Serve until told to end; 0."""
    folder, handle = Path(arguments[0]), int(arguments[1])
    os.umask(0o077)
    with socket.socket(fileno=handle) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = ServerSettings(public_url=address)
        # Who types the address may well name this host otherwise.
        named = address.replace("127.0.0.1", "localhost")
        chat = ChatSettings(origins=(address, named), title="Chat with us", per_minute=120)
        app = application(RelaySettings(folder, server, {}, {CHAT: chat}))
        app.router.routes += [Route("/", _page), Route("/shop.css", _style)]
        threading.Thread(target=_end_with_stdin, daemon=True).start()
        serve_on(app, listening, server)
    return 0


async def _page(_request: Request) -> Response:
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})


async def _style(_request: Request) -> Response:
    return Response(_STYLE, media_type="text/css")


def _end_with_stdin() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
