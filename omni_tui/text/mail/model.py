"""What a mail says once it is parsed, and the limits within which one is parsed at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from omni_tui.text.mail.calendar import Invite
    from omni_tui.text.mail.dsn import DeliveryReport
    from omni_tui.text.mail.imitation import SenderWarning
    from omni_tui.text.mail.sealing import Sealing
    from omni_tui.text.mail.vcard import Card

MAX_BYTES = 25_000_000
BEGINNING_BYTES = 1 << 20
"""What is kept of a mail that is larger than that."""
MAX_HEADER_BYTES = 64 * 1024
MAX_PART_HEADERS_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_PARTS = 500
MAX_ADDRESSES = 500
MAX_REFERENCES = 100
MAX_SUMMARIES = 5
"""Invitations, and files with cards, that are summarised."""


class MailUnreadable(Exception):
    """The mail is beyond the limits; ``reason`` says which in words. Keep its raw source and show that."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MailAddress:
    """A mailbox as a header names it: the display name, decoded, may be empty; the address is as written."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class MailPart:
    """One attachment. ``part`` says where it is (``1.2``), ``size`` is in decoded bytes.

    ``inline`` parts belong into the text (an image named by ``content_id``). ``last`` says that no boundary ends it: of
    a mail that was cut it is the part that is not whole.
    """

    part: str
    name: str
    mime: str
    size: int
    content_id: str = ""
    inline: bool = False
    last: bool = False


# A tuple is made in a third of the time a frozen dataclass takes, and every mail makes some.
class ParsedMail(NamedTuple):
    """A mail, read. Identifiers come without angle brackets; all strings are storable, none is cleaned.

    ``text`` is the best text there is: plain where it says something, else made from HTML (``html_only``).
    ``date_ms`` is the Date header, None where it is missing or makes no sense. ``is_automatic`` marks what no
    person wrote to us alone: lists, bulk mail, robots, delivery reports (RFC 3834, section 2).

    ``authentication`` are the values of Authentication-Results, topmost first: what they are worth is for
    :func:`omni_tui.text.mail.authentication.verdict` to say. ``warnings`` are about the sender, ``invites`` and
    ``cards`` sum up what is attached, ``report`` what a delivery report says, ``sealings`` what only a key opens.

    ``known_by`` is the Message-ID as far as it is there in the bytes as they came. It stays the same for a mail of
    which more can be read, so that it is known again.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    from_: MailAddress | None = None
    sender: MailAddress | None = None
    reply_to: tuple[MailAddress, ...] = ()
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    date_ms: int | None = None
    text: str = ""
    html_only: bool = False
    attachments: tuple[MailPart, ...] = ()
    auto_submitted: str = ""
    precedence: str = ""
    list_id: str = ""
    is_automatic: bool = False
    delivered_to: tuple[str, ...] = ()
    authentication: tuple[str, ...] = ()
    warnings: tuple[SenderWarning, ...] = ()
    invites: tuple[Invite, ...] = ()
    cards: tuple[Card, ...] = ()
    report: DeliveryReport | None = None
    sealings: tuple[Sealing, ...] = ()
    known_by: str = ""
