"""What the relay keeps of a webhook, and why it may refuse one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MINUTE_MS = 60_000
DAY_MS = 86_400_000
SEEN_MS = 14 * DAY_MS
"""Meta redelivers for seven days, Tawk.to for half a day; twice the longest."""
TIDY_MOST = 1000
"""Events forgotten in one go."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A verified webhook on its way into the queue. ``event_id`` is unique within its ``source``.

    ``also``: a second name by which it would be known again; empty where the first is signed.
    """

    source: str
    event_id: str
    content_type: str
    body: bytes = field(repr=False)
    received_at: int
    """Epoch milliseconds."""
    also: str = ""

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """What is remembered of it: it is new if none of these is known."""
        return tuple((self.source, name) for name in (self.event_id, self.also) if name)


def fresh_of(events: Sequence[Arrived], new: set[tuple[str, str]]) -> list[Arrived]:
    """Those of whom every name is ``new``; of several with one name the first."""
    fresh = []
    for one in events:
        names = set(one.names)
        if names <= new:
            new -= names
            fresh.append(one)
    return fresh


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


class QueueAway(Exception):
    """The queue's disk or database does not answer. Whether anything was taken in is not known: come again."""
