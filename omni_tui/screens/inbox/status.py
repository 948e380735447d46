"""Counts in the header, trouble in the footer, and an engine if none is running."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from omni_tui.desk import channels, inbox, lease, outbox
from omni_tui.model.channel import ChannelRow
from omni_tui.model.conversation import Agent
from omni_tui.model.enums import OutboxState
from omni_tui.model.errors import OmniError
from omni_tui.screens.chrome.footer_lines import trouble_line
from omni_tui.screens.engine_child import EngineChild
from omni_tui.screens.inbox.parts import Parts
from omni_tui.store import Store
from omni_tui.text.i18n import _

CHECK_S = 5.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are besides the conversations."""

    counts: dict[str, int]
    channels: tuple[ChannelRow, ...]
    engine: bool
    failed: int


def read_standing(store: Store, agent: Agent) -> Standing:
    """Counts by view, channels, whether an engine holds the lease, and how many replies did not leave."""
    stuck = (OutboxState.FAILED, OutboxState.UNCERTAIN)
    failed = sum(row.outbox.state in stuck for row in outbox.unsettled(store, 10_000))
    return Standing(inbox.counts(store, agent), channels.listed(store), lease.holder(store) is not None, failed)


class Status:
    """Asks now and then; ``changed`` is called when the counts may have changed."""

    def __init__(self, parts: Parts, engine: EngineChild, changed: Callable[[], None]) -> None:
        self._parts, self._engine, self._changed = parts, engine, changed
        self.counts: dict[str, int] = {}
        self.channels: tuple[ChannelRow, ...] = ()
        self._started = ""

    async def refresh(self) -> None:
        """Read how things are and show it."""
        parts = self._parts
        standing = await parts.link.read(read_standing, parts.context.agent)
        self.counts, self.channels = standing.counts, standing.channels
        words = ""
        if self._engine.died:
            words = _("the engine stopped, another is started soon")
        elif standing.channels and not standing.engine:
            words = self._started or _("no engine running, nothing is fetched or sent")
        wide = parts.footer.size.width >= 120
        parts.footer.trouble(trouble_line(standing.channels, standing.failed, words, parts.context, wide=wide))
        self._changed()

    async def see_to_engine(self) -> None:
        """Start an engine if none works and the settings want one; it is asked every few seconds."""
        if not self._parts.context.settings.engine.autostart or not self._parts.context.settings.channels:
            return
        try:
            started = await self._engine.start_if_needed(self._parts.link)
        except OmniError as error:
            self._started = error.message
        else:
            self._started = _("starting the engine") if started else ""
