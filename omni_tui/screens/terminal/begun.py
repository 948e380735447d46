"""Taking the terminal before Textual does, so that it finds everything as it would have left it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
from collections.abc import Generator
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

ALTERNATE = "\x1b[?1049h"
_LEAVE = b"\x1b[0m\x1b[?25h\x1b[?1049l"
_IFLAG, _LFLAG, _CC = 0, 3, 6  # of the list tcgetattr returns


@dataclass(slots=True)
class Begun:
    """A terminal with a picture on it. ``attributes`` are those it had before, and gets back in the end."""

    attributes: list[Any]
    taken_over: bool = False
    """Whether a driver draws now, and will leave the terminal as it was."""


@contextlib.contextmanager
def begin(picture: str) -> Generator[Begun, None, None]:
    """Show ``picture`` on the alternate screen while the block runs; keys typed there wait unread and unechoed."""
    keyboard, screen = sys.__stdin__, sys.__stderr__
    assert keyboard is not None and screen is not None
    begun = Begun(termios.tcgetattr(keyboard.fileno()))
    before = signal.signal(signal.SIGTERM, _end)
    try:
        termios.tcsetattr(keyboard.fileno(), termios.TCSANOW, _raw(begun.attributes))
        _write(screen.fileno(), f"{ALTERNATE}\x1b[?25l{picture}".encode())
        yield begun
    finally:
        if not begun.taken_over:
            with contextlib.suppress(OSError):
                _write(screen.fileno(), _LEAVE)
            with contextlib.suppress(termios.error):
                termios.tcsetattr(keyboard.fileno(), termios.TCSANOW, begun.attributes)
        signal.signal(signal.SIGTERM, before)


def _raw(attributes: list[Any]) -> list[Any]:
    """As Textual's Linux driver sets them: no echo, no lines, no signals from keys, every byte at once."""
    raw = [*attributes[:_CC], list(attributes[_CC])]
    raw[_LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    raw[_IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    raw[_CC][termios.VMIN] = 1
    return raw


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _end(number: int, frame: FrameType | None) -> NoReturn:
    # Told to end before there is a loop that could: by way of the ``finally`` above.
    sys.exit(128 + number)
