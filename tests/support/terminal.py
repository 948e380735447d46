"""The inbox in a terminal of its own, a pseudo-terminal read by the test."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping

from support.shop import Shop
from support.shops import process_environment

HANG_S = 60.0


class Terminal:
    """The inbox in a terminal of its own."""

    def __init__(
        self,
        shop: Shop,
        environment: Mapping[str, str] | None = None,
        *,
        code: str = "",
        size: tuple[int, int] = (120, 40),
    ) -> None:
        columns, rows = size
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)  # whoever started the tests may have them ignored
            os.environ.update(process_environment(), TERM="xterm-256color", LINES=str(rows), COLUMNS=str(columns))
            os.environ.update(environment or {})
            run = code or f"from support.inbox_at import main; main({str(shop.folder)!r})"
            os.execv(sys.executable, [sys.executable, "-c", run])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, words: bytes) -> None:
        deadline = time.monotonic() + HANG_S
        while words not in self.seen:
            assert time.monotonic() < deadline, self.seen[-2000:]
            self.read(0.1)

    def until_match(self, pattern: re.Pattern[bytes], start: int) -> None:
        """Wait until what came since ``start`` matches."""
        deadline = time.monotonic() + HANG_S
        while not pattern.search(self.seen, start):
            assert time.monotonic() < deadline, self.seen[start:]
            self.read(0.1)

    def quiet(self, seconds: float = 1.0) -> None:
        """Wait until nothing was written for so long."""
        size = -1
        while size != len(self.seen):
            size = len(self.seen)
            self.read(seconds)

    def read(self, seconds: float) -> bool:
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                self.seen += os.read(self.fd, 65536)
            except OSError:
                return False
        return True

    def keys(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def interrupt(self, told: bytes) -> None:
        """Press C-c until ``told`` is said: one that comes just before a line is waited for is seen with the next."""
        deadline = time.monotonic() + HANG_S
        while told not in self.seen:
            assert time.monotonic() < deadline, self.seen[-2000:]
            self.keys("\x03")
            again = time.monotonic() + 2
            while told not in self.seen and time.monotonic() < again:
                self.read(0.1)

    def ends(self) -> None:
        """Wait for its end, reading what it writes meanwhile."""
        deadline = time.monotonic() + HANG_S
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            assert time.monotonic() < deadline, "it does not end"
            self.read(0.05)

    def close(self) -> None:
        os.close(self.fd)
