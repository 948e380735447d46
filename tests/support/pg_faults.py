"""What befalls a database under five clients, and how many seconds each time until all of them store again.

What was acknowledged is looked for at the end of each.
"""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from support.pg_clients import HANG_S, Client, check, clients, shop
from support.postgres import USER, Cluster
from support.proxy import Proxy

_STOPPED = """
import os, signal, sys
from omni_tui.model.errors import StoreAway
from omni_tui.store import open_store
store = open_store(sys.argv[1])
try:
    with store.write() as tx:
        tx.run("insert_tag", id="half", name="half")
        tx.one("agent_by_login", login="x")
        print("locked", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)
except StoreAway as error:
    print(error.hint, flush=True)
"""


_DECIDING = """
import os, signal, sys
from omni_tui.store import open_store
store = open_store(sys.argv[1])
tries = []
def act(tx):
    tx.one("agent_by_login", login="x")
    tries.append(1)
    if len(tries) == 1:
        print("deciding", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)
    tx.run("insert_tag", id="whole", name="whole")
store.act_durably(act)
"""


def back(made: list[Client], began: float) -> float:
    """Seconds from ``began`` until each of them has stored something it began to store after now."""
    # One was perhaps stored already, and only told late.
    for each in made:
        each.wait_for_more(2)
    return time.monotonic() - began


def restarted(rounds: int) -> list[float]:
    """The server ends so many times, orderly or by a power cut, and comes back at once or a little later."""
    chance = random.Random(rounds)
    with Cluster(settings={"fsync": "on"}) as cluster:
        with clients(shop(cluster)) as made:
            took = []
            for number in range(rounds):
                if number % 3 == 2:
                    cluster.kill()
                else:
                    cluster.stop()
                time.sleep(chance.uniform(0, 0.3))
                cluster.start()
                took.append(back(made, time.monotonic()))
        check(cluster, made)
    return took


def cut_off(seconds: float) -> list[float]:
    """The network is silent for so long; after that everything that was on its way arrives, or nothing ever."""
    with Cluster() as cluster, Proxy(cluster.port) as proxy:
        shop(cluster)
        took = []
        with clients(f"postgresql://{USER}@127.0.0.1:{proxy.port}/shop") as made:
            for _ in range(2):
                proxy.frozen = True
                time.sleep(seconds)
                proxy.frozen = False
                took.append(back(made, time.monotonic()))
                proxy.frozen = True
                time.sleep(seconds)
                proxy.cut()
                proxy.frozen = False
                took.append(back(made, time.monotonic()))
        check(cluster, made)
    return took


def stopped_with_the_lock(*, asleep: bool) -> float:
    """A sixth client is stopped inside a write; ``asleep``: nothing reaches its machine either, until it wakes up.

    Woken up, it is told that nothing of its write is stored.
    """
    with Cluster() as cluster, Proxy(cluster.port) as proxy:
        url = shop(cluster)
        with clients(url) as made, _stopped(f"postgresql://{USER}@127.0.0.1:{proxy.port}/shop") as sleeper:
            proxy.frozen = asleep
            took = back(made, time.monotonic())
            proxy.frozen = False
            sleeper.send_signal(signal.SIGCONT)
            said, _ = sleeper.communicate(timeout=HANG_S)
        assert "Nothing was changed" in said
        assert cluster.sql("SELECT name FROM tags", "shop") == []
        check(cluster, made)
    return took


def stopped_in_an_act() -> float:
    """A sixth client is stopped while it decides, longer than the server waits. Woken up, it does all of it."""
    with Cluster() as cluster:
        url = shop(cluster)
        with clients(url) as made, _stopped(url, _DECIDING, "deciding") as sleeper:
            took = back(made, time.monotonic())
            wait_until_put_out(cluster)
            sleeper.send_signal(signal.SIGCONT)
            sleeper.communicate(timeout=HANG_S)
        assert sleeper.returncode == 0
        assert cluster.sql("SELECT name FROM tags", "shop") == [("whole",)]
    return took


def wait_until_put_out(cluster: Cluster) -> None:
    """Nobody is silent inside a transaction any more."""
    end = time.monotonic() + HANG_S
    silent = "state LIKE 'idle in transaction%' AND state_change < now() - interval '1s'"
    while cluster.sql(f"SELECT 1 FROM pg_stat_activity WHERE {silent}"):
        assert time.monotonic() < end
        time.sleep(0.1)


@contextlib.contextmanager
def _stopped(url: str, program: str = _STOPPED, where: str = "locked") -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and process.stdout.readline() == f"{where}\n"
        yield process
    finally:
        process.kill()
        process.wait(HANG_S)
