"""The list: pages of rows, how many there are, and finding one conversation by its number."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.model.conversation import Agent, ConversationRow, ListKey
from omni_tui.model.count import Count
from omni_tui.model.errors import NotFound
from omni_tui.model.query import Query
from omni_tui.store import Store, conversations
from omni_tui.store.conversations import URGENCY, Sort
from omni_tui.store.filter import where
from omni_tui.text.i18n import _

COUNTED = 1000
"""Rows that are counted of a list narrowed by words or tags; of more it is said that there are more."""


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


def count(store: Store, agent: Agent, query: Query, cap: int = 0, *, sort: Sort = "activity") -> Count:
    """How many rows the list has, at most ``cap`` if one is given.

    Words and tags are counted as far as it is quick, and never beyond :data:`COUNTED`.
    """
    built = where(query, agent.id)
    most = COUNTED if built.worded or built.branches[0].leads.sets else 0
    with store.read() as tx:
        return conversations.count(tx, built, sort=sort, cap=min(cap, most) if cap and most else cap or most)


def rows(store: Store, agent: Agent, ids: Sequence[str]) -> tuple[ConversationRow, ...]:
    """Some rows read again; those that are gone are left out."""
    with store.read() as tx:
        return conversations.rows(tx, agent.id, ids)


def key_of(row: ConversationRow, sort: Sort) -> ListKey:
    """Where ``row`` stands in the list's order."""
    if sort == "priority":
        return ListKey(row.priority.rank * URGENCY + row.last_at, row.id)
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
