"""The inbox of the large store on a terminal of 120 by 40: start, keys, rest and end."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from benchmarks import filling
from benchmarks.cli import surroundings
from benchmarks.figure import Figure, median, percentile, spread
from benchmarks.ground import PROGRAM, Ground
from benchmarks.held import HELD
from benchmarks.terminal import Answer, Terminal

START_MS = 250
SMALL = filling.Size(1_000, 150, 20, 100)
"""A store beside the large one: the start of both takes as long."""
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare is here")
Bare().run()
"""
IN_VIEW_BYTES = 450
SCROLLING_BYTES = 2_000
OPENING_BYTES = 9_000
OPENING_MS = 20
KEY_MS = 16
MEMORY_MB = 80
QUIT_MS = 1_000

STARTS = 7
IN_VIEW = 12
SCROLLS = 60
OPENINGS = 12
READ = 130
TYPED = "keller.12"
"""What is typed of an address: thousands match its first letters, hardly anybody the whole."""
LATE_S = 0.4
"""How long a key's later consequences are waited for: the preview follows the cursor once it rests."""
HELD_S = 20.0
"""How long the reader is waited for that is asked something without an end."""

_ROW = re.compile(r"\bmail  ")


def measure(ground: Ground) -> Iterator[Figure]:
    """Bytes are what the program writes; milliseconds run from writing a key to the last byte of the answer."""
    environment = surroundings(ground.room("screen"), ground.filled)

    def start() -> Terminal:
        return Terminal([str(PROGRAM)], environment)

    yield from _starts(start, lambda: Terminal([sys.executable, "-c", BARE], environment))
    yield _start_of_few(ground, start)
    with start() as terminal:
        terminal.settle()
        yield Figure("memory with the inbox open (PSS)", terminal.memory_mb(), "MB", MEMORY_MB)
        yield from _idle(terminal)
        yield from _moving(terminal)
        yield from _opening(terminal)
        yield from _addressing(terminal)
        yield _used(terminal)
        yield Figure("quit", terminal.end("\x11") * 1000, "ms", QUIT_MS)
    with Terminal([sys.executable, "-m", "benchmarks.held"], environment) as terminal:
        terminal.until_written(HELD, HELD_S)
        yield Figure("quit while the reader hangs", terminal.end("\x11") * 1000, "ms", QUIT_MS)
    with start() as terminal:
        terminal.read(5.0)
        yield Figure("quit while starting", terminal.end("\x11") * 1000, "ms", QUIT_MS)


def _starts(start: Callable[[], Terminal], start_bare: Callable[[], Terminal]) -> Iterator[Figure]:
    rows, rest, octets, used, bare, obeyed = [], [], [], [], [], []
    for _ in range(STARTS):
        with start_bare() as terminal:
            terminal.settle(0.8)
            bare.append(terminal.seconds_until(_bare_is_there) * 1000)
            terminal.end("\x11")
        with start() as terminal:
            terminal.settle(0.6)
            rows.append(terminal.seconds_until(_list_is_there) * 1000)
            rest.append(terminal.last_at() * 1000)
            octets.append(float(terminal.octets))
            used.append(terminal.cpu_s())
            terminal.end("\x11")
        with start() as terminal:
            terminal.read(5.0)
            terminal.press("j", quiet_s=1.0)
            obeyed.append(terminal.seconds_until(_cursor_is_on_the_second) * 1000)
            terminal.end("\x11")
    yield Figure("for comparison: a bare Textual application", median(bare), "ms", None, spread(bare, "ms"))
    yield Figure("start to inbox painted", median(rows), "ms", START_MS, spread(rows, "ms"))
    yield Figure("start to a key pressed at once obeyed", median(obeyed), "ms", None, spread(obeyed, "ms"))
    yield Figure("start to rest, preview and all", median(rest), "ms", note=f"{median(used):.2f} s of CPU till then")
    yield Figure("bytes of the first screen", median(octets), "B")


def _start_of_few(ground: Ground, start: Callable[[], Terminal]) -> Figure:
    """By turns with the large store: the machine is as fast for both."""
    room = ground.room("screen-small")
    store = room / "omni.db"
    if not store.exists():
        filling.fill(store, SMALL)
    environment = surroundings(room, store)
    few: list[float] = []
    many: list[float] = []

    def painted_ms(terminal: Terminal) -> float:
        with terminal:
            terminal.settle(0.6)
            found = terminal.seconds_until(_list_is_there) * 1000
            terminal.end("\x11")
        return found

    for _ in range(STARTS):
        few.append(painted_ms(Terminal([str(PROGRAM)], environment)))
        many.append(painted_ms(start()))
    note = f"{spread(few, 'ms')}; the large store by turns with it: {median(many):.0f} ms"
    return Figure(f"the same with {SMALL.messages:,} messages", median(few), "ms", START_MS, note)


