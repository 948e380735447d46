"""What the service's log says of requests that proved nothing: enough to find a wrong key by, and no more."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from omni_tui.text.clean import clean_line

AGAIN_S = 60.0
"""How often one source's refusals for one reason are told of."""
_LOG = logging.getLogger("omni_tui.relay")


class Refusals:
    """Of one process. Sources and reasons are the configuration's and ours: there are few of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[tuple[str, str], float] = {}
        self._silent: dict[tuple[str, str], int] = {}

    def note(self, source: str, reason: str, sender: str) -> None:
        """A request for ``source`` by ``sender`` (an address, or a page) was refused for ``reason``."""
        key, now = (source, reason), self._clock()
        if now - self._told.get(key, -AGAIN_S) < AGAIN_S:
            self._silent[key] = self._silent.get(key, 0) + 1
            return
        self._told[key] = now
        more = self._silent.pop(key, 0)
        _LOG.warning("refused %s from %s: %s%s", source, clean_line(sender), reason, f" (and {more} more)" * bool(more))
