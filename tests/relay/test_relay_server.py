"""The relay as a process: what is told 2xx is there, what is not is not, and nothing a stranger does stops it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import random
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.relay import HANG_S, KEY, Relay, Sender, event, signed
from support.shops import process_environment

from omni_tui.relay.events import DAY_MS, SEEN_MS, Arrived, QueueFull
from omni_tui.relay.queue import Queue
from omni_tui.relay.rates import Rates, network
from omni_tui.relay.tokens import Tokens


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    with Relay(tmp_path / "relay") as running:
        yield running


CLIENT = httpx.Client(timeout=HANG_S, verify=False)


def send(relay: Relay, body: bytes) -> httpx.Response:
    return CLIENT.post(f"{relay.url}/in/shop", content=body, headers=signed(body))


def test_an_event_arrives_verified_and_as_it_was(relay: Relay) -> None:
    body = event("e1")
    assert send(relay, body).status_code == 200
    assert send(relay, body).status_code == 200, "delivered again"
    found = relay.pull()
    assert [(one["source"], one["event_id"]) for one in found] == [("shop", "e1")]
    assert base64.b64decode(str(found[0]["body"])) == body


def test_fetching_on_acknowledges_and_loses_nothing(relay: Relay) -> None:
    for number in range(25):
        assert send(relay, event(f"e{number}")).status_code == 200
    seen: list[str] = []
    after = 0
    while found := relay.pull(after, limit=7):
        assert relay.pull(after, limit=7) == found, "not acknowledged yet: the same again"
        seen += [str(one["event_id"]) for one in found]
        after = int(str(found[-1]["seq"]))
    assert seen == [f"e{number}" for number in range(25)]
    status = CLIENT.get(f"{relay.url}/v1/status", headers={"Authorization": f"Bearer {relay.token}"}).json()
    assert (status["waiting"], status["waiting_bytes"]) == (0, 0)
    assert status["sources"]["shop"] == {"scheme": "omni", "waiting": 0, "fetched_seq": after}


def test_each_source_is_fetched_by_itself(relay: Relay) -> None:
    send(relay, event("e1"))
    stamped = signed(event("e2"))["X-Omni-Signature"]
    assert CLIENT.post(f"{relay.url}/in/stripe", content=event("e2"), headers={"Stripe-Signature": stamped}).is_success
    assert [one["event_id"] for one in relay.pull(after=2)] == []
    other = relay.pull(source="stripe")
    assert [one["source"] for one in other] == ["stripe"]


def test_a_number_of_another_queue_means_nothing(relay: Relay) -> None:
    send(relay, event("e1"))
    assert relay.pull(after=1) == []
    assert len(relay.pull(after=1, queue="an older one")) == 1
    assert len(relay.pull(after=7)) == 1, "this queue, but it has given no such number yet"


def test_waiting_ends_when_something_arrives(relay: Relay) -> None:
    found: list[dict[str, object]] = []
    waiting = threading.Thread(target=lambda: found.extend(relay.pull(0, wait=25)))
    waiting.start()
    assert send(relay, event("late")).status_code == 200
    waiting.join(20)
    assert [one["event_id"] for one in found] == ["late"]


def test_whoever_proves_nothing_is_refused_and_nothing_is_kept(relay: Relay) -> None:
    body = event("e1")
    wrong = [
        CLIENT.post(f"{relay.url}/in/shop", content=body),
        CLIENT.post(f"{relay.url}/in/shop", content=body, headers=signed(body, "another")),
        CLIENT.post(f"{relay.url}/in/shop", content=body, headers=signed(body, at=1_000_000_000)),
        CLIENT.post(f"{relay.url}/in/stripe", content=body, headers=signed(body)),
        CLIENT.get(f"{relay.url}/in/fb?hub.mode=subscribe&hub.challenge=x&hub.verify_token=guess"),
        CLIENT.get(f"{relay.url}/v1/events"),
        CLIENT.get(f"{relay.url}/v1/events", headers={"Authorization": "Bearer omr_guess"}),
    ]
    assert {answer.status_code for answer in wrong} == {401, 403}
    assert not any(KEY in answer.text for answer in wrong)
    assert CLIENT.post(f"{relay.url}/in/nobody", content=body).status_code == 404
    assert CLIENT.put(f"{relay.url}/in/shop", content=body).status_code == 405
    assert relay.pull() == []
    asked = CLIENT.get(f"{relay.url}/in/fb?hub.mode=subscribe&hub.challenge=42&hub.verify_token=word")
    assert (asked.status_code, asked.text) == (200, "42")
    assert CLIENT.head(f"{relay.url}/in/shop").status_code == 200
    assert CLIENT.get(f"{relay.url}/in/shop").text == "webhooks are posted here\n"


def test_the_log_says_once_why_a_source_was_refused(relay: Relay) -> None:
    for _time in range(5):
        headers = {**signed(b"{}", "another"), "X-Forwarded-For": "203.0.113.9\x1b[2J"}
        assert CLIENT.post(f"{relay.url}/in/shop", content=b"{}", headers=headers).status_code == 401
    assert CLIENT.post(f"{relay.url}/in/wx?timestamp=1", content=b"{}").status_code == 401
    log = (relay.folder / "stderr.log").read_text("utf-8")
    told = [line for line in log.splitlines() if line.startswith("refused")]
    assert [line.split(" from ")[0] for line in told] == ["refused shop", "refused wx"]
    assert told[0].endswith(": no key fits")
    assert "203.0.113.9" in told[0]
    assert "\x1b" not in log
    assert KEY not in log


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with Relay(tmp_path / "r", "max_body_kb = 4") as relay:
        assert send(relay, event("big", "x" * 5000)).status_code == 413

        def endless() -> Iterator[bytes]:
            for _ in itertools.repeat(None, 100_000):
                yield b"x" * 65536

        answer = None
        with contextlib.suppress(httpx.TransportError):  # it hangs up while we are still sending
            answer = CLIENT.post(f"{relay.url}/in/shop", content=endless(), timeout=HANG_S)
        assert answer is None or answer.status_code == 413
        assert send(relay, event("small")).status_code == 200


def test_slow_and_broken_senders_keep_nobody_waiting(relay: Relay) -> None:
    host, port = relay.url.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(200)]
    try:
        for number, peer in enumerate(slow):
            peer.sendall(b"POST /in/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"[: 20 + number % 60])
        assert send(relay, event("meanwhile")).status_code == 200
        with socket.create_connection((host, int(port))) as broken:
            broken.sendall(b"\x00\xff\r\n\r\nGET / HTTP/9.9\r\n" + b"A: b\r\n" * 9000)
        assert send(relay, event("after")).status_code == 200
    finally:
        for peer in slow:
            peer.close()


def test_too_many_requests_of_one_source_are_told_to_come_later(tmp_path: Path) -> None:
    with Relay(tmp_path / "r", "rate_per_minute = 60\nrate_per_address = 600") as relay:
        strangers = [{"X-Forwarded-For": f"203.0.113.{number % 2}"} for number in range(40)]
        refused = [CLIENT.post(f"{relay.url}/in/shop", content=b"x", headers=each).status_code for each in strangers]
        assert set(refused) == {401}, "and what is refused leaves the source its own"
        answers = [send(relay, event(f"e{number}")) for number in range(40)]
        codes = [answer.status_code for answer in answers]
        assert codes.count(200) >= 20
        late = next(answer for answer in answers if answer.status_code == 429)
        assert int(late.headers["Retry-After"]) >= 1
        accepted = [f"e{number}" for number, code in enumerate(codes) if code == 200]
        assert [one["event_id"] for one in relay.pull()] == accepted


def test_health_and_figures(relay: Relay) -> None:
    send(relay, event("e1"))
    CLIENT.post(f"{relay.url}/in/shop", content=b"x")
    assert CLIENT.get(f"{relay.url}/healthz").text == "ok\n"
    figures = CLIENT.get(f"{relay.url}/metrics").text
    assert 'omni_relay_requests_total{source="shop",outcome="taken"} 1' in figures
    assert 'omni_relay_requests_total{source="shop",outcome="refused"} 1' in figures
    assert "omni_relay_waiting 1" in figures
    assert 'omni_relay_source_waiting{source="shop"} 1' in figures
    assert "omni_relay_oldest_waiting_seconds 0." in figures
    assert f"omni_relay_kept_limit_bytes {2048 << 20}\n" in figures
    assert int(figures.partition("\nomni_relay_disk_free_bytes ")[2].partition("\n")[0]) > 0
    names = re.findall(r"^([a-z_]+)(?:\{[^}]*\})? [0-9.]+$", figures, re.MULTILINE)
    told = re.findall(r"^# HELP ([a-z_]+) .+\n# TYPE \1 (?:counter|gauge|histogram)$", figures, re.MULTILINE)
    assert {re.sub("_(bucket|sum|count)$", "", name) for name in names} == set(told)
    # What the outside claims to be behind our own proxy is not this host.
    assert CLIENT.get(f"{relay.url}/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    # A proxy may put what it saw into a header of its own, behind the one the sender made up.
    claimed = [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "203.0.113.9")]
    assert CLIENT.get(f"{relay.url}/metrics", headers=claimed).status_code == 401


def test_killed_in_the_middle_whatever_was_told_2xx_is_there_once_and_in_order(tmp_path: Path) -> None:
    async def deliver(relay: Relay, total: int) -> dict[str, list[int]]:
        told: dict[str, list[int]] = {f"c{number}": [] for number in range(8)}
        chance = random.Random(4)
        done = asyncio.Event()

        async def one(conversation: str) -> None:
            sender = Sender(relay)
            number = 0
            while number < total // 8:
                body = json.dumps({"event_id": f"{conversation}-{number}"}).encode()
                if await sender.post("/in/shop", body, signed(body)) != 200:
                    await asyncio.sleep(0.02)
                    continue
                told[conversation].append(number)
                if chance.random() > 0.05:  # else it is delivered again
                    number += 1
            sender.close()

        async def kill() -> None:
            for _ in range(3):
                await asyncio.sleep(0.4)
                if done.is_set():
                    return
                await asyncio.to_thread(relay.kill)
                await asyncio.to_thread(relay.start)

        killing = asyncio.create_task(kill())
        await asyncio.gather(*(one(conversation) for conversation in told))
        done.set()
        await killing
        return told

    with Relay(tmp_path / "r") as relay:
        total = 4_000
        told = asyncio.run(deliver(relay, total))
        found: list[dict[str, object]] = []
        while more := relay.pull(int(str(found[-1]["seq"])) if found else 0, limit=500):
            found += more
        kept = [str(one["event_id"]) for one in found]
        assert len(kept) == len(set(kept)), "doubled"
        for conversation, numbers in told.items():
            mine = [int(id.partition("-")[2]) for id in kept if id.startswith(f"{conversation}-")]
            assert mine == sorted(set(numbers)) == list(range(total // 8))


def test_it_ends_when_told_and_takes_in_what_it_has_begun(relay: Relay) -> None:
    send(relay, event("e1"))
    assert relay.terminate() in (0, -15)
    relay.start()
    assert [one["event_id"] for one in relay.pull()] == ["e1"]


# The queue itself ------------------------------------------------------------------------------------------------


def arrived(event_id: str, size: int = 100, at: int = 1_000) -> Arrived:
    return Arrived("shop", event_id, "application/json", b"x" * size, at)


def test_a_full_queue_gives_up_what_was_fetched_and_nothing_else(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "q.db", most_bytes=1000)
    for number in range(10):
        queue.put([arrived(f"e{number}")])
    with pytest.raises(QueueFull):
        queue.put([arrived("one too many")])
    assert len(queue.after("shop", 0, limit=100)) == 10
    queue.acknowledge("shop", 4, now=0)
    assert queue.put([arrived("now it fits", 300)]) == 1
    assert queue.after("shop", 0, limit=1)[0].event_id == "e3"
    assert queue.depth().kept_bytes == 1000
    assert queue.depth().waiting == 7
    queue.close()


def test_an_id_is_known_long_after_its_event_is_forgotten(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "q.db", most_bytes=1000, keep_ms=10_000)
    queue.put([arrived("e1", at=0)])
    assert queue.tidy(6 * DAY_MS) == 0, "what no engine has fetched is never dropped"
    # Offline for a week: what was fetched at last stays as long as anything else that was fetched.
    queue.acknowledge("shop", 1, now=7 * DAY_MS)
    assert queue.tidy(7 * DAY_MS + 50_000) == 0
    assert queue.tidy(7 * DAY_MS + 80_000) == 1
    assert queue.put([arrived("e1", at=20_000)]) == 0
    assert queue.depth().kept_bytes == 0
    queue.tidy(SEEN_MS + 30_000)
    assert queue.put([arrived("e1", at=SEEN_MS + 30_000)]) == 1
    assert queue.after("shop", 0, limit=9)[0].seq == 2, "numbers are never given twice"
    queue.close()


def test_setting_up_needs_no_more_than_the_verbs(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "omni_tui", "relay", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=process_environment())

    folder = tmp_path / "relay"
    made = run("init", str(folder), "--url", "https://relay.example.org", "--json")
    assert made.returncode == 0, made.stderr
    assert (folder.stat().st_mode & 0o077, (folder / "relay.toml").stat().st_mode & 0o077) == (0, 0)
    assert json.loads(made.stdout)["token"] not in (folder / "tokens.json").read_text("utf-8")
    assert run("init", str(folder)).returncode != 0, "an existing one is not overwritten"
    from omni_tui.relay.settings import load

    assert load(folder).sources["hello"].scheme == "omni"
    assert "engine" in run("token", "--dir", str(folder)).stdout
    (folder / "relay.toml").chmod(0o644)
    open_to_all = run("serve", str(folder))
    assert open_to_all.returncode != 0
    assert "chmod 600" in open_to_all.stderr
    (folder / "relay.toml").chmod(0o600)
    (folder / "relay.toml").write_text('[sources.a]\nscheme = "metta"\nkeys = []\n[servr]\n', "utf-8")
    wrong = run("serve", str(folder))
    assert "meta" in wrong.stderr
    assert "servr" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_tokens_are_for_something_and_end(tmp_path: Path) -> None:
    with Relay(tmp_path / "r") as relay:
        tokens = Tokens(relay.folder / "tokens.json")

        def may(token: str, path: str) -> bool:
            headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.9"}
            return CLIENT.get(f"{relay.url}{path}", headers=headers).status_code == 200

        def fetches(token: str) -> bool:
            return may(token, "/v1/events?source=shop")

        figures = tokens.issue("prometheus", ("status",), 0)
        assert (may(figures, "/metrics"), may(figures, "/v1/status"), fetches(figures)) == (True, True, False)
        assert not fetches(tokens.issue("gone", ("pull",), 0, expires_at=1))
        assert fetches(relay.token)
        fresh = tokens.issue("engine", ("pull",), 1)
        assert fetches(relay.token), "both hold while the engine is given the new one"
        assert fetches(fresh)
        assert tokens.revoke("engine", but_newest=True) == 1
        assert (fetches(relay.token), fetches(fresh)) == (False, True)
        tokens.revoke("engine")
        assert not fetches(fresh)
        kept = (relay.folder / "tokens.json").read_text("utf-8")
        assert not any(token in kept for token in (figures, fresh, relay.token))


def test_one_host_is_one_sender_whatever_address_it_takes() -> None:
    assert network("2001:db8:1:2:3::4") == network("2001:0db8:1:2::9%eth0")
    assert len({network(one) for one in ("2001:db8:1:3::4", "2001:db8:1:2::4", "192.0.2.1", "192.0.2.2", "a:b")}) == 5
    now = [0.0]
    rates = Rates(60, lambda: now[0], at_once=2)
    assert [rates.wait_s("a") > 0 for _ in range(11)] == [False] * 10 + [True]
    assert rates.wait_s("b") == 0
    now[0] = 1.0
    assert (rates.wait_s("a"), rates.wait_s("a") > 0) == (0, True)
