"""Spans and moments in words, where a row's four cells are not the limit."""

from __future__ import annotations

from datetime import datetime, tzinfo

from omni_tui.screens.context import Context
from omni_tui.text.i18n import _
from omni_tui.text.when import short_months

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


def span(ms: int) -> str:
    """``12m``, ``2h 09m``, ``3d 4h``."""
    if ms < _HOUR:
        return _("{m}m").format(m=max(0, ms) // _MINUTE)
    if ms < _DAY:
        return _("{h}h {m:02d}m").format(h=ms // _HOUR, m=ms % _HOUR // _MINUTE)
    return _("{d}d {h}h").format(d=ms // _DAY, h=ms % _DAY // _HOUR)


def hour(at: int, zone: tzinfo, *, seconds: bool = False) -> str:
    """The time of day: ``13:40``, with ``seconds`` ``13:40:21``."""
    return datetime.fromtimestamp(at / 1000, zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def day(at: int, context: Context) -> str:
    """``Wednesday 19 November``, with the year if it is not this one."""
    zone = context.zone()
    moment, today = datetime.fromtimestamp(at / 1000, zone), datetime.fromtimestamp(context.now() / 1000, zone)
    words = _("{weekday} {day} {month}") if moment.year == today.year else _("{weekday} {day} {month} {year}")
    weekday, month = _weekdays()[moment.weekday()], _months()[moment.month - 1]
    return words.format(weekday=weekday, day=moment.day, month=month, year=moment.year)


def _weekdays() -> tuple[str, ...]:
    return (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    )  # fmt: skip


def _months() -> tuple[str, ...]:
    return (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip


def same_day(one: int, other: int, zone: tzinfo) -> bool:
    """Whether two moments fall on one day there."""
    return datetime.fromtimestamp(one / 1000, zone).date() == datetime.fromtimestamp(other / 1000, zone).date()


def moment(at: int, context: Context) -> str:
    """``13:40 today``, ``tomorrow 09:00``, ``2 Nov 09:00``."""
    zone, now = context.zone(), context.now()
    if same_day(at, now, zone):
        return _("{clock} today").format(clock=hour(at, zone))
    if same_day(at, now + _DAY, zone):
        return _("tomorrow {clock}").format(clock=hour(at, zone))
    then = datetime.fromtimestamp(at / 1000, zone)
    this_year = then.year == datetime.fromtimestamp(now / 1000, zone).year
    words = _("{day} {month} {clock}") if this_year else _("{day} {month} {year} {clock}")
    month = short_months()[then.month - 1]
    return words.format(day=then.day, month=month, year=then.year, clock=hour(at, zone))


def size_word(size: int) -> str:
    """Bytes for people: ``214 kB``, ``1.8 MB``."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size // 1000} kB"
    return f"{size / 1_000_000:.1f} MB"
