"""The whole way of a channel behind a relay, tried with an event that becomes nothing: public address to store."""

from __future__ import annotations

import asyncio
import json
import time

import httpx

from omni_tui.config.settings import Settings
from omni_tui.connectors import relayed
from omni_tui.connectors.base import Check
from omni_tui.connectors.chat.settings import ChatChannelSettings
from omni_tui.connectors.relay_way import Probe, send_probe
from omni_tui.connectors.relayed import Relayed
from omni_tui.connectors.webhook.settings import WebhookSettings
from omni_tui.desk import channels, lease
from omni_tui.engine.channels import ConfiguredChannel
from omni_tui.engine.probe import Report, configured_channel
from omni_tui.model.errors import ChannelError
from omni_tui.store import Store
from omni_tui.text.i18n import _

ARRIVES_S = 20.0
"""How long the engine may take: it listens all the time, unless it has just failed and waits."""
_STREAM = "events"
_LOOK_S = 0.1


def is_relayed(settings: Settings, name: str) -> bool:
    """Whether the channel's events come through a relay. Raises ``NotFound``, ``ConfigError``."""
    return _place(configured_channel(settings, name)) is not None


def prove(settings: Settings, store: Store, name: str, *, within_s: float = ARRIVES_S) -> Report:
    """Send an event to the relay's public address and watch it arrive. Raises ``NotFound``, ``ConfigError``.

    The last check is about the inbox: its ``error`` says which step failed. Nothing is left but a number.
    """
    channel = configured_channel(settings, name)
    place = _place(channel)
    checks: tuple[Check, ...] = ()
    if place is not None:
        try:
            token = channel.secret()
        except ChannelError as error:
            checks = (Check(_("password"), error.message, error.hint),)
        else:
            checks, probe = asyncio.run(_send(place, token))
            if probe is not None:
                checks = (*checks, _arrival(store, place, token, probe, within_s))
    return Report(channel.name, channel.kind.kind, channel.address, checks)


def _place(channel: ConfiguredChannel) -> Relayed | None:
    match channel.settings:
        case WebhookSettings(relay=relay, source=source):
            return Relayed(channel.name, relay, source)
        case ChatChannelSettings(relay=relay, chat=chat):
            return Relayed(channel.name, relay, chat, "chats")
        case _:
            return None


async def _send(place: Relayed, token: str) -> tuple[tuple[Check, ...], Probe | None]:
    async with httpx.AsyncClient(timeout=20.0, follow_redirects=False) as client:
        return await send_probe(client, place, token)


def _arrival(store: Store, place: Relayed, token: str, probe: Probe, within_s: float) -> Check:
    """Whether the store's own cursor of this channel goes past the probe."""
    name, began = _("inbox"), time.monotonic()
    if lease.holder(store) is None:
        return Check(
            name,
            _("The event waits on the relay: no engine is running."),
            _("The inbox starts one by itself; without the inbox: omni-tui engine"),
        )
    while not _is_past(store, place.channel, probe):
        if time.monotonic() - began > within_s:
            return Check(name, *_late(store, place, token, probe))
        time.sleep(_LOOK_S)
    took = time.monotonic() - began
    return Check(name, detail=_("there after {seconds:.1f} s").format(seconds=took))


def _is_past(store: Store, channel: str, probe: Probe) -> bool:
    id = next((row.id for row in channels.listed(store) if row.name == channel), None)
    cursor = channels.cursor(store, id, _STREAM) if id is not None else None
    if cursor is None:
        return False
    known = json.loads(cursor)
    return known.get("queue") == probe.queue and int(known.get("after", 0)) >= probe.seq


def _late(store: Store, place: Relayed, token: str, probe: Probe) -> tuple[str, str]:
    """Why the engine has not fetched it."""
    row = next((row for row in channels.listed(store) if row.name == place.channel), None)
    if row is None:
        return (
            _("The running engine does not know this channel."),
            _("It was started before the channel was added, or with another configuration: restart it."),
        )
    if row.error:
        return _("The engine has not fetched the event: {error}").format(error=row.error), _("See: omni-tui status")
    if asyncio.run(_fetched(place, token)) >= probe.seq:
        return (
            _("Another engine, with another store, fetches this source."),
            _("Give each its own token and source: omni-tui relay token, omni-tui relay init"),
        )
    return (
        _("The engine is running and has not fetched the event."),
        _("Its log says more: engine.log beside the store. Does it use this relay address and token?"),
    )


async def _fetched(place: Relayed, token: str) -> int:
    """Up to which number somebody has fetched the source."""
    async with httpx.AsyncClient(timeout=20.0, follow_redirects=False) as client:
        try:
            told = await relayed.ask(client, place, token, "/v1/status", {})
        except ChannelError:
            return 0
    found = told.get("sources", {}).get(place.source, {})
    return int(found.get("fetched_seq", 0)) if isinstance(found, dict) else 0
