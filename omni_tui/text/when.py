"""Times as people write and read them: ``tomorrow 9``, ``明天9点``, ``2h``; ``12m``, ``2 Nov``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from omni_tui.text.i18n import _

MORNING = time(9)
_MINUTE, _HOUR, _DAY, _WEEK, _YEAR = 60, 3600, 86400, 7 * 86400, 31557600
_YEARS_AHEAD = 50

_UNITS = {
    _MINUTE: "m min mins minute minutes minuten 分 分钟 分鐘 分後 分钟后",
    _HOUR: "h hr hrs hour hours std stunde stunden 小时 小時 时间 時間 小时后",
    _DAY: "d day days tag tage tagen 天 日 天后 天後",
    _WEEK: "w wk wks week weeks woche wochen 周 週 星期 周后",
}
_UNIT_SECONDS = {word: seconds for seconds, words in _UNITS.items() for word in words.split()}
_DAYS = {
    "today": 0, "tonight": 0, "heute": 0, "今天": 0, "今日": 0, "今晚": 0,
    "tomorrow": 1, "tmr": 1, "tom": 1, "morgen": 1, "明天": 1, "明日": 1,
    "übermorgen": 2, "uebermorgen": 2, "后天": 2, "後天": 2, "大后天": 3,
}  # fmt: skip
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            "mon monday mo montag 一",
            "tue tues tuesday di dienstag 二",
            "wed wednesday mi mittwoch 三",
            "thu thur thurs thursday do donnerstag 四",
            "fri friday fr freitag 五",
            "sat saturday sa samstag weekend wochenende 六 末",
            "sun sunday so sonntag 日 天",
        )
    )
    for name in names.split()
}
# Compiled at first use: most programs that tell a time read none.
_SPAN = r"(?:in\s+)?(\d{1,5})\s*([^\W\d]+)"
_DATE = r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t\s]+(.+))?|(\d{1,2})月(\d{1,2})[日号]?(.*)"
_WEEKDAY_ZH = r"(下下|下|下个|这|本)?(?:周|星期|礼拜|週)([一二三四五六日天末])(.*)"
_MONTH_DAY = r"(?:(\d{1,2})\.?\s+)?([^\W\d]{3,9})\.?(?:\s+(\d{1,2}))?(?:\s+(.+))?"
_MONTHS_AHEAD = r"(?:in\s+)?(\d{1,3})\s*(?:months?|monate?n?|月后?|月後)"
_CLOCK = (
    r"(?:at|um|@)?\s*(上午|早上|早晨|凌晨|中午|下午|傍晚|晚上)?\s*(\d{1,2})"
    r"(?:[:.点點时時h]([0-5]?\d)?分?|(?=\s*(?:am|pm|uhr|$)))\s*(半)?\s*(am|pm|uhr)?"
)


def parse_when(text: str, now_ms: int, tz: tzinfo) -> int:
    """The moment meant by ``text`` in epoch milliseconds, always after ``now_ms``.

    A day without an hour means nine in the morning; an hour without a day the next time it comes.

    Raises:
        ValueError: not understood, or in the past; the sentence has an example.
    """
    now = datetime.fromtimestamp(now_ms / 1000, tz)
    from omni_tui.text.when_words import plain  # like the patterns: only for who reads a time

    words = plain(" ".join(text.lower().replace("：", ":").replace(",", " ").replace("，", " ").split()))
    moment = _parse(words, now)
    if moment is None:
        raise ValueError(_('"{text}" is not a time. Try: 2h, tomorrow 9, mon 14:30').format(text=text[:40]))
    result = int(moment.timestamp() * 1000)
    if result <= now_ms:
        raise ValueError(_('"{text}" has passed. Try: 2h, tomorrow 9, mon 14:30').format(text=text[:40]))
    return result


def _parse(words: str, now: datetime) -> datetime | None:
    from omni_tui.text.when_words import MONTHS

    span = re.fullmatch(_SPAN, words)
    if span is not None and span[2] in _UNIT_SECONDS:
        seconds = int(span[1]) * _UNIT_SECONDS[span[2]]
        if not 0 < seconds <= _YEARS_AHEAD * _YEAR:
            return None
        if seconds % _DAY == 0 and _UNIT_SECONDS[span[2]] >= _DAY:
            return now + timedelta(seconds=seconds)
        # Counted in absolute time: two hours are two hours when the clocks change, while a day keeps its hour.
        return (now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)
    months = re.fullmatch(_MONTHS_AHEAD, words)
    if months is not None and int(months[1]) <= _YEARS_AHEAD * 12:
        return _months_ahead(now, int(months[1]))
    if words in ("next month", "nächsten monat", "下个月", "下月"):
        return _at(_months_ahead(now.replace(day=1), 1), MORNING)
    if words in ("end of month", "monatsende", "月底"):
        return _at(_months_ahead(now.replace(day=1), 1) - timedelta(days=1), MORNING)
    date = re.fullmatch(_DATE, words)
    if date is not None:
        return _on_date(date, now)
    weekday = re.fullmatch(_WEEKDAY_ZH, words)
    if weekday is not None:
        later = weekday[1] == "下下"
        day = _WEEKDAYS[weekday[2]]
        moment = _on_weekday(now, day, (weekday[1] or "").startswith("下"), weekday[3])
        return moment + timedelta(days=7) if moment is not None and later else moment
    if words in ("next week", "nächste woche", "naechste woche", "下周", "下星期"):
        return _on_weekday(now, 0, True, "")
    named = re.fullmatch(_MONTH_DAY, words)
    if named is not None and named[2] in MONTHS and bool(named[1]) is not bool(named[3]):
        return _on_day_of_year(now, MONTHS[named[2]], int(named[1] or named[3]), named[4] or "")
    return _on_named_day(words, now)


def _months_ahead(now: datetime, count: int) -> datetime:
    """The same day so many months later, or the last day of a month that has no such day."""
    number = now.year * 12 + now.month - 1 + count
    first = now.replace(year=number // 12, month=number % 12 + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return _at(first.replace(day=min(now.day, last.day)), now.timetz().replace(tzinfo=None))


def _on_named_day(words: str, now: datetime) -> datetime | None:
    from omni_tui.text.when_words import HOURS

    for name in sorted(_DAYS, key=len, reverse=True):
        if words.startswith(name):
            rest = words[len(name) :]
            if rest and name.isascii() and not rest.startswith(" "):
                continue
            evening = name in ("tonight", "今晚")
            clock = _clock(rest, evening=evening)
            return None if clock is None else _at(now + timedelta(days=_DAYS[name]), clock)
    head, _space, rest = words.partition(" ")
    following = head in ("next", "nächsten", "naechsten")
    if following:
        head, _space, rest = rest.partition(" ")
    if head in _WEEKDAYS and head.isascii():
        return _on_weekday(now, _WEEKDAYS[head], False, rest)
    begins = ("at ", "um ", "@", "上", "早", "凌", "中", "下", "傍", "晚")
    if words not in HOURS and not words[:1].isdigit() and not words.startswith(begins):
        return None
    clock = _clock(words, evening=False)
    if clock is None:
        return None
    moment = _at(now, clock)
    return moment if moment > now else _at(now + timedelta(days=1), clock)


def _on_date(match: re.Match[str], now: datetime) -> datetime | None:
    if match[1]:
        year, month, day, rest = int(match[1]), int(match[2]), int(match[3]), match[4] or ""
    else:
        year, month, day, rest = now.year, int(match[5]), int(match[6]), match[7] or ""
        if (month, day) < (now.month, now.day):
            year += 1
    return _on_day(now, year, month, day, rest)


def _on_day_of_year(now: datetime, month: int, day: int, rest: str) -> datetime | None:
    return _on_day(now, now.year + ((month, day) < (now.month, now.day)), month, day, rest)


def _on_day(now: datetime, year: int, month: int, day: int, rest: str) -> datetime | None:
    clock = _clock(rest, evening=False)
    try:
        return None if clock is None else _at(now.replace(year=year, month=month, day=day), clock)
    except (ValueError, OverflowError):
        return None


def _on_weekday(now: datetime, weekday: int, next_week: bool, rest: str) -> datetime | None:
    clock = _clock(rest, evening=False)
    if clock is None:
        return None
    ahead = weekday - now.weekday() + 7 if next_week else (weekday - now.weekday()) % 7
    moment = _at(now + timedelta(days=ahead), clock)
    return moment if moment > now else _at(now + timedelta(days=ahead + 7), clock)


def _clock(text: str, *, evening: bool) -> time | None:
    """The hour in ``text``; nine in the morning, or seven in the ``evening``, where there is none."""
    from omni_tui.text.when_words import HOURS

    text = text.strip()
    if not text:
        return time(19) if evening else MORNING
    if text in HOURS:
        return time(HOURS[text])
    match = re.fullmatch(_CLOCK, text)
    if match is None:
        return None
    hour, minute = int(match[2]), 30 if match[4] else int(match[3] or 0)
    later = match[1] in ("下午", "傍晚", "晚上") or match[5] == "pm" or (evening and match[5] is None)
    if hour < 12 and (later or (match[1] == "中午" and hour < 3)):
        hour += 12
    elif hour == 12 and match[5] == "am":
        hour = 0
    return time(hour, minute) if hour < 24 else None


def _at(day: datetime, clock: time) -> datetime:
    # Folding through the zone anew keeps the wall clock right across a change of summer time.
    return datetime.combine(day.date(), clock, day.tzinfo)


def age(ms_delta: int) -> str:
    """How long ago in at most four cells: ``now``, ``12m``, ``2h``, ``3d``, ``5w``, ``2y``."""
    seconds = max(0, ms_delta) // 1000
    if seconds < _MINUTE:
        return _("now")
    for limit, unit, letter in (
        (_HOUR, _MINUTE, "m"),
        (_DAY, _HOUR, "h"),
        (2 * _WEEK, _DAY, "d"),
        (_YEAR, _WEEK, "w"),
    ):
        if seconds < limit:
            return f"{seconds // unit}{letter}"
    return f"{min(999, seconds // _YEAR)}y"


def clock(ms: int, now_ms: int, tz: tzinfo) -> str:
    """The time as a list shows it: ``13:40`` today, ``2 Nov`` this year, ``Nov 2025`` before or after."""
    moment, now = (datetime.fromtimestamp(value / 1000, tz) for value in (ms, now_ms))
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    month = short_months()[moment.month - 1]
    if moment.year == now.year:
        return _("{day} {month}").format(day=moment.day, month=month)
    return _("{month} {year}").format(month=month, year=moment.year)


def short_months() -> tuple[str, ...]:
    """``Jan`` to ``Dec``, as they stand in a short date."""
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip
