"""A request's body, taken in as far as it may be and as long as it may take."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

BODY_S = 15.0
"""How long a body may take to arrive: Shopify, the most patient of those in a hurry, gives up after five."""
HANG_UP = {"Connection": "close"}
"""With an answer given before the body was read: nobody has to take the rest of it in."""
ROOM = 32 << 20
"""Bytes of unfinished bodies in this process: many strangers may begin a large one at once."""
_SMALL = 16 << 10
"""So much of each is not counted: while somebody fills the room, ordinary webhooks still come in."""

_held = 0


class TooLarge(Exception):
    """A body beyond the limit."""


class Crowded(TimeoutError):
    """Too many large bodies at once: come again in a moment."""


async def read_body(request: Request, most: int, seconds: float = BODY_S) -> bytes:
    """The body, of at most ``most`` bytes.

    Raises :class:`TooLarge`, :class:`Crowded`, ``TimeoutError`` or ``ClientDisconnect``.
    """
    async with asyncio.timeout(seconds):
        return await _read(request, most)


async def _read(request: Request, most: int) -> bytes:
    global _held
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > most:
        raise TooLarge
    parts: list[bytes] = []
    size = held = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise TooLarge
            if size > _SMALL:
                if _held + size - _SMALL - held > ROOM:
                    raise Crowded
                _held += size - _SMALL - held
                held = size - _SMALL
            parts.append(part)
        return b"".join(parts)
    finally:
        _held -= held
