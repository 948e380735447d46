"""Draws screens in the language of the environment: ``python -m support.drawn FOLDER COLUMNS ROWS``.

A process of its own, because a program has one language. Prints JSON: what stood on the screen after each step, line
by line.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from omni_tui.model.address import Address
from omni_tui.screens.app import OmniApp
from omni_tui.screens.inbox.screen import InboxScreen
from support.inbox import GUARD_S, settings_for
from support.shop import DAY, MINUTE, Shop

NOW = int(datetime(2026, 1, 5, 12, 0, tzinfo=UTC).timestamp() * 1000)
LOOK_S = 0.05
STILL = 4
"""How many looks must show the same, with nothing under way, before a screen counts as complete."""
ALWAYS = {"default", "status"}
"""Work that never ends, or comes again every few seconds: following the store, counts and engine."""

STEPS: tuple[tuple[str, Sequence[str]], ...] = (
    ("list", ()),
    ("help", ("question_mark",)),
    ("palette", ("escape", "ctrl+p")),
    ("search", ("escape", "slash")),
    ("thread", ("escape", "enter")),
    ("reply", ("r",)),
    ("note", ("ctrl+t",)),
    ("left", ("escape",)),
    ("selection", ("q", "x", "j", "x")),
    ("snooze", ("s",)),
    ("tags", ("escape", "escape", "L")),
    ("views", ("escape", "g")),
    ("command line", ("escape", "colon", *"rep")),
    ("hostile", ("escape", "escape", "g", "g", "j", "j", "enter")),
    ("source", ("H",)),
    ("customer", ("escape", "escape", "grave_accent")),
    ("nothing found", ("escape", "slash", *"nobody", "enter")),
    ("customers", ("escape", "g", "c")),
    ("report", ("escape", "g", "r")),
    ("forward", ("escape", "escape", "g", "i", "enter", "f")),
    ("write first", ("escape", "escape", "escape", "c")),
)


def shop_in(folder: Path) -> Shop:
    """Conversations of several ages; one was answered, one lies a year back."""
    shop = Shop(folder)
    people = (
        ("Ben Carver", "ben@carver.example", "Zip broke on first trip", "the main zip came off", 400 * DAY),
        ("Wilhelmine von Hohenstaufen", "w@x.example", "A very long subject " * 4, "and text", 40 * DAY),
        ("", "no-name@x.example", "", "No subject, no name", 300 * MINUTE),
        ("陈思远", "chen@example.cn", "帐篷杆断了一节，能单独买配件吗", "你好，帐篷杆断了。谢谢", 90 * MINUTE),
        (
            "[red]Mallory[/] =cmd|'x'\x1b[31m\u202eevil",
            "mallory@x.example",
            "\x1b]0;owned\x07[@click=app.quit]free[/] 👩\u200d👩\u200d👧 🇩🇪",
            "\x1b[2J\x9b31mgone\u202e txet\u200b and\ttabs\n" + "no end " * 40 + "\n" + "x" * 300,
            70 * MINUTE,
        ),
        ("Sofia Fernández", "sofia@example.es", "¿Llega antes del viernes?", "Salgo de viaje", 48 * MINUTE),
        ("Lena Hoffmann", "lena@posteo.example", "Order #4417", "Still no movement.\n\n> We sent it.\n", 2 * MINUTE),
    )
    for name, address, subject, text, ago in people:
        shop.receive(Address(address, name), text, subject=subject, receipt_at=NOW - ago)
    return shop


def _under_way(screen: Screen[Any]) -> bool:
    """Whether something is still to come: work beside the screen, a pause that is waited for, a key's turn."""
    assert isinstance(screen, InboxScreen)
    working = {worker.group for worker in screen.app.workers if not worker.is_finished} - ALWAYS
    waiting = screen._pauses._due.keys() - {"pending"}  # where a sequence of keys is shown, it waits for the next
    return bool(working or waiting or screen.turns._running or not screen.status.counts)


async def _still(pilot: Pilot[str]) -> list[str]:
    """The lines of the screen once nothing moves any more."""
    seen: list[str] = []
    same, waited = 0, 0.0
    while same < STILL:
        await pilot.pause(LOOK_S)
        waited += LOOK_S
        now = [strip.text for strip in pilot.app.screen._compositor.render_strips()]
        same = same + 1 if now == seen and not _under_way(pilot.app.screen) else 0
        seen = now
        assert waited < GUARD_S, "\n".join(now)
    return seen


async def drawn(shop: Shop, size: tuple[int, int]) -> dict[str, list[str]]:
    """What each step shows in a terminal of this size."""
    app = OmniApp(settings_for(shop), shop.store, now=lambda: NOW, zone=lambda: UTC)
    shown = {}
    async with app.run_test(size=size) as pilot:
        for name, keys in STEPS:
            await pilot.press(*keys)
            shown[name] = await _still(pilot)
    app.leave()
    return shown


def main() -> None:
    folder, columns, rows = sys.argv[1:]
    json.dump(asyncio.run(drawn(shop_in(Path(folder)), (int(columns), int(rows)))), sys.stdout)


if __name__ == "__main__":
    main()
