"""Servers that fall, stop and come back under five clients: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterable

import pytest
from psycopg import conninfo
from support.pg_clients import check, failing_over, shop
from support.pg_faults import cut_off, restarted, stopped_in_an_act, stopped_with_the_lock
from support.pg_network import can_be_pulled, pulled
from support.postgres import Cluster, Databases

from omni_tui.store import Store, open_store, postgres_link
from omni_tui.store.feed import Feed

BACK_S = 10


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str, Iterable[float]], None]:
    """Says how long everybody was away: that it is no longer than promised is for ``make bench`` to decide."""

    def said(what: str, took: Iterable[float]) -> None:
        seconds = sorted(took)
        with capsys.disabled():
            print(f"\n{what}: all clients back after {seconds[-1]:.1f} s (best {seconds[0]:.1f} of {len(seconds)})")

    return said


Tell = Callable[[str, Iterable[float]], None]


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.long)])
def test_restarted_again_and_again(rounds: int, tell: Tell) -> None:
    tell(f"restarted {rounds} times", restarted(rounds))


@pytest.mark.parametrize("seconds", [1, pytest.param(10, marks=pytest.mark.long)])
def test_the_network_is_gone_for_a_while(seconds: float, tell: Tell) -> None:
    tell(f"network gone for {seconds} s", cut_off(seconds))


@pytest.mark.long
def test_the_cable_is_pulled(tell: Tell) -> None:
    if not can_be_pulled():
        pytest.skip("needs a network of its own: root, unshare and ip")
    tell("cable out for 4 and 10 s", pulled(4, 10))


@pytest.mark.long
@pytest.mark.parametrize("asleep", [False, True])
def test_a_client_that_stops_with_the_lock(asleep: bool, tell: Tell) -> None:
    tell("asleep with the lock" if asleep else "stopped inside a write", [stopped_with_the_lock(asleep=asleep)])


@pytest.mark.long
def test_a_client_that_stops_while_it_decides_holds_nobody_up(tell: Tell) -> None:
    tell("stopped inside an act", [stopped_in_an_act()])


def test_a_standby_takes_over(tell: Tell) -> None:
    with failing_over() as (made, standby, took):
        check(standby, made)
    tell("failover, promotion included", [took])


def test_all_that_is_waited_for_until_a_server_is_found_again_is_less_than_ten_seconds(
    databases: Databases, database: str
) -> None:
    """The sums of what is configured, as the connections really have it: the promise is ten seconds."""
    link = postgres_link
    with contextlib.closing(link.connect(database, "write")) as connection:
        with socket.socket(fileno=os.dup(connection.fileno())) as line:
            tcp = socket.IPPROTO_TCP
            ours_ms = line.getsockopt(tcp, socket.TCP_USER_TIMEOUT)
            asked_s = line.getsockopt(tcp, socket.TCP_KEEPIDLE) + line.getsockopt(
                tcp, socket.TCP_KEEPINTVL
            ) * line.getsockopt(tcp, socket.TCP_KEEPCNT)
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        server = dict(
            tuple(row)
            for row in connection.execute("SELECT name, setting FROM pg_settings WHERE name ~ 'timeout|keepalives'")
        )
        connect_s = int(conninfo.conninfo_to_dict(connection.info.dsn)["connect_timeout"])
    server_s = int(server["tcp_keepalives_idle"]) + int(server["tcp_keepalives_interval"]) * int(
        server["tcp_keepalives_count"]
    )
    noticed_s = max(ours_ms / 1000, asked_s, server_s, int(server["tcp_user_timeout"]) / 1000)
    # The connection is given up, one server more that does not answer is tried, and then the one that is there.
    assert noticed_s + connect_s + link.LONGEST_PAUSE_S < BACK_S
    # Whoever is silent with the lock is put out before those who wait for it give up.
    idle_ms, lock_ms = (int(server[f"{name}_timeout"]) for name in ("idle_in_transaction_session", "lock"))
    assert idle_ms < lock_ms <= BACK_S * 1000 and idle_ms > 0
    # No statement of a write is ended by the clock: see the link's roles.
    assert int(server["statement_timeout"]) == 0


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
