"""When somebody answers a chat."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.chat import ORIGIN, Agent, Visitor, chatting, hang_up

from omni_tui.relay.chat.hours import DAYS, open_at, read_hours
from omni_tui.relay.chat.settings import ChatSettings


@pytest.mark.parametrize(
    ("line", "at", "holds"),
    [
        ("mon-fri 9:00-18:00", "2026-03-02 09:00", True),
        ("mon-fri 9:00-18:00", "2026-03-02 08:59", False),
        ("mon-fri 9:00-18:00", "2026-03-06 17:59", True),
        ("mon-fri 9:00-18:00", "2026-03-06 18:00", False),
        ("mon-fri 9:00-18:00", "2026-03-07 12:00", False),
        ("Sat,sun 10-14:30", "2026-03-08 14:29", True),
        ("sun-tue 0-24", "2026-03-10 23:59", True),
        ("sun-tue 0-24", "2026-03-11 00:00", False),
    ],
)
def test_hours(line: str, at: str, holds: bool) -> None:
    assert open_at([read_hours(line)], datetime.fromisoformat(at)) is holds


@pytest.mark.parametrize("line", ["", "always", "mon 9", "mon-fri 18-9", "mon 9-25", "mon 9:60-10:70", "moo 9-10"])
def test_what_are_no_hours_is_told(line: str) -> None:
    with pytest.raises(ValueError, match=r"hours|days"):
        ChatSettings((ORIGIN,), hours=(line,))


def test_a_zone_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="Mars/Base"):
        ChatSettings((ORIGIN,), zone="Mars/Base")


@given(st.text(max_size=40))
def test_any_line_is_hours_or_told(line: str) -> None:
    try:
        assert read_hours(line).days
    except ValueError as error:
        assert str(error)


def test_hours_are_the_shops_own() -> None:
    noon = datetime(2026, 7, 1, 12, 30, tzinfo=UTC).timestamp()
    table = {"UTC": False, "Europe/Berlin": True}
    for zone, is_open in table.items():
        assert ChatSettings((ORIGIN,), hours=("mon-sun 14-15",), zone=zone).is_open(noon) is is_open


def test_outside_the_hours_a_message_is_kept_and_marked(tmp_path: Path) -> None:
    never = DAYS[(datetime.now(UTC) + timedelta(days=3)).weekday()]
    with chatting(tmp_path / "relay", ORIGIN, f'hours = ["{never} 9-10"]') as relay:
        visitor, agent = Visitor(relay, ORIGIN), Agent(relay)
        agent.all_events()
        assert visitor.http.get("hello").json() == {"online": False}
        visitor.say("Is anybody there?")
        (event,) = agent.events(visitor)
        assert event["offline"] is True
        assert json.loads(visitor.poll()["state"])["online"] is False
    hang_up()
