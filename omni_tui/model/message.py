"""A thread opened: its messages with their files and how they fare on their way.

Flat rows, already joined, in raw outside text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    """A file of a message; ``size`` in decoded bytes. ``left``: it is still on the server, and the size an estimate."""

    id: str
    name: str
    mime: str
    size: int
    left: bool = False


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An outgoing message on its way. It leaves at ``not_before``; ``error`` is for people to read.

    ``partly``: some of its recipients have it, and it is on its way to the others.
    """

    id: str
    state: OutboxState
    not_before: int
    attempts: int
    error: str
    partly: bool = False


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of a thread, whole.

    ``text`` is the full text, quotes and all. ``notice`` says why a message could not be read. For events
    ``text`` is empty and ``verb`` with ``detail`` tells what happened. ``crossed``: an answer of ours that has not left
    yet, and the customer wrote since it was written. ``forwards`` is the id of the message that ours passes on;
    ``aside`` tells that it was exchanged with somebody beside the customer: such a one of ours, or an answer to it.
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
    crossed: bool = False
    forwards: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class ReplyWay:
    """A way to answer: by ``channel`` of this ``kind`` to ``to``, leaving from ``sender``, an address of ours.

    ``before`` is who was written to last, or who wrote first; ``changed`` that it is somebody else now. ``unproven``:
    the address is what the customer says is theirs. ``typing``: they see that one writes. ``others`` are on the mail
    beside them: an answer to all goes to these in copy.
    """

    channel: str
    kind: str
    to: tuple[Party, ...]
    sender: str = ""
    before: tuple[Party, ...] = ()
    changed: bool = False
    unproven: bool = False
    typing: bool = False
    others: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation opened: its head, a window of its messages (oldest first) and how many lie before it.

    ``ways`` are those an answer can go, the one it takes unless somebody says otherwise first; ``reply`` is the one
    chosen.
    """

    head: ConversationRow
    messages: tuple[MessageRow, ...]
    earlier: int
    seen_at: int | None
    reply: ReplyWay
    ways: tuple[ReplyWay, ...]
    related: tuple[int, ...]

    def answered_by(self, channel: str) -> Thread:
        """The same with another way chosen; the first where there is no such channel among them."""
        return replace(self, reply=next((way for way in self.ways if way.channel == channel), self.ways[0]))

    @property
    def reply_to(self) -> tuple[Party, ...]:
        """Where an answer would go."""
        return self.reply.to

    @property
    def reply_channel(self) -> str:
        """The channel it would go by."""
        return self.reply.channel

    @property
    def reply_from(self) -> str:
        """The address of ours it would leave from."""
        return self.reply.sender

    @property
    def reply_before(self) -> tuple[Party, ...]:
        """Who was written to last, or who wrote first."""
        return self.reply.before

    @property
    def reply_changed(self) -> bool:
        """Whether an answer would go to somebody else than before."""
        return self.reply.changed
