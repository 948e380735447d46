"""An mbox read as a stream: every byte looked at once, never more than one mail in memory.

The forms (RFC 4155; the mboxo, mboxrd, mboxcl and mboxcl2 of qmail's and mutt's manuals) differ in what they do to a
line of a mail that begins with ``From ``: nothing, a ``>`` before it, a ``>`` before every line of ``>`` and
``From ``, or a Content-Length that says where the mail ends. Which one a file is in it does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from omni_tui.text.mail.model import BEGINNING_BYTES, MAX_BYTES, MAX_HEADER_BYTES

CHUNK = 1 << 20
LONGEST_LINE = 1000
"""Bytes of a ``From `` line; a longer one is text."""
UTF8_MARK = b"\xef\xbb\xbf"
"""What some editors put before everything else in a file."""

_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_DAY, _MONTH, _TIME = (
    rb"(?:mon|tue|wed|thu|fri|sat|sun)",
    rb"(" + b"|".join(_MONTHS) + rb")",
    rb"(\d\d?):(\d\d)(?::(\d\d))?",
)
# As asctime writes it, some with a zone before or behind the year; or as in a Date header.
_ASCTIME = re.compile(
    rb"from .*\b" + _DAY + rb" +" + _MONTH + rb" +(\d\d?) +" + _TIME + rb"\b.*?\b((?:19|20)\d\d)\b", re.IGNORECASE
)
_DATE = re.compile(rb"from .*\b" + _DAY + rb",? +(\d\d?) +" + _MONTH + rb" +((?:19|20)\d\d) +" + _TIME, re.IGNORECASE)
_HEADER = re.compile(rb"[!-9;-~]{1,80}[ \t]*:|>?From ")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\n\r?\n")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_FIRST_YEAR = 1980


@dataclass(frozen=True, slots=True)
class MboxMail:
    """One mail. ``start`` and ``end`` are the offsets of its ``From `` line and of the next one.

    ``size`` is what it has in bytes; where that is beyond the limit ``raw`` holds its beginning only. ``at`` is the
    time in its ``From `` line in epoch milliseconds, if that has one.
    """

    start: int
    end: int
    size: int
    raw: bytes
    at: int | None


def is_separator(line: bytes) -> bool:
    """Whether a line is a ``From `` line that tells its time: no sentence looks like that."""
    return line.startswith(b"From ") and bool(_ASCTIME.match(line) or _DATE.match(line))


def read_mbox(stream: BinaryIO, offset: int = 0, *, most: int = MAX_BYTES) -> Iterator[MboxMail]:
    """Every mail of ``stream``, which stands at ``offset``, where a ``From `` line is or nothing more.

    ``most`` is the size in bytes from which only the beginning of a mail is kept.
    """
    reader = _Reader(stream, offset, most)
    while (mail := reader.next()) is not None:
        yield mail


class _Reader:
    def __init__(self, stream: BinaryIO, offset: int, most: int) -> None:
        self._stream = stream
        self._most = most
        self._beginning = min(most, BEGINNING_BYTES)
        self._base = offset
        self._held = bytearray()
        self._ended = False
        # Files whose first line has no time are cut at lines that are like it in that.
        self._dated: bool | None = None

    def next(self) -> MboxMail | None:
        """The mail at the beginning of what is held, which is then dropped."""
        held = self._held
        if not self._base:
            self._skip_mark()
        while (held and held[0] in b"\r\n") or (not held and not self._ended):
            if held:
                del held[:1]
                self._base += 1
            else:
                self._more()
        if not held:
            return None
        start, first = self._base, self._line(0)
        if self._dated is None:
            self._dated = is_separator(first)
        # What does not begin with a From line (a file cut in the middle) is a mail without one.
        body = len(first) if first.startswith(b"From ") else 0
        told = self._by_length(body)
        if told is None:
            return self._by_line(start, first, body)
        end, following = told
        # Whoever leaves one such line as it is leaves all of them.
        return self._cut(start, first, body, end, following, escaped=held.find(b"\nFrom ", body, end) < 0)

    def _by_line(self, start: int, first: bytes, body: int) -> MboxMail:
        """The mail up to the next ``From `` line; of one beyond the limit only the beginning is kept."""
        held, kept, dropped, scan = self._held, b"", 0, max(0, body - 1)
        while True:
            found = held.find(b"\nFrom ", scan)
            if found >= 0 and self._separates(found + 1):
                end = found + 1
                break
            if found >= 0:
                scan = found + 1
            elif self._ended:
                end = len(held)
                break
            else:
                scan = max(scan, len(held) - 6)
                self._more()
            if scan > self._most:
                kept = kept or bytes(held[body : body + self._beginning])
                # What stands before a line tells whether it separates.
                del held[: scan - 4]
                dropped += scan - 4
                scan = 4
        if not kept:
            return self._cut(start, first, body, end, end, escaped=True)
        del held[:end]
        self._base = start + dropped + end
        return MboxMail(start, self._base, dropped + end - body, kept, envelope_time(first))

    def _cut(self, start: int, first: bytes, body: int, end: int, following: int, *, escaped: bool) -> MboxMail:
        raw = bytes(self._held[body:end])
        del self._held[:following]
        self._base = start + following
        if end == following:
            # The blank line before the next mail belongs to the file.
            raw = raw.removesuffix(b"\r\n") if raw.endswith(b"\r\n\r\n") else raw
            raw = raw.removesuffix(b"\n") if raw.endswith(b"\n\n") else raw
        if escaped and b">From " in raw:
            raw = _ESCAPED.sub(rb"\1", raw)
        kept = raw if len(raw) <= self._most else raw[: self._beginning]
        return MboxMail(start, self._base, len(raw), kept, envelope_time(first))

    def _by_length(self, body: int) -> tuple[int, int] | None:
        """Where the mail ends and the next begins, if its Content-Length tells the truth: one, or nothing, follows."""
        held = self._held
        while len(held) < body + MAX_HEADER_BYTES and not self._ended:
            self._more()
        blank = _BLANK.search(held, body, body + MAX_HEADER_BYTES)
        # The last one counts: a program that rewrites the mail adds its own below.
        told = _LENGTH.findall(held, body, blank.start() + 1) if blank else []
        if blank is None or not told or int(told[-1]) > self._most:
            return None
        end = blank.end() + int(told[-1])
        while len(held) < end + LONGEST_LINE and not self._ended:
            self._more()
        following = end
        while following < min(len(held), end + 4) and held[following] in b"\r\n":
            following += 1
        if following >= len(held):
            return (end, following) if following == len(held) else None
        line = self._line(following)
        separates = is_separator(line) or (not self._dated and line.startswith(b"From "))
        return (end, following) if separates else None

    def _separates(self, at: int) -> bool:
        """Whether the line at ``at``, which begins with ``From ``, begins a mail."""
        line = self._line(at)
        if self._dated:
            return is_separator(line)
        # Without a time in it, only an empty line before and a header behind it make it one.
        held = self._held
        below_empty = held[at - 2 : at - 1] == b"\n" or held[at - 3 : at - 1] == b"\n\r"
        return below_empty and _HEADER.match(self._line(at + len(line))) is not None

    def _line(self, at: int) -> bytes:
        """The line at ``at`` with its end; cut when it is too long for a ``From `` line."""
        held = self._held
        while (
            (end := held.find(b"\n", at, at + LONGEST_LINE)) < 0 and len(held) < at + LONGEST_LINE and not self._ended
        ):
            self._more()
        return bytes(held[at : end + 1 if end >= 0 else at + LONGEST_LINE])

    def _skip_mark(self) -> None:
        while len(self._held) < len(UTF8_MARK) and not self._ended:
            self._more()
        if self._held.startswith(UTF8_MARK):
            del self._held[: len(UTF8_MARK)]
            self._base = len(UTF8_MARK)

    def _more(self) -> None:
        read = self._stream.read(CHUNK)
        if read:
            self._held += read
        else:
            self._ended = True


def envelope_time(line: bytes) -> int | None:
    """The time in a ``From `` line in epoch milliseconds, taken as UTC (RFC 4155); None for none, or an absurd one."""
    if found := _ASCTIME.match(line):
        month, day, hour, minute, second, year = found.groups()
    elif found := _DATE.match(line):
        day, month, year, hour, minute, second = found.groups()
    else:
        return None
    if int(year) < _FIRST_YEAR:
        return None
    try:
        number = _MONTHS.index(month.lower()) + 1
        moment = datetime(int(year), number, int(day), int(hour), int(minute), min(59, int(second or 0)), tzinfo=UTC)
    except ValueError:
        return None
    return int(moment.timestamp()) * 1000
