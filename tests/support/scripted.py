"""A fake channel that does what a test tells it: no server stands behind it, only a :class:`World`."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from omni_tui.connectors.base import Check, Connector, ConnectorKind, Preview
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.commands import Command, Receipt, Send
from omni_tui.model.errors import Permanent
from omni_tui.model.events import Batch, Progress, Received, RemoteMessage

WORLDS: dict[str, World] = {}


@dataclass
class World:
    """What happens on one account. ``poll_errors`` and ``answers`` are used up from the left."""

    mails: list[RemoteMessage] = field(default_factory=list)
    batch: int = 200
    poll_errors: deque[Exception] = field(default_factory=deque)
    always: Exception | None = None
    """Raised by every poll while set."""
    shut: Exception | None = None
    """Raised when the channel is opened."""
    answers: deque[Receipt | Exception | asyncio.Event] = field(default_factory=deque)
    """What performing brings; an Event holds the command until it is set."""
    tried: list[Send] = field(default_factory=list)
    polled: int = 0
    at_once: int = 0
    most_at_once: int = 0
    closed: int = 0

    def mail(self, text: str, sender: str = "ana@example.com") -> RemoteMessage:
        """A mail arrives."""
        number = len(self.mails) + 1
        made = RemoteMessage(
            external_id=f"ext-{number}",
            locator=str(number),
            author=Address(sender, "Ana"),
            text=text,
            receipt_at=1_700_000_000_000 + number,
            to=(Address("shop@shop.test"),),
            subject=f"Question {number}",
            key=f"{number}@example.com",
        )
        self.mails.append(made)
        return made


@dataclass(frozen=True, slots=True)
class ScriptedSettings:
    """``world`` names one of :data:`WORLDS`; ``blocks`` makes polling hold the event loop, against the contract."""

    world: str
    blocks: bool = False
    address: str = "shop@shop.test"


class Scripted:
    """The connector; its cursor is how many mails were fetched."""

    def __init__(self, world: World, blocks: bool) -> None:
        self._world = world
        self._blocks = blocks

    def streams(self) -> tuple[str, ...]:
        return ("inbox",)

    async def poll(self, stream: str, cursor: str | None, wait_s: float) -> Batch:
        world = self._world
        world.polled += 1
        if self._blocks:
            _hold_the_loop()
        if world.poll_errors:
            raise world.poll_errors.popleft()
        if world.always is not None:
            raise world.always
        done = int(cursor or 0)
        end = asyncio.get_running_loop().time() + wait_s
        while len(world.mails) == done and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
            if world.always is not None:
                raise world.always
        new = world.mails[done : done + world.batch]
        seen = done + len(new)
        return Batch(
            tuple(Received(mail) for mail in new),
            str(seen),
            more=seen < len(world.mails),
            progress=Progress(seen, len(world.mails)),
        )

    async def perform(self, command: Command) -> Receipt:
        world = self._world
        if not isinstance(command, Send):
            raise Permanent("only sending is known here")
        world.tried.append(command)
        world.at_once += 1
        world.most_at_once = max(world.most_at_once, world.at_once)
        try:
            answer = world.answers.popleft() if world.answers else Receipt(command.key)
            if isinstance(answer, asyncio.Event):
                await answer.wait()
                answer = Receipt(command.key)
            if isinstance(answer, Exception):
                raise answer
            return answer
        finally:
            world.at_once -= 1

    async def fetch(self, stream: str, locator: str, part: str = "") -> AsyncIterator[bytes]:
        raise Permanent("nothing is left behind here")
        yield b""

    async def check(self) -> tuple[Check, ...]:
        if self._world.always is not None:
            return (Check("fake", str(self._world.always)),)
        return (Check("fake", detail="well"),)

    async def preview(self, open_days: int) -> Preview:
        return Preview(len(self._world.mails), len(self._world.mails))

    async def close(self) -> None:
        self._world.closed += 1


def _hold_the_loop() -> None:
    time.sleep(600)


def _open(name: str, settings: ScriptedSettings, secret: Callable[[], str]) -> Connector:
    world = WORLDS.get(settings.world) or World()
    if world.shut is not None:
        raise world.shut
    return Scripted(world, settings.blocks)


KIND = ConnectorKind(
    kind="scripted",
    settings=ScriptedSettings,
    capabilities=Capabilities(subject=True, cc=True),
    address=lambda settings: settings.address,
    open=_open,
)


def announce(directory: Path) -> None:
    """Make ``directory``, put on ``sys.path``, offer the kind ``scripted`` as an installed package would."""
    info = directory / "omni_tui_scripted-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: omni-tui-scripted\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[omni_tui.connectors]\nscripted = support.scripted:KIND\n")
