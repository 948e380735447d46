"""Invitations and answers to them (RFC 5545, RFC 5546) in short."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from omni_tui.text.mail.content_lines import ContentLine, content_lines
from omni_tui.text.mail.zones import Zones

_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")


@dataclass(frozen=True, slots=True)
class Invite:
    """One event. ``method`` is ``REQUEST``, ``REPLY``, ``CANCEL``…, ``answer`` what ``attendee`` said (``ACCEPTED``…).

    Times are epoch milliseconds, or None and the local words where that is all that is known: ``2026-11-03`` for a
    whole day, ``2026-11-03 10:00`` with the name of a zone nobody knows behind it. ``more`` counts further events in
    the same calendar; ``repeats`` says that this is the first of several.
    """

    method: str = ""
    summary: str = ""
    start_at: int | None = None
    start_local: str = ""
    end_at: int | None = None
    end_local: str = ""
    location: str = ""
    organiser: str = ""
    answer: str = ""
    attendee: str = ""
    repeats: bool = False
    more: int = 0


def parse_invite(text: str) -> Invite | None:
    """The first event of a calendar; None where there is none."""
    lines = list(content_lines(text))
    begins = [
        index for index, line in enumerate(lines) if line.name == "BEGIN" and line.value.strip().upper() == "VEVENT"
    ]
    if not begins:
        return None
    event = _own(lines[begins[0] + 1 :])
    zones = Zones(lines)
    method = next((line.text.upper()[:20] for line in lines if line.name == "METHOD"), "")
    if _text(event, "STATUS").upper() == "CANCELLED":
        method = "CANCEL"
    start_at, start_local = _when(event, "DTSTART", zones)
    end_at, end_local = _when(event, "DTEND", zones)
    if end_at is None and not end_local:
        end_at = _after(start_at, _text(event, "DURATION"))
    attendee = (
        next((line for line in event if line.name == "ATTENDEE"), None) if method in ("REPLY", "COUNTER") else None
    )
    return Invite(
        method=method,
        summary=_text(event, "SUMMARY")[:300],
        start_at=start_at,
        start_local=start_local,
        end_at=end_at,
        end_local=end_local,
        location=_text(event, "LOCATION")[:300],
        organiser=_party(next((line for line in event if line.name == "ORGANIZER"), None)),
        answer=attendee.params.get("PARTSTAT", "").upper()[:20] if attendee else "",
        attendee=_party(attendee),
        repeats=any(line.name in ("RRULE", "RDATE") for line in event),
        more=len(begins) - 1,
    )


def _is_event(line: ContentLine) -> bool:
    return line.value.strip().upper() == "VEVENT"


def _own(lines: Iterable[ContentLine]) -> list[ContentLine]:
    """The lines of an event without those of what is inside it (alarms)."""
    found: list[ContentLine] = []
    depth = 0
    for line in takewhile(lambda line: line.name != "END" or not _is_event(line), lines):
        depth += (line.name == "BEGIN") - (line.name == "END")
        if not depth:
            found.append(line)
    return found


def _text(event: list[ContentLine], name: str) -> str:
    return next((line.text for line in event if line.name == name), "")


def _party(line: ContentLine | None) -> str:
    if line is None:
        return ""
    address = line.text
    address = address[7:] if address[:7].lower() == "mailto:" else address
    name = ContentLine("", {}, line.params.get("CN", "")).text
    return (f"{name} <{address}>" if name and name != address else address)[:300]


def _when(event: list[ContentLine], name: str, zones: Zones) -> tuple[int | None, str]:
    line = next((line for line in event if line.name == name), None)
    match = _TIME.fullmatch(line.value.strip()) if line is not None else None
    if line is None or match is None:
        return None, ""
    year, month, day, hour, minute, second, utc = match.groups()
    try:
        day_at = date(int(year), int(month), int(day))
        moment = datetime.combine(day_at, time(int(hour or 0), int(minute or 0), min(59, int(second or 0))))
    except ValueError:
        return None, ""
    if not 1900 <= moment.year <= 2200:
        return None, ""
    if hour is None:
        return None, f"{moment:%Y-%m-%d}"
    zone = line.params.get("TZID", "")
    offset = timedelta(0) if utc else zones.offset(zone, moment)
    if offset is None:
        named = ContentLine("", {}, zone).text[:60]
        return None, f"{moment:%Y-%m-%d %H:%M} {named}".rstrip()
    return int((moment.replace(tzinfo=UTC) - offset).timestamp() * 1000), ""


def _after(start_at: int | None, duration: str) -> int | None:
    match = _DURATION.fullmatch(duration) if duration else None
    if start_at is None or match is None:
        return None
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in match.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return start_at + int(length.total_seconds() * 1000)
