"""What the skins read: flat rows, already joined, in raw outside text (the skin cleans what it shows)."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.model.enums import Direction, DraftMode, Health, OutboxState, Status


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


@dataclass(frozen=True, slots=True)
class ListKey:
    """The place of a row in the list's order; ``at`` is what the sort goes by."""

    at: int
    id: str


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


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation opened: its head, a window of its messages (oldest first) and how many lie before it."""

    head: ConversationRow
    messages: tuple[MessageRow, ...]
    earlier: int
    seen_at: int | None
    reply_to: tuple[Party, ...]
    reply_channel: str
    related: tuple[int, ...]


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
class CustomerCard:
    """The customer beside the thread. ``since`` is the first message's time; ``conversations`` newest first."""

    id: str
    name: str
    identities: tuple[IdentityRow, ...]
    tags: tuple[str, ...]
    notes: str
    since: int | None
    conversations: tuple[PastConversation, ...]
    conversation_count: int


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A configured channel as the engine last saw it: all a skin knows of it."""

    id: str
    name: str
    kind: str
    address: str
    health: Health
    error: str
    next_try_at: int | None
    done: int
    total: int
    checked_at: int | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What an agent has begun to write in a conversation."""

    conversation_id: str
    mode: DraftMode
    body: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A conversation that matches, with the words around the first match."""

    row: ConversationRow
    excerpt: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One thing somebody did to a conversation."""

    at: int
    actor: str
    verb: str
    field: str
    before: str
    after: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did: ``changed`` conversations, ``untouched`` ones that already were so.

    ``act_id`` names it in the journal (empty: nothing to undo). ``verb`` is the action's. ``refused`` says in
    words what was left alone and why (undo only).
    """

    verb: str
    changed: tuple[str, ...]
    untouched: tuple[str, ...] = ()
    act_id: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queued:
    """A reply that is stored and will leave at ``leaves_at``."""

    conversation_id: str
    message_id: str
    outbox_id: str
    leaves_at: int
    act_id: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change feed."""

    seq: int
    entity: str
    entity_id: str
