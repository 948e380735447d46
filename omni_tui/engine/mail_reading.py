"""A mail read as the inbox would read it, for the skins: nothing is stored, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from omni_tui.connectors.mail.facts import judged
from omni_tui.connectors.mail.message import read_mail
from omni_tui.connectors.mail.settings import MailSettings
from omni_tui.model.address import Address
from omni_tui.model.events import RemoteMessage
from omni_tui.model.facts import Facts
from omni_tui.text.mail.authentication import read
from omni_tui.text.quotes import Part, fold


@dataclass(frozen=True, slots=True)
class Claim:
    """What one Authentication-Results header says, topmost first, and whether its server is trusted."""

    server: str
    results: Mapping[str, str]
    trusted: bool


@dataclass(frozen=True, slots=True)
class ReadAttachment:
    """A file; ``part`` is its place in the mail, ``size`` in decoded bytes."""

    name: str
    mime: str
    size: int
    part: str


@dataclass(frozen=True, slots=True)
class ReadMail:
    """Everything the inbox would take from a mail.

    ``visible`` is what its writer wrote, ``parts`` the whole text in order: ``text``, ``quote`` and ``signature``.
    ``notice`` says why a mail could not be read. ``reply_keys`` are the Message-IDs it refers to, oldest first.
    """

    author: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent_at: int | None
    message_id: str
    reply_keys: tuple[str, ...]
    text: str
    visible: str
    parts: tuple[Part, ...]
    attachments: tuple[ReadAttachment, ...]
    automatic: bool
    unsubscribe: str
    notice: str
    facts: Facts
    authentication: tuple[Claim, ...]


def read_raw(raw: bytes, channels: Mapping[str, Mapping[str, Any]], servers: Iterable[str] = ()) -> ReadMail:
    """The mail in ``raw``. Trusted are the servers of the configured ``channels``, or only ``servers`` where named."""
    unjudged = read_mail(raw, locator="", receipt_at=0)
    message = unjudged
    for trust in _trusting(channels, tuple(servers)):
        message = judged(unjudged, trust)
        if message.facts.verdict is not None:
            break
    return _told(message, unjudged.authentication)


def _trusting(channels: Mapping[str, Mapping[str, Any]], servers: tuple[str, ...]) -> list[MailSettings]:
    if servers:
        return [MailSettings("", "", "", auth_servers=servers)]
    return [
        MailSettings("", str(table.get("imap_host", "")), "", auth_servers=tuple(map(str, named)))
        for table in channels.values()
        if table.get("kind") == "mail" and isinstance(named := table.get("auth_servers", []), list)
    ]


def _told(message: RemoteMessage, authentication: tuple[str, ...]) -> ReadMail:
    folded = fold(message.text)
    believed = message.facts.verdict.server if message.facts.verdict is not None else None
    claims: list[Claim] = []
    for value in authentication:
        server, results = read(value)
        trusted = server == believed and not any(claim.trusted for claim in claims)
        claims.append(Claim(server, results, trusted))
    return ReadMail(
        author=message.author,
        reply_to=message.reply_to,
        to=message.to,
        cc=message.cc,
        subject=message.subject,
        sent_at=message.sent_at,
        message_id=message.key,
        reply_keys=message.reply_keys,
        text=message.text,
        visible=folded.visible,
        parts=folded.parts,
        attachments=tuple(ReadAttachment(each.name, each.mime, each.size, each.part) for each in message.attachments),
        automatic=message.automatic,
        unsubscribe=message.unsubscribe,
        notice=message.unreadable,
        facts=message.facts,
        authentication=tuple(claims),
    )
