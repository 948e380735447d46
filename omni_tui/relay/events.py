"""What the relay keeps of a webhook, and why it may refuse one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Arrived:
    """A verified webhook on its way into the queue. ``event_id`` is unique within its ``source``."""

    source: str
    event_id: str
    content_type: str
    body: bytes = field(repr=False)
    received_at: int
    """Epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class Queued:
    """One event of the queue; ``seq`` grows in the order in which events were taken in."""

    seq: int
    source: str
    event_id: str
    content_type: str
    body: bytes = field(repr=False)
    received_at: int


@dataclass(frozen=True, slots=True)
class SourceDepth:
    """One source: how many of its events wait, and up to which number they were fetched."""

    name: str
    waiting: int
    fetched_seq: int


@dataclass(frozen=True, slots=True)
class Depth:
    """How full the queue is. ``waiting`` were not fetched yet; ``oldest_at`` is when the first of them came."""

    waiting: int
    waiting_bytes: int
    kept_bytes: int
    oldest_at: int | None
    last_seq: int
    sources: tuple[SourceDepth, ...] = ()


class QueueFull(Exception):
    """The queue has no room: nothing was taken in, and the sender has to come again."""
