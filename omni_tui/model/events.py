"""What connectors report: a closed union of events, in batches with the cursor that follows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from omni_tui.model.address import Address
from omni_tui.model.facts import NO_FACTS, Facts

LEFT = "@"
"""Begins the ``part`` of a file that was left where the message came from, for its size."""


@dataclass(frozen=True, slots=True)
class RemoteAttachment:
    """A file of a message. ``part`` says where in the raw source it is, or behind ``LEFT`` where on the server, in
    words of the connector's own; ``size`` is decoded bytes, there an estimate.
    """

    name: str
    mime: str
    size: int
    part: str
    content_id: str = ""


class Beginnings:
    """What questions may name by its first letters, of all messages that one reader has read: most words of a message
    came in one before it. ``pieces`` are words joined by spaces, in the order they came; they only grow.
    """

    def __init__(self, *pieces: str) -> None:
        self.pieces = [*pieces]


@dataclass(frozen=True, slots=True)
class Words:
    """What a message is found by, cut beforehand where it was read (see ``text.findable``).

    ``version`` is the segmentation's: with another one the words are cut again. ``tokens``, and the words of who wrote
    it, ``sender``, are joined by spaces. ``beginnings`` holds what a question may name of it by its first letters, and
    more. ``lead`` are the first words of its text, as a list shows them.
    """

    version: int
    tokens: str
    sender: str
    beginnings: Beginnings
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a delivery report says of one recipient (RFC 3464, section 2.3); ``words`` are the server's own."""

    address: str
    action: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report. ``key`` is the name of the message it is about, empty if it does not say."""

    key: str
    outcomes: tuple[Reported, ...]


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Who wrote what somebody passed on, and about what, as the passing claims: no proof of anything."""

    author: Address
    subject: str = ""


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """One message as a channel holds it, whoever wrote it.

    ``external_id`` is unique within the channel, whatever stream shows the message. ``locator`` says where
    the stream holds it (mail: ``uidvalidity/uid``). ``key`` is the name other messages reply to it by (mail:
    its Message-ID without angle brackets), ``reply_keys`` the names this one replies to, oldest first.
    ``other_keys`` are further names it goes by, which a server on its way gave it.
    ``receipt_at`` is when the channel's server took it in. ``automatic`` marks lists and robots.
    ``unreadable`` says in words why ``text`` could not be had, or not all of it; ``raw`` then is all there is.
    ``delivered_to`` are the addresses the channel's server delivered it to. ``vouched`` says that this server has
    checked that the author is who they say. ``auto_reply`` marks an answer no person wrote, ``report`` a
    delivery report, ``forwarded`` what somebody passed on; ``unsubscribe`` is where a list can be left.
    ``authentication`` is what servers say about the author, not judged yet; ``facts`` is what else it tells.
    """

    external_id: str
    locator: str
    author: Address
    text: str
    receipt_at: int
    sent_at: int | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    key: str = ""
    reply_keys: tuple[str, ...] = ()
    attachments: tuple[RemoteAttachment, ...] = ()
    automatic: bool = False
    delivered_to: tuple[str, ...] = ()
    vouched: bool = False
    auto_reply: bool = False
    report: Report | None = None
    forwarded: Forwarded | None = None
    unsubscribe: str = ""
    authentication: tuple[str, ...] = ()
    facts: Facts = NO_FACTS
    unreadable: str = ""
    raw: bytes = field(default=b"", repr=False)
    words: Words | None = field(default=None, repr=False, compare=False)
    other_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A message to us. ``answered`` is what the channel itself says (mail: ``\\Answered``), ``junk`` that it took the
    message for spam.
    """

    message: RemoteMessage
    answered: bool = False
    junk: bool = False


@dataclass(frozen=True, slots=True)
class ReadElsewhere:
    """Somebody read the message at ``locator`` of this stream in another program."""

    locator: str


@dataclass(frozen=True, slots=True)
class Vanished:
    """The stream's places ``numbering`` + n, for every n from ``first`` to ``last``, are empty now: what lay there was
    moved or deleted in another program. Nothing of it goes away here.
    """

    numbering: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SentElsewhere:
    """A message of ours: from another client, or our own come back.

    ``proven`` by where it lies (mail: the folder of what was sent) or by whom the channel's server vouches for;
    otherwise it only says that it is from us, as anybody can.
    """

    message: RemoteMessage
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Edited:
    """The author changed the text of a message."""

    external_id: str
    text: str
    edited_at: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """The author took a message back."""

    external_id: str
    deleted_at: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """Our message ``key`` reached the recipient's device or server."""

    key: str
    at: int


@dataclass(frozen=True, slots=True)
class Read:
    """The recipient opened our message ``key``."""

    key: str
    at: int


@dataclass(frozen=True, slots=True)
class Bounced:
    """Our message ``key`` could not be delivered; ``reason`` is the server's own words."""

    key: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class ProfileSeen:
    """A party's name as the channel knows it now."""

    author: Address


@dataclass(frozen=True, slots=True)
class Typing:
    """The customer writes just now, or no longer does (``on``). ``key`` names the conversation as the messages in it
    do: by a name they reply to. Nothing of it is stored.
    """

    key: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Visited:
    """The customer opened a page of the shop at ``since`` (epoch milliseconds), or closed it then (not ``here``).

    ``key`` as in :class:`Typing`.
    """

    key: str
    page: str
    title: str
    since: int
    here: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the channel the agents should see (quota, window, deprecation)."""

    text: str
    at: int


Event = (
    Received
    | SentElsewhere
    | ReadElsewhere
    | Vanished
    | Edited
    | Deleted
    | Delivered
    | Read
    | Bounced
    | ProfileSeen
    | Typing
    | Visited
    | Notice
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first sync of a stream is, in messages."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One poll's events, at most 200 or 4 MB, with the opaque JSON cursor that follows them.

    ``history`` marks the first sync of a stream: its messages arrive silently. ``more`` asks to be polled
    again at once. ``archive`` marks what is read from a file: it never opens what a live message or an agent
    has settled.
    """

    events: tuple[Event, ...]
    next_cursor: str
    history: bool = False
    more: bool = False
    progress: Progress | None = None
    archive: bool = False
