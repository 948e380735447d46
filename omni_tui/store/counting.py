"""How many rows a list has that words or tags narrow: as far as a quick look goes."""

from __future__ import annotations

from typing import Any

from omni_tui.store import narrowed
from omni_tui.store.filter import Branch
from omni_tui.store.matching import TOP
from omni_tui.store.narrowed import Asked
from omni_tui.store.order import Order
from omni_tui.store.store import Tx

_HITS = 1000
_MOST_HITS = 3000
"""Matching documents a capped count looks at, where nothing else has to be known of their conversations' words."""
_MOST_WEIGHED = 400
"""Conversations a capped count looks at whose other documents decide too."""
_PAGE, _PAGES = 60, 200
"""Rows that are counted at least, by words that are looked for or by those that may not be."""
_ALL = 1 << 30


def count(tx: Tx, branch: Branch, values: dict[str, Any], needs: str, cap: int) -> tuple[set[str], bool]:
    """Rows of the list: at least ``cap``, all of them, or as many as a limited look finds; whether there may be more.

    Without a ``cap`` all are counted, whatever it takes.
    """
    order = Order("v.last_at", False, needs)
    if not cap:
        return {id for _, id in narrowed.page(tx, branch, values, order, _ALL)}, False
    if not branch.worded:
        keys = _unworded(tx, branch, values, order, cap)
        return {id for _, id in keys}, len(keys) >= cap
    small = narrowed.small_set(tx, branch, values)
    asked = narrowed.ready(tx, branch)
    if branch.words and not asked.number:
        return set(), False
    if small is not None or asked.rare:
        among, bound = (small, values) if small is not None else narrowed.of_words(tx, asked, values)
        keys = narrowed.keys_of(tx, among, branch, bound, order)
        but = None if small is not None else asked.scarcest
        most = _MOST_WEIGHED if branch.told is None else max(_MOST_WEIGHED, narrowed.FEW)
        found = narrowed.fitting(tx, keys, values, asked, but, cap, most)
        unseen = len(keys) > most and (len(asked.groups) > (but is not None) or bool(asked.without))
        return {id for _, id in found}, len(found) >= cap or unseen
    counted = _counted(tx, asked, values, needs, cap)
    if len(counted) < _PAGE:
        # Never fewer than are shown at once.
        shown = min(cap, _PAGE if branch.words else _PAGES)
        counted = {id for _, id in narrowed.page(tx, branch, values, order, shown, asked)}
        return counted, len(counted) >= shown
    return counted, True


def _unworded(tx: Tx, branch: Branch, values: dict[str, Any], order: Order, cap: int) -> list[tuple[int, str]]:
    if branch.leads.sets:
        # In no order: so many are found as quickly as one is.
        bound = {**values, "cap": cap}
        rows = tx.query(
            f"SELECT 0, v.id FROM ({branch.leads.sets[0]}) j CROSS JOIN conversations v"
            f" WHERE v.id = j.id AND {branch.sql} AND {order.needs} LIMIT :cap",
            bound,
        )
        return [(row[0], row[1]) for row in rows]
    return narrowed.walked(tx, branch, values, order, None, cap)


def _counted(tx: Tx, asked: Asked, values: dict[str, Any], needs: str, cap: int) -> set[str]:
    """Conversations of the newest documents with the scarcest words, as far as a count may look."""
    if asked.scarcest is None:
        return set()
    alone = len(asked.groups) == 1 and not asked.without and not asked.scarcest.gathered
    quick = dict(values)
    table = asked.scarcest.newest_conversations("w", quick, _MOST_HITS if alone else _MOST_WEIGHED)
    if table:
        condition = f"{needs} AND {asked.holds(quick, but=asked.scarcest)}"
        sql = (
            f"SELECT DISTINCT v.id FROM ({table}) j CROSS JOIN conversations v"
            f" WHERE v.id = j.id AND {asked.branch.sql} AND {condition} LIMIT :cap"
        )
        return {row[0] for row in tx.query(sql, {**quick, "cap": cap})}
    found: set[str] = set()
    below, looked_at = TOP, 0
    step, most = (_HITS, _MOST_HITS) if alone else (_MOST_WEIGHED, _MOST_WEIGHED)
    while len(found) < cap and looked_at < most:
        docs = asked.scarcest.newest(step, below)
        ids = narrowed.conversations_of(tx, docs)[: None if alone else _MOST_WEIGHED]
        found.update(narrowed.satisfying(tx, ids, values, asked, needs=needs, but=asked.scarcest))
        looked_at += len(docs)
        if len(docs) < step:
            break
        below = docs[-1]["doc_id"]
    return found
