"""What one round of the engine came to, channel by channel, for whoever started it."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.engine.crew import Crew
from omni_tui.engine.log import NONE
from omni_tui.engine.performer import Tally
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class StreamAccount:
    """A stream: how many messages came, were known already, and are kept as they came since they could not be read;
    ``error`` and ``hint`` are empty where all of it was fetched."""

    stream: str
    new: int
    duplicate: int
    failed: int
    error: str
    hint: str


@dataclass(frozen=True, slots=True)
class OutboxAccount:
    """What was due: how many messages left, wait for another attempt, were refused, may or may not have left; the last
    error among them."""

    sent: int
    put_off: int
    refused: int
    uncertain: int
    error: str
    hint: str


@dataclass(frozen=True, slots=True)
class ChannelAccount:
    """A channel; ``error`` and ``hint`` say why it could not be opened."""

    name: str
    ok: bool
    error: str
    hint: str
    streams: tuple[StreamAccount, ...]
    outbox: OutboxAccount


@dataclass(frozen=True, slots=True)
class Account:
    """A round. ``ok`` is false where anything failed or it was stopped before its end; ``error`` and ``hint`` are about
    the store, or say so."""

    ok: bool
    error: str
    hint: str
    channels: tuple[ChannelAccount, ...]


def of(crew: Crew, names: tuple[str, ...], *, ended: bool) -> Account:
    """The account of ``crew`` for the channels of these names; ``ended``: whether the round came to a good end."""
    channels = tuple(_channel(crew, name) for name in names)
    error, hint = crew.performer.trouble
    if not ended and not error and all(each.ok for each in channels):
        error = _("The round was stopped before its end.")
    return Account(not error and all(each.ok for each in channels), error, hint, channels)


def _channel(crew: Crew, name: str) -> ChannelAccount:
    streams = tuple(
        StreamAccount(each.stream, each.taken.new, each.taken.duplicate, each.taken.failed, *each.trouble)
        for each in crew.pollers
        if each.name == name
    )
    tally = crew.performer.tallies.get(name, Tally())
    outbox = OutboxAccount(tally.sent, tally.put_off, tally.refused, tally.uncertain, *tally.trouble)
    unopened = crew.unopened.get(name, NONE)
    ok = name not in crew.unopened and not outbox.error and not any(each.error for each in streams)
    return ChannelAccount(name, ok, *unopened, streams, outbox)
