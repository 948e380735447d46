"""Servers that fall, stop and come back under five clients: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import random
import time

import pytest
from support.pg_clients import check, clients, failing_over, shop
from support.postgres import USER, Cluster
from support.proxy import Proxy

from omni_tui.store import Store, open_store
from omni_tui.store.feed import Feed


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


def test_who_saw_what_a_power_cut_took_reads_everything_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.store.postgres.LOOK_S", 0)
    # What is not asked to be on the disk gets there after ten seconds.
    with Cluster(settings={"wal_writer_delay": "10000ms", "fsync": "on"}) as cluster:
        url = shop(cluster)
        one, other = open_store(url), open_store(url)
        feed = Feed(one)
        tag(other, "lost")
        seen = feed.poll(one)
        assert seen is not None and not seen.everything
        cluster.kill()
        cluster.start()
        assert "lost" not in tags(other)
        tag(other, "other")
        told = feed.poll(one)
        assert told is not None and told.everything
        # From there it goes on as ever.
        tag(other, "next")
        after = feed.poll(one)
        assert after is not None and [row.entity_id for row in after.rows] == ["next"]
        one.close()
        other.close()


def test_what_is_durable_is_there_after_a_power_cut_with_all_it_was_built_on() -> None:
    with Cluster(settings={"wal_writer_delay": "10000ms", "fsync": "on"}) as cluster:
        store = open_store(shop(cluster))
        tag(store, "first")
        with store.write_durable() as tx:
            assert "first" in [row["name"] for row in tx.query("SELECT name FROM tags", {})]
            tx.run("insert_tag", id="second", name="second")
        cluster.kill()
        cluster.start()
        assert {"first", "second"} <= tags(store)
        store.close()


def tag(store: Store, name: str) -> None:
    with store.write() as tx:
        tx.run("insert_tag", id=name, name=name)
        tx.changed("tag", name)


def tags(store: Store) -> set[str]:
    with store.read() as tx:
        return {row["name"] for row in tx.query("SELECT name FROM tags", {})}
