"""Everything that works during one tenure: the connectors, and who polls, performs and keeps time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from omni_tui.config.settings import Settings
from omni_tui.connectors.base import Connector
from omni_tui.desk import channels as desk_channels
from omni_tui.desk.identity import IngestRules
from omni_tui.engine.channels import ConfiguredChannel
from omni_tui.engine.courtesy import Courtesy
from omni_tui.engine.filer import Filer
from omni_tui.engine.health import ChannelHealth
from omni_tui.engine.log import words
from omni_tui.engine.performer import Performer, WayOut
from omni_tui.engine.stream_poller import StreamPoller
from omni_tui.engine.tenure import Tenure
from omni_tui.engine.timers import Timers
from omni_tui.model.errors import OmniError
from omni_tui.store.feed import Changes
from omni_tui.text.address import domain, normalise_email
from omni_tui.text.faults import where

logger = logging.getLogger(__name__)

OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Crew:
    """The working parts, not yet running."""

    connectors: tuple[Connector, ...]
    pollers: tuple[StreamPoller, ...]
    performer: Performer
    timers: Timers
    filers: tuple[Filer, ...] = ()
    courtesies: tuple[Courtesy, ...] = ()
    unopened: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Channels by name that could not be opened, and why: message and hint."""

    def told(self, changes: Changes | None) -> None:
        """The store changed (None: anything may have): wake whom it may concern."""
        everything = changes is None or changes.everything
        entities = None if changes is None or everything else {row.entity for row in changes.rows}
        for courtesy in self.courtesies:
            courtesy.told(changes)
        if entities is None or "outbox" in entities:
            self.performer.wake.ring()
        if entities is None or "conversation" in entities:
            self.timers.wake.ring()
            for filer in self.filers:
                filer.wake.ring()

    async def close(self, seconds: float) -> None:
        """End every connection; what does not end in ``seconds`` is left to the end of the process."""
        closing = [asyncio.create_task(connector.close()) for connector in self.connectors]
        if closing:
            await asyncio.wait(closing, timeout=seconds)
        for task in closing:
            if not task.done():
                task.cancel()
            elif not task.cancelled() and (error := task.exception()) is not None:
                logger.warning("a connector could not be closed: %s", where(error))


def rules(settings: Settings, channels: Iterable[ConfiguredChannel]) -> IngestRules:
    """Who is not a customer, and what a first sync opens."""
    inbox = settings.inbox
    return IngestRules(
        own_addresses=frozenset(normalise_email(own) for channel in channels for own in channel.own_addresses),
        own_domains=frozenset(domain(f"anybody@{name.strip().lstrip('@')}") for name in inbox.own_domains) - {""},
        form_senders=frozenset(normalise_email(sender) for sender in inbox.form_senders),
        open_days=inbox.open_days,
    )


async def assemble(tenure: Tenure, settings: Settings, channels: tuple[ConfiguredChannel, ...]) -> Crew:
    """Register and open every channel. One that cannot be opened is failing; the others go on."""
    shared = rules(settings, channels)
    connectors: list[Connector] = []
    pollers: list[StreamPoller] = []
    ways: dict[str, WayOut] = {}
    filers: list[Filer] = []
    courtesies: list[Courtesy] = []
    unopened: dict[str, tuple[str, str]] = {}
    for channel in channels:
        kind = channel.kind
        channel_id = await tenure.write(
            desk_channels.register,
            channel.name,
            kind.kind,
            channel.address,
            kind.capabilities,
            channel.own_addresses,
        )
        health = ChannelHealth(tenure, channel_id, channel.name)
        try:
            connector = channel.open()
            streams = connector.streams()
        except Exception as error:
            if not isinstance(error, OmniError):
                logger.error("channel %s: unexpected: %s", channel.name, where(error))
            unopened[channel.name] = words(error)
            await health.failing(OPENING, error, None)
            continue
        connectors.append(connector)
        ways[channel.name] = WayOut(connector, health)
        pollers += [
            StreamPoller(tenure, connector, channel_id, channel.name, stream, shared, health) for stream in streams
        ]
        if getattr(channel.settings, "archives", False):
            filers.append(Filer(tenure, connector, channel_id, channel.name, streams[0], health))
        able = kind.capabilities
        if able.typing or able.seen_receipts or able.shows_answers:
            courtesies.append(Courtesy(tenure, connector, channel_id, able, health))
    return Crew(
        tuple(connectors),
        tuple(pollers),
        Performer(tenure, ways),
        Timers(tenure),
        tuple(filers),
        tuple(courtesies),
        unopened,
    )
