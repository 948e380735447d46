"""What changed in a folder since a last look, told in one answer (RFC 7162).

With QRESYNC, opening the folder again names the mails that are no longer there, without a list of those that are. With
CONDSTORE alone only flags are told. A server with neither is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from omni_tui.connectors.mail.cursor import Cursor
from omni_tui.connectors.mail.fetching import Fetched
from omni_tui.model.events import Event, ReadElsewhere, Vanished

TOLD_AT_ONCE = 500
"""Places in one event, so that whoever stores it is done soon."""
_MOST_EVENTS = 2_000
_LAST_UID = 2**32 - 1
_SET = re.compile(rb"(?:\(EARLIER\) )?([0-9:,]+)\s*\Z", re.IGNORECASE)

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What we have of a folder: the mails with UIDs ``low`` to ``top``, and every change up to ``modseq``."""

    uidvalidity: int
    modseq: int
    low: int
    top: int

    def parameter(self) -> bytes:
        """For SELECT and EXAMINE (section 3.2.5)."""
        return b" (QRESYNC (%d %d %d:%d))" % (self.uidvalidity, self.modseq, self.low, self.top)


@dataclass(frozen=True, slots=True)
class Changes:
    """Mails whose flags changed, UIDs that are gone, and the mod-sequence up to which this is all."""

    flags: tuple[Fetched, ...]
    gone: tuple[Range, ...]
    modseq: int


def known(cursor: Cursor, modseq: int) -> Known | None:
    """What to ask with; None where nothing was counted yet, or nothing is there to have changed."""
    if not modseq or not cursor.top:
        return None
    return Known(cursor.uidvalidity, modseq, 1 if cursor.done else min(cursor.low, cursor.top), cursor.top)


def vanished(pieces: Iterable[object]) -> tuple[Range, ...]:
    """The UIDs in VANISHED answers as imaplib returns them (section 3.2.10), ascending; what is none is passed over.

    Neighbours are put together: a server may name each by itself.
    """
    found: list[Range] = []
    for piece in pieces:
        if isinstance(piece, bytes) and (told := _SET.match(piece)):
            found.extend(_ranges(told.group(1)))
    joined: list[Range] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def changes_events(changes: Changes, cursor: Cursor, *, seen: bool) -> tuple[Event, ...]:
    """What there is to tell of ``changes``; ``seen`` says that reading elsewhere counts."""
    numbering = f"{cursor.uidvalidity}/"
    events: list[Event] = []
    if seen:
        read = {each.uid for each in changes.flags if 0 < each.uid <= cursor.top and b"\\seen" in each.flags}
        events.extend(ReadElsewhere(f"{numbering}{uid}") for uid in sorted(read))
    events.extend(Vanished(numbering, first, last) for first, last in _pieces(changes.gone, cursor.top))
    return tuple(events)


def _ranges(text: bytes) -> Iterator[Range]:
    for part in text.split(b","):
        first, _colon, last = part.partition(b":")
        ends = sorted(int(each) for each in (first, last or first) if each.isdigit() and len(each) <= 10)
        if ends and ends[0] > 0 and ends[-1] <= _LAST_UID:
            yield ends[0], ends[-1]


def _pieces(ranges: Iterable[Range], top: int) -> Iterator[Range]:
    """The ranges up to ``top``, in pieces; a server that says everything is gone is no more than some events."""
    width = max(TOLD_AT_ONCE, top // _MOST_EVENTS)
    for first, last in ranges:
        for start in range(first, min(last, top) + 1, width):
            yield start, min(start + width - 1, last, top)
