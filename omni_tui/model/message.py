"""A thread opened: its messages with their files and how they fare on their way.

Flat rows, already joined, in raw outside text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.conversation import ConversationRow
from omni_tui.model.enums import Direction, OutboxState
from omni_tui.model.facts import NO_FACTS, Facts


@dataclass(frozen=True, slots=True)
class Party:
    """A name with its address."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file of a message; ``size`` in decoded bytes."""

    id: str
    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An outgoing message on its way. It leaves at ``not_before``; ``error`` is for people to read."""

    id: str
    state: OutboxState
    not_before: int
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of a thread, whole.

    ``text`` is the full text, quotes and all. ``notice`` says why a message could not be read. For events
    ``text`` is empty and ``verb`` with ``detail`` tells what happened.
    """

    id: str
    conversation_id: str
    direction: Direction
    channel: str
    kind: str
    author: Party
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    agent: str | None
    subject: str
    text: str
    received_at: int
    sent_at: int | None
    delivered_at: int | None
    read_at: int | None
    edited_at: int | None
    deleted_at: int | None
    attachments: tuple[AttachmentRow, ...]
    outbox: OutboxRow | None
    notice: str
    has_source: bool
    verb: str = ""
    detail: str = ""
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation opened: its head, a window of its messages (oldest first) and how many lie before it.

    ``reply_to`` is where an answer would go and ``reply_from`` the address of ours it would leave from.
    ``reply_before`` is who was written to last, or who wrote first; ``reply_changed`` that it is somebody else now.
    """

    head: ConversationRow
    messages: tuple[MessageRow, ...]
    earlier: int
    seen_at: int | None
    reply_to: tuple[Party, ...]
    reply_channel: str
    related: tuple[int, ...]
    reply_from: str = ""
    reply_before: tuple[Party, ...] = ()
    reply_changed: bool = False
