"""The engine this inbox started, if no other was at work."""

from __future__ import annotations

from omni_tui.config.settings import Settings
from omni_tui.engine.child import Child, start_if_needed
from omni_tui.screens.store_link import StoreLink
from omni_tui.store import Store


class EngineChild:
    """Starts one when asked and needed; letting go of it never waits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: Child | None = None

    async def start_if_needed(self, link: StoreLink) -> bool:
        """Whether one was started now."""
        if self._child is not None and self._child.alive():
            return False
        settings = self._settings

        def start(store: Store) -> Child | None:
            return start_if_needed(settings, store)

        # Asking for the lease reads the store, so this belongs on the reader thread.
        child = await link.read(start)
        if child is not None:
            self._child = child
        return child is not None

    @property
    def died(self) -> bool:
        """Whether the one started here ended by itself, and none has been started since."""
        return self._child is not None and not self._child.alive()

    def let_go(self) -> None:
        """Close its pipe: it drains and ends by itself."""
        if self._child is not None:
            self._child.stop()
            self._child = None
