"""Where the person at this host sits, as a time zone."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path


def local_zone() -> tzinfo:
    """The local time zone with its rules of summer time where the system names it, else its offset now."""
    return _zone(os.environ.get("TZ", ""))


@lru_cache(maxsize=4)
def _zone(variable: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    name = variable.lstrip(":")
    if not name:
        _before, found, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
        if not found:
            return _offset()
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return _offset()


def _offset() -> tzinfo:
    return datetime.now(UTC).astimezone().tzinfo or UTC
