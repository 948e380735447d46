"""The contract every connector keeps, and how a kind of channel declares itself.

A third party adds a kind by an entry point in the group ``omni_tui.connectors`` that names a
:class:`ConnectorKind`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Command, Receipt
from omni_tui.model.events import Batch, Event


@dataclass(frozen=True, slots=True)
class Check:
    """One thing ``doctor`` looked at. ``error`` is empty when it is fine; ``hint`` says what to do."""

    name: str
    error: str = ""
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a first sync would bring: ``open`` conversations of ``total`` messages."""

    open: int
    total: int


class Connector(Protocol):
    """One connected account. Every method may raise ``Retry``, ``Permanent`` or ``Unknown`` and nothing else.

    A blocking library runs in a daemon thread of the connector's own, with socket time-outs.
    """

    def streams(self) -> tuple[str, ...]:
        """The names of what is followed, each with a cursor of its own. Needs no network."""
        ...

    async def poll(self, stream: str, cursor: str | None, wait_s: float) -> Batch:
        """The events after ``cursor`` (None: the first sync begins), waiting up to ``wait_s`` for one."""
        ...

    async def perform(self, command: Command) -> Receipt:
        """Carry out one command. Raises ``Unknown`` when it may have taken effect without an answer."""
        ...

    def fetch(self, stream: str, locator: str, part: str = "") -> AsyncIterator[bytes]:
        """The bytes of a file that was left on the server (``RemoteAttachment.part``), in pieces; else all the source.

        Nothing at all: it is no longer there.
        """
        ...

    async def check(self) -> tuple[Check, ...]:
        """Try every part of the way in and out, without changing anything."""
        ...

    async def preview(self, open_days: int) -> Preview:
        """Count what a first sync would bring, reading as little as possible."""
        ...

    async def close(self) -> None:
        """End every connection within two seconds; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a stream holds now: ``locators`` of what should have been fetched by now.

    ``place`` is what the channel calls it (mail: the folder), empty if there is none. What is at ``waiting`` is still
    to be fetched in the ordinary way. Locators that begin otherwise than ``numbering`` are from before the channel
    numbered its messages anew.
    """

    place: str
    locators: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    numbering: str = ""


@runtime_checkable
class Comparable(Protocol):
    """A connector whose streams can be compared with what was stored of them."""

    async def inventory(self, stream: str, cursor: str | None) -> Inventory:
        """What should have been fetched when the cursor stands there."""
        ...

    async def collect(self, stream: str, locators: Sequence[str]) -> tuple[Event, ...]:
        """The messages at these places; those that are gone are left out. At most 200 places at a time."""
        ...


@runtime_checkable
class Locating(Protocol):
    """A connector whose messages may be moved on the server to where nothing is followed."""

    async def locate(self, external_id: str, part: str) -> tuple[str, str] | None:
        """Stream and locator, for ``fetch``, of the message that ``part`` was left of; None where it is nowhere."""
        ...


@dataclass(frozen=True, slots=True)
class ConnectorKind:
    """A kind of channel: its name, its settings (a frozen dataclass), what it can do, and how to open one.

    ``open`` takes the channel's name, its settings and ``secret``, which reads the channel's password when it
    is needed (and may raise ``Permanent``). ``address`` tells the account's own address from its settings.
    """

    kind: str
    settings: type[Any]
    capabilities: Capabilities
    address: Callable[[Any], str]
    open: Callable[[str, Any, Callable[[], str]], Connector]
