"""Counts in the header, trouble in the footer, and an engine if none is running."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from omni_tui.desk import channels, lease, outbox, search, views
from omni_tui.model.channel import ChannelRow
from omni_tui.model.conversation import Agent
from omni_tui.model.count import Count
from omni_tui.model.enums import OutboxState
from omni_tui.model.errors import OmniError
from omni_tui.model.view import View
from omni_tui.screens.chrome.footer_lines import trouble_line
from omni_tui.screens.engine_child import EngineChild
from omni_tui.screens.inbox.parts import Parts
from omni_tui.store import Store
from omni_tui.text.i18n import _

CHECK_S = 5.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are besides the conversations. ``counts`` goes by the ids of ``views``."""

    views: tuple[View, ...]
    counts: dict[str, Count]
    channels: tuple[ChannelRow, ...]
    engine: bool
    failed: int
    unfinished: str


def read_standing(store: Store, agent: Agent, tz: tzinfo, counts_all: bool) -> Standing:
    """Views with their counts, channels, whether an engine works, how many replies did not leave, how search is."""
    stuck = (OutboxState.FAILED, OutboxState.UNCERTAIN)
    failed = sum(row.outbox.state in stuck for row in outbox.unsettled(store, 10_000))
    listed = views.listed(store, agent)
    wanted = [view for view in listed if counts_all or (view.counted and not view.hidden)]
    counts = views.counts(store, agent, wanted, tz)
    works = lease.holder(store) is not None
    return Standing(listed, counts, channels.listed(store), works, failed, search.unfinished(store))


class Status:
    """Asks now and then; ``changed`` is called when views or counts may have changed.

    ``counts_all`` tells whether all views are looked at: else only those are counted whose count is in view.
    """

    def __init__(
        self, parts: Parts, engine: EngineChild, counts_all: Callable[[], bool], changed: Callable[[], None]
    ) -> None:
        self._parts, self._engine, self._changed = parts, engine, changed
        self._counts_all = counts_all
        self.views: tuple[View, ...] = views.BUILT_IN
        self.counts: dict[str, Count] = {}
        self.channels: tuple[ChannelRow, ...] = ()
        self._started = ""
        self._works = False
        self._unfinished = ""

    async def read_views(self) -> None:
        """The views alone, which the first picture needs."""
        self.views = await self._parts.link.read(views.listed, self._parts.context.agent)

    async def refresh(self) -> None:
        """Read how things are and show it."""
        parts = self._parts
        standing = await parts.link.read(read_standing, parts.context.agent, parts.context.zone(), self._counts_all())
        self.views, self.counts, self.channels = standing.views, standing.counts, standing.channels
        self._works, self._unfinished = standing.engine, standing.unfinished
        words = ""
        if self._engine.died:
            words = _("the engine stopped, another is started soon")
        elif standing.channels and not standing.engine:
            words = self._started or _("no engine running, nothing is fetched or sent")
        words = words or standing.unfinished
        wide = parts.footer.size.width >= 120
        parts.footer.trouble(trouble_line(standing.channels, standing.failed, words, parts.context, wide=wide))
        self._changed()

    async def look(self) -> bool:
        """See to the engine; whether how things are may have changed without anybody having written it down.

        A lease runs out by itself, and an index is made anew in silence.
        """
        before = self._started
        await self.see_to_engine()
        works = await self._parts.link.read(lease.holder) is not None
        return works != self._works or self._engine.died or self._started != before or bool(self._unfinished)

    async def see_to_engine(self) -> None:
        """Start an engine if none works and the settings want one; it is asked every few seconds."""
        if not self._parts.context.settings.starts_engine or not self._parts.context.settings.channels:
            return
        try:
            started = await self._engine.start_if_needed(self._parts.link)
        except OmniError as error:
            self._started = error.message
        else:
            self._started = _("starting the engine") if started else ""
