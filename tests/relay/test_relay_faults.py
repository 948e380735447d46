"""What the relay is there for, in numbers: nothing lost, nothing doubled, nothing forged, whatever happens to it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from support.ports import free_port
from support.relay import HANG_S, KEY, Relay, Sender, event, signed
from support.relay_storm import Storm, event_ids, texts

from omni_tui.relay import server
from omni_tui.relay.chat.store import ChatStore
from omni_tui.relay.events import Arrived, QueueAway
from omni_tui.relay.queue import Queue
from omni_tui.relay.settings import RelaySettings, ServerSettings
from omni_tui.store import open_store

OPEN = "rate_per_minute = 1000000\nrate_per_address = 1000000\n"
DAY_S = 86_400
CLIENT = httpx.Client(timeout=HANG_S)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    with Relay(tmp_path / "relay", OPEN) as running:
        yield running


# From senders to the store, with both halves killed ------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "offline_s"), [(3_000, 1), pytest.param(120_000, 120, marks=pytest.mark.long)], ids=["sample", "whole"]
)
def test_nothing_is_lost_nothing_doubled_and_the_order_kept(tmp_path: Path, total: int, offline_s: float) -> None:
    store = tmp_path / "s" / "omni.db"
    open_store(store).close()
    with Relay(tmp_path / "relay", OPEN, port=free_port()) as relay:
        config = tmp_path / "config.toml"
        config.write_text(
            f'[channels.form]\nkind = "webhook"\nrelay = "{relay.url}"\nsource = "shop"\npassword = "{relay.token}"\n',
            "utf-8",
        )
        config.chmod(0o600)
        storm = Storm(relay, config, store, total, offline_s)
        asyncio.run(storm.run())
        queued = event_ids(relay)
    assert len(queued) == len(set(queued)) == total, "the relay's queue, before the store looks again"
    assert storm.kills == 3
    assert storm.redelivered > total * 0.03
    by_conversation: dict[str, list[str]] = defaultdict(list)
    for conversation, text in texts(store):
        by_conversation[conversation].append(text)
    assert sorted(by_conversation.values()) == sorted(storm.accepted.values())
    assert sum(map(len, by_conversation.values())) == total


# Forgeries -------------------------------------------------------------------------------------------------------


def forged(chance: random.Random, number: int, genuine: bytes) -> tuple[str, bytes, dict[str, str]]:
    """A request that must not be taken in: path, body, headers."""
    body = event(f"forged-{number}")
    headers = signed(body)
    stamp, _, value = headers["X-Omni-Signature"].partition(",v1=")
    at = chance.randrange(len(value))
    changed = value[:at] + chance.choice([one for one in "0123456789abcdef" if one != value[at]]) + value[at + 1 :]
    return chance.choice(
        [
            ("/in/shop", body[:-2] + b' "}', headers),
            ("/in/shop", body, {"X-Omni-Signature": f"{stamp},v1={changed}"}),
            ("/in/shop", body, signed(body, at=time.time() - chance.randrange(301, 3 * DAY_S))),
            ("/in/shop", body, signed(body, at=time.time() + chance.randrange(310, 3 * DAY_S))),
            ("/in/shop", body, signed(body, key=f"{KEY}x")),
            ("/in/shop", body, {"X-Omni-Signature": f"t={int(time.time()) + 1},v1={value}"}),
            (
                "/in/shop",
                body,
                {"X-Omni-Signature": chance.choice(["", "t=,v1=", "v1=" + value, "t=9" * 50, "ÿ" * 60])},
            ),
            ("/in/stripe", body, headers),
            ("/in/fb", body, {"X-Hub-Signature-256": f"sha256={value}"}),
            ("/in/wx", b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>', {}),
            ("/in/wx?signature=x&timestamp=1&nonce=%00", b"<a>" * 3000, {}),
            ("/in/shop", b"[" * 50_000, {"X-Omni-Signature": "t=1,v1=x"}),
            ("/in/shop", genuine, {**signed(genuine, at=time.time() - DAY_S)}),
        ]
    )


@pytest.mark.parametrize("count", [600, pytest.param(10_000, marks=pytest.mark.long)], ids=["sample", "whole"])
def test_no_forgery_is_accepted_and_none_breaks_anything(relay: Relay, count: int) -> None:
    genuine = event("genuine")
    headers = signed(genuine)

    async def run() -> tuple[dict[int, int], set[int]]:
        statuses: dict[int, int] = defaultdict(int)
        replays: set[int] = set()
        numbers = iter(range(count))
        chance = random.Random(5)

        async def one() -> None:
            sender = Sender(relay)
            for number in numbers:
                if number % 10 == 0:
                    # The very same request again is known: told 2xx, and nothing comes of it.
                    replays.add(await sender.post("/in/shop", genuine, headers))
                else:
                    statuses[await sender.post(*forged(chance, number, genuine))] += 1
            sender.close()

        await asyncio.gather(*(one() for _ in range(20)))
        return statuses, replays

    statuses, replays = asyncio.run(run())
    assert set(statuses) == {401}
    assert replays == {200}
    assert [one["event_id"] for one in relay.pull()] == ["genuine"]
    assert relay.pull(source="fb") == relay.pull(source="stripe") == relay.pull(source="wx") == []


def test_what_is_signed_is_taken_in_whatever_it_is(relay: Relay) -> None:
    """Whoever has the key may send what no connector can read: it is kept, and it breaks nothing."""
    bodies = [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"event_id":"\\u0000"}',
        b'{"event_id":"\\ud83d"}',
        b"null",
        b"1e999",
    ]
    for body in bodies:
        assert CLIENT.post(f"{relay.url}/in/shop", content=body, headers=signed(body)).status_code == 200
    assert len(relay.pull()) == len(bodies)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"])
def test_other_methods_are_refused(relay: Relay, method: str) -> None:
    body = event("e1")
    for path in ("/in/shop", "/v1/events", "/v1/status", "/"):
        answer = CLIENT.request(method, relay.url + path, content=body, headers=signed(body))
        assert answer.status_code in (401, 403, 404, 405), path
    assert relay.pull() == []


# Memory, patience, disk ------------------------------------------------------------------------------------------


def connection(relay: Relay) -> socket.socket:
    host, port = relay.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=HANG_S)


@pytest.mark.long
def test_many_large_bodies_that_never_end_take_no_memory(relay: Relay) -> None:
    part, strangers = b"x" * 65_536, []
    try:
        for _ in range(150):
            peer = connection(relay)
            strangers.append(peer)
            peer.sendall(b"POST /in/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
            try:
                for _ in range(14):
                    peer.sendall(part)
            except OSError:
                continue  # it was told to come again, and hung up on
        answers = [peer.recv(4096).split(b"\r\n")[0] for peer in strangers[-20:]]
        # 408: begun early enough to be let in, and waited for in vain.
        assert set(answers) <= {b"HTTP/1.1 503 Service Unavailable", b"HTTP/1.1 408 Request Timeout", b""}
        assert b"HTTP/1.1 503 Service Unavailable" in answers
        assert psutil.Process(relay.pid).memory_info().rss < 120 << 20
        body = event("meanwhile", "帐篷" * 1000)
        assert CLIENT.post(f"{relay.url}/in/shop", content=body, headers=signed(body)).status_code == 200
    finally:
        for peer in strangers:
            peer.close()
    body = event("large", "x" * 900_000)
    give_up = time.monotonic() + HANG_S
    while CLIENT.post(f"{relay.url}/in/shop", content=body, headers=signed(body)).status_code != 200:
        assert time.monotonic() < give_up, "the room is given back"


def test_a_hundred_megabytes_are_refused_unread(relay: Relay) -> None:
    with connection(relay) as peer:
        peer.sendall(b"POST /in/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\nbegun")
        assert peer.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.long
def test_who_never_ends_a_request_s_head_is_hung_up_on(relay: Relay) -> None:
    silent, slow, kept = connection(relay), connection(relay), connection(relay)
    with silent, slow, kept:
        kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while not answer.endswith(b"ok\n"):
            answer += kept.recv(4096)
        kept.sendall(b"GET /healthz HT")
        slow.settimeout(1)
        ended = time.monotonic() + HANG_S
        with pytest.raises(OSError):
            for letter in b"GET /healthz HTTP/1.1\r\nX-" + b"a" * 100:
                assert time.monotonic() < ended
                slow.sendall(bytes([letter]))
                try:
                    if slow.recv(1) == b"":
                        raise ConnectionResetError
                except TimeoutError:
                    continue
        assert silent.recv(1) == b""
        assert kept.recv(1) == b""


def test_a_full_disk_refuses_and_loses_nothing(relay: Relay) -> None:
    """Files may not grow: what a write to a full disk is to the database."""
    process = psutil.Process(relay.pid)
    told: list[str] = []

    def send(number: int) -> int:
        body = event(f"e{number}", "x" * 20_000)
        status = CLIENT.post(f"{relay.url}/in/shop", content=body, headers=signed(body)).status_code
        if status == 200:
            told.append(f"e{number}")
        return status

    assert send(0) == 200
    size = max(path.stat().st_size for path in relay.folder.glob("queue.db*"))
    process.rlimit(psutil.RLIMIT_FSIZE, (size + 300_000, -1))
    statuses = [send(number) for number in range(1, 60)]
    assert set(statuses) <= {200, 503, 507}
    assert statuses[-1] != 200
    assert CLIENT.get(f"{relay.url}/healthz").text == "ok\n"
    process.rlimit(psutil.RLIMIT_FSIZE, (-1, -1))
    again = [number for number in range(60) if f"e{number}" not in told]
    assert {send(number) for number in again} == {200}
    kept: list[str] = []
    after = 0
    while found := relay.pull(after, limit=20):
        kept += [str(one["event_id"]) for one in found]
        after = int(str(found[-1]["seq"]))
    assert kept == told
    assert len(kept) == 60
    relay.kill()
    relay.start()
    assert [str(one["event_id"]) for one in relay.pull(0, limit=100)][:1] == ["e0"]


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else writes to the file, and does not end."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_file_that_somebody_holds_is_away_and_no_error_of_ours(tmp_path: Path) -> None:
    """Whoever asks is told to come again: what nobody foresaw would be a 500, and end what tidies for good."""
    queue, chats = Queue(tmp_path / "queue.db", most_bytes=1 << 20), ChatStore(tmp_path / "chat.db", most_bytes=1 << 20)
    event = Arrived("shop", "e1", "application/json", b"{}", 1_000)
    queue.put([event])
    session = chats.open("help", "hash", user="", name="", email="", now=1_000).id
    for one in (queue, chats):
        one._db.execute("PRAGMA busy_timeout = 0")
    with locked(tmp_path / "queue.db"), locked(tmp_path / "chat.db"):
        for ask in (
            lambda: queue.put([event]),
            lambda: queue.acknowledge("shop", 1, 2_000),
            lambda: queue.tidy(2_000),
            lambda: chats.add(session, "visitor", "k" * 16, "Hello", now=2_000),
            lambda: chats.tidy("help", 30, 2_000),
        ):
            with pytest.raises(QueueAway):
                ask()
    assert queue.put([event]) == 0 and chats.add(session, "visitor", "k" * 16, "Hello", now=2_000).text == "Hello"
    queue.close()
    chats.close()


async def test_what_tidies_goes_on_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.relay.server._TIDY_S", 0.01)
    tidied = asyncio.Event()
    answers = iter([sqlite3.OperationalError("disk I/O error"), QueueAway()])

    async def tidy() -> None:
        if (error := next(answers, None)) is not None:
            raise error
        tidied.set()

    relay = server.Relay(RelaySettings(tmp_path, ServerSettings(), {}))
    monkeypatch.setattr(relay, "_tidy_queue", tidy)
    task = asyncio.create_task(relay._tidy())
    async with asyncio.timeout(HANG_S):
        await tidied.wait()
    task.cancel()
