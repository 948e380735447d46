"""A primary that loses its power under five clients, and a standby that takes over: how long nobody could write."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.figure import Figure, Unmeasured
from benchmarks.ground import REPOSITORY, Ground

BACK_S = 10

# The private clusters are the tests' own.
sys.path.append(str(REPOSITORY / "tests"))


def measure(ground: Ground) -> Iterator[Figure]:
    """The longest wait of any write, the promotion of the standby included."""
    from support.pg_clients import check, failing_over
    from support.postgres import bin_dir

    if bin_dir() is None:
        raise Unmeasured("PostgreSQL is missing: apt-get install postgresql")
    with failing_over() as (clients, standby):
        check(standby, clients)
        longest = max(each.longest_s for each in clients)
        stored = sum(len(each.stored) for each in clients)
    yield Figure("failover: longest wait of a write", longest, "s", BACK_S, f"{stored} writes, none lost, none twice")
