"""How long to wait after a failure: exponential with full jitter, so that many engines do not knock at once."""

from __future__ import annotations

import random

from omni_tui.engine.timing import Timing
from omni_tui.model.errors import Permanent, Retry, StoreError

LONGEST_WISH_S = 3600.0
"""What a server may ask us to wait at most: a nonsense value must not silence a channel for days."""


def delay(failures: int, timing: Timing, error: BaseException | None = None) -> float:
    """Seconds to wait after ``failures`` failures in a row (from 1), honouring what ``error`` asks for."""
    if isinstance(error, Permanent):
        return timing.permanent_retry
    # 2**9 is already past the longest wait; a bounded exponent keeps the power small after weeks of failing.
    most = min(timing.retry_most, timing.retry_first * 2.0 ** min(max(failures - 1, 0), 9))
    if isinstance(error, StoreError):
        most = min(most, timing.store_retry)
    waited = max(timing.retry_first, random.uniform(0.0, most))  # noqa: S311
    if isinstance(error, Retry) and error.delay_s is not None:
        return max(waited, min(error.delay_s, LONGEST_WISH_S))
    return waited
