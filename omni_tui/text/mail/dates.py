"""When a mail says it was written (RFC 5322, section 3.3)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

_LATEST_MS = 4_102_444_800_000  # 2100: no clock is that wrong
_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
# As nearly all programs write it.
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) ((?:19|20)\d\d) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"
    r"(?: \(\w+\))?",
    re.ASCII,
)


def date_ms(value: str) -> int | None:
    """The moment in epoch milliseconds; None for what is no date, or none of our time."""
    if not value or len(value) > 200:
        return None
    try:
        usual = _USUAL.fullmatch(value)
        seconds = _seconds(value) if usual is None or usual[2] not in _MONTHS else _usual_seconds(*usual.groups())
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return seconds * 1000 if seconds is not None and 0 <= seconds * 1000 < _LATEST_MS else None


def _usual_seconds(
    day: str, month: str, year: str, hour: str, minute: str, second: str, sign: str, hours: str, minutes: str
) -> int:
    clock = int(hour) * 3600 + int(minute) * 60 + int(second)
    if hour > "23" or minute > "59" or second > "59":
        raise ValueError(hour, minute, second)
    ahead = int(hours) * 3600 + int(minutes) * 60
    return _days(day, month, year) * 86_400 + clock + (ahead if sign == "-" else -ahead)


@lru_cache(maxsize=512)
def _days(day: str, month: str, year: str) -> int:
    """Days since 1970. Raises ValueError for what is in no calendar."""
    return date(int(year), _MONTHS[month], int(day)).toordinal() - _EPOCH


def _seconds(value: str) -> int | None:
    """The same for what the standard library understands besides."""
    from email.utils import mktime_tz, parsedate_tz  # few dates need it, and it brings much along

    fields = parsedate_tz(value)
    if fields is None:
        return None
    # Checked as a calendar date first: what follows would silently carry the 31st of April over.
    datetime(*fields[:6], tzinfo=UTC)
    return int(mktime_tz(fields))
