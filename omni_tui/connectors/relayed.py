"""The engine's way to a relay: its events behind a cursor, and what else a channel asks it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from omni_tui.connectors.base import Check, Preview
from omni_tui.connectors.probe_mark import CONTENT_TYPE as PROBE
from omni_tui.model.errors import ChannelError, Permanent, Retry, Unknown
from omni_tui.text.i18n import _

AT_ONCE = 100
_LONGEST_BODY = 48 << 20
_LONGEST_WAIT_S = 50.0
_SOON_S = 1.0


class Unreachable(Retry):
    """The relay did not answer at all."""


@dataclass(frozen=True, slots=True)
class Relayed:
    """Where a channel's events wait: the relay's address, the source there, and its ``table`` in ``relay.toml``."""

    channel: str
    relay: str
    source: str
    table: str = "sources"


@dataclass(frozen=True, slots=True)
class Pulled:
    """Some events as the relay tells them, and the cursor behind each. ``more``: there are others at once."""

    rows: tuple[Mapping[str, Any], ...]
    queue: str
    after: int
    more: bool

    def cursor(self, seq: int | None = None) -> str:
        """The cursor behind ``seq``, by default behind all."""
        return json.dumps({"queue": self.queue, "after": self.after if seq is None else seq})


class Reading:
    """A source read in order, acknowledged up to what is stored.

    Engines read ahead of their store: what is asked for is behind the last batch, which may not be stored yet. The
    batch before it is, or it would be asked for again; so the smaller of two successive cursors is acknowledged.
    """

    def __init__(self, client: httpx.AsyncClient, place: Relayed) -> None:
        self._client, self._place = client, place
        self._before: tuple[str, int] = ("", 0)

    async def pull(self, token: str, cursor: str | None, wait_s: float, limit: int = AT_ONCE) -> Pulled:
        """The events behind ``cursor``. Raises ``Retry`` or ``Permanent``."""
        known = json.loads(cursor) if cursor else {}
        queue, after = str(known.get("queue", "")), int(known.get("after", 0))
        stored = min(self._before[1], after) if self._before[0] == queue else 0
        self._before = (queue, after)
        if stored < after:
            # The next question says that this is stored, too: it should not wait long.
            wait_s = min(wait_s, _SOON_S)
        query = {
            "source": self._place.source,
            "after": str(after),
            "stored": str(stored),
            "limit": str(limit),
            "wait": f"{min(wait_s, _LONGEST_WAIT_S):g}",
            **({"queue": queue} if queue else {}),
        }
        told = await ask(self._client, self._place, token, "/v1/events", query)
        rows = told.get("events")
        if not isinstance(rows, list) or not isinstance(told.get("queue"), str):
            raise Retry(_("The relay answered with something else than events."), WHERE)
        upto = rows[-1]["seq"] if rows else after if told["queue"] == queue else 0
        real = tuple(row for row in rows if row.get("content_type") != PROBE)
        return Pulled(real, told["queue"], upto, len(rows) == limit)


async def ask(
    client: httpx.AsyncClient, place: Relayed, token: str, path: str, query: Mapping[str, str]
) -> dict[str, Any]:
    """The JSON object at ``path``. Raises ``Retry`` or ``Permanent``."""
    answer = await request(client, place, token, path, query)
    refuse(place, answer.status_code)
    if answer.status_code != 200 or len(answer.content) > _LONGEST_BODY:
        raise Retry(_("The relay answered {code}.").format(code=answer.status_code), WHERE)
    try:
        told = answer.json()
    except (ValueError, RecursionError) as error:
        raise Retry(_("The relay answered with something else than events."), WHERE) from error
    return told if isinstance(told, dict) else {}


async def request(
    client: httpx.AsyncClient, place: Relayed, token: str, path: str, query: Mapping[str, str]
) -> httpx.Response:
    """The relay's answer, whatever it is. Raises ``Retry`` where there is none."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        return await client.get(place.relay.rstrip("/") + path, params=dict(query), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(_("The relay {host} cannot be reached.").format(host=host_of(place.relay)), WHERE) from error


async def post(
    client: httpx.AsyncClient, place: Relayed, token: str, path: str, told: Mapping[str, Any]
) -> httpx.Response:
    """Tell the relay something. Raises ``Retry`` where it certainly did not take it, ``Unknown`` where it may have."""
    try:
        return await client.post(
            place.relay.rstrip("/") + path, json=dict(told), headers={"Authorization": f"Bearer {token}"}
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Retry(_("The relay {host} cannot be reached.").format(host=host_of(place.relay)), WHERE) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unknown(
            _("{host} did not answer: the reply may have arrived.").format(host=host_of(place.relay))
        ) from error


def refuse(place: Relayed, status: int) -> None:
    """Raise ``Permanent`` for what no second try mends."""
    if status == 401:
        raise Permanent(
            _("The relay does not know the token of channel {name}.").format(name=place.channel),
            _("Make a new one there: omni-tui relay token engine"),
        )
    if status == 404:
        raise Permanent(_unknown(place), _add(place))


async def check(client: httpx.AsyncClient, place: Relayed, token: str) -> tuple[Check, ...]:
    """Whether the relay answers, takes the token, and knows the source."""
    try:
        told = await ask(client, place, token, "/v1/status", {})
    except Unreachable:
        from omni_tui.connectors.relay_way import why

        return (Check(_("relay"), *await why(place.relay)),)
    except ChannelError as error:
        return (Check(_("relay"), error.message, error.hint),)
    here = Check(_("relay"), detail=host_of(place.relay))
    sources = told.get("sources")
    if not isinstance(sources, dict) or place.source not in sources:
        return here, Check(_("source"), _unknown(place), _add(place))
    return here, Check(_("source"), detail=place.source)


async def preview(client: httpx.AsyncClient, place: Relayed, token: str) -> Preview:
    """How much waits."""
    told = await ask(client, place, token, "/v1/status", {})
    sources = told.get("sources")
    mine = sources.get(place.source) if isinstance(sources, dict) else None
    waiting = int(mine.get("waiting", 0)) if isinstance(mine, dict) else 0
    return Preview(waiting, waiting)


def body_of(row: Mapping[str, Any]) -> bytes:
    """An event's body, empty where it cannot be had."""
    body = row.get("body")
    try:
        return base64.b64decode(body, validate=True) if isinstance(body, str) else b""
    except (binascii.Error, ValueError):
        return b""


def host_of(url: str) -> str:
    """Never more than the host: the rest may hold a secret."""
    try:
        return httpx.URL(url).host
    except httpx.InvalidURL:
        return "?"


def _unknown(place: Relayed) -> str:
    if place.table == "chats":
        return _("The relay knows no chat {name}.").format(name=place.source)
    return _("The relay knows no source {name}.").format(name=place.source)


def _add(place: Relayed) -> str:
    return _("Add [{table}.{name}] to relay.toml and restart it.").format(table=place.table, name=place.source)


WHERE = _("Check that it runs (omni-tui relay status on its host) and that its address is right.")
