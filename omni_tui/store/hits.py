"""Which conversations hold the words of a query, by their newest matching document or by how well it matches.

The promise of a search: its first page is the newest. Documents are looked at from the newest down, until the page is
full; of very frequent words no more than :data:`LOOKED_AT` are, and where these are not enough, because the other
conditions fit few of them, the conversations themselves are asked: at once where the first look tells so.

Relevance is judged among the :data:`RANKED`
newest. A search goes on below a document's number: a conversation with a match above it was shown before and is
left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from omni_tui.store import narrowed
from omni_tui.store.filter import Branch, Where
from omni_tui.store.maps import asking
from omni_tui.store.matching import TOP, Matcher, listed, listing
from omni_tui.store.narrowed import Asked
from omni_tui.store.near import AROUND_MS, Near
from omni_tui.store.order import Order, possible
from omni_tui.store.search_docs import CUSTOMERS
from omni_tui.store.store import Row, Tx

LOOKED_AT = 3000
"""Matching documents that are looked at, the newest first, before the conversations themselves are asked."""
RANKED = 400
"""Matching documents whose relevance is judged, of all alternatives together."""
_FIRST_LOOK, _LEAST, _WIDER, _AHEAD = 100, 25, 3, 1.3
"""Documents of the first look, of the shortest one; how much the next is longer where nothing was found; so many times
as many are looked at as should do."""
_BARRED = 4
_ENOUGH_TO_TELL = 300
"""Documents looked at before it is told at what rate they fit."""
_HALF_LIFE_DAYS = 180.0
"""A match this much older counts half as much beside what recency alone gives."""
_FADING = -math.log(2) / (_HALF_LIFE_DAYS * 86_400)
_OF_CUSTOMER = {"sqlite": "conversations v INDEXED BY conversations_customer", "postgresql": "conversations v"}
_BY_ACTIVITY = Order("v.last_at", False)


@dataclass(frozen=True, slots=True)
class Match:
    """A conversation, and its document (a message's, or its customer's) that matched."""

    conversation_id: str
    doc_id: int


@dataclass(frozen=True, slots=True)
class Matches:
    """``below`` is where the search goes on, None where it ends; ``more`` tells that there may be more."""

    found: tuple[Match, ...]
    below: int | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Begun:
    """A search that goes on: what was found among the newest documents, how many these were, and the last of them."""

    found: dict[str, Match]
    looked_at: int
    at: int


def newest(tx: Tx, where: Where, limit: int, below: int = TOP) -> Matches:
    """Conversations by their newest matching document below the number ``below``."""
    return _of_newest(tx, _told(tx, where), limit, below)


def _told(tx: Tx, where: Where) -> Where:
    return asking.told(tx, possible(tx, where), asking.meeting)


def _ready(tx: Tx, branch: Branch) -> Asked:
    asked = narrowed.ready(tx, branch)
    if len(asked.groups) > 1 or any(group.gathered for group in asked.groups):
        # How their documents are met is decided by how many they are.
        asked.weigh()
    return asked


def _of_newest(tx: Tx, where: Where, limit: int, below: int) -> Matches:
    found: dict[str, Match] = {}
    goes_on, more = True, False
    for branch in where.branches:
        one = _newest(tx, branch, where.values, limit, below)
        goes_on = goes_on and (one.below is not None or not one.more)
        more = more or one.more
        for match in one.found:
            if match.conversation_id not in found or found[match.conversation_id].doc_id < match.doc_id:
                found[match.conversation_id] = match
    ordered = sorted(found.values(), key=lambda match: -match.doc_id)
    more = more or len(ordered) > limit
    last = ordered[limit - 1].doc_id if len(ordered) >= limit and more and goes_on else None
    return Matches(tuple(ordered[:limit]), last, more)


def best(tx: Tx, where: Where, limit: int) -> Matches:
    """The most relevant conversations among those of the newest matching documents, recent ones before old ones."""
    scored: dict[str, tuple[float, Match]] = {}
    more = False
    where = _told(tx, where)
    ranked = max(RANKED // max(1, len(where.branches)), _FIRST_LOOK)
    for branch in where.branches:
        if not branch.words:
            return _of_newest(tx, where, limit, TOP)
        asked = _ready(tx, branch)
        if asked.weighed and not asked.number:
            continue
        # Without what may not be there documents come more slowly: no more of them than tell whether all are worth it.
        docs = asked.groups[0].newest(_FIRST_LOOK if asked.without else ranked)
        begun = _seldom(tx, asked, where.values, docs[:_FIRST_LOOK], limit)
        if begun is not None:
            # Fewer than a page would fit: the newest that do are the page, and only they are worth a judgement.
            kept = list(_newest(tx, branch, where.values, limit, TOP, asked, begun).found)
            scores = _scores(tx, asked, [match.doc_id for match in kept])
            more = True
            _rate(scored, kept, scores)
            continue
        if asked.without:
            docs = asked.groups[0].newest(ranked)
        scores = _scores(tx, asked, [doc["doc_id"] for doc in docs])
        kept = _best_of(tx, asked, where.values, sorted(docs, key=lambda doc: -scores[doc["doc_id"]]), limit)
        if len(docs) == ranked and len(kept) < limit:
            # All of these were looked at: what is missing lies below them.
            begun = _Begun({match.conversation_id: match for match in kept}, ranked, docs[-1]["doc_id"])
            kept = list(_newest(tx, branch, where.values, limit, TOP, asked, begun).found)
            scores = _scores(tx, asked, [match.doc_id for match in kept])
        more = more or len(docs) == ranked
        _rate(scored, kept, scores)
    ordered = sorted(scored.values(), key=lambda one: (-one[0], -one[1].doc_id))
    return Matches(tuple(match for _, match in ordered[:limit]), None, more or len(ordered) > limit)


def _rate(scored: dict[str, tuple[float, Match]], kept: list[Match], scores: dict[int, float]) -> None:
    """Take the matches of a branch up among the others': each conversation counts by its best."""
    for match in kept:
        score = scores[match.doc_id]
        if match.conversation_id not in scored or scored[match.conversation_id][0] < score:
            scored[match.conversation_id] = (score, match)


