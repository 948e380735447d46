"""Five clients and their database in a network of their own, whose cable is pulled.

``unshare -n python -m support.pg_network SECONDS…``: prints, for each time the network is gone for so long, the seconds
until all clients store again from when it is back. Unlike a proxy that is silent, this is TCP's own way of noticing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from support.pg_clients import check, clients, shop
from support.pg_faults import back
from support.postgres import Cluster

GUARD_S = 180


def can_be_pulled() -> bool:
    """Whether this process may make networks."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    return subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode == 0


def pulled(*seconds: float) -> list[float]:
    """Seconds until all were back, for each time the cable was out for so many."""
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-m", __name__, *map(str, seconds)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])},
        capture_output=True,
        text=True,
        timeout=GUARD_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [float(line) for line in done.stdout.split()]


def _cable(way: str) -> None:
    subprocess.run(["ip", "link", "set", "lo", way], check=True)


def main() -> None:
    _cable("up")
    with Cluster(settings={"fsync": "on"}) as cluster:
        with clients(shop(cluster)) as made:
            for seconds in map(float, sys.argv[1:]):
                _cable("down")
                time.sleep(seconds)
                _cable("up")
                print(f"{back(made, time.monotonic()):.2f}", flush=True)
        check(cluster, made)


if __name__ == "__main__":
    main()
