"""A relay's directory copied while it runs and put back: an engine that had read on misses nothing."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from support.chat import Agent, Visitor, chatting, hang_up
from support.cli import run
from support.relay import HANG_S, Relay, Sender, event, signed

from omni_tui.connectors.relayed import Reading, Relayed
from omni_tui.relay import backup as relay_backup
from omni_tui.relay.chat.store import ChatStore
from omni_tui.relay.events import Arrived
from omni_tui.relay.queue import Queue


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    with chatting(tmp_path / "relay", "https://shop.example") as running:
        yield running
    hang_up()


def post(relay: Relay, *ids: str) -> None:
    async def all_of_them() -> None:
        sender = Sender(relay)
        for id in ids:
            body = event(id)
            assert await sender.post("/in/shop", body, signed(body)) == 200
        sender.close()

    asyncio.run(all_of_them())


class Engine:
    """The engine's own way of reading, with the cursor it would have stored."""

    def __init__(self) -> None:
        self.cursor: str | None = None

    def read(self, relay: Relay) -> list[str]:
        """The ids of what was new to it."""

        async def once() -> list[str]:
            async with httpx.AsyncClient(timeout=HANG_S) as client:
                reading = Reading(client, Relayed("form", relay.url, "shop"))
                found = await reading.pull(relay.token, self.cursor, 0)
                self.cursor = found.cursor()
                return [str(row["event_id"]) for row in found.rows]

        return asyncio.run(once())


def test_a_backup_put_back_is_read_from_its_beginning(tmp_path: Path, relay: Relay) -> None:
    engine, copy = Engine(), tmp_path / "copies" / "monday"
    visitor = Visitor(relay, "https://shop.example")
    visitor.say("hello")
    post(relay, "a", "b")
    assert engine.read(relay) == ["a", "b"]
    ran = run("relay", "backup", str(copy), "--dir", str(relay.folder), "--json")
    assert [Path(one).name for one in ran.json["files"]] == ["chat.db", "queue.db", "relay.toml", "tokens.json"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in copy.iterdir()} == {0o600}
    post(relay, "c", "d", "e")
    assert engine.read(relay) == ["c", "d", "e"]
    relay.kill()
    shutil.rmtree(relay.folder)
    shutil.copytree(copy, relay.folder)
    relay.start()
    # As many as were read before: with the old numbers none of these would be seen.
    post(relay, "f", "g", "h")
    assert engine.read(relay) == ["a", "b", "f", "g", "h"]
    assert engine.read(relay) == []
    post(relay, "i")
    assert engine.read(relay) == ["i"]
    assert visitor.http.get(f"{relay.url}/chat/help/poll").json()["entries"][0]["text"] == "hello"
    assert [one["text"] for one in Agent(relay).all_events()] == ["hello"]


def test_an_older_file_put_back_by_hand_is_seen_to_be_older(tmp_path: Path, relay: Relay) -> None:
    engine = Engine()
    post(relay, "a", "b")
    relay.terminate()
    shutil.copy(relay.folder / "queue.db", tmp_path / "older.db")
    relay.start()
    post(relay, "c", "d", "e")
    assert engine.read(relay) == ["a", "b", "c", "d", "e"]
    relay.terminate()
    shutil.copy(tmp_path / "older.db", relay.folder / "queue.db")
    relay.start()
    post(relay, "f")
    assert engine.read(relay) == ["a", "b", "f"]
    post(relay, "g")
    assert engine.read(relay) == ["g"]


def test_a_backup_says_what_keeps_it(tmp_path: Path, relay: Relay) -> None:
    there = tmp_path / "there"
    there.mkdir()
    ran = run("relay", "backup", str(there), "--dir", str(relay.folder))
    assert (ran.code, "is there already" in ran.err) == (4, True)
    ran = run("relay", "backup", str(tmp_path / "x"), "--dir", str(tmp_path / "nothing"))
    assert (ran.code, "no relay in" in ran.err) == (3, True)
    ran = run("relay", "backup", "/proc/nothing/x", "--dir", str(relay.folder))
    assert (ran.code, "cannot be written" in ran.err) == (1, True)
    ran = run("relay", "backup", str(tmp_path / "y"), "--dir", str(relay.folder), "--dry-run")
    assert (ran.code, (tmp_path / "y").exists()) == (0, False)
    assert list(tmp_path.glob(".*.part")) == []


def test_a_backup_without_a_queue_says_where_that_is(tmp_path: Path) -> None:
    assert run("relay", "init", str(tmp_path / "relay")).code == 0
    ran = run("relay", "backup", str(tmp_path / "copy"), "--dir", str(tmp_path / "relay"))
    assert (ran.code, "backed up with its database" in ran.err) == (0, True)


def test_a_damaged_queue_makes_no_backup(tmp_path: Path, relay: Relay) -> None:
    post(relay, *(f"e{number}" for number in range(200)))
    relay.terminate()
    file = relay.folder / "queue.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray(file.read_bytes())
    raw[4096 * 2 : 4096 * 8] = b"\xff" * 4096 * 6
    file.write_bytes(raw)
    ran = run("relay", "backup", str(tmp_path / "copy"), "--dir", str(relay.folder))
    assert (ran.code, (tmp_path / "copy").exists()) == (1, False), ran.err


def test_what_a_visitor_says_between_the_two_copies_is_in_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put back, the chat shows nothing as said that no engine would ever fetch."""
    folder, copied = tmp_path / "relay", relay_backup._copied
    folder.mkdir()
    (folder / "relay.toml").write_text("")
    queue, chats = Queue(folder / "queue.db", most_bytes=1 << 20), ChatStore(folder / "chat.db", most_bytes=1 << 20)
    visitor = chats.open("help", "hash", user="", name="", email="", now=1_000).id

    def say(database: Path, copy: Path) -> None:
        copied(database, copy)
        queue.put([Arrived("help", f"{visitor}:{database.name}", "application/json", b"{}", 2_000)])
        chats.add(visitor, "visitor", database.name, "Hello?", now=2_000)

    monkeypatch.setattr(relay_backup, "_copied", say)
    relay_backup.backup(folder, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy/queue.db")) as db:
        told = {id for (id,) in db.execute("SELECT event_id FROM events")}
    with closing(sqlite3.connect(tmp_path / "copy/chat.db")) as db:
        said = {f"{visitor}:{key}" for (key,) in db.execute("SELECT key FROM entries")}
    assert said <= told
    queue.close()
    chats.close()
