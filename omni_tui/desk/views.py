"""The views an agent sees, in their order and with their numbers; finding one by name; their counts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from omni_tui.desk.query import QueryError, parse
from omni_tui.model.conversation import Agent
from omni_tui.model.count import Count
from omni_tui.model.errors import NotFound
from omni_tui.model.view import View
from omni_tui.store import Interrupted, Store, Tx, conversations
from omni_tui.store.filter import where
from omni_tui.text.i18n import _

_AT_WORK: tuple[View, ...] = (
    View("inbox", "inbox", _("Inbox"), "is:open"),
    View("mine", "mine", _("Mine"), "is:open assignee:me"),
    View("unassigned", "unassigned", _("Unassigned"), "is:open assignee:none"),
    View("waiting", "waiting", _("Waiting longest"), "is:open is:waiting", sort="waiting"),
    View("snoozed", "snoozed", _("Snoozed"), "is:snoozed"),
)
_PUT_AWAY: tuple[View, ...] = (
    View("resolved", "resolved", _("Resolved"), "is:resolved", counted=False),
    View("bulk", "bulk", _("Bulk"), "is:bulk", counted=False),
    View("spam", "spam", _("Spam"), "is:spam", counted=False),
    View("all", "all", _("All"), "", counted=False),
)
NUMBERED = 9
CAP = 1000
"""A count goes no further: beyond it, "1000+" says what one needs to know."""
_PATIENCE_S = 0.04
"""How long the count of one saved view may take; its query can be anything."""


def arranged(
    saved: Sequence[View], order: Sequence[str] = (), hidden: frozenset[str] = frozenset()
) -> tuple[View, ...]:
    """Every view with its number, those that are ``hidden`` last and without one.

    Saved views stand between those one works through and those that are put away. ``order`` is where the agent put
    views; one they did not move stays behind the one it stands behind by itself.
    """
    by_itself = [*_AT_WORK, *saved, *_PUT_AWAY]
    known = {view.id: view for view in by_itself}
    ids = [id for id in order if id in known]
    before = ""
    for view in by_itself:
        if view.id not in ids:
            ids.insert(ids.index(before) + 1 if before else 0, view.id)
        before = view.id
    shown = [replace(known[id], number=n if n <= NUMBERED else 0) for n, id in _numbered(ids, hidden)]
    return (*shown, *(replace(known[id], hidden=True) for id in ids if id in hidden))


def _numbered(ids: Sequence[str], hidden: frozenset[str]) -> list[tuple[int, str]]:
    return list(enumerate((id for id in ids if id not in hidden), 1))


BUILT_IN: tuple[View, ...] = arranged(())
"""The views that are always there, as an agent sees them who saved, moved and hid none."""


def listed(store: Store, agent: Agent) -> tuple[View, ...]:
    """Every view ``agent`` sees, in order; the hidden ones last."""
    with store.read() as tx:
        return read(tx, agent)


def read(tx: Tx, agent: Agent) -> tuple[View, ...]:
    """The same inside a transaction."""
    saved = tuple(
        View(
            id=row["id"],
            name=row["name"],
            title=row["name"],
            query=row["query"],
            sort=row["sort"],
            owner=row["owner"],
            shared=bool(row["shared"]),
        )
        for row in tx.all("views_of", agent_id=agent.id)
    )
    places = tx.all("view_places", agent_id=agent.id)
    hidden = frozenset(row["view_id"] for row in places if row["hidden"])
    return arranged(saved, order(tx, agent.id), hidden)


def order(tx: Tx, agent_id: str) -> tuple[str, ...]:
    """The ids of the views in the order the agent gave them; empty if they never moved one."""
    placed = [row for row in tx.all("view_places", agent_id=agent_id) if row["position"] is not None]
    return tuple(row["view_id"] for row in sorted(placed, key=lambda row: int(row["position"])))


def named(views: Sequence[View], name: str) -> View:
    """The view of that name or number. Raises NotFound, with the nearest name or all of them.

    Of two with one name it is the agent's own, not the one a colleague shared.
    """
    if name.isascii() and name.isdigit() and len(name) == 1:
        found = next((view for view in views if view.number == int(name) > 0), None)
        if found is not None:
            return found
        raise NotFound(_("There is no view number {number}.").format(number=name), _known(views))
    wanted = name.strip().casefold()
    meant = [view for view in views if wanted in (view.name.casefold(), view.title.casefold(), view.id)]
    if meant:
        return min(meant, key=lambda view: view.shared)
    import difflib  # only a mistake is worth its import

    near = difflib.get_close_matches(wanted, [view.name for view in views], n=1)
    hint = _("Did you mean {near}?").format(near=near[0]) if near else _known(views)
    raise NotFound(_("There is no view {name}.").format(name=repr(name)), hint)


def _known(views: Sequence[View]) -> str:
    return _("Views: {views}").format(views=", ".join(view.name for view in views))


def counts(
    store: Store, agent: Agent, views: Sequence[View], tz: tzinfo | None = None, *, cap: int = CAP
) -> dict[str, Count]:
    """How many conversations each of ``views`` has, by its id: at most ``cap``, 0 for as many as there are.

    Left out is a saved view whose query this version cannot read, or that takes too long to count.
    """
    built_in = [view for view in views if view.owner is None]
    # None of these names a time: what time it is need not be asked for first.
    lists = [(where(parse(view.query, 0), agent.id), view.sort) for view in built_in]
    with store.read() as tx:
        counted = conversations.counts(tx, lists, cap=cap)
    found = {view.id: count for view, count in zip(built_in, counted, strict=True)}
    for view in views:
        if view.owner is not None:
            count = _count_if_quick(store, agent, view, tz, cap)
            if count is not None:
                found[view.id] = count
    return found


def _count(tx: Tx, agent: Agent, view: View, tz: tzinfo | None, cap: int) -> Count:
    built = where(parse(view.query, tx.now, tz), agent.id)
    return conversations.count(tx, built, sort=view.sort, cap=cap)


def _count_if_quick(store: Store, agent: Agent, view: View, tz: tzinfo | None, cap: int) -> Count | None:
    until = time.monotonic() + _PATIENCE_S
    try:
        with store.droppable(lambda: time.monotonic() > until), store.read() as tx:
            return _count(tx, agent, view, tz, cap)
    except (QueryError, Interrupted):
        return None
