"""A line for somebody else's status bar: what waits, as numbers in a text of the user's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from omni_tui.cli.clock import now_ms, zone
from omni_tui.config.settings import Settings
from omni_tui.model.count import Count
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.text.i18n import _

if TYPE_CHECKING:
    from omni_tui.model.conversation import Agent
    from omni_tui.store import Store

_PART = re.compile(r"\{\{|\}\}|\{([^{}?]*)(?:\?([^{}]*))?\}|[{}]")
_LATE_SHOWN = 99
_MINUTE = 60_000


def segment(store: Store, agent: Agent, settings: Settings, template: str) -> str:
    """``template`` with numbers for its placeholders; only what it names is counted.

    ``{inbox}`` is the number of that view, or of ``{unread} {late} {failed} {drafts} {trouble}``. ``{late? late #}``
    is a text that is left out while there is none, with ``#`` for the number; ``{{`` is a brace. ``{engine? off}`` is
    there while no engine works. Raises UsageError for a placeholder there is not.
    """
    known = _Numbers(store, agent, settings)

    def fill(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if found[1] is None:
            raise UsageError(_("A brace stands alone: write {{{{ for one that is text.").format())
        count = known.of(found[1].strip())
        if found[2] is None:
            return str(count)
        return found[2].replace("#", str(count)) if count.number else ""

    return _PART.sub(fill, template)


class _Numbers:
    """Counts what is asked for, each thing once."""

    def __init__(self, store: Store, agent: Agent, settings: Settings) -> None:
        self._store, self._agent, self._settings = store, agent, settings
        self._own: dict[str, Callable[[], Count]] = {
            "unread": self._unread,
            "late": self._late,
            "failed": self._failed,
            "drafts": self._drafts,
            "trouble": self._trouble,
            "engine": self._engine,
        }
        self._found: dict[str, Count] = {}

    def of(self, name: str) -> Count:
        """The number called ``name``. Raises UsageError, naming all there are."""
        if name not in self._found:
            self._found[name] = self._own[name]() if name in self._own else self._view(name)
        return self._found[name]

    def _view(self, name: str) -> Count:
        from omni_tui.desk import views

        every = views.listed(self._store, self._agent)
        try:
            view = views.named(every, name)
        except NotFound as error:
            known = ", ".join((*self._own, *(each.name for each in every)))
            raise UsageError(_("There is no placeholder {name}.").format(name=repr(name)), known) from error
        # The rules of a time zone cost a start of their own to read: only for a query that names days.
        dated = "before:" in view.query or "after:" in view.query
        found = views.counts(self._store, self._agent, [view], zone() if dated else None)
        if view.id not in found:
            raise UsageError(_("The view {name} takes too long to count.").format(name=repr(name)))
        return found[view.id]

    def _unread(self) -> Count:
        return self._count("is:open is:unread")

    def _count(self, query: str) -> Count:
        from omni_tui.desk import inbox, views
        from omni_tui.desk.query import parse

        return inbox.count(self._store, self._agent, parse(query, now_ms()), views.CAP)

    def _late(self) -> Count:
        """Who waits too long, of whom the longest wait comes first."""
        from omni_tui.desk import inbox
        from omni_tui.desk.query import parse

        late = now_ms() - self._settings.inbox.late_after_m * _MINUTE
        query = parse("is:open is:waiting", now_ms())
        rows = inbox.page(self._store, self._agent, query, sort="waiting", limit=_LATE_SHOWN + 1)
        number = sum(row.waiting_since is not None and row.waiting_since <= late for row in rows)
        return Count(_LATE_SHOWN, more=True) if number > _LATE_SHOWN else Count(number)

    def _failed(self) -> Count:
        return self._count("is:failed")

    def _drafts(self) -> Count:
        return self._count("has:draft")

    def _trouble(self) -> Count:
        from omni_tui.desk import channels

        return Count(sum(channel.health == "failing" for channel in channels.listed(self._store)))

    def _engine(self) -> Count:
        """1 while none works: what is worth telling."""
        from omni_tui.desk import lease

        return Count(0 if lease.holder(self._store) is not None else 1)
