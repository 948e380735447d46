"""Text from outside is never code: through every field, at every size, nothing but its letters arrives."""

from __future__ import annotations

import re
import unicodedata

import pytest
from rich.segment import Segment
from support.inbox import Inbox, elsewhere, inbox
from support.shop import Shop
from textual.color import Color

from omni_tui.desk import triage
from omni_tui.model.address import Address
from omni_tui.model.events import RemoteAttachment
from omni_tui.screens.draw.ink import Span
from omni_tui.screens.terminal.guard import Guard

HOSTILE = (
    "\x1b]0;owned\x07",
    "\x1b]52;c;b3duZWQ=\x1b\\",
    "\x1b[2J\x1b[1;1H",
    "\x9b31m",
    "[/] [@click=app.quit]click[/] [bold",
    "[$primary]x[/]",
    "\u202egnp.exe\u2066",
    "\x08\x08\x00\x7f",
    "e" + "\u0301" * 60,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \ufeff",
)
_ALLOWED_MARKS = 40


def _dangerous(line: str) -> list[str]:
    return [
        c
        for c in line
        if unicodedata.category(c) == "Cc" or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ]


async def _harmless(screen: Inbox) -> None:
    await screen.pilot.pause()
    for line in screen.lines():
        assert _dangerous(line) == []
        assert not re.search(f"\u0301{{{_ALLOWED_MARKS}}}", line)


def _receive_hostile(shop: Shop, payload: str) -> None:
    shop.receive(
        Address(f"evil{payload.encode().hex()[:12]}@x.example", f"Eve {payload}"),
        f"Body {payload}\nOn Monday {payload} wrote:\n> quoted {payload}\n",
        subject=f"Subject {payload}",
        attachments=(RemoteAttachment(f"file{payload}.png", f"image/{payload}", 1200, "2"),),
        raw=f"Subject: {payload}\r\n\r\nRaw {payload}".encode("utf-8", "replace"),
    )
    row = next(row for row in shop.rows() if row.customer.startswith("Eve"))
    triage.take(shop.store, shop.agent, [row.id])


@pytest.mark.parametrize("payload", HOSTILE)
async def test_every_field_is_shown_harmless(shop: Shop, payload: str) -> None:
    elsewhere(lambda: _receive_hostile(shop, payload))
    async with inbox(shop, (200, 60)) as screen:
        await screen.shows("Eve")
        await _harmless(screen)
        await screen.press("enter")
        await screen.shows("Body")
        await _harmless(screen)
        await screen.press("Q")
        await screen.shows("quoted")
        await _harmless(screen)
        await screen.press("S")
        await screen.shows("file")
        await _harmless(screen)
        await screen.press("escape")
        await screen.press("H")
        await screen.shows("Raw")
        await _harmless(screen)
        await screen.press("escape", "T")
        await _harmless(screen)
        await screen.press("r")
        await screen.until(lambda: screen.screen.parts.composer.is_open)
        await _harmless(screen)
        await screen.pilot.resize_terminal(80, 24)
        await _harmless(screen)
        assert screen.app._exit is False


async def test_markup_is_shown_as_it_was_written(shop: Shop) -> None:
    text = "[/]evil[bold] [@click=app.quit]x[/]"
    elsewhere(lambda: shop.receive("eve@x.example", text, subject="[URGENT] order [/]"))
    async with inbox(shop) as screen:
        await screen.shows("[URGENT] order [/]")
        await screen.shows(text)


def test_the_guard_is_the_second_layer() -> None:
    segments = [Segment("a\x1b]0;t\x07b\u202ec\x9b")]
    (guarded,) = Guard().apply(segments, Color(0, 0, 0))
    assert guarded.text == "a\ufffd]0;t\ufffdb\ufffdc\ufffd"
    untouched = [Segment("Lena 陈思远")]
    assert Guard().apply(untouched, Color(0, 0, 0)) is untouched


async def test_what_slips_past_cleaning_stops_at_the_guard(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Lena Hoffmann")
        screen.screen.header.show([(Span("slip\x1b]0;owned\x07"),)])
        await screen.until(lambda: "slip" in screen.line(0))
        assert _dangerous(screen.line(0)) == []
