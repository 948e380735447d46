"""What the relay counts, in the text Prometheus reads (exposition format 0.0.4)."""

from __future__ import annotations

from collections import Counter

from omni_tui.relay.events import Depth

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Figures:
    """Counters of one process, from its start."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str]] = Counter()
        self._took: Counter[float] = Counter()
        self._took_s = 0.0
        self._taken = 0

    def count(self, outcome: str, source: str = "") -> None:
        """A request that was not taken in; ``source`` only for one that exists."""
        self._requests[(source, outcome)] += 1

    def took(self, source: str, seconds: float) -> None:
        """A request taken in, and how long its sender waited."""
        self._requests[(source, "taken")] += 1
        self._taken += 1
        self._took_s += seconds
        for limit in _BUCKETS_S:
            if seconds <= limit:
                self._took[limit] += 1

    def text(self, depth: Depth, now: int) -> str:
        """All of it; ``now`` in epoch milliseconds."""
        lines = ["# TYPE omni_relay_requests_total counter"]
        lines += [
            f'omni_relay_requests_total{{source="{source}",outcome="{outcome}"}} {count}'
            for (source, outcome), count in sorted(self._requests.items())
        ]
        lines.append("# TYPE omni_relay_ack_seconds histogram")
        lines += [f'omni_relay_ack_seconds_bucket{{le="{limit}"}} {self._took[limit]}' for limit in _BUCKETS_S]
        lines += [
            f'omni_relay_ack_seconds_bucket{{le="+Inf"}} {self._taken}',
            f"omni_relay_ack_seconds_sum {self._took_s:.6f}",
            f"omni_relay_ack_seconds_count {self._taken}",
            "# TYPE omni_relay_waiting gauge",
            f"omni_relay_waiting {depth.waiting}",
            "# TYPE omni_relay_waiting_bytes gauge",
            f"omni_relay_waiting_bytes {depth.waiting_bytes}",
            "# TYPE omni_relay_kept_bytes gauge",
            f"omni_relay_kept_bytes {depth.kept_bytes}",
            # What an alarm hangs on: nobody fetches.
            "# TYPE omni_relay_oldest_waiting_seconds gauge",
            f"omni_relay_oldest_waiting_seconds {_age_s(depth, now):.3f}",
            "# TYPE omni_relay_source_waiting gauge",
            *(f'omni_relay_source_waiting{{source="{one.name}"}} {one.waiting}' for one in depth.sources),
        ]
        return "\n".join(lines) + "\n"


def _age_s(depth: Depth, now: int) -> float:
    return 0.0 if depth.oldest_at is None else max(0, now - depth.oldest_at) / 1000
