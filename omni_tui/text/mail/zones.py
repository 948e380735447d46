"""Time zones of calendars: by their IANA name, by the name Windows gives them, or as the calendar defines them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from omni_tui.text.mail.content_lines import ContentLine

# CLDR, windowsZones.xml: the zone of the territory 001.
_WINDOWS = {
    "utc": "Etc/UTC", "gmt standard time": "Europe/London", "greenwich standard time": "Atlantic/Reykjavik",
    "w. europe standard time": "Europe/Berlin", "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest", "central european standard time": "Europe/Warsaw",
    "e. europe standard time": "Europe/Chisinau", "gtb standard time": "Europe/Bucharest",
    "fle standard time": "Europe/Kiev", "russian standard time": "Europe/Moscow",
    "turkey standard time": "Europe/Istanbul",
    "israel standard time": "Asia/Jerusalem", "egypt standard time": "Africa/Cairo",
    "south africa standard time": "Africa/Johannesburg", "arab standard time": "Asia/Riyadh",
    "arabian standard time": "Asia/Dubai", "iran standard time": "Asia/Tehran", "india standard time": "Asia/Calcutta",
    "pakistan standard time": "Asia/Karachi", "se asia standard time": "Asia/Bangkok",
    "china standard time": "Asia/Shanghai", "taipei standard time": "Asia/Taipei",
    "singapore standard time": "Asia/Singapore", "tokyo standard time": "Asia/Tokyo",
    "korea standard time": "Asia/Seoul",
    "w. australia standard time": "Australia/Perth", "aus eastern standard time": "Australia/Sydney",
    "e. australia standard time": "Australia/Brisbane", "new zealand standard time": "Pacific/Auckland",
    "eastern standard time": "America/New_York", "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver", "us mountain standard time": "America/Phoenix",
    "pacific standard time": "America/Los_Angeles", "alaskan standard time": "America/Anchorage",
    "hawaiian standard time": "Pacific/Honolulu", "atlantic standard time": "America/Halifax",
    "newfoundland standard time": "America/St_Johns", "e. south america standard time": "America/Sao_Paulo",
    "argentina standard time": "America/Buenos_Aires", "sa pacific standard time": "America/Bogota",
    "central standard time (mexico)": "America/Mexico_City",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})")
_RULE = re.compile(r"FREQ=YEARLY(?=.*;BYMONTH=(\d{1,2})\b)(?=.*;BYDAY=(-?\d)(MO|TU|WE|TH|FR|SA|SU)\b).*")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Zones:
    """The zones one calendar may name."""

    def __init__(self, lines: Sequence[ContentLine]) -> None:
        self._defined = _defined(lines)

    def offset(self, name: str, moment: datetime) -> timedelta | None:
        """How far the zone is ahead of UTC at a local ``moment``; None where nobody knows the zone."""
        # Some write the place behind a path of their own: /freeassociation.sourceforge.net/Europe/Berlin.
        known = _WINDOWS.get(name.lower(), "/".join(name.split("/")[-2:]) if name.startswith("/") else name)
        if _NAME.fullmatch(known):
            try:
                return moment.replace(tzinfo=ZoneInfo(known)).utcoffset()
            except (KeyError, ValueError, OSError, OverflowError):
                pass
        # The latest change before the moment tells.
        changes = [(change, offset) for rule in self._defined.get(name, ()) for change, offset in rule.changes(moment)]
        return max(changes)[1] if changes else None


class _Rule:
    """Standard or summer time: from when on in each year, and how far ahead of UTC."""

    def __init__(self) -> None:
        self.start: datetime | None = None
        self.ahead: timedelta | None = None
        self.yearly: tuple[int, int, int] | None = None

    def changes(self, moment: datetime) -> list[tuple[datetime, timedelta]]:
        """The last times it began before ``moment``."""
        if self.ahead is None or self.start is None:
            return []
        if self.yearly is None:
            return [(self.start, self.ahead)] if self.start <= moment else []
        found = (_nth(year, *self.yearly, self.start) for year in (moment.year - 1, moment.year) if year > 1)
        return [(change, self.ahead) for change in found if change is not None and change <= moment]


def _defined(lines: Sequence[ContentLine]) -> dict[str, list[_Rule]]:
    zones: dict[str, list[_Rule]] = {}
    name, rule = "", _Rule()
    for line in lines:
        value = line.value.strip().upper()
        if line.name == "TZID" and not line.params:
            name = line.value.strip()
        elif line.name == "BEGIN" and value in ("STANDARD", "DAYLIGHT"):
            rule = _Rule()
            if len(zones.setdefault(name, [])) < 50:
                zones[name].append(rule)
        elif line.name == "TZOFFSETTO" and (match := _OFFSET.match(value)):
            ahead = timedelta(hours=int(match[2]), minutes=int(match[3]))
            rule.ahead = -ahead if match[1] == "-" else ahead
        elif line.name == "DTSTART" and name and rule.start is None:
            rule.start = _moment(value)
        elif line.name == "RRULE" and (match := _RULE.fullmatch(value)) and 1 <= int(match[1]) <= 12:
            rule.yearly = int(match[1]), int(match[2]), _DAYS.index(match[3])
        elif line.name == "END" and value == "VTIMEZONE":
            name, rule = "", _Rule()
    return zones


def _moment(value: str) -> datetime | None:
    try:
        return datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007  local by its nature
    except ValueError:
        return None


def _nth(year: int, month: int, nth: int, weekday: int, start: datetime) -> datetime | None:
    """The ``nth`` weekday of a month, counted from its end when negative, at the clock time of ``start``."""
    first = start.replace(year=year, month=month, day=1)
    days = [first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * week) for week in range(5)]
    days = [day for day in days if day.month == month]
    index = nth - 1 if nth > 0 else nth
    return days[index] if -len(days) <= index < len(days) else None
