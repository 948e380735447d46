"""Finding conversations by words, with the words around the first hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from omni_tui.desk.excerpts import excerpt, spellings
from omni_tui.model.conversation import Agent
from omni_tui.model.query import Query
from omni_tui.model.search import SearchHit
from omni_tui.store import Store, conversations, hits, search_docs
from omni_tui.store.filter import where
from omni_tui.store.matching import TOP
from omni_tui.text.i18n import _

Order = Literal["relevance", "time"]
"""The best match first, recent ones before old ones; or the newest match first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search finds; ``more`` tells that there may be more, and ``below`` where to go on (by time only)."""

    hits: tuple[SearchHit, ...]
    more: bool = False
    below: int | None = None


def search(store: Store, agent: Agent, query: Query, *, sort: Order = "time", limit: int = 50) -> tuple[SearchHit, ...]:
    """Conversations that match, at most ``limit``."""
    return find(store, agent, query, sort=sort, limit=limit).hits


def unfinished(store: Store) -> str:
    """What to tell of a store that is not searchable as a whole since an upgrade; empty once it is."""
    with store.read() as tx:
        left = search_docs.left(tx)
    if not left.number:
        return ""
    return _("Search is still being re-indexed, {count} left: it may miss some.").format(count=left)


def find(
    store: Store, agent: Agent, query: Query, *, sort: Order = "time", limit: int = 50, below: int | None = None
) -> Found:
    """The same, and how to go on: ``below`` of one page asks for the next."""
    built = where(query, agent.id)
    with store.read() as tx:
        if not built.worded:
            page = conversations.page(tx, built, agent.id, limit=limit + 1)
            return Found(tuple(SearchHit(row, row.snippet) for row in page[:limit]), len(page) > limit)
        if sort == "time":
            matches = hits.newest(tx, built, limit, TOP if below is None else below)
        else:
            matches = hits.best(tx, built, limit)
        rows = {row.id: row for row in conversations.rows(tx, agent.id, [m.conversation_id for m in matches.found])}
        texts = hits.texts(tx, matches.found)
    spelled = spellings(group for branch in built.branches for group in branch.words)
    found = []
    for match in matches.found:
        if match.conversation_id in rows:
            text, marks = excerpt(texts[match.doc_id], spelled)
            found.append(SearchHit(rows[match.conversation_id], text, marks))
    return Found(tuple(found), matches.more, matches.below)