def _seldom(tx: Tx, asked: Asked, values: dict[str, Any], docs: list[Row], limit: int) -> _Begun | None:
    """What the newest documents have found, if at this rate :data:`RANKED` would not fill a page by far."""
    if len(docs) < _FIRST_LOOK:
        return None
    found: dict[str, Match] = {}
    for match in _matches(tx, asked, values, docs):
        found.setdefault(match.conversation_id, match)
    if len(found) * RANKED * _AHEAD >= limit * len(docs):
        return None
    return _Begun(found, len(docs), docs[-1]["doc_id"])


def _best_of(tx: Tx, asked: Asked, values: dict[str, Any], docs: list[Row], limit: int) -> list[Match]:
    """The first of ``docs`` for each of a little more than ``limit`` conversations that satisfy everything."""
    found: dict[str, Match] = {}
    at, step = 0, 2 * limit
    while at < len(docs) and len(found) <= limit:
        part = docs[at : at + step]
        fitting = {match.doc_id: match for match in _matches(tx, asked, values, part)}
        for doc in part:
            if doc["doc_id"] in fitting:
                match = fitting[doc["doc_id"]]
                found.setdefault(match.conversation_id, match)
        at, step = at + step, step * 2
    return list(found.values())


def _scores(tx: Tx, asked: Asked, doc_ids: list[int]) -> dict[int, float]:
    scores = asked.groups[0].scores(doc_ids)
    now = tx.now // 1000
    found: dict[int, float] = {}
    for id in doc_ids:
        age_s = now - ((id if id >= 0 else id + CUSTOMERS) >> 20)
        # How well it matches, times what a match of that age counts.
        found[id] = scores.get(id, 0.0) * (0.75 * math.exp(age_s * _FADING) + 0.25 if age_s > 0 else 1.0)
    return found


