"""A channel compared with the store, stream by stream, and what is missing fetched.

Needs no lease: what it stores is known again by whoever stores it too, and an engine at work is not disturbed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from omni_tui.config.settings import Settings
from omni_tui.connectors.base import Comparable
from omni_tui.desk import channels, ledger
from omni_tui.desk.identity import IngestRules
from omni_tui.engine import crew
from omni_tui.engine.channels import ConfiguredChannel, configured
from omni_tui.engine.probe import configured_channel
from omni_tui.model.errors import ChannelError, UsageError
from omni_tui.model.events import Batch
from omni_tui.store import Store
from omni_tui.text.i18n import _

AT_ONCE = 100
CLOSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Compared:
    """One stream: of ``held`` messages on the server that should be here, ``missing`` were not and ``fetched`` now are.

    ``vanished`` ones were deleted there before they could be fetched. ``waiting`` are still to come in the ordinary
    way. ``gone`` are here and no longer there: moved, deleted, or numbered anew. ``unreadable`` ones are kept as
    source alone. ``error`` says why the stream could not be compared.
    """

    stream: str
    place: str = ""
    held: int = 0
    known: int = 0
    missing: tuple[str, ...] = ()
    fetched: int = 0
    vanished: int = 0
    waiting: int = 0
    gone: int = 0
    unreadable: int = 0
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything that should be here is."""
        return not self.error and len(self.missing) == self.fetched + self.vanished


@dataclass(frozen=True, slots=True)
class Verification:
    """A channel's streams, compared."""

    channel: str
    streams: tuple[Compared, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that should be here is."""
        return all(each.ok for each in self.streams)

    @property
    def unreachable(self) -> bool:
        """Whether a stream could not be compared at all."""
        return any(each.error for each in self.streams)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "ok": self.ok}


def verify(
    settings: Settings,
    store: Store,
    name: str,
    *,
    fetch: bool = True,
    tell: Callable[[str], None] = lambda _words: None,
) -> Verification:
    """Compare a channel's streams with the ledger; with ``fetch`` take in what is missing.

    ``tell`` hears what is going on. Raises NotFound, ConfigError, UsageError, StoreError; a stream that fails says so.
    """
    channel = configured_channel(settings, name)
    id = ledger.channel_id(store, name)
    rules = crew.rules(settings, configured(settings))
    return asyncio.run(_verify(store, channel, id, rules if fetch else None, tell))


async def _verify(
    store: Store, channel: ConfiguredChannel, id: str, rules: IngestRules | None, tell: Callable[[str], None]
) -> Verification:
    connector = channel.open()
    try:
        comparable: object = connector
        if not isinstance(comparable, Comparable):
            raise UsageError(_("Channels of the kind {kind} cannot be compared.").format(kind=channel.kind.kind))
        found = []
        for stream in connector.streams():
            tell(_("Comparing {stream}...").format(stream=stream))
            found.append(await _compared(store, comparable, id, stream, rules))
        return Verification(channel.name, tuple(found))
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await connector.close()


async def _compared(store: Store, comparable: Comparable, id: str, stream: str, rules: IngestRules | None) -> Compared:
    # An engine may be at work. What the cursor stands behind is in a ledger that is read after it, and what is in that
    # is on a server that is asked last: what comes meanwhile is neither missing nor gone.
    cursor = await asyncio.to_thread(channels.cursor, store, id, stream)
    places = await asyncio.to_thread(ledger.places, store, id, stream)
    try:
        held = await comparable.inventory(stream, cursor)
    except ChannelError as error:
        return Compared(stream, error=error.message)
    known = frozenset(each for each in places.known if each.startswith(held.numbering))
    missing = tuple(each for each in held.locators if each not in known)
    fetched = vanished = 0
    failure = ""
    try:
        for start in range(0, len(missing) if rules is not None else 0, AT_ONCE):
            assert rules is not None
            asked = missing[start : start + AT_ONCE]
            events = await comparable.collect(stream, asked)
            batch = Batch(events, "", history=True)
            await asyncio.to_thread(ledger.make_good, store, id, stream, batch, rules)
            fetched += len(events)
            vanished += len(asked) - len(events)
    except ChannelError as error:
        failure = error.message
    return Compared(
        stream=stream,
        place=held.place,
        held=len(held.locators),
        known=len(known),
        missing=missing,
        fetched=fetched,
        vanished=vanished,
        waiting=len(frozenset(held.waiting) - known),
        gone=len(places.known.difference(held.locators, held.waiting)),
        unreadable=places.bare,
        error=failure,
    )
