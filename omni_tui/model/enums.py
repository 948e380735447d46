"""The closed sets of words in the store, the CLI's JSON and on screen."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    SPAM = "spam"
    TRASH = "trash"


class Priority(StrEnum):
    """How urgent a conversation is; ``rank`` 1 to 4 is what is stored and sorted by."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """1 for low to 4 for urgent."""
        return list(Priority).index(self) + 1

    @classmethod
    def of_rank(cls, rank: int) -> Priority:
        """The priority stored as ``rank``."""
        return list(cls)[rank - 1]


class Direction(StrEnum):
    """What a message is: from the customer, to the customer, for the team, or something that happened."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    NOTE = "note"
    EVENT = "event"


class OutboxState(StrEnum):
    """``queued → sending → sent | failed | uncertain``; a queued one may be ``cancelled``.

    ``uncertain`` means the message may have left: a person decides whether to send it again.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class Health(StrEnum):
    """How a channel is doing, as the engine last saw it."""

    NEW = "new"
    SYNCING = "syncing"
    OK = "ok"
    FAILING = "failing"


class DraftMode(StrEnum):
    """What a draft will become."""

    REPLY = "reply"
    NOTE = "note"
    FORWARD = "forward"
    NEW = "new"