def _newest(
    tx: Tx,
    branch: Branch,
    values: dict[str, Any],
    limit: int,
    below: int,
    asked: Asked | None = None,
    begun: _Begun | None = None,
) -> Matches:
    if not branch.words:
        # Fields alone, or words that may not be: the list itself, by activity, which the newest message decides.
        led = branch.worded or narrowed.small_set(tx, branch, values) is not None
        keys = narrowed.page(tx, branch, values, _BY_ACTIVITY, limit + 1) if led else None
        return _of_list(tx, branch, values, keys, limit, below)
    asked = asked or _ready(tx, branch)
    if asked.weighed and not asked.number:
        return Matches(())
    main = asked.groups[0]
    found = dict(begun.found) if begun is not None else {}
    looked_at, at = (begun.looked_at, begun.at) if begun is not None else (0, below)
    rare = (asked.weighed or bool(branch.leads.sets)) and _all_known(asked)
    most = LOOKED_AT + main.rare + 1 if rare else LOOKED_AT
    # What more has to be there, or may not, is sooner seen in the list than document by document, and so is a
    # beginning, whose documents are found among all others.
    barred = bool(asked.without)
    several = (len(asked.groups) > 1 or main.gathered) and tx.dialect == "sqlite"
    worth = LOOKED_AT // _BARRED if barred or several else LOOKED_AT
    sure = _FIRST_LOOK // 2 if barred else _FIRST_LOOK if several else _ENOUGH_TO_TELL
    if not rare and not branch.few and below == TOP and narrowed.small_set(tx, branch, values) is not None:
        most = 0
    while looked_at < most:
        if not rare and below == TOP and looked_at >= sure and len(found) * worth < limit * looked_at:
            # At this rate the page would not be full in the end, unless all that match can be looked at.
            rare = _all_known(asked)
            if not rare:
                break
            most = LOOKED_AT + main.rare + 1
        # On PostgreSQL each look is a few round trips: not many short ones.
        least = 2 * looked_at if tx.dialect == "postgresql" else _LEAST
        look = min(
            max(_look(looked_at, len(found), limit) if looked_at or not barred else sure, least), most - looked_at
        )
        docs = main.newest(look, at)
        for match in _matches(tx, asked, values, docs, shown_above=below):
            found.setdefault(match.conversation_id, match)
        looked_at += len(docs)
        if len(found) > limit or len(docs) < look:
            kept = tuple(found.values())
            return Matches(kept[: limit + 1], kept[limit - 1].doc_id if len(kept) > limit else None, len(kept) > limit)
        at = docs[-1]["doc_id"]
    if below < TOP:
        # Fewer than a page, but no gap: the next one begins where this one ends.
        return Matches(tuple(found.values()), at, more=True)
    return _of_list(
        tx, branch, values, narrowed.page(tx, branch, values, _BY_ACTIVITY, limit + 1, asked), limit, below, main
    )


def _all_known(asked: Asked) -> bool:
    """Whether all documents with the words that are looked for first can be looked at."""
    return asked.scarcest is asked.groups[0] and asked.rare


def _look(looked_at: int, found: int, limit: int) -> int:
    """How many documents to look at next: as many as should fill the page at the rate so far."""
    if not looked_at:
        return _FIRST_LOOK
    if not found:
        return looked_at * _WIDER
    return min(int((limit + 1 - found) * looked_at / found * _AHEAD), looked_at * _WIDER)


def _matches(tx: Tx, asked: Asked, values: dict[str, Any], docs: list[Row], shown_above: int = TOP) -> Iterator[Match]:
    """What of ``docs`` stands for a conversation that satisfies everything; a customer for their newest one."""
    main = asked.groups[0]
    # Taken apart once: there may be thousands, and a row takes its time to find a column by its name.
    found = [(doc_id, kind == "customer", entity_id, of) for doc_id, kind, entity_id, of in docs]
    customers = [entity_id for _id, is_customer, entity_id, _of in found if is_customer]
    newest_of = _newest_of_customers(tx, asked, values, customers) if customers else {}
    ids = list(dict.fromkeys(of for _id, is_customer, _entity, of in found if not is_customer))
    fitting = set(
        narrowed.satisfying(tx, ids, values, asked, but=main, near=_near([one[0] for one in found if not one[1]], ids))
    )
    if shown_above < TOP:
        shown = _with_match_above(tx, [*fitting, *newest_of.values()], main, shown_above)
        fitting -= shown
        newest_of = {id: conversation for id, conversation in newest_of.items() if conversation not in shown}
    for doc_id, is_customer, entity_id, of in found:
        id = newest_of.get(entity_id, "") if is_customer else of if of in fitting else ""
        if id:
            yield Match(id, doc_id)


def _near(numbers: list[int], ids: list[str]) -> Near | None:
    """Where most documents of the conversations ``ids`` lie, of which those with these ``numbers`` are known."""
    if not ids:
        return None
    around = AROUND_MS // 1000 << 20
    return Near(max(0, min(numbers) - around), max(numbers) + around, len(ids))


