"""An inbox nobody touches: it sleeps, and of what time changes it writes the changed cells alone."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pyte
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console
from support.shop import MINUTE, Shop
from support.terminal import HANG_S, Terminal
from textual.geometry import Region

from omni_tui.model.address import Address
from omni_tui.screens.draw.changes import changed_cells
from omni_tui.screens.draw.ink import Line, Span
from omni_tui.screens.draw.tones import tones_for
from omni_tui.screens.draw.whole_cells import Parts

ROOM = 30
LOOKED_AT_S = 4.0
MOST_WAKES = 14
"""In that time: the look at what was not heard of (twice), and at the engine, by way of three threads."""
MOST_OF_A_ROW = 32
"""Bytes for an age of four cells: where it stands, its colours, and itself."""


def test_at_rest_nobody_wakes_up_and_nothing_is_written(shop: Shop) -> None:
    terminal = Terminal(shop)
    terminal.until(b"Lena")
    terminal.quiet(2.0)
    # Between two looks at the engine there is nothing else: the first time one is in the middle of something.
    deadline = time.monotonic() + HANG_S
    while True:
        before, size = wakes(terminal.pid), len(terminal.seen)
        terminal.read(LOOKED_AT_S)
        woken, written = wakes(terminal.pid) - before, len(terminal.seen) - size
        if woken <= MOST_WAKES and not written:
            break
        assert time.monotonic() < deadline, (woken, terminal.seen[size:])
    terminal.keys("q")
    terminal.ends()
    terminal.close()


def test_an_esc_with_nothing_behind_it_is_a_key(shop: Shop) -> None:
    terminal = Terminal(shop)
    terminal.until(b"Lena")
    terminal.quiet()
    terminal.keys("/")
    terminal.until(b"back to the view")
    terminal.quiet()
    before = len(terminal.seen)
    terminal.keys("\x1b")
    terminal.until_match(re.compile(rb"snooze"), before)
    terminal.keys("q")
    terminal.ends()
    terminal.close()


def test_a_minute_costs_the_ages_that_read_differently(shop: Shop) -> None:
    now = shop.now()
    for number in range(16):
        who = Address(f"p{number}@x.example", f"Customer {number}")
        shop.receive(who, "A question", subject=f"Question {number}", receipt_at=now - (10 + number) * MINUTE)
    terminal = Terminal(shop, {"COLORTERM": "truecolor"}, code=A_MINUTE_ON.format(folder=str(shop.folder)))
    terminal.until(b"Question 9")
    terminal.quiet()
    before = len(terminal.seen)
    terminal.keys("\x1a")  # tells the clock to go on: the program does not suspend itself here
    terminal.until_match(re.compile(rb"26"), before)
    terminal.quiet()
    assert len(terminal.seen) - before <= 18 * MOST_OF_A_ROW, terminal.seen[before:]
    terminal.keys("q")
    terminal.ends()
    terminal.close()


A_MINUTE_ON = """
from pathlib import Path
from omni_tui.config.settings import AgentSettings, Settings
from omni_tui.screens.app import OmniApp
from omni_tui.screens.context import system_now
from omni_tui.screens.inbox import refreshing
from omni_tui.store import open_store
refreshing.MINUTE_S = 0.2
late = 0
class Clock(OmniApp):
    def action_suspend_process(self):
        global late
        late = 60_000
folder = Path({folder!r})
settings = Settings(file=folder / "config" / "config.toml", agent=AgentSettings("ana", "Ana"))
app = Clock(settings, open_store(folder / "omni.db"), now=lambda: system_now() + late)
app.run(mouse=False)
app.leave()
"""


def wakes(pid: int) -> int:
    """How often the threads of a process have gone to sleep so far (proc(5), status)."""
    status = "".join(file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/status"))
    return sum(map(int, re.findall(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.MULTILINE)))


spans = st.lists(
    st.builds(
        Span,
        st.text(st.sampled_from("ab 单元é."), max_size=6),
        st.sampled_from(("text", "muted", "accent bold", "alarm")),
    ),
    max_size=5,
).map(tuple)


OVER_THE_EDGE = (*(Span(text, "text") for text in ("a元", "aa元", "aa元元元", "aaaa元元", "aaaa元元")),)


@example([(OVER_THE_EDGE, (), (Span("a", "text"),))], ())
@given(st.lists(st.tuples(spans, spans, spans), min_size=1, max_size=3), spans)
def test_the_changed_cells_make_the_new_picture_of_the_old(parts: list[tuple[Line, Line, Line]], end: Line) -> None:
    old = sum(((same, was) for same, was, _now in parts), ())
    new = sum(((same, now) for same, _was, now in parts), ())
    before, after = sum(old, ()) + end, sum(new, ()) + end
    region = changed_cells(before, after, 0, ROOM)
    written = painted(before, Region(0, 0, ROOM, 1)) + painted(after, region)
    assert picture(written) == picture(painted(after, Region(0, 0, ROOM, 1)))


def painted(line: Line, region: Region) -> str:
    if not region.width:
        return ""
    strip = tones_for("dark").strip(line, "side", ROOM)
    update = Parts([{0: strip}], [(0, region.x, region.right)], [[ROOM]])
    return update.render_segments(CONSOLE)


CONSOLE = Console(color_system="truecolor", force_terminal=True, width=ROOM, legacy_windows=False)


def picture(written: str) -> list[object]:
    screen = pyte.Screen(ROOM, 1)
    pyte.Stream(screen).feed(written)
    return [screen.buffer[0][x] for x in range(ROOM)]
