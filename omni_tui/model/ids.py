"""Identifiers: UUIDv7 (RFC 9562, section 5.7), so that ids sort by the time they were made."""

from __future__ import annotations

import os
import threading
import time

_lock = threading.Lock()
_last = 0


def uuid7() -> str:
    """A new UUIDv7 as lower-case text with hyphens; strictly increasing within a process."""
    global _last
    with _lock:
        # 48 bits of milliseconds and a 12-bit fraction of one keep ids of one process in order.
        stamp = (time.time_ns() * 4096) // 1_000_000
        _last = stamp = max(stamp, _last + 1)
    random = int.from_bytes(os.urandom(8), "big") & (2**62 - 1)
    value = ((stamp >> 12) << 80) | (0x7 << 76) | ((stamp & 0xFFF) << 64) | (0x2 << 62) | random
    return _text(value)


def first_id_of(at: int) -> str:
    """What stands before every id made at ``at`` (epoch milliseconds) or later, and behind all earlier ones."""
    return _text(at << 80)


def _text(value: int) -> str:
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
