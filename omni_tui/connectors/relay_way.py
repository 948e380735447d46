"""The way to a relay step by step: why it cannot be reached, and whether an event from outside gets into its queue."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

from omni_tui.connectors import relayed
from omni_tui.connectors.base import Check
from omni_tui.connectors.probe_mark import HEADER, signature, token_hash
from omni_tui.connectors.relay_address import check_relay_address
from omni_tui.connectors.relayed import Relayed, host_of
from omni_tui.model.errors import ChannelError
from omni_tui.text.i18n import _

_STEP_S = 10.0
_CLOCK_S = 60


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe that is in the relay's queue, by its number there."""

    queue: str
    seq: int


async def send_probe(client: httpx.AsyncClient, place: Relayed, token: str) -> tuple[tuple[Check, ...], Probe | None]:
    """Send a signed event to the relay's public address: what was seen on the way, and the probe if it is in."""
    try:
        told = await relayed.ask(client, place, token, "/v1/status", {})
    except ChannelError as error:
        return (Check(_("public address"), error.message, error.hint),), None
    public = str(told.get("public_url") or place.relay).rstrip("/")
    try:
        check_relay_address(public)
    except ValueError:
        wrong = _("{address} is no address the world could reach it by.").format(address=public)
        return (Check(_("public address"), wrong, _("Set public_url in relay.toml and restart the relay.")),), None
    reached = await _healthy(client, public)
    if reached.error:
        return (reached,), None
    return await _sent(client, place, public, token, reached)


async def _sent(
    client: httpx.AsyncClient, place: Relayed, public: str, token: str, reached: Check
) -> tuple[tuple[Check, ...], Probe | None]:
    body = json.dumps({"probe": secrets.token_hex(8)}).encode()
    stamp = str(int(time.time()))
    mark = f"t={stamp},v1={signature(token_hash(token), stamp, place.source, body)}"
    headers = {HEADER: mark, "Content-Type": "application/json"}
    try:
        answer = await client.post(f"{public}/in/{place.source}", content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL):
        return (reached, Check(_("event"), *await why(public))), None
    if answer.status_code != 200:
        return (reached, Check(_("event"), *_refusal(place, answer))), None
    try:
        told: Mapping[str, Any] = answer.json()
        probe = Probe(str(told["queue"]), int(told["seq"]))
    except (ValueError, RecursionError, KeyError, TypeError):
        text = _("{host} answered with something else than a relay does.").format(host=host_of(public))
        return (reached, Check(_("event"), text, _PROXY)), None
    return (reached, Check(_("event"), detail=_("taken in, number {seq}").format(seq=probe.seq))), probe


async def _healthy(client: httpx.AsyncClient, public: str) -> Check:
    name, host = _("public address"), host_of(public)
    try:
        answer = await client.get(f"{public}/healthz")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Check(name, *await why(public))
    if answer.status_code == 200 and answer.text.strip() == "ok":
        return Check(name, detail=public)
    if answer.status_code in (502, 503, 504):
        text = _("{host} answered {code}: its proxy does not reach the relay, or its queue does not answer.")
        return Check(name, text.format(host=host, code=answer.status_code), _("See there: omni-tui relay status"))
    text = _("{host} answered {code} and not as a relay does.").format(host=host, code=answer.status_code)
    return Check(name, text, _PROXY)


