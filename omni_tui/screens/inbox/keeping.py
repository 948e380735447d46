"""Keeps what is being written a second after the last key, and tells when it can only be put into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_tui.model.errors import OmniError
from omni_tui.screens.composer.keeper import AFTER_LAST_KEY_S
from omni_tui.screens.inbox.writing import IN_A_FILE

if TYPE_CHECKING:
    from omni_tui.screens.inbox.screen import InboxScreen

_AGAIN_S = 3.0


class Keeping:
    """Waits for pauses and tries again; what is kept, and how, is the keeper's."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._aside = False

    def saved(self) -> None:
        """Everything is in the store."""
        self._screen.parts.composer.saved(self._screen.context.now())

    def later(self) -> None:
        """Something was written: keep it at the next pause."""
        self._after(AFTER_LAST_KEY_S)

    def _after(self, seconds: float) -> None:
        screen = self._screen
        screen.after("keep", seconds, lambda: screen.spawn(self._keep(), "keep"))

    async def _keep(self) -> None:
        screen = self._screen
        if await screen.keeper.flush():
            self._aside = False
            return
        if not self._aside:
            self._aside = True
            screen.parts.complain(OmniError(IN_A_FILE))
        self._after(_AGAIN_S)
