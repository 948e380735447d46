"""The customer beside the thread.

Flat rows, already joined, in raw outside text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.enums import Status
from omni_tui.model.facts import PageSeen


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """One address of a customer, with when it was last used."""

    kind: str
    value: str
    last_at: int | None


@dataclass(frozen=True, slots=True)
class PastConversation:
    """An earlier conversation of the same customer."""

    id: str
    ref: int
    kind: str
    subject: str
    status: Status
    last_at: int


@dataclass(frozen=True, slots=True)
class VisitRow:
    """The customer of a live chat: the page they have open ``since`` (epoch milliseconds), their language (BCP 47), and
    the address they named; ``proven`` once mail came from it. ``left_at``: when they closed it, 0 while they have it
    open as far as is known. ``before`` are pages they had open before it, the newest first."""

    page: str
    title: str
    language: str
    claim: str
    proven: bool
    since: int = 0
    left_at: int = 0
    before: tuple[PageSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderMention:
    """An order by its number, and where it was named: the conversation with its number, and the message, empty for the
    subject. ``at`` in epoch milliseconds."""

    number: str
    at: int
    conversation_id: str
    ref: int
    message_id: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The customer beside the thread. ``since`` is the first message's time; ``conversations`` newest first, ``order``
    the one that was named last in their newest messages."""

    id: str
    name: str
    identities: tuple[IdentityRow, ...]
    tags: tuple[str, ...]
    notes: str
    since: int | None
    conversations: tuple[PastConversation, ...]
    conversation_count: int
    order: OrderMention | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in a list: ``addresses`` the last used first, ``kinds`` of channels they wrote by, ``last_at`` the
    last message's time."""

    id: str
    name: str
    addresses: tuple[str, ...]
    kinds: tuple[str, ...]
    conversation_count: int
    last_at: int
