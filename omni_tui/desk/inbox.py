"""The list: views, pages of rows, counts, and finding one conversation by its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_tui.desk.query import parse
from omni_tui.model.conversation import Agent, ConversationRow, ListKey
from omni_tui.model.errors import NotFound
from omni_tui.model.query import Query
from omni_tui.store import Store, conversations
from omni_tui.store.conversations import Sort
from omni_tui.store.filter import where
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name. ``title`` is shown; ``counted`` tells whether its count is."""

    name: str
    title: str
    query: str
    sort: Sort = "activity"
    counted: bool = True


VIEWS: tuple[View, ...] = (
    View("inbox", "Inbox", "is:open"),
    View("mine", "Mine", "is:open assignee:me"),
    View("unassigned", "Unassigned", "is:open assignee:none"),
    View("waiting", "Waiting longest", "is:open is:waiting", sort="waiting"),
    View("snoozed", "Snoozed", "is:snoozed"),
    View("resolved", "Resolved", "is:resolved", counted=False),
    View("bulk", "Bulk", "is:bulk", counted=False),
    View("spam", "Spam", "is:spam", counted=False),
    View("all", "All", "", counted=False),
)
"""The built-in views, numbered from 1 in this order."""


def view(name: str) -> View:
    """The view called ``name``; NotFound lists them."""
    for found in VIEWS:
        if found.name == name:
            return found
    raise NotFound(
        _("There is no view {name}.").format(name=name),
        _("Views are {names}.").format(names=", ".join(found.name for found in VIEWS)),
    )


def page(
    store: Store,
    agent: Agent,
    query: Query,
    *,
    sort: Sort = "activity",
    after: ListKey | None = None,
    before: ListKey | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[ConversationRow, ...]:
    """Rows in the list's order: after a key, just before one, or from an offset (slower the deeper)."""
    with store.read() as tx:
        return conversations.page(
            tx, where(query, agent.id), agent.id, sort=sort, after=after, before=before, offset=offset, limit=limit
        )


def count(store: Store, agent: Agent, query: Query, cap: int = 0, *, sort: Sort = "activity") -> int:
    """How many rows the list has; at most ``cap`` if one is given."""
    with store.read() as tx:
        return conversations.count(tx, where(query, agent.id), sort=sort, cap=cap)


def counts(store: Store, agent: Agent) -> dict[str, int]:
    """How many conversations each counted view has, by its name."""
    with store.read() as tx:
        return {
            view.name: conversations.count(tx, where(parse(view.query, tx.now), agent.id), sort=view.sort)
            for view in VIEWS
            if view.counted
        }


def rows(store: Store, agent: Agent, ids: Sequence[str]) -> tuple[ConversationRow, ...]:
    """Some rows read again; those that are gone are left out."""
    with store.read() as tx:
        return conversations.rows(tx, agent.id, ids)


def key_of(row: ConversationRow, sort: Sort) -> ListKey:
    """Where ``row`` stands in the list's order."""
    return ListKey(row.last_at if sort == "activity" else row.waiting_since or 0, row.id)


def find(store: Store, agent: Agent, ref_or_id: str) -> ConversationRow:
    """The conversation ``1042``, ``#1042`` or of that id. Raises NotFound."""
    number = ref_or_id.strip().lstrip("#")
    with store.read() as tx:
        id = ref_or_id
        if number.isascii() and number.isdigit() and len(number) < 16:
            id = tx.value("conversation_id_by_ref", ref=int(number)) or ""
        found = conversations.rows(tx, agent.id, [id])
    if not found:
        raise NotFound(
            _("There is no conversation {ref}.").format(ref=ref_or_id),
            _("omni-tui list shows their numbers; omni-tui search finds them by words."),
        )
    return found[0]
