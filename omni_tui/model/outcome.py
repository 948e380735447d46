"""What actions leave behind: outcomes, queued replies, drafts, journal entries.

Flat rows, already joined, in raw outside text: the skin cleans what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did: ``changed`` conversations, ``untouched`` ones that already were so.

    ``act_id`` names it in the journal (empty: nothing to undo). ``verb`` is the action's. ``refused`` says in
    words what was left alone and why, ``replaced`` what somebody else had set before, ``notices`` what to look at.
    ``views``, ``snippets`` and ``customers`` are the names of those it changed.
    """

    verb: str
    changed: tuple[str, ...]
    untouched: tuple[str, ...] = ()
    act_id: str = ""
    refused: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    snippets: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Queued:
    """A reply that is stored and will leave at ``leaves_at``."""

    conversation_id: str
    message_id: str
    outbox_id: str
    leaves_at: int
    act_id: str


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
class ActRow:
    """One act on a conversation with all it changed there, the newest change first.

    ``number`` names it for people. ``why_not`` says why whoever looks cannot take it back as things stand, empty where
    they can or where it is ``undone``.
    """

    id: str
    number: int
    at: int
    actor: str
    verb: str
    changes: tuple[JournalEntry, ...]
    undone: bool
    why_not: str

    @property
    def goes_back(self) -> bool:
        """Whether it stands and can be taken back."""
        return not self.undone and not self.why_not
