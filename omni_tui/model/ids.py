"""Identifiers: UUIDv7 (RFC 9562, section 5.7), so that ids sort by the time they were made."""

from __future__ import annotations

import os
import threading
import time
from array import array

_lock = threading.Lock()
_last = 0
_AT_ONCE = 256
_random: list[int] = []
"""Random numbers of 64 bits that no id has yet: to ask the system for each alone takes as long as all the rest."""
# A child would give its ids the same ones as its parent.
os.register_at_fork(after_in_child=_random.clear)


def uuid7() -> str:
    """A new UUIDv7 as lower-case text with hyphens; strictly increasing within a process."""
    global _last
    with _lock:
        # 48 bits of milliseconds and a 12-bit fraction of one keep ids of one process in order.
        stamp = (time.time_ns() * 4096) // 1_000_000
        _last = stamp = max(stamp, _last + 1)
        if not _random:
            _random.extend(array("Q", os.urandom(8 * _AT_ONCE)))
        random = _random.pop()
    # Version 7 and variant 2 stand at the beginning of the third and the fourth group.
    return (
        f"{stamp >> 28:08x}-{stamp >> 12 & 0xFFFF:04x}-{0x7000 | stamp & 0xFFF:04x}"
        f"-{0x8000 | random >> 50:04x}-{random & 0xFFFFFFFFFFFF:012x}"
    )


def first_id_of(at: int) -> str:
    """What stands before every id made at ``at`` (epoch milliseconds) or later, and behind all earlier ones."""
    return f"{at >> 16:08x}-{at & 0xFFFF:04x}-0000-0000-000000000000"
