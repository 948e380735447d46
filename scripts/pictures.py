"""Draws docs/pictures/*.svg: the real program on the demo shop, with its real servers and engine behind it.

``make pictures``, which runs it in each language: with ``LANGUAGE=zh_CN`` it draws inbox.zh_CN.svg and so on. The
shop is the demo's seed 7 as of the last half past two in the afternoon UTC, so two runs on one day draw the same; from
day to day only dates differ.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from omni_tui.config.settings import Settings
from omni_tui.demo.place import Place
from omni_tui.demo.run import Stage, staged
from omni_tui.screens.app import OmniApp
from omni_tui.store import open_store
from omni_tui.text.cells import width
from omni_tui.text.i18n import language

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SEED = 7
PATIENCE_S = 60.0
STILL = 8
"""How many looks, a tenth of a second apart, must show the same before a screen counts as complete."""

_FONT_FACES = re.compile(r"\s*@font-face\s*\{.*?\}", re.DOTALL)
_SPACE, _CELL = "&#160;", 12.2
"""A space as it is exported, and how wide one cell is."""
_INDENTED = re.compile(rf'x="([\d.]+)"([^>]*?)textLength="([\d.]+)"([^>]*>)((?:{_SPACE})+)(?=[^<&]|&(?!#160))')

_LENGTH = re.compile(r'textLength="[\d.]+"([^>]*>)([^<]*)<')
"""How wide a text is drawn, and the text."""

_ANSWER = "Hello,\n\nit is on its way now: the tracking number\nis in the next mail."


@dataclass(frozen=True, slots=True)
class Picture:
    """A terminal of ``columns`` by ``rows`` after some keys, then some typed text."""

    name: str
    columns: int
    rows: int
    keys: Sequence[str] = ()
    text: str = ""


# In this order: opening a conversation makes it read, and the list shows that.
ALL = (
    Picture("inbox", 120, 40),
    Picture("wide", 200, 60),
    Picture("thread", 80, 24, ("enter",)),
    Picture("composer", 120, 40, ("enter", "r"), _ANSWER),
)


def main() -> int:
    """Draw them all; 0."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="omni-tui-pictures-") as folder:
        directory = Path(folder) / "demo"
        directory.mkdir(mode=0o700)
        began = _last_afternoon()
        Place.new(directory, SEED, began, keep=True)
        with staged(directory, SEED, traffic=False) as stage:
            _wait_for(stage)
            settings = replace(stage.settings, engine=replace(stage.settings.engine, autostart=False))
            for picture in ALL:
                asyncio.run(_draw(picture, settings, stage.place.store, began))
    return 0


def _last_afternoon() -> int:
    now = datetime.now(UTC)
    afternoon = now.replace(hour=14, minute=30, second=0, microsecond=0)
    return int((afternoon if afternoon <= now else afternoon - timedelta(days=1)).timestamp() * 1000)


def _wait_for(stage: Stage) -> None:
    """Until everything is fetched and the agents have done their part."""
    until = time.monotonic() + PATIENCE_S
    while not stage.place.staged.exists():
        if time.monotonic() > until:
            raise TimeoutError(f"the demo is not ready: {stage.place.log.read_text()}")
        time.sleep(0.2)


async def _draw(picture: Picture, settings: Settings, store: Path, now: int) -> None:
    opened = await asyncio.to_thread(open_store, store)
    app = OmniApp(settings, opened, now=lambda: now, zone=lambda: UTC)
    async with app.run_test(size=(picture.columns, picture.rows)) as pilot:
        await _still(pilot)
        for key in picture.keys:
            await pilot.press(key)
            await _still(pilot)
        for char in picture.text:
            await pilot.press({" ": "space", "\n": "enter"}.get(char, char))
        await _still(pilot)
        svg = app.export_screenshot(title="omni-tui")
    app.leave()
    spoken = language(os.environ)
    target = PICTURES / (f"{picture.name}.{spoken}.svg" if spoken else f"{picture.name}.svg")
    target.write_text(_for_everybody(svg), encoding="utf-8")
    sys.stdout.write(f"{target}\n")


def _for_everybody(svg: str) -> str:
    """The picture without fonts from elsewhere and without what some programs draw differently."""
    svg = _FONT_FACES.sub("", svg).replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace")
    if "http" in svg.replace("http://www.w3.org/2000/svg", "").replace("https://www.textualize.io", ""):
        raise ValueError("the picture refers to another host")
    return _INDENTED.sub(_moved, _LENGTH.sub(_measured, svg))


def _measured(found: re.Match[str]) -> str:
    """Text as wide as its cells: Rich counts letters, and would press two cells of Chinese into one."""
    rest, text = found.groups()
    return f'textLength="{_CELL * width(html.unescape(text)):g}"{rest}{text}<'


def _moved(found: re.Match[str]) -> str:
    """Text that begins with spaces, which some drop, as text that begins further right."""
    x, between, length, rest, spaces = found.groups()
    indent = _CELL * (len(spaces) // len(_SPACE))
    return f'x="{float(x) + indent:g}"{between}textLength="{float(length) - indent:g}"{rest}'


async def _still(pilot: Pilot[str]) -> None:
    """Until the inbox is there and nothing moves any more."""
    seen, same = "", 0
    until = time.monotonic() + PATIENCE_S
    while same < STILL:
        await pilot.pause(0.1)
        now = "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
        same = same + 1 if now == seen and now.strip() else 0
        seen = now
        if time.monotonic() > until:
            raise TimeoutError("the screen does not stand still")


if __name__ == "__main__":
    sys.exit(main())
