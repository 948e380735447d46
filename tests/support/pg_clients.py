"""Five processes that write to one database whatever happens to it, and the look at what they were told."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from omni_tui.store.upgrading import upgrade
from support.postgres import USER, Cluster

CLIENTS = 5
HANG_S = 60.0


class Client:
    """One process that writes, and what it was told."""

    def __init__(self, url: str, name: str) -> None:
        self.stored: list[str] = []
        self.longest_s = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.pg_client", url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            words = line.split()
            if words[0] == "stored":
                self.longest_s = max(self.longest_s, float(words[2]))
                self.stored.append(words[1])

    def wait_for_more(self, more: int) -> None:
        wanted, end = len(self.stored) + more, time.monotonic() + HANG_S
        while len(self.stored) < wanted:
            assert self._process.poll() is None, self._process.stderr and self._process.stderr.read()
            assert time.monotonic() < end, f"nothing stored for {HANG_S} s"
            time.sleep(0.01)

    def end(self) -> None:
        assert self._process.stdin is not None and self._process.stderr is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(HANG_S)
        self._reader.join(HANG_S)
        said = self._process.stderr.read()
        self._process.stderr.close()
        assert self._process.stdout is not None
        self._process.stdout.close()
        assert (self._process.returncode, said) == (0, "")


@contextlib.contextmanager
def clients(url: str) -> Iterator[list[Client]]:
    """Five that have all stored something already."""
    made = [Client(url, f"client{n}") for n in range(CLIENTS)]
    try:
        for each in made:
            each.wait_for_more(3)
        yield made
    finally:
        for each in made:
            each.end()


def check(cluster: Cluster, made: list[Client]) -> None:
    """What was acknowledged is there, each once, with a feed without gaps, and next to nothing else."""
    told = {name for each in made for name in each.stored}
    kept = [row[0] for row in cluster.sql("SELECT login FROM agents", "shop")]
    assert told <= set(kept)
    assert len(kept) - len(told) <= CLIENTS
    rows = cluster.sql("SELECT seq, entity_id FROM changes ORDER BY seq", "shop")
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert sorted(row[1] for row in rows) == sorted(kept)


def shop(cluster: Cluster) -> str:
    cluster.sql("CREATE DATABASE shop TEMPLATE template0")
    upgrade(cluster.url("shop"))
    return cluster.url("shop")


@contextlib.contextmanager
def failing_over() -> Iterator[tuple[list[Client], Cluster, float]]:
    """Clients whose primary fell, the standby that took over, and after how many seconds all had gone on there.

    Replication is synchronous, and the addresses of both servers stand in the store's.
    """
    settings = {"synchronous_standby_names": "*", "wal_level": "replica", "max_wal_senders": "5"}
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(Cluster(settings=settings))
        second = Cluster(copy_of=first, settings={"synchronous_standby_names": "", "hot_standby": "on"})
        stack.enter_context(second)
        end = time.monotonic() + HANG_S
        while not first.sql("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"):
            assert time.monotonic() < end, "the standby does not follow"
            time.sleep(0.02)
        shop(first)
        with clients(f"postgresql://{USER}@127.0.0.1:{first.port},127.0.0.1:{second.port}/shop") as made:
            began = time.monotonic()
            first.kill()
            second.promote()
            for each in made:
                each.wait_for_more(2)
            took = time.monotonic() - began
            for each in made:
                each.wait_for_more(10)
        yield made, second, took