def _refusal(place: Relayed, answer: httpx.Response) -> tuple[str, str]:
    """What a status means here, and what to do."""
    code = answer.status_code
    if code == 401:
        off = _clock_off_s(answer)
        if abs(off) > _CLOCK_S:
            text = _("The clocks of this host and of the relay are {seconds} seconds apart.").format(seconds=abs(off))
            return text, _("Let both be set by NTP: a signature holds for five minutes.")
        return (
            _("The relay refused the signed event (401)."),
            _("Something between changed it: a proxy that rewrites bodies or removes X-Omni-Probe."),
        )
    known: dict[int, tuple[str, str]] = {
        404: (
            _("/in/{name} does not lead to the relay (404).").format(name=place.source),
            _("Its proxy must pass every path on, not /v1 alone; an older relay must be upgraded."),
        ),
        429: (_("The relay takes no more for now (429)."), _("Wait a minute, or raise rate_per_minute in relay.toml.")),
        503: (_("The relay's queue does not answer (503)."), _("See there: omni-tui relay status, and its database.")),
        507: (_("The relay's queue is full (507)."), _("Is an engine fetching? See there: omni-tui relay status")),
    }
    return known.get(code, (_("The relay answered {code}.").format(code=code), _PROXY))


def _clock_off_s(answer: httpx.Response) -> int:
    try:
        return round(time.time() - parsedate_to_datetime(answer.headers["Date"]).timestamp())
    except (KeyError, ValueError):
        return 0


async def why(url: str) -> tuple[str, str]:
    """Why ``url`` does not answer, as a sentence and what to do: name, connection, certificate, or what is spoken."""
    silent = _("{host} was reached but did not answer in time.").format(host=host_of(url))
    return await hindrance(url, listens=_RELAY_RUNS, speaks=_RELAY_TLS) or (silent, relayed.WHERE)


async def hindrance(url: str, *, listens: str = "", speaks: str = "") -> tuple[str, str] | None:
    """What keeps from reaching ``url``, and what to do; None where a connection can be made.

    ``listens`` and ``speaks`` are what to do where nothing listens, and where it speaks no TLS. Nothing is asked of
    whoever answers.
    """
    address = httpx.URL(url)
    host, tls = address.host, address.scheme == "https"
    port = address.port or (443 if tls else 80)
    where = {"host": host, "port": port}
    try:
        async with asyncio.timeout(_STEP_S):
            await asyncio.get_running_loop().getaddrinfo(host, port)
    except (OSError, UnicodeError):
        return _("The name {host} is not known (DNS).").format(**where), _("Check the address, and the name's record.")
    except TimeoutError:
        return _("The name servers did not answer for {host}.").format(**where), _("Check this host's DNS.")
    try:
        await _connected(host, port, None)
    except TimeoutError:
        text = _("{host} does not answer on port {port}.").format(**where)
        return text, _("A firewall may drop it, or the host is down.")
    except OSError as error:
        text = _("{host} cannot be reached on port {port}: {reason}").format(**where, reason=_reason(error))
        return text, listens or _("Check the address, and that its server runs.")
    if tls:
        try:
            await _connected(host, port, httpx.create_ssl_context())
        except ssl.SSLCertVerificationError as error:
            text = _("The certificate of {host} is not good: {reason}").format(**where, reason=error.verify_message)
            return text, _("Renew it there, or check that the name in it is this one.")
        except (OSError, TimeoutError):
            text = _("{host} does not speak TLS on port {port}.").format(**where)
            return text, speaks or _("Check the address: a plain one begins with http://.")
    return None


def is_proxied(url: str) -> bool:
    """Whether this host reaches ``url`` by a proxy of its environment: a connection of one's own then says nothing."""
    address = httpx.URL(url)
    named = getproxies()
    return bool(named.get(address.scheme) or named.get("all")) and not proxy_bypass(address.host)


def _reason(error: OSError) -> str:
    """The system's own words: asyncio puts others before them, and the address once more."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)


async def _connected(host: str, port: int, tls: ssl.SSLContext | None) -> None:
    async with asyncio.timeout(_STEP_S):
        _reader, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=host if tls else None)
    writer.transport.abort()


_RELAY_RUNS = _("Check that its proxy and the relay run: omni-tui relay status on its host.")
_RELAY_TLS = _("Put a proxy with TLS before the relay, or set certificate in relay.toml.")
_PROXY = _("Its proxy must pass every path on to the relay unchanged: docs/relay.md")
