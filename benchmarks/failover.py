"""What befalls a PostgreSQL under five clients: how long nobody could write, from the moment it was there again.

A failover is counted from the moment the primary lost its power, a client that stopped from when it stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.figure import Figure, Unmeasured, median
from benchmarks.ground import REPOSITORY, Ground

BACK_S = 10
RESTARTS = 20
CUT_S = 10

# The private clusters are the tests' own.
sys.path.append(str(REPOSITORY / "tests"))


def measure(ground: Ground) -> Iterator[Figure]:
    """The longest wait until all five clients had stored something again."""
    from support.pg_clients import check, failing_over
    from support.pg_faults import cut_off, restarted, stopped_in_an_act, stopped_with_the_lock
    from support.pg_network import can_be_pulled, pulled
    from support.postgres import bin_dir

    if bin_dir() is None:
        raise Unmeasured("PostgreSQL is missing: apt-get install postgresql")
    with failing_over() as (clients, standby, took):
        check(standby, clients)
        longest = max(each.longest_s for each in clients)
        stored = sum(len(each.stored) for each in clients)
    yield Figure("failover: longest wait of a write", longest, "s", BACK_S, f"{stored} writes, none lost, none twice")
    yield Figure("failover: all clients back", took, "s", BACK_S, "the promotion included")
    yield _longest("restarted", restarted(RESTARTS))
    yield _longest(f"network silent for {CUT_S} s", cut_off(CUT_S))
    if can_be_pulled():
        yield _longest(f"cable out for {CUT_S} s", pulled(CUT_S))
    yield _longest("a client stopped while an act is decided", [stopped_in_an_act()])
    yield _longest("a client stopped inside a write", [stopped_with_the_lock(asleep=False)])
    yield _longest("a laptop asleep with the lock", [stopped_with_the_lock(asleep=True)])


def _longest(what: str, took: list[float]) -> Figure:
    note = f"median {median(took):.1f} of {len(took)}"
    return Figure(f"{what}: all clients back", max(took), "s", BACK_S, note)
