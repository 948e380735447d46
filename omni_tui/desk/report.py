"""A report of some days: what arrived, was answered and resolved, how long the first answer took, what waits now."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from omni_tui.model.report import Report, Tally
from omni_tui.store import Row, Store

_QUARTER_S = 900


@dataclass(slots=True)
class _Sums:
    counts: Counter[str] = field(default_factory=Counter)
    waits: list[int] = field(default_factory=list)

    def tally(self, name: str) -> Tally:
        return Tally(
            name,
            self.counts["inbound"],
            self.counts["outbound"],
            self.counts["resolved"],
            len(self.waits),
            nearest_rank(self.waits, 0.5),
            nearest_rank(self.waits, 0.9),
            self.counts["waiting"],
        )


def report(store: Store, now: int, zone: tzinfo, days: int = 7) -> Report:
    """The last ``days`` days of ``zone``, today among them. Bulk, spam and what robots write are left out."""
    today = datetime.fromtimestamp(now / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=days - 1)
    since = int(first.timestamp() * 1000)
    by_day = {(first + timedelta(days=n)).date().isoformat(): _Sums() for n in range(days)}
    by_channel: dict[str, _Sums] = defaultdict(_Sums)
    by_agent: dict[str, _Sums] = defaultdict(_Sums)
    whole = _Sums()
    with store.read() as tx:
        bound = {"since": since}
        written, answered, resolved, waiting = tx.together(
            ("report_messages", bound),
            ("report_first_answers", bound),
            ("report_resolved", bound),
            ("report_waiting", {}),
        )

    def sums(row: Row, at_s: int | None) -> Iterable[_Sums]:
        yield whole
        if row["channel"]:
            yield by_channel[row["channel"]]
        if row["agent"]:
            yield by_agent[row["agent"]]
        if at_s is not None and (of_day := by_day.get(datetime.fromtimestamp(at_s, zone).date().isoformat())):
            yield of_day

    for row in written:
        for each in sums(row, int(row["quarter"]) * _QUARTER_S):
            each.counts[row["direction"]] += int(row["number"])
    for row in resolved:
        for each in sums(row, int(row["quarter"]) * _QUARTER_S):
            each.counts["resolved"] += int(row["number"])
    for row in answered:
        for each in sums(row, row["first_at"] // 1000):
            each.waits.append(row["answered_at"] - row["first_at"])
    for row in waiting:
        for each in sums(row, None):
            each.counts["waiting"] += int(row["number"])
    return Report(
        since,
        whole.tally(""),
        tuple(found.tally(day) for day, found in reversed(by_day.items())),
        _busiest(by_channel),
        _busiest(by_agent),
    )


def nearest_rank(values: Sequence[int], part: float) -> int | None:
    """The smallest of ``values`` that at least ``part`` (0 to 1) of them do not exceed; None without any."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(len(values) * part) - 1)]


def _busiest(found: dict[str, _Sums]) -> tuple[Tally, ...]:
    tallies = (sums.tally(name) for name, sums in found.items())
    return tuple(sorted(tallies, key=lambda each: (-each.arrived - each.answered - each.resolved, each.name)))
