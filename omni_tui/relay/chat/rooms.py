"""Who listens now, who is typing, and waking them: nothing here outlives the process."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Generator

TYPING_S = 8.0
"""How long somebody types after having said so."""
ONLINE_S = 90.0
"""An engine asks at least once a minute: one that has not for so long is away."""


_MOST_LISTENING = 12
"""Pages of one visitor that listen at once."""


class Woken:
    """What one page waits for. ``over``: it left, or the relay stops."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.over = False

    def clear(self) -> None:
        """Wait anew from here."""
        self._event.clear()

    def set(self) -> None:
        """Something happened."""
        self._event.set()

    def end(self) -> None:
        """Nothing will happen any more."""
        self.over = True
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Until something happens, or for so long."""
        if not self.over:
            try:
                await asyncio.wait_for(self._event.wait(), seconds)
            except TimeoutError:
                return


class Rooms:
    """Of one process, used on its event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, set[Woken]] = {}
        self._typing: dict[tuple[str, str], tuple[str, float]] = {}
        # At the start nobody can have asked yet.
        self._asked: dict[str, float] = {}
        self._began = self._clock()
        self.closed = False

    def full(self, session: str) -> bool:
        """Whether a visitor listens more often already than a person's open pages do."""
        return len(self._waiting.get(session, ())) >= _MOST_LISTENING

    @contextlib.contextmanager
    def listening(self, session: str) -> Generator[Woken, None, None]:
        """Woken whenever something of ``session`` changed."""
        woken = Woken()
        if self.closed:
            woken.end()
        self._waiting.setdefault(session, set()).add(woken)
        try:
            yield woken
        finally:
            room = self._waiting[session]
            room.discard(woken)
            if not room:
                del self._waiting[session]

    def ring(self, session: str) -> None:
        """Something of ``session`` changed."""
        for woken in self._waiting.get(session, ()):
            woken.set()

    def close(self) -> None:
        """Let everybody who listens go home."""
        self.closed = True
        for room in self._waiting.values():
            for woken in room:
                woken.end()

    def listeners(self) -> int:
        """How many listen."""
        return sum(map(len, self._waiting.values()))

    def type(self, session: str, side: str, name: str, on: bool) -> None:
        """Somebody of this side types, or no longer does."""
        now = self._clock()
        for key, (_who, until) in list(self._typing.items()):
            if until < now:
                del self._typing[key]
        if on:
            self._typing[(session, side)] = (name, now + TYPING_S)
        else:
            self._typing.pop((session, side), None)
        self.ring(session)

    def typing(self, session: str, side: str) -> tuple[str, float] | None:
        """Who types, and until when (monotonic)."""
        found = self._typing.get((session, side))
        return found if found is not None and found[1] > self._clock() else None

    def asked(self, chat: str) -> None:
        """An engine fetches this chat."""
        self._asked[chat] = self._clock()

    def online(self, chat: str) -> bool:
        """Whether an engine is there to take a message on at once."""
        return self._clock() - self._asked.get(chat, self._began) < ONLINE_S
