"""A program in a pseudo-terminal, measured as the person in front of it would: bytes and milliseconds per key."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil
import pyte

from benchmarks.figure import Unmeasured

PATIENCE_S = 20.0
QUIET_S = 0.06
"""Silence after which an answer counts as complete."""

# What a terminal is asked at start, and what a modern one answers (xterm's control sequences; DECRQM).
_ANSWERS = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>1;10;0c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
    (re.compile(rb"\x1b\]11;\?(?:\x07|\x1b\\)"), b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
)
# Sequences pyte would print instead of understanding: private markers, DECRQM, strings, colon-separated colours.
_UNKNOWN_TO_PYTE = re.compile(
    rb"\x1b\[[<=>?][0-9;:]*[^hl0-9;:]|\x1b\[[0-9;:?]*\$[a-z]|\x1b[P_^].*?\x1b\\|\x1b\[[0-9;]*:[0-9;:]*m", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a key. ``late`` is what came after the first silence: a preview that waits a moment."""

    octets: int
    late: int
    first_ms: float
    last_ms: float

    @property
    def all_octets(self) -> int:
        """Every byte the key caused."""
        return self.octets + self.late


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of a process so far, and the seconds it could have run while other programs had the cores."""

    used_s: float
    waited_s: float


@dataclass(frozen=True, slots=True)
class _Chunk:
    at: float
    data: bytes


class Terminal:
    """A program on a terminal of ``columns`` by ``rows``. Use it as a context manager: it is killed at the end."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], columns: int = 120, rows: int = 40) -> None:
        self.size = (columns, rows)
        self._chunks: list[_Chunk] = []
        self._tail = b""
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            try:
                _resize(0, columns, rows)
                os.execvpe(command[0], list(command), {"TERM": "xterm-256color", "COLORTERM": "truecolor", **env})
            finally:
                os._exit(127)
        _resize(self._fd, columns, rows)
        self.ended = False

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    @property
    def octets(self) -> int:
        """Bytes written by the program so far."""
        return sum(len(chunk.data) for chunk in self._chunks)

    def read(self, wait_s: float) -> bool:
        """Take what comes within ``wait_s``; False when nothing did or the program ended."""
        ready, _, _ = select.select([self._fd], [], [], wait_s)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # Linux says so when the last process on the terminal is gone
            return False
        if not data:
            return False
        self._chunks.append(_Chunk(time.perf_counter(), data))
        # A question may be cut in two by the read.
        asked, self._tail = self._tail + data, b""
        for question, answer in _ANSWERS:
            for _ in question.finditer(asked):
                os.write(self._fd, answer)
        if (last := asked.rfind(b"\x1b")) >= max(0, len(asked) - 12) and not any(
            question.search(asked, last) for question, _ in _ANSWERS
        ):
            self._tail = asked[last:]
        return True

    def settle(self, quiet_s: float = 0.5) -> None:
        """Read until nothing came for ``quiet_s``."""
        end = time.perf_counter() + PATIENCE_S
        while self.read(quiet_s):
            if time.perf_counter() > end:
                raise Unmeasured("the screen never stood still")

    def until_written(self, text: str, patience_s: float) -> None:
        """Read until the program wrote ``text``. Unmeasured if it does not."""
        end = time.perf_counter() + patience_s
        while text.encode() not in b"".join(chunk.data for chunk in self._chunks):
            if time.perf_counter() > end:
                raise Unmeasured("the program never wrote what was awaited")
            self.read(0.1)

    def press(self, keys: str, quiet_s: float = QUIET_S, late_s: float = 0.0) -> Answer:
        """Write ``keys`` and take the answer to its end; with ``late_s`` also what follows within that time."""
        before = len(self._chunks)
        began = time.perf_counter()
        os.write(self._fd, keys.encode())
        if self.read(1.0):
            while self.read(quiet_s):
                pass
        prompt = self._chunks[before:]
        until = time.perf_counter() + late_s
        while (left := until - time.perf_counter()) > 0:
            self.read(left)
        late = self._chunks[before + len(prompt) :]
        return Answer(
            sum(len(chunk.data) for chunk in prompt),
            sum(len(chunk.data) for chunk in late),
            (prompt[0].at - began) * 1000 if prompt else 0.0,
            (prompt[-1].at - began) * 1000 if prompt else 0.0,
        )

    def type(self, keys: Sequence[str], gaps_s: Sequence[float]) -> list[float]:
        """Press each key and then read for its gap; when each was pressed, for :meth:`frames`."""
        pressed = []
        for key, gap_s in zip(keys, gaps_s, strict=True):
            pressed.append(time.perf_counter())
            os.write(self._fd, key.encode())
            self.idle(gap_s)
        return pressed

    def idle(self, seconds: float) -> int:
        """Bytes that come while nobody presses anything."""
        before, until = self.octets, time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self.read(left)
        return self.octets - before

    def end(self, keys: str) -> float:
        """Seconds from ``keys``, which should end the program, to its end. Unmeasured if it lives on."""
        began = time.perf_counter()
        os.write(self._fd, keys.encode())
        while time.perf_counter() < began + PATIENCE_S:
            self.read(0.002)
            done, _ = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.ended = True
                return time.perf_counter() - began
        raise Unmeasured(f"the program did not end; its screen:\n{self.text()}")

    def text(self) -> str:
        """The screen as it stands."""
        return "\n".join(self._replay(lambda lines: False)[1])

    def seconds_until(self, shown: Callable[[list[str]], bool]) -> float:
        """When, after the start, the screen first satisfied ``shown``. Unmeasured if it never did.

        The bytes are replayed afterwards: drawing them meanwhile would slow the program down.
        """
        at, lines = self._replay(shown)
        if at is None:
            raise Unmeasured("what was awaited never appeared; the screen:\n" + "\n".join(lines))
        return at - self.started

    def last_at(self) -> float:
        """Seconds from the start to the last byte so far."""
        return self._chunks[-1].at - self.started if self._chunks else 0.0

    def memory_mb(self) -> float:
        """Proportional memory of the program and its children."""
        main = psutil.Process(self.pid)
        total = 0
        for process in (main, *main.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
        return total / 1e6

    def cpu_s(self) -> float:
        """CPU seconds of the program so far."""
        return self.spent().used_s

    def spent(self) -> Spent:
        """What the program's threads had of the cores so far (proc(5), schedstat: nanoseconds)."""
        used = waited = 0
        for thread in Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                ran, could_have, _slices = (thread / "schedstat").read_text().split()
                used, waited = used + int(ran), waited + int(could_have)
        return Spent(used / 1e9, waited / 1e9)

    def frames(self) -> Iterator[tuple[float, list[str]]]:
        """When something was written, and the screen as it then stood; drawn afterwards, from the bytes."""
        screen = pyte.Screen(*self.size)
        stream = pyte.ByteStream(screen)
        kept = b""
        for chunk in self._chunks:
            # A sequence cut by the read waits for its rest.
            data = kept + chunk.data
            cut = data.rfind(b"\x1b", max(0, len(data) - 64))
            kept = data[cut:] if cut >= 0 and not re.search(rb"[@-Z\\^-~]", data[cut + 2 :]) else b""
            stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data[: len(data) - len(kept)]))
            yield chunk.at, _lines(screen)

    def _replay(self, shown: Callable[[list[str]], bool]) -> tuple[float | None, list[str]]:
        lines: list[str] = []
        for at, lines in self.frames():
            if shown(lines):
                return at, lines
        return None, lines


def _lines(screen: pyte.Screen) -> list[str]:
    # pyte's own way fails on half of a wide character, as there is one while a line is being written.
    return ["".join(screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines)]


def _resize(fd: int, columns: int, rows: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
