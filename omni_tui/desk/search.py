"""Finding conversations by words, with the words around the first hit."""

from __future__ import annotations

import re

from omni_tui.model.conversation import Agent
from omni_tui.model.query import And, Query, Text
from omni_tui.model.search import SearchHit
from omni_tui.store import Store, conversations
from omni_tui.store.filter import where
from omni_tui.store.hits import newest_hits
from omni_tui.text.quotes import visible

AROUND = 70


def search(store: Store, agent: Agent, query: Query, *, limit: int = 50) -> tuple[SearchHit, ...]:
    """Conversations that match, the one with the newest matching message first, at most ``limit``."""
    built = where(query, agent.id)
    with store.read() as tx:
        if not built.match:
            found = conversations.page(tx, built, agent.id, limit=limit)
            return tuple(SearchHit(row, row.snippet) for row in found)
        hits = newest_hits(tx, built, limit)
        rows = {row.id: row for row in conversations.rows(tx, agent.id, list(hits))}
    words = [node.text for node in (query.nodes if isinstance(query, And) else (query,)) if isinstance(node, Text)]
    return tuple(SearchHit(rows[id], excerpt(text, words)) for id, text in hits.items() if id in rows)


def excerpt(text: str, words: list[str]) -> str:
    """The words around the first of ``words`` in ``text``, as one line."""
    line = " ".join(text.split())
    folded = line.casefold()
    starts = [at for word in words if (at := folded.find(word.casefold()[:24])) >= 0]
    if not starts:
        return " ".join(visible(text).split())[: 2 * AROUND]
    start = max(0, min(starts) - AROUND // 2)
    cut = line[start : start + 2 * AROUND]
    # Begin at a word where one begins nearby; Chinese has no spaces, and needs none.
    return re.sub(r"^\S{1,12}\s", "", cut) if start else cut
