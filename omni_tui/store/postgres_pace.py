"""How many messages are stored together: as many as the server had the lock for some milliseconds with."""

from __future__ import annotations

import math

AIM_MS = 15.0
"""How long the lock is to be held for messages that come in; 50 ms are promised, and a server is not always as fast."""
MOST = 100
_FIRST = 8


class Pace:
    """Follows how long each write had the lock, by the server's own clock."""

    def __init__(self) -> None:
        self.at_once = _FIRST
        self.untidied = 0
        """Messages taken in since the index was put in order."""
        self._before_ms = math.inf

    def follow(self, number: int, locked_ms: float) -> None:
        """So many messages were stored, and nobody else could write for so long."""
        if number < 1:
            return
        each_ms = max(locked_ms, 0.5) / number
        # Once may be a server that was busy with something else; twice it is how long they take.
        usual_ms, self._before_ms = min(each_ms, self._before_ms), each_ms
        fits = max(1, int(AIM_MS / usual_ms))
        if fits < self.at_once:
            self.at_once = fits
        elif number >= self.at_once:
            # Step by step: what comes next may be larger.
            self.at_once = min(MOST, fits, self.at_once + max(1, self.at_once // 2))
