"""Who writes just now: the customer on the agent's screen, the agent on the customer's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from omni_tui.desk import presence
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import StoreError
from omni_tui.screens.list.draw import name_of
from omni_tui.screens.store_link import StoreChanged
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_LASTS_S = presence.LASTS_MS / 1000
_AGAIN_S = presence.AGAIN_MS / 1000


class Typists:
    """Knows it for some seconds; nothing of it is kept."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._until: dict[str, float] = {}
        self._told: tuple[str, float] = ("", 0.0)

    def heard(self, event: StoreChanged) -> None:
        """Customers began or ended to write."""
        if not event.writing and not event.resting:
            return
        now = time.monotonic()
        self._until = {id: until for id, until in self._until.items() if until > now and id not in event.resting}
        self._until |= dict.fromkeys(event.writing - event.resting, now + _LASTS_S)
        self._screen.face.paint()
        if self._until:
            self._screen.after("typing", _LASTS_S + 0.1, self._screen.face.paint)

    def words(self) -> str:
        """That the customer of the open conversation writes; empty if they do not."""
        opened = self._screen.parts.thread.opened
        if opened is None or self._until.get(opened.thread.head.id, 0.0) <= time.monotonic():
            return ""
        return _("{name} is typing…").format(name=name_of(opened.thread.head))

    def typed(self) -> None:
        """The agent changed the text of an answer: its customer is told now and then, where they can see it."""
        composer = self._screen.parts.composer
        thread, now = composer.thread, time.monotonic()
        if thread is None or composer.mode is not DraftMode.REPLY or not thread.reply.typing:
            return
        if not composer.area.text.strip() or (self._told[0] == thread.head.id and now - self._told[1] < _AGAIN_S):
            return
        self._told = (thread.head.id, now)
        self._screen.spawn(self._tell(thread.head.id), "typing")

    async def _tell(self, conversation_id: str) -> None:
        parts = self._screen.parts
        try:
            await parts.link.write(presence.agent_types, parts.context.agent, conversation_id)
        except StoreError:
            # Nothing an agent should be interrupted for: what they write is kept all the same.
            return
