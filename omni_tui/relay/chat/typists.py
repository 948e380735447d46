"""Which visitors are writing just now, for the engine that asks; nothing of it outlives the process."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from omni_tui.relay.chat.woken import Woken

TYPING_S = 8.0
"""How long somebody types after having said so."""
AGAIN_S = 3.0
"""How often one visitor is told of at most."""
MOST_TOLD = 150
_FORGOTTEN_S = 60.0


@dataclass(frozen=True, slots=True)
class _Typist:
    until: float
    told: float
    times: int
    shown: bool


_NOBODY = _Typist(-math.inf, -math.inf, 0, shown=False)


class Typists:
    """Of all chats of one process, used on its event loop."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._here: dict[str, dict[str, _Typist]] = {}
        self._turns: dict[str, int] = {}
        self._waiting: dict[str, set[Woken]] = {}
        # A turn of another life means nothing.
        self._life = secrets.token_hex(4)
        self._closed = False

    def note(self, chat: str, visitor: str, on: bool) -> None:
        """``visitor`` types, or no longer does. Whoever says so again and again is told of now and then."""
        here, now = self._here.setdefault(chat, {}), self._clock()
        for gone in [each for each, one in here.items() if one.told + _FORGOTTEN_S < now]:
            del here[gone]
        before = here.get(visitor, _NOBODY)
        if on:
            tells = before.told + AGAIN_S <= now
            told, times = (now, before.times + 1) if tells else (before.told, before.times)
            here[visitor] = _Typist(now + TYPING_S, told, times, shown=tells or before.shown)
        else:
            # An end is worth telling only of what was told to have begun.
            tells = before.shown and before.until > now
            if visitor in here:
                here[visitor] = replace(before, until=now, shown=False)
        if tells:
            self.turn(chat)

    def turn(self, chat: str) -> None:
        """There is something to tell: whoever waits is told now."""
        self._turns[chat] = self._turns.get(chat, 0) + 1
        for woken in self._waiting.get(chat, ()):
            woken.set()

    def told(self, chat: str) -> tuple[str, dict[str, int]]:
        """The present turn, and the visitors who type, each with how often they began or went on."""
        now = self._clock()
        typing = {each: one.times for each, one in self._here.get(chat, {}).items() if one.until > now}
        return f"{self._life}.{self._turns.get(chat, 0)}", dict(list(typing.items())[-MOST_TOLD:])

    async def wait(self, chat: str, turn: str, seconds: float) -> None:
        """Until ``turn`` is no longer the present one, or for so long."""
        woken = Woken()
        waiting = self._waiting.setdefault(chat, set())
        waiting.add(woken)
        try:
            if self.told(chat)[0] == turn and not self._closed:
                await woken.wait(seconds)
        finally:
            waiting.discard(woken)

    def close(self) -> None:
        """Let everybody who waits go."""
        self._closed = True
        for waiting in self._waiting.values():
            for woken in waiting:
                woken.end()