def _bare_is_there(lines: list[str]) -> bool:
    return any("bare is here" in line for line in lines)


def _list_is_there(lines: list[str]) -> bool:
    return sum(bool(_ROW.search(line[:50])) for line in lines) >= 15


def _cursor_is_on_the_second(lines: list[str]) -> bool:
    rows = [line for line in lines if _ROW.search(line[:50])]
    return len(rows) > 1 and rows[1].startswith(">")


def _idle(terminal: Terminal) -> Iterator[Figure]:
    used = terminal.cpu_s()
    yield Figure("idle for 2 s", terminal.idle(2.0), "B", 0)
    yield Figure("CPU while idle", (terminal.cpu_s() - used) / 2.0 * 100, "%", note="budget 0.5")


def _moving(terminal: Terminal) -> Iterator[Figure]:
    seen = [terminal.press("j", late_s=LATE_S) for _ in range(IN_VIEW)]
    yield Figure("j in view", median([a.octets for a in seen]), "B", IN_VIEW_BYTES, _late(seen))
    first = _first_row(terminal)
    while _first_row(terminal) == first:
        terminal.press("j")
    terminal.settle()
    scrolled = [terminal.press("j") for _ in range(SCROLLS)]
    terminal.settle()
    mean = sum(a.octets for a in scrolled) / len(scrolled)
    most = max(a.octets for a in scrolled)
    yield Figure("j while the list scrolls, mean", mean, "B", SCROLLING_BYTES, f"most {most:,}")
    waits = [a.last_ms for a in (*seen, *scrolled)]
    note = f"median {median(waits):.1f}, budget {KEY_MS}"
    yield Figure("j to its last byte, p99", percentile(waits, 0.99), "ms", note=note)
    burst = terminal.press("j" * 50, quiet_s=0.15)
    terminal.settle()
    yield Figure("50 j at once to the last byte", burst.last_ms, "ms", note=f"{burst.octets:,} B")
    for name, keys in (("G, to the last of 100,000", "G"), ("half a page up from there", "\x15"), ("gg", "gg")):
        answer = terminal.press(keys, quiet_s=0.1)
        terminal.settle()
        yield Figure(f"{name}: to its last byte", answer.last_ms, "ms", note=f"{answer.octets:,} B")


def _first_row(terminal: Terminal) -> str:
    """The first conversation in view, without what the cursor and the clock change in it."""
    return next(line[10:36] for line in terminal.text().splitlines() if _ROW.search(line[:50]))


def _opening(terminal: Terminal) -> Iterator[Figure]:
    opened, closed = [], []
    for _ in range(OPENINGS):
        # Enter at once: the preview has not had time to show the conversation already.
        terminal.press("j", quiet_s=0.02)
        opened.append(terminal.press("\r", quiet_s=0.15))
        terminal.settle(0.8)
        closed.append(terminal.press("q", quiet_s=0.15))
        terminal.settle(0.8)
    waits = [answer.last_ms for answer in opened]
    yield Figure("open a conversation", median([a.octets for a in opened]), "B", OPENING_BYTES, _waits(opened))
    yield Figure("open a conversation: to its last byte", median(waits), "ms", OPENING_MS, f"best {min(waits):.1f}")
    yield Figure("back to the list", median([a.octets for a in closed]), "B", note=_waits(closed))


def _addressing(terminal: Terminal) -> Iterator[Figure]:
    """An address typed letter by letter while everybody is looked through, who they could be is offered."""
    terminal.press("c", quiet_s=0.5)
    echoed, cpu = [], []
    for letter in TYPED:
        before = terminal.cpu_s()
        echoed.append(terminal.press(letter).first_ms)
        terminal.settle(0.4)
        cpu.append((terminal.cpu_s() - before) * 1000)
    note = f"median {median(echoed):.1f}; with who is offered {median(cpu):.0f} ms of CPU, most {max(cpu):.0f}"
    yield Figure("a letter of an address until it is there, most", max(echoed), "ms", None, note)
    terminal.press("\x1b", quiet_s=0.3)


def _used(terminal: Terminal) -> Figure:
    """What is held after as many conversations as somebody reads in an hour."""
    for _ in range(READ):
        terminal.press("j", quiet_s=0.02)
        terminal.press("\r")
        terminal.press("q")
    terminal.settle()
    return Figure(f"memory after {READ} conversations were read (PSS)", terminal.memory_mb(), "MB", MEMORY_MB)


def _late(answers: list[Answer]) -> str:
    return f"then the preview: {median([a.late for a in answers]):,.0f} B"


def _waits(answers: list[Answer]) -> str:
    waits = [a.last_ms for a in answers]
    most = max(a.octets for a in answers)
    return f"most {most:,}; median {median(waits):.1f} ms, slowest {max(waits):.1f} ms"
