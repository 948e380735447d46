"""How it looks at the three sizes: the grid of the design, at a fixed time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.inbox import settings_for
from support.shop import DAY, MINUTE, Shop
from textual.pilot import Pilot

from omni_tui.model.address import Address
from omni_tui.screens.app import OmniApp
from omni_tui.screens.inbox.screen import InboxScreen

NOW = int(datetime(2026, 1, 5, 12, 0, tzinfo=UTC).timestamp() * 1000)
SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.fixture
def picture_shop(tmp_path: Path) -> Shop:
    """Conversations of every length of wait, names and subjects wide, long and missing."""
    shop = Shop(tmp_path)
    people = (
        ("Ben Carver", "ben@carver.example", "Zip broke on first trip", "the main zip came off", 3 * DAY),
        ("", "no-name@x.example", "", "No subject, no name", DAY),
        (
            "Wilhelmine von Hohenstaufen-Sondershausen",
            "w@x.example",
            "A very long subject " * 4,
            "and text",
            300 * MINUTE,
        ),
        ("陈思远", "chen@example.cn", "帐篷杆断了一节，能单独买配件吗", "你好", 90 * MINUTE),
        ("Sofia Fernández", "sofia@example.es", "¿Llega antes del viernes?", "Salgo de viaje", 48 * MINUTE),
    )
    for name, address, subject, text, ago in people:
        shop.receive(Address(address, name), text, subject=subject, receipt_at=NOW - ago)
    lena = Address("lena.hoffmann@posteo.example", "Lena Hoffmann")
    text = "Hello,\n\nstill no movement. Can you send a replacement?\n\nOn Monday, Shop wrote:\n> We sent it.\n"
    first = shop.receive(lena, text, subject="Order #4417 still not here", receipt_at=NOW - 130 * MINUTE)
    again = "PS: if moss is gone, slate is fine too. 谢谢"
    shop.receive(lena, again, subject="Re: Order", receipt_at=NOW - 2 * MINUTE, reply_keys=(first.key,))
    return shop


def _app(shop: Shop, theme: str = "dark") -> OmniApp:
    return OmniApp(settings_for(shop, theme=theme), shop.store, now=lambda: NOW, zone=lambda: UTC)


def _after(*keys: str, until: str) -> Callable[[Pilot[str]], object]:
    async def run(pilot: Pilot[str]) -> None:
        await _shows(pilot, "Lena Hoffmann")
        for key in keys:
            await pilot.press(key)
        await _shows(pilot, until)
        await _settled(pilot)

    return run


async def _settled(pilot: Pilot[str]) -> None:
    """Everything that is read beside the thread has arrived."""
    screen = pilot.app.screen
    assert isinstance(screen, InboxScreen)
    for _try in range(1500):
        row = screen.parts.list.current
        panel = screen.parts.panel.facts.card is not None or not screen.has_class("-panel")
        if row is not None and not row.unread and panel and screen.status.counts:
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError("it does not settle")


async def _shows(pilot: Pilot[str], words: str) -> None:
    for _try in range(1500):
        strips = pilot.app.screen._compositor.render_strips()
        if words in "\n".join(strip.text for strip in strips):
            return
        await pilot.pause(0.02)
    raise AssertionError(words)


@pytest.mark.parametrize("size", SIZES)
def test_reading(picture_shop: Shop, snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    """The list with its grid; where there is room, the thread and the customer beside it."""
    run = _after("enter", until="slate is fine")
    assert snap_compare(_app(picture_shop), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES[:2])
def test_answering(picture_shop: Shop, snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    """The recipient, the word REPLY and what sending does stand around the text."""
    run = _after("r", until="calls it back")
    assert snap_compare(_app(picture_shop), terminal_size=size, run_before=run)


def test_without_grounds_words_and_edges_tell_panes_and_notes(
    picture_shop: Shop, snap_compare: Callable[..., bool]
) -> None:
    """The 16-colour theme."""
    run = _after("m", until="will never see this")
    assert snap_compare(_app(picture_shop, "ansi"), terminal_size=(120, 40), run_before=run)
