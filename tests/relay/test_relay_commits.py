"""What an acknowledgement costs: how many commits, statements and round trips there are for many events at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.engines import wait_until
from support.relay import HANG_S

from omni_tui.relay.events import Arrived
from omni_tui.relay.intake import Intake
from omni_tui.relay.queue import Queue
from omni_tui.relay.shared_queue import SharedQueue
from omni_tui.store.postgres_link import PgConnection


def arrived(number: int) -> Arrived:
    return Arrived("shop", f"e{number}", "application/json", b"\x00\xff" * (number % 7), 1_000 + number)


class Held(Queue):
    """A queue whose first commit waits until it is let go."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, most_bytes=1 << 20)
        self.commits: list[int] = []
        self.go = threading.Event()

    def put(self, events: Sequence[Arrived]) -> int:
        assert self.go.wait(HANG_S)
        self.commits.append(len(events))
        return super().put(events)


async def test_what_waits_for_the_disk_goes_there_in_one_commit(tmp_path: Path) -> None:
    queue = Held(tmp_path / "queue.db")
    intake = Intake(queue)
    waiting = [asyncio.create_task(intake.put(arrived(number))) for number in range(500)]
    await asyncio.sleep(0)
    queue.go.set()
    async with asyncio.timeout(HANG_S):
        await asyncio.gather(*waiting)
        found = await intake.call(lambda opened: opened.after("shop", 0, limit=1_000))
        await intake.close()
    assert [event.event_id for event in found] == [arrived(number).event_id for number in range(500)]
    assert [event.body for event in found] == [arrived(number).body for number in range(500)]
    assert len(queue.commits) <= 4, queue.commits


@pytest.mark.parametrize("known", [0, 40], ids=["all new", "some known"])
def test_a_commit_takes_as_many_statements_for_one_event_as_for_many(tmp_path: Path, known: int) -> None:
    queue = Queue(tmp_path / "queue.db", most_bytes=1 << 20)
    said: list[str] = []
    queue._db.set_trace_callback(said.append)
    queue.put([arrived(1_000)])
    for_one = len(said)
    said.clear()
    queue.put([arrived(2_000 + number) for number in range(known)] or [arrived(2_000)])
    said.clear()
    queue.put([arrived(2_000 + number) for number in range(1, 200)])
    assert len(said) == for_one, said
    queue.close()


def test_what_the_log_holds_comes_into_the_file_beside_the_commits(tmp_path: Path) -> None:
    file = tmp_path / "queue.db"
    queue = Queue(file, most_bytes=64 << 20)
    began = file.stat().st_size
    for number in range(0, 2_000, 20):
        queue.put([Arrived("shop", f"e{at}", "text/plain", b"x" * 1_000, at) for at in range(number, number + 20)])
    # The queue's own connection would wait until its log has 32 MB.
    wait_until(lambda: file.stat().st_size > began + 1_000_000)
    assert len(queue.after("shop", 0, limit=5_000)) == 2_000
    queue.close()
    assert not file.with_name("queue.db-wal").exists()


def test_a_commit_of_a_shared_queue_takes_two_round_trips(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = SharedQueue(empty_database, most_bytes=1 << 20)
    trips: list[None] = []
    sync = PgConnection.sync

    def counted(self: PgConnection) -> None:
        trips.append(None)
        sync(self)

    monkeypatch.setattr(PgConnection, "sync", counted)

    def taken() -> int:
        count = len(trips)
        trips.clear()
        return count

    queue.put([arrived(number) for number in range(100)])
    assert taken() == 2
    queue.put([arrived(number) for number in range(100)])
    assert taken() == 2, "all of it was known"
    assert len(queue.after("shop", 0, limit=500)) == 100
    assert taken() == 1
    queue.acknowledge("shop", 60, now=0)
    assert taken() == 2
    assert queue.depth().waiting == 40
    queue.close()
