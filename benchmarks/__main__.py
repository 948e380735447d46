"""``python -m benchmarks [NAME…] [--keep DIR] [--million] [--long] [--url URL]``: measure, and tell by exit code.

Each figure is printed beside its limit.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.figure import HEADING, Figure, Unmeasured
from benchmarks.filling import LARGE, MEMORY
from benchmarks.ground import Ground

_STORE = ("store", "bulk", "contention", "locked", "seen", "failover")
NAMES = (*_STORE, "cli", "relay", "chat", "screen", "busy", "readers", "sync")
"""The benchmarks, each a module with ``measure(ground)``, cheapest first."""


def main() -> int:
    """0 when every limit holds, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure against the budgets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work in DIR and leave the large store there")
    parser.add_argument("--million", action="store_true", help="a store of 1,000,000 messages, not of 200,000")
    parser.add_argument("--long", action="store_true", help="the relay's load for ten minutes, not for 20 seconds")
    parser.add_argument("--url", default="", metavar="URL", help="the store's figures on this PostgreSQL database")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    missed = 0
    with _folder(asked.keep) as folder:
        ground = Ground(folder, MEMORY if asked.million else LARGE, asked.url, asked.long)
        print(f"{os.cpu_count()} cores\n{HEADING}")
        for name in asked.names or NAMES:
            print(f"-- {name}, load {os.getloadavg()[0]:.2f}", flush=True)
            try:
                for figure in _figures(name, ground):
                    missed += not figure.holds
                    print(figure.line(), flush=True)
            except Unmeasured as reason:
                missed += 1
                print(f"{name} was not measured: {reason}", flush=True)
        print(f"-- load at the end {os.getloadavg()[0]:.2f}")
    print("every limit holds" if not missed else f"{missed} did not hold", file=sys.stderr)
    return 1 if missed else 0


def _figures(name: str, ground: Ground) -> Iterator[Figure]:
    found: Iterator[Figure] = import_module(f"benchmarks.{name}").measure(ground)
    return found


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="omni-bench-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
