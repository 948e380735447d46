"""Reads FETCH answers (RFC 9051, section 7.5.2) as imaplib returns them.

imapclient's own lexer takes about nine tenths of the time of a bulk fetch. imaplib hands an answer over as text
pieces and literals; only the few items we ask for are read here, everything else is stepped over.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

_HEAD = re.compile(rb"\s*(\d+)\s*\(")
_NAME = re.compile(rb"\s*([A-Za-z0-9.\-]+(?:\[[^\]]*\])?(?:<\d+>)?)\s+")
_ATOM = re.compile(rb"[^\s()\"{]+")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_LITERAL_END = re.compile(rb"~?\{\d+\+?\}\Z")
_PLACE = re.compile(rb"\{(\d{1,9})\}")
_DATE = re.compile(rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d)(?: ([+-])(\d\d)(\d\d))?")
LISTED_ITEMS = (
    rb"\((?:(?:UID (\d{1,10})|FLAGS \(([^()\"\r\n]*)\)|INTERNALDATE \"([^\"\\\r\n]*)\"|RFC822\.SIZE (\d{1,20})"
    rb"|MODSEQ \((\d{1,20})\))(?: |(?=\))))+\)"
)
"""A line of a listing as servers write it: single spaces, and only what was asked for."""
_LISTED = re.compile(rb"(\d{1,10}) " + LISTED_ITEMS)
_TWO_DIGITS = {b"%02d" % number: number for number in range(100)}
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")

_NO_FLAGS: frozenset[bytes] = frozenset()
_USUAL = 64
"""Flags and dates of so many bytes at most are remembered: what comes again and again is short."""

Piece = bytes | tuple[bytes, bytes] | None


class Fetched(NamedTuple):
    """One FETCH answer. ``seq`` is the message's number, ``uid`` 0 if the answer has none.

    ``flags`` are lower case. ``received_at`` is INTERNALDATE in epoch milliseconds. ``content`` is whichever
    body section was asked for, None if the server sent none. ``modseq`` is RFC 7162's, 0 without. ``whole`` says that
    it could be read to its end: another may be hidden in one that could not.
    """

    seq: int
    uid: int = 0
    flags: frozenset[bytes] = frozenset()
    received_at: int | None = None
    size: int | None = None
    content: bytes | None = None
    modseq: int = 0
    whole: bool = True


def fits_together(answers: Collection[Fetched]) -> bool:
    """Whether the answers to a listing (UID, date and size) of a range of UIDs show no gap.

    Message numbers rise one by one with the UIDs (RFC 9051, section 2.3.1.2), so one that is missing leaves a hole.
    What a server tells of changed flags in between has neither date nor size.
    """
    if not all(each.whole and (each.size is None) == (each.received_at is None) for each in answers):
        return False
    listed = {each.uid: each.seq for each in answers if each.size is not None}
    numbers = [listed[uid] for uid in sorted(listed)]
    return 0 not in listed and (not numbers or numbers == list(range(numbers[0], numbers[0] + len(numbers))))


def read_answers(pieces: Iterable[Piece]) -> Iterator[Fetched]:
    """The FETCH answers in what ``imaplib.IMAP4.uid("FETCH", …)`` returned.

    One that cannot be read at all has no UID, and is not whole.
    """
    text = b""
    literals: list[bytes] = []
    for piece in pieces:
        if piece is None:
            continue
        if isinstance(piece, tuple):
            # In the text the literal's place is marked with its number instead of its length.
            text += _LITERAL_END.sub(b"", piece[0]) + b"{%d}" % len(literals)
            literals.append(piece[1])
            continue
        yield _read(text + piece, literals)
        text, literals = b"", []


def listed_answer(
    seq: bytes,
    uid: bytes | None,
    flags: bytes | None,
    date: bytes | None,
    size: bytes | None,
    modseq: bytes | None,
) -> Fetched:
    """The answer of a message number and what ``LISTED_ITEMS`` found."""
    return Fetched(
        int(seq),
        int(uid) if uid else 0,
        (_usual_flags if len(flags) <= _USUAL else _flags)(flags) if flags else _NO_FLAGS,
        internal_date(date) if date else None,
        int(size) if size else None,
        None,
        int(modseq) if modseq else 0,
    )


def _flags(words: bytes) -> frozenset[bytes]:
    return frozenset(words.lower().split())


_usual_flags = lru_cache(maxsize=256)(_flags)


def _read(text: bytes, literals: list[bytes]) -> Fetched:
    listed = _LISTED.fullmatch(text)
    if listed is not None:
        return listed_answer(*listed.groups())
    head = _HEAD.match(text)
    if head is None:
        return Fetched(0, whole=False)
    items: dict[bytes, bytes | None] = {}
    at = head.end()
    while name := _NAME.match(text, at):
        items[name.group(1).upper()], at = _value(text, name.end(), literals)
    uid, size = items.get(b"UID"), items.get(b"RFC822.SIZE")
    date, modseq = items.get(b"INTERNALDATE"), items.get(b"MODSEQ")
    return Fetched(
        seq=int(head.group(1)),
        uid=int(uid) if uid and uid.isdigit() else 0,
        flags=_flags(items.get(b"FLAGS") or b""),
        received_at=internal_date(date) if date else None,
        size=int(size) if size and size.isdigit() else None,
        content=next((value for key, value in items.items() if key.startswith(b"BODY[")), None),
        modseq=int(modseq) if modseq and modseq.isdigit() else 0,
        whole=text[at:].strip() == b")",
    )


def _literal(place: bytes, literals: list[bytes]) -> bytes | None:
    number = int(place)
    return literals[number] if number < len(literals) else None


def _value(text: bytes, at: int, literals: list[bytes]) -> tuple[bytes | None, int]:
    """The value that begins at ``at`` (atom, quoted string, literal or list) and where it ends."""
    first = text[at : at + 1]
    if first == b"{" and (place := _PLACE.match(text, at)):
        return _literal(place.group(1), literals), place.end()
    if first == b'"' and (quoted := _QUOTED.match(text, at)):
        return _ESCAPED.sub(rb"\1", quoted.group(1)), quoted.end()
    if first == b"(":
        return _list(text, at)
    atom = _ATOM.match(text, at)
    if atom is None:
        return b"", at + 1
    return (None if atom.group() == b"NIL" else atom.group()), atom.end()


def _list(text: bytes, at: int) -> tuple[bytes, int]:
    """What is inside the parentheses that open at ``at``, as it stands, and where they end."""
    depth, start, end = 0, at + 1, len(text)
    while at < end:
        char = text[at : at + 1]
        if char == b'"' and (quoted := _QUOTED.match(text, at)):
            at = quoted.end()
            continue
        depth += (char == b"(") - (char == b")")
        at += 1
        if depth == 0:
            return text[start : at - 1], at
    return text[start:], end


def internal_date(value: bytes) -> int | None:
    """Epoch milliseconds of ``22-Nov-2026 01:55:28 +0000``; None if it is none."""
    # Where the time stands in its usual place, the rest is a day and a zone, and those come again and again.
    number = _TWO_DIGITS.get
    hour, minute, second = number(value[12:14]), number(value[15:17]), number(value[18:20])
    if hour is None or minute is None or second is None or not value[14:15] == value[17:18] == b":":
        return _read_date(value)
    if len(value) > _USUAL:
        return _read_date(value)
    midnight = _midnight(value[:12] + b"00:00:00" + value[20:])
    return None if midnight is None else midnight + ((hour * 60 + minute) * 60 + second) * 1000


def _read_date(value: bytes) -> int | None:
    found = _DATE.match(value)
    if found is None or found.group(2).lower() not in _MONTHS:
        return None
    day, month, year, hour, minute, second, sign, zone_h, zone_m = found.groups()
    number = _MONTHS.index(month.lower()) + 1
    try:
        seconds = timegm((int(year), number, int(day), int(hour), int(minute), int(second)))
    except ValueError:
        return None  # the year 0
    offset = (int(zone_h) * 60 + int(zone_m)) * 60 if sign else 0
    return (seconds + offset if sign == b"-" else seconds - offset) * 1000


_midnight = lru_cache(maxsize=1024)(_read_date)
