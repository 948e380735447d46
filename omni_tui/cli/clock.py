"""The time of day where the person sits."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from omni_tui.text.when import age, clock


def now_ms() -> int:
    """Epoch milliseconds; for what is shown, never for what is stored."""
    return time.time_ns() // 1_000_000


def zone() -> tzinfo:
    """The local time zone with its rules of summer time where the system names it, else its offset now."""
    from zoneinfo import ZoneInfo

    name = os.environ.get("TZ", "").lstrip(":")
    if not name:
        _before, found, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
        if not found:
            return _offset()
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return _offset()


def shown(at: int) -> str:
    """A stored time as people read it."""
    return clock(at, now_ms(), zone())


def exact(at: int) -> str:
    """A stored time with its date, minute and offset."""
    return datetime.fromtimestamp(at / 1000, zone()).isoformat(" ", "minutes")


def ago(at: int) -> str:
    """How long ago, in at most four cells."""
    return age(max(0, now_ms() - at))


def _offset() -> tzinfo:
    return datetime.now(UTC).astimezone().tzinfo or UTC
