"""A line of the list, and who reads it.

Flat rows, already joined, in raw outside text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.enums import Direction, OutboxState, Priority, Status


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers. ``login`` is the Unix user unless configured."""

    id: str
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One line of the list.

    ``kind`` is the channel's kind (``mail``), ``channel`` its name. ``waiting_since`` is set while the customer
    waits for us. ``outbox`` is the state of the newest outgoing message that is not plainly sent. ``draft``
    tells that somebody began an answer; ``own_draft`` that it is the asking agent.
    """

    id: str
    ref: int
    customer_id: str
    customer: str
    address: str
    subject: str
    snippet: str
    status: Status
    channel: str
    kind: str
    unread: bool
    bulk: bool
    assignee: str | None
    tags: tuple[str, ...]
    last_at: int
    last_direction: Direction
    waiting_since: int | None
    snoozed_until: int | None
    outbox: OutboxState | None
    draft: bool
    own_draft: bool
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True)
class ListKey:
    """The place of a row in the list's order; ``at`` is what the sort goes by."""

    at: int
    id: str
