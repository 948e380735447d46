"""Turns the mails of a source into batches of events, leaving out what is no conversation with anybody."""

from __future__ import annotations

import dataclasses
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from omni_tui.connectors.mail.files.model import FileMail, Known, Piece, Source
from omni_tui.connectors.mail.files.roles import Role, labels_role
from omni_tui.connectors.mail.parse_wire import RawMail
from omni_tui.connectors.mail.reading import from_us_to_others
from omni_tui.model.events import Batch, Event, Received, RemoteMessage, SentElsewhere
from omni_tui.text.i18n import _
from omni_tui.text.mail.model import BEGINNING_BYTES, MAX_BYTES, MAX_HEADER_BYTES

MAILS = 200
OCTETS = 4 * 1024 * 1024
_HEADER_END = re.compile(rb"\n\r?\n")
_LABELS = re.compile(rb"^X-Gmail-Labels[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(rb"^X-Status[ \t]*:[ \t]*([ADFORT]{1,6})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MOZILLA = re.compile(rb"^X-Mozilla-Status[ \t]*:[ \t]*([0-9a-f]{4})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MOZILLA_REPLIED, _MOZILLA_EXPUNGED = 0x0002, 0x0008


def read_source(
    source: Source,
    cursor: str | None,
    own: frozenset[str],
    leave_out: frozenset[Role],
    known: Known,
    read: Callable[[Sequence[RawMail]], list[RemoteMessage]],
) -> Iterator[Piece]:
    """The mails of ``source`` behind ``cursor`` as batches; ``own`` are our addresses in lower case.

    ``read`` makes messages of mails, whatever these are.
    """
    held = _Held(own, read)
    after, passed = cursor or "", 0
    for mail in source.mails(cursor, known):
        role, answered = _said(mail)
        after, passed = mail.cursor, mail.passed
        held.add(mail, role, answered, left_out=role in leave_out)
        if held.is_full():
            yield held.piece(after, passed)
            held = _Held(own, read)
    yield held.piece(after, source.size)


class _Held:
    """The mails of one batch."""

    def __init__(self, own: frozenset[str], read: Callable[[Sequence[RawMail]], list[RemoteMessage]]) -> None:
        self._own = own
        self._read = read
        self._mails: list[tuple[RawMail, Role, bool]] = []
        self._octets = 0
        self._skipped: Counter[Role] = Counter()

    def add(self, mail: FileMail, role: Role, answered: bool, *, left_out: bool) -> None:
        """One more."""
        if left_out:
            self._skipped[role] += 1
            return
        raw = _raw(mail)
        self._octets += len(raw.raw)
        self._mails.append((raw, role, answered))

    def is_full(self) -> bool:
        """Whether a batch holds no more, or so many were left out that this should be noted."""
        return len(self._mails) >= MAILS or self._octets >= OCTETS or self._skipped.total() >= MAILS * 10

    def piece(self, cursor: str, passed: int) -> Piece:
        """All of them as events."""
        messages = self._read([raw for raw, _role, _answered in self._mails])
        events = tuple(
            _event(message, role, answered, self._own)
            for message, (_raw, role, answered) in zip(messages, self._mails, strict=True)
        )
        return Piece(Batch(events, cursor, history=True, archive=True), passed, dict(self._skipped))


def _raw(mail: FileMail) -> RawMail:
    raw, too_large = mail.raw, ""
    if mail.size > MAX_BYTES:
        raw = raw[:BEGINNING_BYTES]
        too_large = _("This mail has {size} MB, more than the {limit} MB that are kept: this is its beginning.").format(
            size=mail.size // 1_000_000, limit=MAX_BYTES // 1_000_000
        )
    at = mail.at if mail.at is not None else int(time.time() * 1000)
    return RawMail(raw, mail.locator, at, too_large)


def _event(message: RemoteMessage, role: Role, answered: bool, own: frozenset[str]) -> Event:
    # Which server's verdict on the sender to believe, a file does not tell.
    message = dataclasses.replace(message, authentication=())
    if role is Role.SENT or from_us_to_others(message, own):
        return SentElsewhere(message)
    return Received(message, answered=answered, junk=role is Role.SPAM)


def _said(mail: FileMail) -> tuple[Role, bool]:
    """The mail's role by its place, flags and headers, and whether it was answered."""
    if "T" in mail.flags:
        return Role.TRASH, False
    if "D" in mail.flags:
        return Role.DRAFTS, False
    end = _HEADER_END.search(mail.raw, 0, MAX_HEADER_BYTES)
    stop = end.start() + 1 if end else min(len(mail.raw), MAX_HEADER_BYTES)
    answered = "R" in mail.flags
    role = mail.role
    status = b"".join(_STATUS.findall(mail.raw, 0, stop)).upper()
    if b"D" in status:
        return Role.TRASH, False
    if b"T" in status:
        return Role.DRAFTS, False
    answered = answered or b"A" in status
    if mozilla := _MOZILLA.search(mail.raw, 0, stop):
        bits = int(mozilla[1], 16)
        if bits & _MOZILLA_EXPUNGED:
            return Role.TRASH, False
        answered = answered or bool(bits & _MOZILLA_REPLIED)
    if labels := _LABELS.search(mail.raw, 0, stop):
        said = labels_role(labels[1].decode("utf-8", "replace"))
        role = role if said is Role.PLAIN else said
    return role, answered
