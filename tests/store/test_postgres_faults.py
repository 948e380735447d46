"""Servers that fall, stop and come back under five clients: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import random
import time

import pytest
from support.pg_clients import check, clients, failing_over, shop
from support.postgres import USER, Cluster
from support.proxy import Proxy


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.long)])
def test_restarted_again_and_again(rounds: int) -> None:
    chance = random.Random(rounds)
    with Cluster(settings={"fsync": "on"}) as cluster:
        with clients(shop(cluster)) as made:
            for number in range(rounds):
                if number % 3 == 2:
                    cluster.kill()
                else:
                    cluster.stop()
                time.sleep(chance.uniform(0, 0.3))
                cluster.start()
                for each in made:
                    each.wait_for_more(3)
        check(cluster, made)


@pytest.mark.parametrize("seconds", [1, pytest.param(10, marks=pytest.mark.long)])
def test_the_network_is_gone_for_a_while(seconds: float) -> None:
    with Cluster() as cluster, Proxy(cluster.port) as proxy:
        shop(cluster)
        with clients(f"postgresql://{USER}@127.0.0.1:{proxy.port}/shop") as made:
            for _ in range(2):
                proxy.frozen = True
                time.sleep(seconds)
                proxy.frozen = False
                for each in made:
                    each.wait_for_more(3)
                proxy.cut()
                for each in made:
                    each.wait_for_more(3)
        check(cluster, made)


def test_a_standby_takes_over() -> None:
    with failing_over() as (made, standby):
        check(standby, made)
