"""The process that reads mails, with some that are poison to it: their subject says what they do."""

from __future__ import annotations

import os
from typing import Any

from omni_tui.connectors.mail import message, parse_process
from omni_tui.connectors.mail.parse_process import main

_read_values = message.read_values


def _read(raw: bytes, unreadable: str = "") -> Any:
    if b"Subject: hang" in raw:
        while True:
            pass
    if b"Subject: abort" in raw:
        os.abort()
    if b"Subject: hunger" in raw:
        held = bytearray(2 * parse_process.MEMORY)
        raise AssertionError(f"{len(held)} bytes were given")
    if b"Subject: babble" in raw:
        os.write(1, b"\0\0\0\x05hello")
    return _read_values(raw, unreadable)


if __name__ == "__main__":
    parse_process.SECONDS = 0.3
    vars(parse_process)["read_values"] = _read
    main()
