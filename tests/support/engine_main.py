"""An engine as a process of its own, started by tests: ``python -m support.engine_main CONFIG STORE [--once|--child]``.

``--lease SECONDS`` shortens the lease, so that a test need not wait for a dead engine's to run out. ``--die-at
STEP:N`` is kill -9 by its own hand at the n-th time of a named step (``support.fetch_steps``).
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from omni_tui.config.load import load_settings
from omni_tui.engine.run import run
from omni_tui.engine.timing import Timing
from omni_tui.store import open_store
from support.fetch_steps import arrange


def main() -> int:
    """The engine's exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("store", type=Path)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--child", action="store_true")
    parser.add_argument("--lease", type=float, default=15.0)
    parser.add_argument("--die-at", default="")
    asked = parser.parse_args()
    if asked.die_at:
        arrange(asked.die_at)
    timing = replace(
        Timing(),
        lease_ttl=asked.lease,
        lease_renew=asked.lease / 3,
        standby=min(2.0, asked.lease / 4),
        retry_most=2.0,
        permanent_retry=2.0,
    )
    return run(
        load_settings(asked.config),
        open_store(asked.store),
        once=asked.once,
        drain_on_stdin_eof=asked.child,
        timing=timing,
    )


if __name__ == "__main__":
    raise SystemExit(main())
