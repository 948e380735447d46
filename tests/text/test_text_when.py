"""Times as people type and read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.cells import width
from omni_tui.text.when import age, clock, parse_when

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 5, 13, 40, tzinfo=BERLIN)  # a Thursday
NOW_MS = int(NOW.timestamp() * 1000)


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30m", NOW + timedelta(minutes=30)),
        ("2h", NOW + timedelta(hours=2)),
        ("in 2 hours", NOW + timedelta(hours=2)),
        ("3d", NOW + timedelta(days=3)),
        ("2小时", NOW + timedelta(hours=2)),
        ("1w", NOW + timedelta(days=7)),
        ("tomorrow", datetime(2026, 11, 6, 9, tzinfo=BERLIN)),
        ("tomorrow 9", datetime(2026, 11, 6, 9, tzinfo=BERLIN)),
        ("Tomorrow at 9:30", datetime(2026, 11, 6, 9, 30, tzinfo=BERLIN)),
        ("tomorrow 3pm", datetime(2026, 11, 6, 15, tzinfo=BERLIN)),
        ("morgen 9", datetime(2026, 11, 6, 9, tzinfo=BERLIN)),
        ("übermorgen 14 Uhr", datetime(2026, 11, 7, 14, tzinfo=BERLIN)),
        ("明天9点", datetime(2026, 11, 6, 9, tzinfo=BERLIN)),
        ("明天下午3点半", datetime(2026, 11, 6, 15, 30, tzinfo=BERLIN)),
        ("今晚8点", datetime(2026, 11, 5, 20, tzinfo=BERLIN)),
        ("tonight", datetime(2026, 11, 5, 19, tzinfo=BERLIN)),
        ("mon", datetime(2026, 11, 9, 9, tzinfo=BERLIN)),
        ("monday 14:30", datetime(2026, 11, 9, 14, 30, tzinfo=BERLIN)),
        ("thu", datetime(2026, 11, 12, 9, tzinfo=BERLIN)),
        ("thu 15", datetime(2026, 11, 5, 15, tzinfo=BERLIN)),
        ("freitag 9", datetime(2026, 11, 6, 9, tzinfo=BERLIN)),
        ("下周一", datetime(2026, 11, 9, 9, tzinfo=BERLIN)),
        ("周五", datetime(2026, 11, 6, 9, tzinfo=BERLIN)),
        ("next week", datetime(2026, 11, 9, 9, tzinfo=BERLIN)),
        ("2026-12-01 09:00", datetime(2026, 12, 1, 9, tzinfo=BERLIN)),
        ("2026-12-01", datetime(2026, 12, 1, 9, tzinfo=BERLIN)),
        ("12月1日 9:00", datetime(2026, 12, 1, 9, tzinfo=BERLIN)),
        ("15:00", datetime(2026, 11, 5, 15, tzinfo=BERLIN)),
        ("9:00", datetime(2026, 11, 6, 9, tzinfo=BERLIN)),
        ("half an hour", NOW + timedelta(minutes=30)),
        ("an hour", NOW + timedelta(hours=1)),
        ("两小时后", NOW + timedelta(hours=2)),
        ("半小时后", NOW + timedelta(minutes=30)),
        ("一个半小时后", NOW + timedelta(minutes=90)),
        ("两周后", NOW + timedelta(days=14)),
        ("2 months", datetime(2027, 1, 5, 13, 40, tzinfo=BERLIN)),
        ("两个月后", datetime(2027, 1, 5, 13, 40, tzinfo=BERLIN)),
        ("tomorrow morning", datetime(2026, 11, 6, 9, tzinfo=BERLIN)),
        ("this evening", datetime(2026, 11, 5, 19, tzinfo=BERLIN)),
        ("noon", datetime(2026, 11, 6, 12, tzinfo=BERLIN)),
        ("明早8点", datetime(2026, 11, 6, 8, tzinfo=BERLIN)),
        ("明晚", datetime(2026, 11, 6, 19, tzinfo=BERLIN)),
        ("明天十点二十", datetime(2026, 11, 6, 10, 20, tzinfo=BERLIN)),
        ("明天下午三点一刻", datetime(2026, 11, 6, 15, 15, tzinfo=BERLIN)),
        ("下下周一", datetime(2026, 11, 16, 9, tzinfo=BERLIN)),
        ("周末", datetime(2026, 11, 7, 9, tzinfo=BERLIN)),
        ("weekend", datetime(2026, 11, 7, 9, tzinfo=BERLIN)),
        ("next month", datetime(2026, 12, 1, 9, tzinfo=BERLIN)),
        ("月底", datetime(2026, 11, 30, 9, tzinfo=BERLIN)),
        ("Dec 1st", datetime(2026, 12, 1, 9, tzinfo=BERLIN)),
        ("3. Dezember 14:00", datetime(2026, 12, 3, 14, tzinfo=BERLIN)),
        ("1 nov 9am", datetime(2027, 11, 1, 9, tzinfo=BERLIN)),
        ("十二月二十三日", datetime(2026, 12, 23, 9, tzinfo=BERLIN)),
        ("eod", datetime(2026, 11, 5, 17, tzinfo=BERLIN)),
    ],
)
def test_what_people_type(text: str, moment: datetime) -> None:
    assert parse_when(text, NOW_MS, BERLIN) == ms(moment)


@pytest.mark.parametrize(
    "text", ["", "soon", "99", "25:00", "2026-13-01", "2020-01-01", "0m", "99999d", "tomorrow lunch", "-2h"]
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="Try: 2h, tomorrow 9"):
        parse_when(text, NOW_MS, BERLIN)


def test_days_keep_their_hour_and_hours_their_length_when_clocks_change() -> None:
    before = datetime(2026, 10, 24, 13, 40, tzinfo=BERLIN)
    assert parse_when("1d", ms(before), BERLIN) == ms(datetime(2026, 10, 25, 13, 40, tzinfo=BERLIN))
    assert parse_when("24h", ms(before), BERLIN) == ms(before) + 24 * 3_600_000


@given(st.text(max_size=30) | st.text(st.sampled_from("0123456789:-hmd 明天周一下点amp"), max_size=16))
def test_any_text_is_a_later_time_or_refused(text: str) -> None:
    try:
        assert parse_when(text, NOW_MS, BERLIN) > NOW_MS
    except ValueError as error:
        assert "Try:" in str(error)


@pytest.mark.parametrize(
    ("delta", "shown"),
    [
        (0, "now"),
        (-5, "now"),
        (59_999, "now"),
        (720_000, "12m"),
        (7_200_000, "2h"),
        (3 * 86_400_000, "3d"),
        (40 * 86_400_000, "5w"),
        (800 * 86_400_000, "2y"),
    ],
)
def test_age(delta: int, shown: str) -> None:
    assert age(delta) == shown


@given(st.integers(-(10**15), 10**15))
def test_ages_fit_their_column(delta: int) -> None:
    assert width(age(delta)) <= 4


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOW, "13:40"),
        (datetime(2026, 11, 2, 8, 0, tzinfo=BERLIN), "2 Nov"),
        (datetime(2025, 11, 5, 13, 40, tzinfo=BERLIN), "Nov 2025"),
    ],
)
def test_clock(moment: datetime, shown: str) -> None:
    assert clock(ms(moment), NOW_MS, BERLIN) == shown
