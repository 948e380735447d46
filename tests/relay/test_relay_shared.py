"""Several relays behind a balancer: one queue in PostgreSQL, each event in it once and in its order."""

from __future__ import annotations

import asyncio
import queue
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.cli import run
from support.postgres import Databases
from support.relay import HANG_S, Relay, Sender, event, signed

from omni_tui.relay.events import DAY_MS, SEEN_MS, Arrived, QueueAway, QueueFull
from omni_tui.relay.shared_queue import SharedQueue

CONVERSATIONS = 6


def arrived(event_id: str, size: int = 100, at: int = 1_000, source: str = "shop") -> Arrived:
    return Arrived(source, event_id, "application/json", b"\x00\xff" * (size // 2), at)


@pytest.fixture
def two(empty_database: str) -> Iterator[tuple[SharedQueue, SharedQueue]]:
    """The same queue, opened by two processes as it were."""
    one, other = (SharedQueue(empty_database, most_bytes=1000, keep_ms=10_000) for _ in range(2))
    yield one, other
    one.close()
    other.close()


def test_what_one_took_in_the_other_knows(two: tuple[SharedQueue, SharedQueue]) -> None:
    one, other = two
    assert one.id == other.id
    assert one.put([arrived("e1"), arrived("e1"), arrived("e2")]) == 2
    assert other.put([arrived("e2"), arrived("e3"), arrived("e1", source="chat")]) == 2
    assert [(each.seq, each.event_id) for each in one.after("shop", 0, limit=9)] == [(1, "e1"), (2, "e2"), (3, "e3")]
    assert [each.seq for each in one.after("shop", 0, limit=9, most_bytes=150)] == [1]
    assert one.after("shop", 1, limit=1)[0].body == b"\x00\xff" * 50
    assert (other.number("shop", "e3"), other.number("shop", "e4")) == (3, None)
    other.acknowledge("shop", 2, now=0)
    one.acknowledge("shop", 1, now=0)
    assert [(each.name, each.waiting, each.fetched_seq) for each in one.depth().sources] == [
        ("chat", 1, 0),
        ("shop", 1, 2),
    ]
    assert [each.event_id for each in other.newest(2)] == ["e3", "e1"]
    assert [each.seq for each in other.since(2)] == [3, 4]


def test_full_it_gives_up_what_was_fetched_and_nothing_else(two: tuple[SharedQueue, SharedQueue]) -> None:
    one, other = two
    for number in range(10):
        (one, other)[number % 2].put([arrived(f"e{number}")])
    with pytest.raises(QueueFull):
        one.put([arrived("one too many")])
    assert len(one.after("shop", 0, limit=100)) == 10
    other.acknowledge("shop", 4, now=0)
    assert one.put([arrived("now it fits", 300)]) == 1
    assert one.after("shop", 0, limit=1)[0].event_id == "e3"
    assert (one.depth().kept_bytes, one.depth().waiting) == (1000, 7)
    assert other.put([arrived("one too many", 60)]) == 1, "what was refused is not taken for known"


def test_ids_stay_longer_than_events(two: tuple[SharedQueue, SharedQueue]) -> None:
    one, other = two
    one.put([arrived("e1", at=0)])
    one.acknowledge("shop", 1, now=7 * DAY_MS)
    assert (one.tidy(7 * DAY_MS + 50_000), other.tidy(7 * DAY_MS + 80_000)) == (0, 1)
    assert one.put([arrived("e1", at=20_000)]) == 0
    one.tidy(SEEN_MS + DAY_MS)
    assert one.put([arrived("e1", at=SEEN_MS + DAY_MS)]) == 1
    assert one.after("shop", 0, limit=9)[0].seq == 2, "numbers are never given twice"


def test_a_lost_connection_is_made_again(two: tuple[SharedQueue, SharedQueue], databases: Databases) -> None:
    one, _other = two
    name = one._url.rpartition("/")[2]
    put_out = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    one.put([arrived("e1")])
    databases.admin(put_out)
    assert one.put([arrived("e1"), arrived("e2")]) == 1
    databases.admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    databases.admin(put_out)
    with pytest.raises(QueueAway):
        one.put([arrived("e3")])
    databases.admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert one.put([arrived("e3")]) == 1


def _pull(relay: Relay, after: int, wait: int = 0) -> list[dict[str, Any]]:
    return relay.pull(after, wait=wait, limit=50)


def test_two_relays_one_killed_in_the_middle(tmp_path: Path, empty_database: str) -> None:
    """Every event goes to a relay of chance, some to both at once; the engine asks now one, now the other."""
    server = f'database = "{empty_database}"'
    total, chance = 1_200, random.Random(7)
    told: dict[str, list[int]] = {f"c{number}": [] for number in range(CONVERSATIONS)}
    fetched: list[dict[str, Any]] = []
    done = asyncio.Event()
    reached = {total // 3: asyncio.Event(), total * 2 // 3: asyncio.Event()}

    async def deliver(conversation: str, relays: tuple[Relay, Relay]) -> None:
        senders = [Sender(relay) for relay in relays]
        for number in range(total // CONVERSATIONS):
            body = event(f"{conversation}-{number}")
            while True:
                at = [senders[chance.randrange(2)]] if chance.random() > 0.05 else senders
                answers = await asyncio.gather(*(one.post("/in/shop", body, signed(body)) for one in at))
                assert set(answers) <= {200, 0, 503}, answers
                if 200 in answers:
                    told[conversation].append(number)
                    break
                await asyncio.sleep(0.02)
        for sender in senders:
            sender.close()

    async def engine(relays: tuple[Relay, Relay]) -> None:
        after = 0
        while True:
            was_done = done.is_set()
            try:
                found = await asyncio.to_thread(_pull, relays[chance.randrange(2)], after, 1)
            except httpx.TransportError:
                continue
            assert all(int(each["seq"]) > after for each in found)
            fetched.extend(found)
            for count, milestone in reached.items():
                if len(fetched) >= count:
                    milestone.set()
            after = int(found[-1]["seq"]) if found else after
            if was_done and not found:
                return

    async def everything(relays: tuple[Relay, Relay]) -> None:
        engine_at_work = asyncio.create_task(engine(relays))
        delivering = [asyncio.create_task(deliver(conversation, relays)) for conversation in told]
        await reached[total // 3].wait()
        await asyncio.to_thread(relays[1].kill)
        await reached[total * 2 // 3].wait()
        await asyncio.to_thread(relays[1].start)
        await asyncio.gather(*delivering)
        done.set()
        await engine_at_work

    with Relay(tmp_path / "one", server) as one, Relay(tmp_path / "two", server) as other:
        asyncio.run(asyncio.wait_for(everything((one, other)), 3 * HANG_S))
        ids = [str(each["event_id"]) for each in fetched]
        assert len(ids) == len(set(ids)) == total
        for conversation, numbers in told.items():
            mine = [int(id.partition("-")[2]) for id in ids if id.startswith(f"{conversation}-")]
            assert mine == sorted(set(numbers)) == list(range(total // CONVERSATIONS))
        headers = {"Authorization": f"Bearer {other.token}"}
        status = httpx.get(f"{other.url}/v1/status", headers=headers, timeout=HANG_S).json()
        assert (status["waiting"], status["kept_bytes"]) == (0, sum(len(event(id)) for id in ids))


def test_who_waits_hears_of_what_came_to_another_relay(two: tuple[SharedQueue, SharedQueue]) -> None:
    one, other = two
    rung: queue.SimpleQueue[bool] = queue.SimpleQueue()
    one.watch(lambda: rung.put(True))
    assert rung.get(timeout=HANG_S), "once at the beginning: something may have come before"
    for number in range(3):
        other.put([arrived(f"e{number}")])
        assert rung.get(timeout=HANG_S)
        assert len(one.after("shop", number, limit=9)) == 1
    other.put([arrived("e0")])
    other.put([arrived("e3")])
    assert rung.get(timeout=HANG_S)
    assert rung.empty(), "nobody is woken for what was known"


def test_clocks_that_differ_a_little_change_no_order(two: tuple[SharedQueue, SharedQueue]) -> None:
    one, other = two
    for number, at in enumerate((100_000, 99_500, 100_200, 20_000, 20_100)):
        (one, other)[number % 2].put([arrived(f"e{number}", at=at)])
    # Forty seconds are a skew; what is further off is a clock that was put right.
    assert [each.received_at for each in one.after("shop", 0, limit=9)] == [100_000, 100_000, 100_200, 20_000, 20_100]


def test_a_database_that_is_away_is_told_and_waited_for(
    tmp_path: Path, empty_database: str, databases: Databases
) -> None:
    name = empty_database.rpartition("/")[2]
    put_out = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with Relay(tmp_path / "one", f'database = "{empty_database}"') as relay, httpx.Client(timeout=HANG_S) as client:

        def send(event_id: str) -> int:
            body = event(event_id)
            return client.post(f"{relay.url}/in/shop", content=body, headers=signed(body)).status_code

        headers = {"Authorization": f"Bearer {relay.token}"}
        assert send("e1") == 200
        databases.admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        databases.admin(put_out)
        assert send("e2") == 503
        for path in ("/v1/events?source=shop", "/v1/status", "/healthz"):
            assert client.get(relay.url + path, headers=headers).status_code == 503
        databases.admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert [send("e2"), send("e1")] == [200, 200]
        assert [one["event_id"] for one in relay.pull()] == ["e1", "e2"]
        status = run("relay", "status", str(relay.folder), "--json").json
        assert (status["waiting"], status["sources"]) == (2, [{"name": "shop", "waiting": 2, "fetched_seq": 0}])
        assert "e1" in run("relay", "tail", str(relay.folder)).out
