"""What the engine asks of a connector, and what it answers. Each command is an outbox row with a kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from omni_tui.model.address import Address


@dataclass(frozen=True, slots=True)
class Quote:
    """The customer's last message, repeated below an answer."""

    author: Address
    sent_at: int
    text: str


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A message that is forwarded: who wrote it to whom, when (epoch ms) and what."""

    author: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    sent_at: int
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file sent along."""

    name: str
    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Send:
    """One message to the customer.

    ``key`` is the name the message will be known by (mail: its Message-ID without angle brackets), the same at
    every attempt. ``reply_keys`` are the names it answers, oldest first. ``ref`` is the conversation's number.
    ``sender`` is the address of the channel it leaves from (empty: its own). ``automatic`` marks what no person wrote.
    ``agent`` is the name of who wrote it, for channels that show one. ``passed_on`` is a message it forwards.
    ``only`` are the addresses that are still to get it, when the others have it; empty: all.
    """

    key: str
    to: tuple[Address, ...]
    text: str
    created_at: int
    cc: tuple[Address, ...] = ()
    subject: str = ""
    ref: int = 0
    reply_keys: tuple[str, ...] = ()
    quote: Quote | None = None
    sender: str = ""
    automatic: bool = False
    files: tuple[SentFile, ...] = ()
    agent: str = ""
    passed_on: PassedOn | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Tell the channel that the message at ``locator`` of ``stream`` was read.

    Where the customer is to see it (the capability ``seen_receipts``) it is named by ``key`` alone.
    """

    stream: str
    locator: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ShowTyping:
    """Show the customer for some seconds that ``agent`` writes. ``reply_keys`` and ``to`` as in :class:`Send`."""

    to: tuple[Address, ...]
    reply_keys: tuple[str, ...]
    agent: str


@dataclass(frozen=True, slots=True)
class ShowAnswer:
    """Show the customer, where they wrote, an answer that went to them by mail.

    The same ``key`` again is the same answer. ``reply_keys`` and ``agent`` as in :class:`Send`.
    """

    key: str
    reply_keys: tuple[str, ...]
    text: str
    agent: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Put the messages at these places of ``stream`` away; what is no longer there is no error."""

    stream: str
    locators: tuple[str, ...]


Command = Send | MarkRead | Archive | ShowTyping | ShowAnswer


@dataclass(frozen=True, slots=True)
class Refused:
    """A recipient the server would not take, in its own words."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The command took effect. ``external_id`` is the channel's id for it, if it tells one.

    ``refused`` will not get it; ``deferred`` may if they are tried again, they alone (``Send.only``).
    """

    external_id: str = ""
    refused: tuple[Refused, ...] = ()
    deferred: tuple[Refused, ...] = ()
