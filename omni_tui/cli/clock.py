"""The time of day where the person sits."""

from __future__ import annotations

import time
from datetime import datetime, tzinfo

from omni_tui.config.zone import local_zone
from omni_tui.text.when import age, clock


def now_ms() -> int:
    """Epoch milliseconds; for what is shown, never for what is stored."""
    return time.time_ns() // 1_000_000


def moment_of(text: str) -> int:
    """The moment meant by ``tomorrow 9``, in epoch milliseconds. Raises UsageError, with examples."""
    from omni_tui.model.errors import UsageError
    from omni_tui.text.when import parse_when

    try:
        return parse_when(text, now_ms(), zone())
    except ValueError as error:
        raise UsageError(str(error)) from error


def zone() -> tzinfo:
    """The local time zone."""
    return local_zone()


def shown(at: int) -> str:
    """A stored time as people read it."""
    return clock(at, now_ms(), zone())


def exact(at: int) -> str:
    """A stored time with its date, minute and offset."""
    return datetime.fromtimestamp(at / 1000, zone()).isoformat(" ", "minutes")


def ago(at: int) -> str:
    """How long ago, in at most four cells."""
    return age(max(0, now_ms() - at))
