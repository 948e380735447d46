"""Customers by what a word of their name begins with, found by the index of words however many customers there are."""

from __future__ import annotations

from omni_tui.store.matching import Matcher, listed, listing
from omni_tui.store.store import Tx
from omni_tui.store.words import all_of

_LOOKED_AT = 1000
"""Customers with such a word that are looked at, who were last changed first: a shop may know as many of one name."""


def beginning(tx: Tx, begun: str, limit: int) -> list[str]:
    """Up to ``limit`` different names that have ``begun`` at the beginning of a word, as the search folds them."""
    from omni_tui.text.segment import CUSTOMER, marked_terms

    terms = marked_terms(CUSTOMER, begun)
    docs = Matcher(tx, all_of(terms)).newest(_LOOKED_AT) if terms else []
    if not docs:
        return []
    rows = tx.query(
        f"SELECT r.name FROM {listed(tx, 'ids')} CROSS JOIN customers r WHERE r.id = j.id",
        {"ids": listing(tx, [doc["entity_id"] for doc in docs])},
    )
    names = dict.fromkeys(row["name"] for row in rows)
    wanted = _words(begun)
    return [name for name in names if wanted in _words(name)][:limit]


def _words(name: str) -> str:
    """The folded words of a name, each behind a space."""
    from omni_tui.text.folding import normalise

    return " " + " ".join("".join(char if char.isalnum() else " " for char in normalise(name)).split())
