"""What the visitors' side and the engine's side of every chat share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.requests import Request

from omni_tui.relay.chat.rooms import Rooms
from omni_tui.relay.chat.store import ChatStore, Session
from omni_tui.relay.events import Arrived
from omni_tui.relay.figures import Figures
from omni_tui.relay.rates import Rates
from omni_tui.relay.refusals import Refusals
from omni_tui.relay.settings import RelaySettings

T = TypeVar("T")

_LIGHT_PER_MINUTE = 1_200
_ADDRESS_PER_MINUTE = 1_200
_AN_ADDRESS_HOLDS = 4
"""Visitors behind one address who may all write as fast as one may."""


class Hub:
    """Made with the application; :meth:`start` on its event loop."""

    def __init__(
        self,
        settings: RelaySettings,
        figures: Figures,
        refusals: Refusals,
        address: Callable[[Request], str],
        put: Callable[[Arrived], Awaitable[None]],
    ) -> None:
        self.settings, self.figures, self.refusals, self.address, self.put = settings, figures, refusals, address, put
        self.rooms = Rooms()
        self.by_session = Rates(_LIGHT_PER_MINUTE)
        self.by_address = Rates(_ADDRESS_PER_MINUTE)
        chats = settings.chats.items()
        shared = {name: chat.per_minute * _AN_ADDRESS_HOLDS for name, chat in chats}
        self.openings = {name: Rates(most, at_once=most) for name, most in shared.items()}
        self.messages_by_session = {name: Rates(chat.per_minute, at_once=chat.per_minute) for name, chat in chats}
        self.messages_by_address = {name: Rates(most, at_once=most) for name, most in shared.items()}
        self._thread = ThreadPoolExecutor(1, "relay-chat")
        self._store: ChatStore | None = None

    async def start(self) -> None:
        """Open the file, if there is a chat at all."""
        if not self.settings.chats:
            return
        path, most = self.settings.folder / "chat.db", self.settings.server.keep_mb << 20
        self._store = await self._run(lambda: ChatStore(path, most_bytes=most))

    async def close(self) -> None:
        """Send everybody home and close the file."""
        self.rooms.close()
        if self._store is not None:
            await self.ask(ChatStore.close)
        self._thread.shutdown()

    async def ask(self, question: Callable[[ChatStore], T]) -> T:
        """``question(store)`` on the store's one thread."""
        store = self._store
        assert store is not None, "the application has not been started"
        return await self._run(lambda: question(store))

    def online(self, chat: str) -> bool:
        """Whether somebody answers: within the hours, and with an engine that takes messages on."""
        return self.rooms.online(chat) and self.settings.chats[chat].is_open(time.time())

    def state(self, chat: str, session: str, found: Session | None) -> dict[str, Any]:
        """What a visitor's page shows beside the messages; ``found`` is what the store has of them."""
        typing = self.rooms.answerer(session)
        return {
            "online": self.online(chat),
            "agent_read": found.agent_read if found else 0,
            "read": found.read if found else 0,
            "typing": {"agent": typing[0], "turn": int(typing[1]) % 1000} if typing else None,
        }

    async def tidy(self) -> None:
        """Forget chats nobody has touched for long."""
        now = time.time_ns() // 1_000_000
        for name, chat in self.settings.chats.items():
            await self.ask(lambda store, name=name, days=chat.keep_days: store.tidy(name, days, now))  # type: ignore[misc]

    async def _run(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
