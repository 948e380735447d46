"""A live chat as both sides wait for it: from the visitor's Enter to the agent's screen, and back.

Relay, engine and inbox are processes of their own; the visitor is a connection that a browser would hold.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks.cli import surroundings
from benchmarks.figure import Figure, Unmeasured, percentile, short
from benchmarks.ground import PROGRAM, REPOSITORY, Ground
from benchmarks.terminal import PATIENCE_S, Terminal

if TYPE_CHECKING:
    from support.chat import Visitor
    from support.relay import Relay

MESSAGES = 60
LIMIT_MS = 300
ORIGIN = "https://shop.example"

# The relay and the visitor are the tests' own.
sys.path.append(str(REPOSITORY / "tests"))


def measure(ground: Ground) -> Iterator[Figure]:
    """The conversation is open on the screen; an answer has no undo window."""
    from support.chat import Visitor, chatting, hang_up
    from support.shops import EngineProcess

    room = ground.room("chat")
    with chatting(room / "relay", ORIGIN, "per_minute = 10000") as relay:
        config = _config(room, relay)
        environment = surroundings(room, room / "omni.db") | {"OMNI_TUI_CONFIG": str(config)}
        with EngineProcess(config, room / "omni.db"), Terminal([str(PROGRAM)], environment) as screen:
            visitor = Visitor(relay, ORIGIN, name="Lena")
            visitor.say("hello")
            screen.until_written("hello", PATIENCE_S)
            screen.press("\r", late_s=1.0)
            yield _figure("chat: visitor to the agent's screen, p95", [_in(screen, visitor) for _ in range(MESSAGES)])
            heard = _Heard(relay, visitor)
            yield _figure("chat: agent to the visitor's page, p95", [_back(screen, heard) for _ in range(MESSAGES)])
    hang_up()


def _config(room: Path, relay: Relay) -> Path:
    from support.shops import write_config

    table = {"kind": "chat", "relay": relay.url, "chat": "help", "password": relay.token}
    config = write_config(room / "config.toml", {"web": table})
    config.write_text(f"{config.read_text('utf-8')}[inbox]\nundo_send_s = 0\n[engine]\nautostart = false\n", "utf-8")
    return config


def _figure(name: str, found: list[float]) -> Figure:
    note = f"median {short(percentile(found, 0.5))} ms, most {short(max(found))} ms, {len(found)} messages"
    return Figure(name, percentile(found, 0.95), "ms", LIMIT_MS, note)


def _in(screen: Terminal, visitor: Visitor) -> float:
    word = _word()
    # At another moment of everybody's own round each time.
    screen.idle(0.1 + secrets.randbelow(200) / 1000)
    began = time.perf_counter()
    visitor.say(word)
    screen.until_written(word, PATIENCE_S)
    return (time.perf_counter() - began) * 1000


def _back(screen: Terminal, heard: _Heard) -> float:
    word = _word()
    screen.settle(0.4)
    screen.press("r", late_s=0.2)
    screen.press(word, late_s=0.1 + secrets.randbelow(200) / 1000)
    began = time.perf_counter()
    screen.press("\n")
    return (heard.at(word, screen) - began) * 1000


def _word() -> str:
    return "".join(secrets.choice("abcdefghiklmnoprstuvwxyz") for _ in range(10))


class _Heard:
    """A page's stream, followed on a thread of its own: when each message came."""

    def __init__(self, relay: Relay, visitor: Visitor) -> None:
        self._times: dict[str, float] = {}
        self._relay, self._visitor = relay, visitor
        threading.Thread(target=self._follow, daemon=True).start()

    def at(self, word: str, screen: Terminal) -> float:
        """When ``word`` came; the screen goes on being read, or its program would wait."""
        end = time.perf_counter() + PATIENCE_S
        while word not in self._times:
            if time.perf_counter() > end:
                raise Unmeasured(f"an answer never came to the visitor's page; the agent's screen:\n{screen.text()}")
            screen.read(0.002)
        return self._times[word]

    def _follow(self) -> None:
        # It ends with the relay, which is killed after the measurement.
        with (
            contextlib.suppress(httpx.TransportError),
            self._visitor.http.stream("GET", "stream", timeout=None) as answer,
        ):
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    told = json.loads(line.removeprefix("data: "))
                    self._times.setdefault(str(told.get("text", "")), time.perf_counter())