def _newest_of_customers(tx: Tx, asked: Asked, values: dict[str, Any], customers: list[str]) -> dict[str, str]:
    bound = {**values, "ids": listing(tx, customers)}
    condition = asked.holds(bound, but=asked.groups[0])
    rows = tx.query(
        f"SELECT c.root_id, v.id FROM {listed(tx, 'ids')} CROSS JOIN customers c CROSS JOIN {_OF_CUSTOMER[tx.dialect]}"
        f" WHERE c.root_id = j.id AND v.customer_id = c.id AND {asked.branch.sql} AND {condition}"
        " ORDER BY v.last_at, v.id",
        bound,
    )
    return {row[0]: row[1] for row in rows}


def _with_match_above(tx: Tx, ids: list[str], main: Matcher, doc_id: int) -> set[str]:
    bound: dict[str, Any] = {"ids": listing(tx, ids), "above": doc_id}
    condition = main.condition("m", bound)
    rows = tx.query(
        f"SELECT DISTINCT s.conversation_id FROM {listed(tx, 'ids')} CROSS JOIN search_docs s"
        f" WHERE s.conversation_id = j.id AND s.doc_id >= :above AND {condition}",
        bound,
    )
    return {row[0] for row in rows}


def _of_list(
    tx: Tx,
    branch: Branch,
    values: dict[str, Any],
    keys: list[tuple[int, str]] | None,
    limit: int,
    below: int,
    main: Matcher | None = None,
) -> Matches:
    """Matches of conversations found otherwise: with the newest document that has the words of ``main``."""
    if keys is None:
        keys = narrowed.walked(tx, branch, values, _BY_ACTIVITY, None, limit + 1)
    with_words = _newest_documents(tx, [id for _, id in keys], main)
    found = [
        match
        for _, id in keys
        if (match := with_words.get(id) or _of_customer(tx, id)) is not None and match.doc_id < below
    ]
    return Matches(tuple(sorted(found, key=lambda match: -match.doc_id)), None, len(keys) > limit)


def _newest_documents(tx: Tx, ids: list[str], main: Matcher | None) -> dict[str, Match]:
    """The newest message or note of each conversation that has the words of ``main``, if one has."""
    if not ids:
        return {}
    bound: dict[str, Any] = {"ids": listing(tx, ids)}
    condition = main.condition("m", bound) if main is not None else "1 = 1"
    rows = tx.query(
        "SELECT j.id, (SELECT s.doc_id FROM search_docs s"
        f" WHERE s.conversation_id = j.id AND {condition} ORDER BY s.doc_id DESC LIMIT 1) FROM {listed(tx, 'ids')}",
        bound,
    )
    return {row[0]: Match(row[0], row[1]) for row in rows if row[1] is not None}


def _of_customer(tx: Tx, conversation_id: str) -> Match | None:
    rows = tx.query(
        "SELECT s.doc_id FROM conversations v JOIN customers c ON c.id = v.customer_id"
        " JOIN search_docs s ON s.kind = 'customer' AND s.entity_id = c.root_id WHERE v.id = :id",
        {"id": conversation_id},
    )
    return Match(conversation_id, rows[0][0]) if rows else None


def texts(tx: Tx, matches: Iterable[Match]) -> dict[int, str]:
    """What each match says, by its document's number: a message's text, or a customer's name and addresses."""
    found = {match.doc_id: "" for match in matches}
    found.update((row[0], row[1]) for row in _among(tx, _BODIES, [id for id in found if id >= 0]))
    said: dict[int, dict[str, None]] = {}
    for row in _among(tx, _CUSTOMER_WORDS, [id for id in found if id < 0]):
        said.setdefault(row[0], {row[1]: None})[row[2] or ""] = None
    found.update((id, " ".join(words)) for id, words in said.items())
    return found


_BODIES = """
SELECT s.doc_id, m.body FROM {ids} CROSS JOIN search_docs s CROSS JOIN messages m
 WHERE s.doc_id = CAST(j.id AS BIGINT) AND m.id = s.entity_id
"""
_CUSTOMER_WORDS = """
SELECT s.doc_id, r.name, i.value FROM {ids} CROSS JOIN search_docs s CROSS JOIN customers r CROSS JOIN customers c
  LEFT JOIN identities i ON i.customer_id = c.id
 WHERE s.doc_id = CAST(j.id AS BIGINT) AND r.id = s.entity_id AND c.root_id = r.id ORDER BY i.value
"""


def _among(tx: Tx, sql: str, doc_ids: Iterable[int]) -> list[Row]:
    """The rows for all of ``doc_ids``, which ``sql`` names as a table, in one question."""
    asked = list(map(str, doc_ids))
    return tx.query(sql.format(ids=listed(tx, "ids")), {"ids": listing(tx, asked)}) if asked else []
