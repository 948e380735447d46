"""Keeps what is typed: in the store one second after the last key, in a private file if the store fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from omni_tui.desk import drafts
from omni_tui.model.enums import DraftMode
from omni_tui.model.errors import StoreError
from omni_tui.screens.composer.rescue import Unsaved, put_aside
from omni_tui.screens.context import Context
from omni_tui.screens.store_link import StoreLink

AFTER_LAST_KEY_S = 1.0
_PATIENCE_S = 0.5
_Key = tuple[str, DraftMode]


class DraftKeeper:
    """Knows every text that is not in the store yet. ``saved`` is told when there is none left."""

    def __init__(
        self, link: StoreLink, context: Context, rescue: Path, saved: Callable[[], None], later: Callable[[], None]
    ) -> None:
        self._link, self._context, self._rescue = link, context, rescue
        self._saved, self._later = saved, later
        self._unsaved: dict[_Key, str] = {}

    def note(self, conversation_id: str, mode: DraftMode, text: str) -> None:
        """The text was changed; it is kept soon. An empty text discards the draft."""
        self._unsaved[(conversation_id, mode)] = text
        self._later()

    def forget(self, conversation_id: str, mode: DraftMode) -> None:
        """The text was sent: there is nothing to keep."""
        self._unsaved.pop((conversation_id, mode), None)

    def unsaved_text(self, conversation_id: str, mode: DraftMode) -> str | None:
        """What was typed and is not in the store yet."""
        return self._unsaved.get((conversation_id, mode))

    async def flush(self) -> bool:
        """Keep everything now; True if it is in the store, False if it had to go into the file."""
        stored = True
        for key, text in list(self._unsaved.items()):
            try:
                await asyncio.wait_for(
                    self._link.write(drafts.save, self._context.agent, key[0], key[1], text), _PATIENCE_S
                )
            except (StoreError, TimeoutError):
                stored = False
                break
            if self._unsaved.get(key) == text:
                del self._unsaved[key]
        if not stored:
            self.put_aside()
        elif not self._unsaved:
            self._saved()
        return stored

    def put_aside(self) -> None:
        """Write what is unsaved into the file, at once."""
        if self._unsaved:
            unsaved = tuple(Unsaved(id, mode, text) for (id, mode), text in self._unsaved.items())
            put_aside(self._rescue, self._context.agent.login, unsaved)
