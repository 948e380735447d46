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

    def text(self, depth: Depth, now: int, *, listening: int, most_bytes: int, free_bytes: int) -> str:
        """All of it; ``now`` in epoch milliseconds. ``listening`` are open chats, ``most_bytes`` is ``keep_mb``, and
        ``free_bytes`` are left on the disk."""
        lines = _headed("requests_total", "counter", "Webhooks since the start, by source and what became of them.")
        lines += [
            f'omni_relay_requests_total{{source="{source}",outcome="{outcome}"}} {count}'
            for (source, outcome), count in sorted(self._requests.items())
        ]
        lines += _headed("ack_seconds", "histogram", "From a request to its event on the disk.")
        lines += [f'omni_relay_ack_seconds_bucket{{le="{limit}"}} {self._took[limit]}' for limit in _BUCKETS_S]
        lines += [
            f'omni_relay_ack_seconds_bucket{{le="+Inf"}} {self._taken}',
            f"omni_relay_ack_seconds_sum {self._took_s:.6f}",
            f"omni_relay_ack_seconds_count {self._taken}",
        ]
        gauges: tuple[tuple[str, str, float], ...] = (
            ("waiting", "Events no engine has fetched yet.", depth.waiting),
            ("waiting_bytes", "Their bodies.", depth.waiting_bytes),
            ("kept_bytes", "Bodies kept, fetched ones too.", depth.kept_bytes),
            ("kept_limit_bytes", "What keep_mb allows of them.", most_bytes),
            ("disk_free_bytes", "Left on the relay's disk; below 64 MB nothing is taken in.", free_bytes),
            ("oldest_waiting_seconds", "Since when nobody fetches: what an alarm hangs on.", _age_s(depth, now)),
            ("chat_listening", "Open pages of the chats that listen.", listening),
        )
        for name, meaning, value in gauges:
            shown = f"{value:.3f}" if isinstance(value, float) else str(value)
            lines += [*_headed(name, "gauge", meaning), f"omni_relay_{name} {shown}"]
        lines += _headed("source_waiting", "gauge", "Events no engine has fetched yet, by source.")
        lines += [f'omni_relay_source_waiting{{source="{one.name}"}} {one.waiting}' for one in depth.sources]
        return "\n".join(lines) + "\n"


def _headed(name: str, kind: str, meaning: str) -> list[str]:
    return [f"# HELP omni_relay_{name} {meaning}", f"# TYPE omni_relay_{name} {kind}"]


def _age_s(depth: Depth, now: int) -> float:
    return 0.0 if depth.oldest_at is None else max(0, now - depth.oldest_at) / 1000
