"""Which of some conversations have the words, where most of their documents lie between two numbers.

Words that stand in few of the documents there are taken from the index together, so that a look at a conversation
costs next to nothing; what a conversation has outside is looked at by itself, so that nothing is missed. Of words that
nearly every conversation has, one document after another is looked at. What rules out most conversations is asked
first, and the rest of those that are left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from omni_tui.store.gin import TOP

if TYPE_CHECKING:
    from omni_tui.store.matching import Matcher
    from omni_tui.store.narrowed import Asked

AROUND_MS = 3 * 24 * 3600 * 1000
"""Most messages of a conversation lie so shortly before its last one."""
_TAKEN = {"sqlite": 1.0, "postgresql": 1.0}
_TAKEN_PLAIN = {"sqlite": 0.3, "postgresql": 1.0}
_SIFTED = 2.0
"""And to look at one that may be no match."""
_LOOKED_AT = {"sqlite": 7, "postgresql": 5}
_LOOKED_FOR = {"sqlite": 20, "postgresql": 15}
"""What it costs, in about microseconds, to take a document from the index with others, and one of a single word; to
look at documents of a conversation that has the words, and how much more at one that has not."""
_ALIKE = 3
"""Documents with a word that a conversation has, if it has one."""
_PART, _WORTH_A_PART = 8, 800
"""The part of a stretch of time that is counted, where so many documents in all of it would still be few."""
_CUSTOMERS, _FEW_CUSTOMERS = {"sqlite": 3.0, "postgresql": 1.5}, 100
"""Customers that are taken together for each conversation that is asked about, and in any case."""


@dataclass(frozen=True, slots=True)
class Near:
    """From which number to which most documents of about ``rows`` conversations lie.

    ``own`` is the share of all documents there that are theirs.
    """

    first: int
    last: int
    rows: int
    own: float = 1.0


def number_at(at: int) -> int:
    """The first number of documents of that time, in milliseconds."""
    return max(0, at // 1000) << 20


@dataclass(frozen=True, slots=True)
class _Asked:
    """Words a conversation must have, or may not; ``number`` of documents with them near, None where it is unknown."""

    words: Matcher
    wanted: bool
    name: str
    number: int | None
    having: float

    @property
    def passing(self) -> float:
        """The share of conversations that satisfy this, by a guess."""
        return self.having if self.wanted else 1 - self.having


Shares = Mapping[str, float]
"""How many conversations of the list have a group of words, by its name, as those that were looked at tell."""


def condition(
    asked: Asked, values: dict[str, Any], near: Near, but: Matcher | None = None, shares: Shares | None = None
) -> str:
    """The condition on ``conversations v`` that its documents have the words of ``asked``, but for those of ``but``."""
    others = [one for one in named(asked) if one[1] is not but]
    each = [
        _guessed(words, wanted, name, near) if shares is None else _Asked(words, wanted, name, None, shares[name])
        for name, words, wanted in others
        if not settled(asked, name)
    ]
    left, cases = float(near.rows), []
    for name, words, wanted in others:
        if unsettled := settled(asked, name):
            has = has_document(words, name, values)
            cases.append(f"WHEN {unsettled} AND {'NOT ' if wanted else ''}{has} THEN 0")
    for one in sorted(each, key=lambda one: one.passing):
        known = one if shares is None else _counted(one, near, left)
        cases.append(f"WHEN {'NOT ' if one.wanted else ''}{_has(known, values, near, left)} THEN 0")
        left = max(1.0, left * one.passing)
    return f"CASE {' '.join(cases)} ELSE 1 END = 1" if cases else "1 = 1"


def named(asked: Asked) -> list[tuple[str, Matcher, bool]]:
    """The groups of words with their names, and whether a conversation must have them or may not."""
    return [(f"g{n}", words, True) for n, words in enumerate(asked.groups)] + [
        (f"n{n}", words, False) for n, words in enumerate(asked.without)
    ]


def settled(asked: Asked, name: str) -> str:
    """Where alone a group has to be looked at of which the maps tell all else; empty of any other."""
    told = asked.branch.told
    return told.unsettled if told is not None and name in told.settled else ""


def flags(asked: Asked, values: dict[str, Any], rows: int) -> str:
    """Columns that tell which groups a conversation has, by their names: each is looked at, whatever the others are."""
    found = []
    for name, words, wanted in named(asked):
        if unsettled := settled(asked, name):
            is_known = f"{'NOT ' if wanted else ''}{unsettled} {'OR' if wanted else 'AND'}"
            has = f"({is_known} {has_document(words, name, values)})"
        else:
            has = _has(_Asked(words, wanted, name, None, 0.5), values, Near(0, TOP, rows), float(rows))
        found.append(f"CASE WHEN {has} THEN 1 ELSE 0 END AS {name}")
    return ", ".join(found)


def _guessed(words: Matcher, wanted: bool, name: str, near: Near) -> _Asked:
    if not words.of_messages:
        return _Asked(words, wanted, name, None, words.having())
    if not words.ordered:
        return _Asked(words, wanted, name, None, 0.5)
    most = int(near.rows * (_LOOKED_AT[words.dialect] + _LOOKED_FOR[words.dialect]) / _taken(words))
    number = _about(words, near, most)
    return _Asked(words, wanted, name, number, 1 - math.exp(-number * near.own / _ALIKE / max(1, near.rows)))


def _counted(one: _Asked, near: Near, left: float) -> _Asked:
    """With its number near, no further than it is worth knowing."""
    if not (one.words.ordered and one.words.of_messages):
        return one
    return replace(one, number=_about(one.words, near, int(_one_by_one(one, left) / _taken(one.words))))


def _about(words: Matcher, near: Near, most: int) -> int:
    """About how many documents near have the words, as the newest part of them tells; no more than ``most`` + 1."""
    span = near.last - near.first
    if words.dialect != "sqlite" or near.first <= 0 or near.last >= TOP or most < _WORTH_A_PART:
        return words.number_between(near.first, near.last, most + 1)
    first = near.last - span // _PART
    return min(most + 1, _PART * words.number_between(first, near.last, most // _PART + 1))


def _has(one: _Asked, values: dict[str, Any], near: Near, left: float) -> str:
    words, name, found = one.words, one.name, []
    if words.of_messages:
        if one.number is not None and one.number * _taken(words) <= _one_by_one(one, left):
            found.append(words.near(name, values, near.first, near.last))
        else:
            having = words.condition(name, values)
            found.append(
                f"(SELECT 1 FROM search_docs s WHERE s.conversation_id = v.id AND {having} LIMIT 1) IS NOT NULL"
            )
    if words.of_customers:
        found += _of_customers(one, values, left)
    return f"({' OR '.join(found) or '1 = 0'})"


def _one_by_one(one: _Asked, left: float) -> float:
    """What it costs to look at the documents of each of so many conversations."""
    dialect = one.words.dialect
    return left * (_LOOKED_AT[dialect] + _LOOKED_FOR[dialect] * (1 - one.having))


def _taken(words: Matcher) -> float:
    """What it costs to take one of the documents with the words from the index with others."""
    return (_TAKEN_PLAIN if words.plain else _TAKEN)[words.dialect] + _SIFTED * words.looked_at


def _of_customers(one: _Asked, values: dict[str, Any], left: float) -> list[str]:
    together = one.words.customers(f"{one.name}c", values, int(left * _CUSTOMERS[one.words.dialect]) + _FEW_CUSTOMERS)
    if together is None:
        return [customer_has(one.words, f"{one.name}c", values)]
    return [f"v.customer_id IN ({together})"] if together else []


def has_document(group: Matcher, name: str, values: dict[str, Any]) -> str:
    """The condition that a message of ``conversations v``, or its customer, has the words.

    It asks conversation by conversation: PostgreSQL would gather all documents first for an EXISTS.
    """
    found = []
    if group.of_messages:
        condition = group.condition(name, values)
        found.append(
            f"(SELECT 1 FROM search_docs s WHERE s.conversation_id = v.id AND {condition} LIMIT 1) IS NOT NULL"
        )
    if group.of_customers:
        found.append(customer_has(group, f"{name}c", values))
    return f"({' OR '.join(found) or '1 = 0'})"


def customer_has(words: Matcher, name: str, values: dict[str, Any]) -> str:
    """The condition that the customer of ``conversations v`` has the words."""
    condition = words.condition(name, values)
    having = (
        "(SELECT 1 FROM customers sc JOIN search_docs s ON s.kind = 'customer' AND s.entity_id = sc.root_id"
        f" WHERE sc.id = v.customer_id AND {condition} LIMIT 1) IS NOT NULL"
    )
    if words.dialect != "sqlite":
        return having
    # Who has a document is nobody's part, as nearly everybody is: it is found without a look at the customer.
    own = f"SELECT {condition} FROM search_docs s WHERE s.kind = 'customer' AND s.entity_id = v.customer_id"
    return f"COALESCE(({own}), {having})"
