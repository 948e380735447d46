"""The inbox of the large store at rest, and in use while a hundred messages a second come in, at 120 by 40.

A key counts as painted with the frame that shows the cursor on another conversation. The machine's other programs
only ever add to milliseconds: beside them stand the CPU a key took, and how long the program waited for a core.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.arriving import LONG_SUBJECT
from benchmarks.cli import surroundings
from benchmarks.figure import Figure, Unmeasured, median, percentile
from benchmarks.ground import PROGRAM, REPOSITORY, Ground
from benchmarks.screen import KEY_MS, MEMORY_MB
from benchmarks.terminal import Terminal

RATE = 100
LONG_MESSAGES = 2_000
LONG_MS = 50
IDLE_CPU = 0.5
IDLE_S = 10.0
KEYS = 250
GAPS_S = (0.06, 0.1)
ECHO = "import os, tty; tty.setraw(0)\nwhile key := os.read(0, 9): os.write(1, key)"
"""Between two keys: as fast as a key that is held, and not in step with anything."""


def measure(ground: Ground) -> Iterator[Figure]:
    """On a copy of the large store: nothing that comes in stays in it."""
    room = ground.room("busy")
    store = room / "omni.db"
    shutil.copyfile(ground.filled, store)
    store.chmod(0o600)
    try:
        environment = surroundings(room, store)
        with (
            _arriving(store, LONG_MESSAGES) as go,
            Terminal([str(PROGRAM)], environment) as terminal,
            Terminal([sys.executable, "-c", ECHO], environment) as echo,
        ):
            terminal.settle(1.5)
            yield from _idle(terminal, IDLE_S, 0)
            if ground.long:
                # Longer than a minute's end: the ages in view are others then, and are painted.
                yield from _idle(terminal, 6 * IDLE_S, None)
            yield from _opening_long(terminal)
            go()
            yield from _moving(terminal, echo)
            yield Figure("memory after that (PSS)", terminal.memory_mb(), "MB", MEMORY_MB)
    finally:
        for file in room.glob("omni.db*"):
            file.unlink()


def _idle(terminal: Terminal, seconds: float, octets_most: int | None) -> Iterator[Figure]:
    before = terminal.spent()
    octets = terminal.idle(seconds)
    used = terminal.spent().used_s - before.used_s
    yield Figure(f"idle for {seconds:.0f} s: bytes", octets, "B", octets_most)
    yield Figure(f"idle for {seconds:.0f} s: CPU", used / seconds * 100, "%", IDLE_CPU, "of a core")


def _opening_long(terminal: Terminal) -> Iterator[Figure]:
    """The long conversation is the newest: first in the list. Opened afresh each time, not from its preview."""
    found, used = [], []
    for _ in range(5):
        terminal.press("G", quiet_s=0.8)
        terminal.press("gg", quiet_s=0.02)
        before = terminal.spent().used_s
        answer = terminal.press("\r", quiet_s=0.3)
        used.append((terminal.spent().used_s - before) * 1000)
        found.append(answer.last_ms)
        if LONG_SUBJECT not in terminal.text().split("\n", 3)[2]:
            raise Unmeasured(f"the long conversation was not opened:\n{terminal.text()}")
        terminal.press("q", quiet_s=0.3)
    note = f"best of {len(found)}; median {median(found):.0f} ms, {median(used):.0f} ms of CPU"
    yield Figure(f"open a thread of {LONG_MESSAGES:,} messages", min(found), "ms", LONG_MS, note)


def _moving(terminal: Terminal, echo: Terminal) -> Iterator[Figure]:
    terminal.idle(2.0)
    before = terminal.spent()
    terminal.idle(5.0)
    resting = (terminal.spent().used_s - before.used_s) / 5.0
    yield Figure(f"{RATE} messages/s come in, nobody types: CPU", resting * 100, "%")
    dice, before, octets = random.Random(7), terminal.spent(), terminal.octets
    gaps = [dice.uniform(*GAPS_S) for _ in range(KEYS)]
    pressed, echoed = [], []
    for gap in gaps:
        echoed.append(echo.press("j", quiet_s=0.001).first_ms)
        pressed += terminal.type("j", [gap])
    spent, octets = terminal.spent(), terminal.octets - octets
    waits = painted_ms(pressed, [(at, cursor_words(lines)) for at, lines in terminal.frames()])
    note = f"median {median(waits):.1f}, p90 {percentile(waits, 0.9):.1f}, most {max(waits):.0f}"
    yield Figure(f"j while {RATE} messages/s come in, painted, p99", percentile(waits, 0.99), "ms", KEY_MS, note)
    note = f"median {median(echoed):.1f}: what the machine itself takes just then"
    yield Figure("for comparison: a program that only echoes, p99", percentile(echoed, 0.99), "ms", None, note)
    used_ms = (spent.used_s - before.used_s) / KEYS * 1000
    waited_ms = (spent.waited_s - before.waited_s) / KEYS * 1000
    note = f"what comes in included; {waited_ms:.1f} ms more without a core"
    yield Figure("CPU a key", used_ms, "ms", None, note)
    yield Figure("bytes a key, what comes in included", octets / KEYS, "B")


def cursor_words(lines: Sequence[str]) -> str:
    """What the row under the cursor is about: who, and the line below it."""
    at = next((n for n, line in enumerate(lines) if line.startswith(">")), None)
    return "" if at is None else lines[at][11:34] + lines[at + 1][11:40]


def painted_ms(pressed: Sequence[float], frames: Sequence[tuple[float, str]]) -> list[float]:
    """For each key the milliseconds until the cursor stood on another row; ``frames`` are times and cursors.

    Unmeasured where a key was never answered.
    """
    found = []
    for key in pressed:
        was = next((words for at, words in reversed(frames) if at <= key), "")
        answered = next((at for at, words in frames if at > key and words not in ("", was)), None)
        if answered is None:
            raise Unmeasured("a key was not answered")
        found.append((answered - key) * 1000)
    return found


@contextlib.contextmanager
def _arriving(store: Path, replies: int) -> Iterator[Callable[[], None]]:
    """A process that stores messages from the moment the result is called."""
    command = [sys.executable, "-m", "benchmarks.arriving", str(store), str(RATE), "600", str(replies)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise Unmeasured("no messages can be stored")

        def go() -> None:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()

        try:
            yield go
        finally:
            process.terminate()
