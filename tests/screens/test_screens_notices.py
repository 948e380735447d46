"""Notices: for news while nobody looks, seldom, in quiet hours not at all, and no customer ends the sequence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.inbox import Inbox, inbox, settings_for
from support.shop import MINUTE, Shop
from support.terminal import Terminal
from textual import events

from omni_tui.config.load import load_settings
from omni_tui.config.settings import NoticeSettings, Settings
from omni_tui.desk import agents, triage
from omni_tui.desk.news import Watch
from omni_tui.model.address import Address
from omni_tui.model.errors import ConfigError
from omni_tui.screens.terminal.notice import is_quiet, notice

LENA = Address("lena@posteo.example", "Lena Hoffmann")


@given(st.text(max_size=300), st.sampled_from(["osc9", "osc777"]), st.booleans())
def test_no_text_ends_or_divides_the_sequence(text: str, desktop: Any, tmux: bool) -> None:
    made = notice(text, bell=False, desktop=desktop, environment={"TMUX": "x"} if tmux else {})
    if tmux:
        assert made.startswith("\x1bPtmux;") and made.endswith("\x1b\\")
        made = made.removeprefix("\x1bPtmux;").removesuffix("\x1b\\").replace("\x1b\x1b", "\x1b")
    start = "\x1b]9;omni-tui: " if desktop == "osc9" else "\x1b]777;notify;omni-tui;"
    assert made.startswith(start) and made.endswith("\a")
    inside = made.removeprefix(start).removesuffix("\a")
    assert inside.isprintable() and ";" not in inside and len(inside) <= 240


def test_the_bell_alone_where_nothing_else_passes() -> None:
    assert notice("x", bell=True, desktop="off", environment={}) == "\a"
    assert notice("x", bell=True, desktop="osc9", environment={"STY": "1.pts"}) == "\a"
    assert notice("x", bell=True, desktop="osc9", environment={}) == "\a\x1b]9;omni-tui: x\a"


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        ("22:00-07:00", "23:10", True),
        ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False),
        ("12:00-13:00", "12:00", True),
        ("12:00-13:00", "13:00", False),
        ("", "03:00", False),
    ],
)
def test_quiet_hours_may_go_over_midnight(hours: str, at: str, quiet: bool) -> None:
    moment = datetime.strptime(f"2026-03-01 {at}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    assert is_quiet(hours, int(moment.timestamp() * 1000), UTC) is quiet


def test_wrong_hours_are_told_at_their_key(tmp_path: Any) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[notices]\nquiet = "25:00-7"\n')
    with pytest.raises(ConfigError) as refused:
        load_settings(file)
    assert refused.value.problems[0].key == "notices.quiet"
    assert "22:00-07:00" in refused.value.problems[0].message


def test_each_thing_is_news_once_and_to_whom_it_concerns(shop: Shop) -> None:
    bo = agents.who(shop.store, "bo", "Bo")
    now = shop.now()
    mine, every = Watch(now - MINUTE, "mine"), Watch(now - MINUTE)
    shop.receive("zoe@example.com", "Hi", subject="Gloves")
    shop.receive("list@example.com", "Sale", subject="Newsletter", automatic=True)
    theirs = shop.receive("yan@example.com", "Hi", subject="Boots")
    ids = [row.id for row in shop.rows()]
    triage.assign(shop.store, bo, [row.id for row in shop.rows() if row.subject == "Boots"], "bo")
    assert theirs.subject == "Boots"
    told = [each.row.subject for each in mine.of_ids(shop.store, shop.agent, ids)]
    assert told == ["Gloves"]
    assert mine.of_ids(shop.store, shop.agent, ids) == ()
    assert {each.row.subject for each in every.of_all(shop.store, shop.agent, now)} == {"Gloves", "Boots"}
    shop.receive("zoe@example.com", "Again", subject="Gloves", reply_keys=("m3@example",))
    assert [each.kind for each in mine.of_all(shop.store, shop.agent, now)] == ["message"]


def test_waiting_too_long_is_news_when_it_begins(shop: Shop) -> None:
    """Ben waits 300 minutes, Chen 90, Lena 5."""
    now, hour = shop.now(), 60 * MINUTE
    watch = Watch(now)
    assert watch.overdue(shop.store, shop.agent, now, 4 * hour) == ()
    later = watch.overdue(shop.store, shop.agent, now + 151 * MINUTE, 4 * hour)
    assert [each.row.subject for each in later] == ["帐篷杆断了一节"]
    assert watch.overdue(shop.store, shop.agent, now + 152 * MINUTE, 4 * hour) == ()


def _settings(shop: Shop, **notices: Any) -> Settings:
    return replace(settings_for(shop), notices=NoticeSettings(**notices))


def _written(screen: Inbox) -> list[str]:
    """What is written to the terminal beside the picture, from now on."""
    found: list[str] = []
    screen.screen.notices._write = found.append
    return found


async def _news(screen: Inbox, shop: Shop, subject: str) -> None:
    def receive() -> None:
        shop.receive("zoe@example.com", "Hi", subject=subject)

    await screen.done_by_others(receive)
    await screen.shows(subject)


async def test_news_are_told_while_the_terminal_is_not_looked_at(shop: Shop) -> None:
    async with inbox(shop, settings=_settings(shop, desktop="osc9", every_s=1)) as screen:
        written = _written(screen)
        screen.app.post_message(events.AppFocus())
        await screen.pilot.pause()
        await _news(screen, shop, "Seen")
        screen.app.post_message(events.AppBlur())
        await screen.pilot.pause()
        await _news(screen, shop, "Gloves")
        await screen.until(lambda: written)
        assert written[0] == "\a\x1b]9;omni-tui: zoe@example.com: Gloves\a"


async def test_much_news_is_one_notice(shop: Shop) -> None:
    async with inbox(shop, settings=_settings(shop, every_s=1, desktop="osc777")) as screen:
        written = _written(screen)
        screen.app.post_message(events.AppBlur())
        await screen.pilot.pause()
        await _news(screen, shop, "One")
        await screen.until(lambda: len(written) == 1)
        await _news(screen, shop, "Two")
        await _news(screen, shop, "Three")
        await screen.until(lambda: len(written) == 2)
        assert "2 new messages" in written[1]


@pytest.mark.parametrize(
    "notices",
    [{"bell": False}, {"message": False}, {"quiet": "00:00-23:59"}],
    ids=lambda each: next(iter(each)),
)
async def test_what_is_not_wanted_is_not_told(shop: Shop, notices: dict[str, Any], monkeypatch: Any) -> None:
    noon: Callable[[], int] = lambda: 1_772_366_400_000  # noqa: E731
    async with inbox(shop, settings=_settings(shop, **notices), now=noon) as screen:
        written = _written(screen)
        screen.app.post_message(events.AppBlur())
        await screen.pilot.pause()
        await _news(screen, shop, "Gloves")
        await screen.pilot.pause(0.1)
        assert written == []


async def test_a_private_notice_names_nobody(shop: Shop) -> None:
    async with inbox(shop, settings=_settings(shop, private=True, desktop="osc9")) as screen:
        written = _written(screen)
        screen.app.post_message(events.AppBlur())
        await screen.pilot.pause()
        await _news(screen, shop, "Gloves")
        await screen.until(lambda: written)
        assert written[0].endswith("omni-tui: 1 new message\a")


def test_a_hostile_subject_rings_once_in_a_real_terminal(shop: Shop) -> None:
    terminal = Terminal(shop, {"TMUX": ""})
    terminal.until(b"Lena Hoffmann")
    terminal.keys("\x1b[O")
    terminal.quiet(0.5)
    before = len(terminal.seen)
    shop.receive(LENA, "x", subject="a\a\x1b]0;owned\x07b")
    terminal.until_match(re.compile(b"\a"), before)
    terminal.quiet(0.5)
    assert terminal.seen[before:].count(b"\a") == 1
    assert b"\x1b]" not in terminal.seen[before:]
    terminal.keys("\x11")
    terminal.ends()
    terminal.close()
