"""A request's body, taken in as far as it may be and as long as it may take."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

BODY_S = 15.0
"""How long a body may take to arrive: Shopify, the most patient of those in a hurry, gives up after five."""
HANG_UP = {"Connection": "close"}
"""With an answer given before the body was read: nobody has to take the rest of it in."""


class TooLarge(Exception):
    """A body beyond the limit."""


async def read_body(request: Request, most: int, seconds: float = BODY_S) -> bytes:
    """The body, of at most ``most`` bytes. Raises :class:`TooLarge`, ``TimeoutError`` or ``ClientDisconnect``."""
    return await asyncio.wait_for(_read(request, most), seconds)


async def _read(request: Request, most: int) -> bytes:
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > most:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)
