"""How much one sender may send: a bucket of tokens each, forgotten when it is full again."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_KEYS = 50_000


class Rates:
    """``per_minute`` requests on the average, and as many at once as ten seconds of them (at least ``at_once``)."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, *, at_once: int = 20) -> None:
        self._per_s = per_minute / 60
        self._most = max(float(at_once), per_minute / 6)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """0 when a request of ``key`` is let through (and counted), else in how many seconds to come again."""
        now = self._clock()
        left, at = self._buckets.pop(key, (self._most, now))
        left = min(self._most, left + (now - at) * self._per_s)
        if left < 1:
            self._buckets[key] = (left, now)
            return (1 - left) / self._per_s
        self._buckets[key] = (left - 1, now)
        while len(self._buckets) > _MOST_KEYS:
            self._buckets.popitem(last=False)
        return 0.0


def network(address: str) -> str:
    """Whom an address belongs to: itself, and of IPv6 its first 64 bits, since a host has all that follow."""
    if ":" not in address:
        return address
    try:
        return ipaddress.IPv6Address(address.partition("%")[0]).exploded[:19]
    except ValueError:
        return address
