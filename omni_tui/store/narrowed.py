"""Which conversations of a list have the words of a query: exactly those, in the list's order, a page at a time.

Frequent words are looked for in the list, from where the page begins and until it is full: every few rows there is a
match. Rare words are looked up, all of them, and what they belong to is put in order. Either way finds the same rows,
so pages by key meet without gap or overlap. Words that are neither, such as those of an old campaign, begin the first
way and end the second. How the list is looked through is in ``windows.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from omni_tui.store import windows
from omni_tui.store.filter import Branch
from omni_tui.store.matching import ENDLESS, Matcher, listed, listing
from omni_tui.store.near import Near, has_document, named, settled
from omni_tui.store.near import condition as near_condition
from omni_tui.store.order import Order, walking
from omni_tui.store.store import Row, Tx

FEW = 1500
"""Conversations of a set (a tag, one's drafts) that are looked at one and all."""
_BATCH = 150
_SOON, _SOON_GATHERED = 60, 400
_MANY = 3000
"""Conversations that may have a group of words, which then is not taken for rare before the list was looked at."""
_SOONER = 2
"""Documents that are taken from the index in the time a conversation takes."""
_ALL = 1 << 30


@dataclass(slots=True)
class Asked:
    """A branch with its words made ready."""

    branch: Branch
    groups: tuple[Matcher, ...]
    without: tuple[Matcher, ...]
    _weighed: tuple[Matcher | None, int] | None = None

    @property
    def weighed(self) -> bool:
        """Whether it is known already how many documents have the words. To learn it may take longer than a page."""
        return self._weighed is not None

    @property
    def scarcest(self) -> Matcher | None:
        """The one with the fewest documents of ``groups``."""
        return self._weigh()[0]

    @property
    def number(self) -> int:
        """How many documents the scarcest has."""
        return self._weigh()[1]

    @property
    def rare(self) -> bool:
        """Whether all that match can be looked up at once."""
        scarcest, number = self._weigh()
        return scarcest is not None and number <= scarcest.rare

    def _weigh(self) -> tuple[Matcher | None, int]:
        if self._weighed is None:
            told = self.branch.told
            if told is not None and told.few and self.groups:
                # Of the others nobody asks how frequent they are.
                fewest = self.groups[told.groups.index(min(told.groups))]
                self._weighed = (fewest, ENDLESS) if self._is_frequent(fewest) else _scarcest((fewest,))
            else:
                self.weigh()
        assert self._weighed is not None
        return self._weighed

    def weigh(self) -> None:
        """Count the documents of every group, but for those of which the maps tell that there are too many."""
        counted = [group for group in self.groups if not self._is_frequent(group)]
        self._weighed = _scarcest(counted) if counted or not self.groups else (self.groups[0], ENDLESS)

    def _is_frequent(self, group: Matcher) -> bool:
        """Whether more conversations are known to have the words than documents are looked up."""
        told, place = self.branch.told, self.groups.index(group)
        if told is None or group.gathered or f"g{place}" not in told.settled:
            return False
        return told.groups[place] > group.rare

    def holds(
        self,
        values: dict[str, Any],
        *,
        but: Matcher | None = None,
        near: Near | None = None,
    ) -> str:
        """The condition on ``conversations v`` that its documents have the words; those of ``but`` are left out.

        ``near`` tells where most of these documents lie, if many are asked about.
        """
        if near is not None:
            return near_condition(self, values, near, but)
        conditions = []
        for name, group, wanted in named(self):
            if group is but:
                continue
            has = f"{'' if wanted else 'NOT '}{has_document(group, name, values)}"
            unsettled = settled(self, name)
            conditions.append(f"(NOT {unsettled} OR {has})" if unsettled else has)
        return " AND ".join(conditions) or "1 = 1"


def ready(tx: Tx, branch: Branch) -> Asked:
    """The branch with its words made ready to be looked up in the index."""
    groups = tuple(Matcher(tx, words) for words in branch.words)
    without = tuple(Matcher(tx, words) for words in branch.without)
    for group in groups:
        group.lack(without)
        if not (branch.leads.sets or branch.leads.assigned):
            group.walk()
    # On SQLite one group's newest documents are known as soon as their number, but for beginnings of words.
    at_once = tx.dialect == "sqlite" and len(groups) == 1 and not groups[0].gathered
    return Asked(branch, groups, without, None if at_once or branch.told is not None else _scarcest(groups))


def _scarcest(groups: Sequence[Matcher]) -> tuple[Matcher | None, int]:
    """The group with the fewest documents and their number, counted as far as it takes to know how frequent it is."""
    scarcest, fewest = None, ENDLESS + 1
    for group in groups:
        # Of one group it only has to be known whether it is rare.
        most = group.rare + 1 if len(groups) == 1 else ENDLESS
        number = group.number(fewest if scarcest is not None and fewest <= scarcest.rare else most)
        if scarcest is None or number < fewest:
            scarcest, fewest = group, number
        if not number:
            break
    return scarcest, fewest


@dataclass(frozen=True, slots=True)
class Among:
    """Some conversations: a table ``j``, and how ``conversations v`` is joined to it."""

    table: str
    joined: str = "v.id = j.id"


_NUMBERED = {
    "sqlite": "(SELECT value AS ref FROM json_each(:{name})) j",
    "postgresql": "unnest(CAST(:{name} AS bigint[])) AS j(ref)",
}


def small_set(tx: Tx, branch: Branch, values: dict[str, Any]) -> Among | None:
    """The smallest of the branch's sets, if it is so small that all of it can be looked at."""
    smallest, fewest = None, FEW + 1
    if branch.told is not None and branch.told.few:
        smallest = Among(_NUMBERED[tx.dialect].format(name=branch.told.few), "v.ref = j.ref")
        fewest = branch.told.number
    for ids in branch.leads.sets:
        number = int(tx.query(f"SELECT count(*) FROM (SELECT j.id FROM ({ids}) j LIMIT {fewest}) c", values)[0][0])
        if number < fewest:
            smallest, fewest = Among(f"({ids}) j"), number
    return smallest


def page(
    tx: Tx, branch: Branch, values: dict[str, Any], order: Order, limit: int, asked: Asked | None = None
) -> list[tuple[int, str]]:
    """The keys of the first ``limit`` rows behind the order's key; ``asked`` if the branch is :func:`ready` already."""
    small = small_set(tx, branch, values)
    asked = asked or ready(tx, branch)
    at_once = is_soon_seen(asked) or (not asked.weighed and _frequent(asked))
    if not at_once and branch.words and not asked.number:
        return []
    if small is not None and (at_once or not _sooner(asked)):
        return fitting(tx, keys_of(tx, small, branch, values, order), values, asked, None, limit)
    if not at_once and asked.rare:
        return _looked_up(tx, asked, values, order, order.after, limit)
    found, behind = windows.page(tx, asked, values, walking(tx, branch, values, order), limit)
    return found + _looked_up(tx, asked, values, order, behind, limit - len(found)) if behind is not None else found


def is_soon_seen(asked: Asked) -> bool:
    """Whether so few can match that each is looked at, before anything is counted."""
    told = asked.branch.told
    if told is None or not told.few:
        return False
    return told.number <= (_SOON_GATHERED if any(group.gathered for group in asked.groups) else _SOON)


def _frequent(asked: Asked) -> bool:
    """Whether the maps tell how frequent the words are, and that it is more than one would look up."""
    told = asked.branch.told
    if told is None or asked.branch.few or min(told.groups, default=0) < _MANY:
        return False
    return all(f"g{n}" in told.settled or group.gathered for n, group in enumerate(asked.groups))


def _sooner(asked: Asked) -> bool:
    """Whether the documents with the scarcest words tell sooner than the few conversations that may match."""
    told = asked.branch.told
    return told is not None and bool(told.few) and asked.rare and asked.number < _SOONER * told.number


def fitting(
    tx: Tx,
    keys: list[tuple[int, str]],
    values: dict[str, Any],
    asked: Asked,
    but: Matcher | None,
    limit: int,
    most: int = _ALL,
) -> list[tuple[int, str]]:
    """The first ``limit`` of rows that lie apart which have the words; no more than ``most`` are looked at."""
    if not asked.without and all(group is but for group in asked.groups):
        return keys[:limit]
    found: list[tuple[int, str]] = []
    keys, at, step = keys[:most], 0, _BATCH
    while at < len(keys) and len(found) < limit:
        part = keys[at : at + step]
        having = set(satisfying(tx, [id for _, id in part], values, asked, branch_too=False, but=but))
        found += [key for key in part if key[1] in having]
        at, step = at + step, step * 2
    return found[:limit]


def keys_of(
    tx: Tx, among: Among, branch: Branch, values: dict[str, Any], order: Order, limit: int = _ALL
) -> list[tuple[int, str]]:
    """The keys of the rows ``among`` some that satisfy the branch but for its words, in order."""
    bound = {**values, "limit": limit}
    condition = order.condition(bound, order.after)
    return [
        (row[0], row[1])
        for row in tx.query(
            f"SELECT DISTINCT {order.column}, v.id FROM {among.table} CROSS JOIN conversations v"
            f" WHERE {among.joined} AND {branch.sql} AND {condition} ORDER BY {order.by} LIMIT :limit",
            bound,
        )
    ]


def conversations_of(tx: Tx, docs: Sequence[Row]) -> list[str]:
    """The conversations of documents: a message's own, and all of a customer's."""
    ids = dict.fromkeys(doc["conversation_id"] for doc in docs if doc["kind"] != "customer")
    customers = [doc["entity_id"] for doc in docs if doc["kind"] == "customer"]
    if customers:
        ids.update(dict.fromkeys(row["id"] for row in _of_customers(tx, customers)))
    return list(ids)


def _of_customers(tx: Tx, customers: list[str]) -> list[Row]:
    return tx.query(
        f"SELECT v.id FROM {listed(tx, 'ids')} CROSS JOIN customers c CROSS JOIN conversations v"
        " WHERE c.root_id = j.id AND v.customer_id = c.id",
        {"ids": listing(tx, customers)},
    )


def satisfying(
    tx: Tx,
    ids: list[str],
    values: dict[str, Any],
    asked: Asked,
    *,
    branch_too: bool = True,
    needs: str = "1 = 1",
    but: Matcher | None = None,
    near: Near | None = None,
) -> list[str]:
    """Those of ``ids`` that satisfy the words of ``asked`` (but those of ``but``), and its other conditions."""
    if not ids:
        return []
    bound = {**values, "ids": listing(tx, ids)}
    condition = asked.holds(bound, but=but, near=near)
    own = f"{asked.branch.sql} AND {needs}" if branch_too else needs
    rows = f"{listed(tx, 'ids')} CROSS JOIN conversations v WHERE v.id = j.id AND {own}"
    if tx.dialect == "sqlite":
        sql = f"SELECT v.id FROM {rows} AND {condition}"
    else:
        # As in windows.py: first what a row says itself, then the words.
        sql = f"SELECT v.id FROM (SELECT v.id, v.ref, v.customer_id FROM {rows} OFFSET 0) v WHERE {condition}"
    return [row["id"] for row in tx.query(sql, bound)]


def walked(
    tx: Tx, branch: Branch, values: dict[str, Any], order: Order, after: tuple[int, str] | None, limit: int
) -> list[tuple[int, str]]:
    """The keys of the first ``limit`` rows behind ``after`` that satisfy the branch but for its words."""
    bound = {**values, "limit": limit}
    condition = order.condition(bound, after)
    table = walking(tx, branch, values, order).table
    return [
        (row[0], row[1])
        for row in tx.query(
            f"SELECT {order.column}, v.id FROM {table} WHERE {branch.sql} AND {condition}"
            f" ORDER BY {order.by} LIMIT :limit",
            bound,
        )
    ]


def _looked_up(
    tx: Tx, asked: Asked, values: dict[str, Any], order: Order, after: tuple[int, str] | None, limit: int
) -> list[tuple[int, str]]:
    """All conversations of the scarcest words put in order."""
    behind = replace(order, after=after)
    among, bound = of_words(tx, asked, values)
    keys = keys_of(tx, among, asked.branch, bound, behind)
    return fitting(tx, keys, values, asked, asked.scarcest, limit)


def of_words(tx: Tx, asked: Asked, values: dict[str, Any]) -> tuple[Among, dict[str, Any]]:
    """The conversations that have the scarcest words, and the values that they are bound by."""
    assert asked.scarcest is not None
    bound = dict(values)
    ids = asked.scarcest.conversations("w", bound)
    if ids:
        return Among(f"({ids}) j"), bound
    bound["ids"] = listing(tx, conversations_of(tx, asked.scarcest.newest(_ALL)))
    return Among(listed(tx, "ids")), bound
