"""Dates as nearly all mail writes them are read by a short way, to the second that the standard library finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.mail.dates import date_ms


@given(
    st.integers(0, 28_000),
    st.integers(0, 86_399),
    st.sampled_from(["+0000", "-0000", "+0530", "-0330", "+1400", "-1130", "+9999"]),
    st.sampled_from(["", " (UTC)", " (Mitteleuropäische Zeit)", " GMT"]),
    st.sampled_from(["Wed, ", "", "wed,", "Mittwoch, "]),
)
def test_the_short_way_finds_the_same(days: int, clock: int, ahead: str, behind: str, day: str) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days, seconds=clock)
    written = f"{day}{moment:%d %b %Y %H:%M:%S} {ahead}{behind}"
    fields = parsedate_tz(written)
    expected = mktime_tz(fields) * 1000 if fields else None
    assert date_ms(written) == (expected if expected is not None and expected >= 0 else None)


@pytest.mark.parametrize(
    "value",
    [
        "31 Apr 2024 10:00:00 +0000",
        "1 Jan 2024 24:00:00 +0000",
        "1 Jan 2024 10:60:00 +0000",
        "1 Foo 2024 10:00:00 +0000",
        "1 Jan 1960 10:00:00 +0000",
        "soon",
        "",
    ],
)
def test_what_is_no_moment_of_ours(value: str) -> None:
    assert date_ms(value) is None
