"""Textual's Linux driver with four changes: thrifty output, pasted line feeds, the end of a terminal, and rest.

Textual's own looks ten times a second whether it is to end; this one sleeps until somebody types.
"""

from __future__ import annotations

import os
import selectors
import threading
from codecs import getincrementaldecoder
from typing import Any

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from omni_tui.screens.terminal.begun import ALTERNATE, Begun
from omni_tui.screens.terminal.thrift import Thrift


class HungUp(Message):
    """The terminal is gone: nothing more can be read from it."""


def mark_pasted(read: list[Message]) -> list[Message]:
    """A line feed with more input behind it in the same read was pasted, not pressed."""
    last = len(read) - 1
    return [
        events.Paste("\n") if at < last and isinstance(event, events.Key) and event.key == "ctrl+j" else event
        for at, event in enumerate(read)
    ]


_TICKS = 2
"""How often the parser is asked after something was typed what an Esc with nothing behind it was: it knows after
``constants.ESCAPE_DELAY``, give or take what a clock does."""


class _Told(threading.Event):
    """An event that can also be waited for beside other things: ``fd`` is readable while it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.fd, self._other_end = os.pipe()
        self.is_closed = False

    def set(self) -> None:
        if not self.is_set():
            super().set()
            os.write(self._other_end, b".")

    def clear(self) -> None:
        if self.is_set():
            os.read(self.fd, 1)
            super().clear()

    def close(self) -> None:
        """Nobody waits any more."""
        if not self.is_closed:
            self.is_closed = True
            os.close(self.fd)
            os.close(self._other_end)


class ThriftyDriver(LinuxDriver):
    """The driver of a real terminal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exit_event = self._told_to_end = _Told()
        self._thrift = Thrift()
        self._begun: Begun | None = getattr(self._app, "begun", None)

    def write(self, data: str) -> None:
        if data == ALTERNATE and self._begun is not None and not self._begun.taken_over:
            # The first picture stands on the alternate screen already: entering it again would wipe it.
            return
        super().write(self._thrift.feed(data))

    def write_past(self, data: str) -> None:
        """Write what is no part of the picture, as it is."""
        super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal; where a first picture was shown, it goes back to what it was before that.

        It is taken again after an editor, or after the program was suspended: both let go of everything first.
        """
        if self._told_to_end.is_closed:
            self.exit_event = self._told_to_end = _Told()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._begun is not None and not self._begun.taken_over:
            self._begun.taken_over = True
            self.attrs_before = self._begun.attributes

    def close(self) -> None:
        """Let go of what was opened, once the terminal is given back."""
        super().close()
        self._told_to_end.close()

    def run_input_thread(self) -> None:
        """Read keys until told to stop, or until the terminal hangs up."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        ticks = 0
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._told_to_end.fd, selectors.EVENT_READ)
            while True:
                ready = selector.select(constants.ESCAPE_DELAY if ticks else None)
                if self.exit_event.is_set():
                    return
                ticks = _TICKS if ready else ticks - 1
                if ready:
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        data = b""
                    if not data:
                        self.process_message(HungUp())
                        return
                    for event in mark_pasted(list(parser.feed(decode(data)))):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
