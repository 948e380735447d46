"""Textual's Linux driver with three changes: thrifty output, pasted line feeds, and the end of a terminal."""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from typing import Any

from textual import events
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


class ThriftyDriver(LinuxDriver):
    """The driver of a real terminal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        """Take the terminal; where a first picture was shown, it goes back to what it was before that."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._begun is not None and not self._begun.taken_over:
            self._begun.taken_over = True
            self.attrs_before = self._begun.attributes

    def run_input_thread(self) -> None:
        """Read keys until told to stop, or until the terminal hangs up."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
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
