"""Who listens now, who is typing, and waking them: nothing here outlives the process."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator

from omni_tui.relay.chat.typists import TYPING_S, Typists
from omni_tui.relay.chat.whereabouts import Whereabouts
from omni_tui.relay.chat.woken import Woken

ONLINE_S = 90.0
"""An engine asks at least once a minute: one that has not for so long is away."""


_MOST_LISTENING = 12
"""Pages of one visitor that listen at once."""


class Rooms:
    """Of one process, used on its event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, set[Woken]] = {}
        self._typing: dict[str, tuple[str, float]] = {}
        # At the start nobody can have asked yet.
        self._asked: dict[str, float] = {}
        self._began = self._clock()
        self.closed = False
        self.typists = Typists(clock)
        self.whereabouts = Whereabouts(clock, self._waiting.__contains__)

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
        self.typists.close()
        for room in self._waiting.values():
            for woken in room:
                woken.end()

    def listeners(self) -> int:
        """How many listen."""
        return sum(map(len, self._waiting.values()))

    def answering(self, session: str, name: str, on: bool) -> None:
        """An agent of this name types for the visitor, or no longer does."""
        now = self._clock()
        for key in [key for key, (_who, until) in self._typing.items() if until < now]:
            del self._typing[key]
        if on:
            self._typing[session] = (name, now + TYPING_S)
        else:
            self._typing.pop(session, None)
        self.ring(session)

    def answerer(self, session: str) -> tuple[str, float] | None:
        """The agent who types for the visitor, and until when (monotonic)."""
        found = self._typing.get(session)
        return found if found is not None and found[1] > self._clock() else None

    def asked(self, chat: str) -> None:
        """An engine fetches this chat."""
        self._asked[chat] = self._clock()

    def online(self, chat: str) -> bool:
        """Whether an engine is there to take a message on at once."""
        return self._clock() - self._asked.get(chat, self._began) < ONLINE_S
