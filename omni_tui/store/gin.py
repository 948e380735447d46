"""Words in PostgreSQL: one GIN index of the words of a document and of the span of time it lies in.

GIN knows no order, so that the newest documents with a frequent word would cost a look at all that have it. Asked for a
word *and* some spans, it skips from one posting list to the other and touches what is in both: the newest matches are
found span by span from the newest down, as many at a time as the word's frequency asks for.
https://www.postgresql.org/docs/15/indexes-multicolumn.html: a multicolumn GIN index serves conditions on any of its
columns alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omni_tui.store.session import Row
from omni_tui.store.store import Tx

TOP = (1 << 63) - 1
"""Above every document."""
ENDLESS = 1 << 30
"""How many documents have words that are too frequent to be counted."""
RARE = 4000
"""Documents: words that stand in no more are looked up at once."""
_BITS = 36
"""A span is 2^16 seconds, 18 hours; customers, who have negative numbers, lie in one span of their own."""
_CUSTOMERS = -1
_SAMPLED, _MORE_SAMPLED, _SURE = 2500, 4, 12
"""Documents that tell how frequent words are; so many times as many where fewer than this match."""
_TELLING = 100
"""Matches in some spans that tell how frequent words are in others."""
_LOOKED_AT, _FREQUENT, _MOST_LOOKED_AT = 1200, 0.01, 20_000
"""Documents looked at one by one for a beginning: GIN gathers all that any of its words stand in before it skips.
Frequent ones are found by looking at the next documents, for no longer than gathering takes."""
_FEW = 500
"""Documents that are found all at once, whatever is asked for."""
_AHEAD = 1.3
"""So many times as many spans are asked for as should have what is looked for."""
_WIDER = 4
_LEAST_SPANS = 6
_AT_ONCE, _PARTS = 16, 16
"""Spans that are taken from the index together at least, and how many times that is done at most: PostgreSQL takes
every part for as large as any, and would not put into a hash table what it takes for too much."""
_NEAR = 1000
"""Spans, some two years: further back words are not taken to be as frequent as they are among the newest."""
_DEAR = 300
"""Documents: so many that are dear to find are rather looked for in the list than found all at once."""

_SPAN = f"ARRAY[greatest(s.doc_id >> {_BITS}, {_CUSTOMERS})]"
_WITHIN = f"{_SPAN} && ARRAY(SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)))"
_MATCHES = "s.tokens @@ CAST(:match AS tsquery)"
# The addition keeps PostgreSQL from walking all documents in the hope of an early match.
_ORDER = "ORDER BY s.doc_id + 0 DESC LIMIT :limit"
_COLUMNS = "SELECT s.doc_id, s.kind, s.entity_id, s.conversation_id FROM search_docs s"
_ALL = f"{_COLUMNS} WHERE {_MATCHES} AND s.doc_id < :below {_ORDER}"
_SOME = f"{_COLUMNS} WHERE {_MATCHES} AND {_WITHIN} AND s.doc_id < :below {_ORDER}"
# Materialized: planned as if all were wanted, so by the index. With a limit PostgreSQL takes words that are frequent
# somewhere for frequent here, and reads the whole table in the hope of an early end.
_COUNT = """
WITH d AS MATERIALIZED (SELECT 1 FROM search_docs s WHERE {condition})
SELECT count(*) FROM (SELECT 1 FROM d LIMIT :limit) c
"""
_NUMBER = _COUNT.format(condition=_MATCHES)
_NUMBER_BETWEEN = _COUNT.format(condition=f"{_MATCHES} AND {_WITHIN} AND s.doc_id BETWEEN :from AND :to")
_NUMBER_AMONG = _COUNT.format(condition=f"{_MATCHES} AND {_SPAN} && CAST(:spans AS bigint[])")
_NUMBER_OF_CUSTOMERS = _COUNT.format(condition=f"{_MATCHES} AND {_SPAN} && ARRAY[CAST({_CUSTOMERS} AS bigint)]")
# Of many spans at once GIN looks at every one for each document; few at a time are skipped through.
_BETWEEN = f"""
SELECT b.conversation_id
  FROM generate_series(
   CAST(:{{name}}_from_span AS bigint), CAST(:{{name}}_to_span AS bigint), CAST(:{{name}}_spans AS bigint)) AS p(first)
 CROSS JOIN LATERAL (
  SELECT s.conversation_id FROM search_docs s
   WHERE s.tokens @@ CAST(:{{name}}_match AS tsquery) AND s.doc_id + 0 BETWEEN :{{name}}_first AND :{{name}}_last
     AND {_SPAN} && ARRAY(SELECT generate_series(
      p.first, least(p.first + :{{name}}_spans - 1, CAST(:{{name}}_to_span AS bigint)))) OFFSET 0) b
"""
_OF_CUSTOMERS = f"""
SELECT c.id FROM search_docs s JOIN customers c ON c.root_id = s.entity_id
 WHERE s.tokens @@ CAST(:{{name}}_customers AS tsquery) AND {_SPAN} && ARRAY[CAST({_CUSTOMERS} AS bigint)]
"""
_OF_ALL = """
WITH d AS MATERIALIZED (
  SELECT s.kind, s.entity_id, s.conversation_id FROM search_docs s WHERE s.tokens @@ CAST(:{name}_all AS tsquery))
SELECT d.conversation_id AS id FROM d WHERE d.kind <> 'customer'
UNION
SELECT v.id FROM d JOIN customers c ON c.root_id = d.entity_id JOIN conversations v ON v.customer_id = c.id
 WHERE d.kind = 'customer'
"""
_SAMPLE = f"SELECT count(*) FROM search_docs s WHERE {_MATCHES} AND {_WITHIN}"
_NEXT = "(SELECT * FROM search_docs d WHERE d.doc_id < :below ORDER BY d.doc_id DESC LIMIT :looked_at) s"
_LOOK = "ts_match_vq(s.tokens, CAST(:match AS tsquery))"
_NUMBER_OF_NEXT = f"SELECT count(*) FILTER (WHERE {_LOOK}), count(*) FROM {_NEXT}"
_WALK = f"""
SELECT s.doc_id, s.kind, s.entity_id, s.conversation_id FROM {_NEXT} WHERE {_LOOK} ORDER BY s.doc_id DESC LIMIT :limit
"""
_WALKED_TO = "SELECT d.doc_id FROM search_docs d WHERE d.doc_id < :below ORDER BY d.doc_id DESC LIMIT 1 OFFSET :skipped"
_EXTENT = """
SELECT (SELECT d.doc_id FROM search_docs d WHERE d.doc_id >= 0 ORDER BY d.doc_id LIMIT 1),
       (SELECT d.doc_id FROM search_docs d WHERE d.doc_id >= 0 ORDER BY d.doc_id DESC LIMIT 1),
       (SELECT k.value FROM counters k WHERE k.name = 'doc')
"""
_CUSTOMERS_IN_ALL = "SELECT CAST(c.reltuples AS bigint) FROM pg_class c WHERE c.oid = CAST('customers' AS regclass)"
# 1: a long text needs more matches to count as much.
_RANK = """
SELECT s.doc_id, ts_rank_cd(s.tokens, CAST(:match AS tsquery), 1) FROM search_docs s
 WHERE s.doc_id = ANY(CAST(:doc_ids AS bigint[]))
"""


class GinWords:
    """The documents with the words of ``match``, a tsquery literal.

    ``gathers``: it has beginnings of words; ``compares``: it has phrases, for which each document that has all their
    words is looked at; ``of_messages``: not only customers may have them.
    """

    def __init__(self, tx: Tx, match: str, *, gathers: bool, compares: bool = False, of_messages: bool = True) -> None:
        self._tx = tx
        self._match = self._searched = match
        self._gathers = gathers
        self._compares = compares
        self._of_messages = of_messages
        self._known: list[Row] | None = None
        """All documents, the newest first, where they are few and dear to find."""
        self._few = False
        """Whether there are so few that all of them are as quickly found as the newest."""
        self._rate = 0.0
        """The share of documents that match, if that was looked at one by one and they are frequent."""
        self._a_span = 0.0
        """How many matches lie in one span, about; 0 while nothing is known."""
        self._sure = False
        """Whether that is more than a guess."""
        self._of_customers = 0, -1
        """How many customers match, and how far they were counted."""
        self._known_extent: tuple[int, int, float] | None = None

    def lack(self, others: Iterable[str]) -> None:
        """Look for no documents that match ``others`` besides: the index leaves them out before they are looked at."""
        found = list(others)
        self._searched = f"({self._match} & !({' | '.join(found)}))" if found else self._match

    def newest(self, limit: int, below: int = TOP) -> list[Row]:
        """Up to ``limit`` documents, the newest first, numbered below ``below``."""
        if self._known is not None:
            return [row for row in self._known if row[0] < below][:limit]
        if self._few or limit > RARE:
            return self._ask(_ALL, limit, below)
        if not self._rate:
            return self._span_by_span(limit, below)
        found, behind = self._walk(limit, below)
        return found + self._span_by_span(limit - len(found), behind) if behind is not None else found

    def _walk(self, limit: int, below: int) -> tuple[list[Row], int | None]:
        """Look at one document after another: up to ``limit`` that match, and None.

        Or those that were found before it took too long, and the number below which they are better gathered.
        """
        found: list[Row] = []
        step, walked = _LOOKED_AT + round(limit / self._rate * _AHEAD), 0
        while walked < _MOST_LOOKED_AT:
            step = min(step, _MOST_LOOKED_AT - walked)
            wanted = limit - len(found)
            rows, end = self._tx.queries(
                (
                    (_WALK, {"match": self._searched, "below": below, "limit": wanted, "looked_at": step}),
                    (_WALKED_TO, {"below": below, "skipped": step - 1}),
                )
            )
            found += rows
            if len(rows) == wanted or not end:
                return found, None
            below, walked, step = end[0][0], walked + step, step * 2
        # Further down they are not as frequent as on top.
        self._rate, self._a_span = 0.0, len(found) / max(1, walked) * self._extent()[2]
        return found, below

    def _span_by_span(self, limit: int, below: int) -> list[Row]:
        oldest, newest, _ = self._extent()
        found: list[Row] = []
        # What is gathered is gathered for any number of spans.
        wider = _WIDER * _WIDER if self._gathers else _WIDER
        last, covered, wide = min(newest, (below - 1) >> _BITS), 0, self._wide(limit)
        while self._of_messages and len(found) < limit and last >= oldest:
            first = max(oldest, last - wide + 1)
            found += self._ask(_SOME, limit - len(found), below, first, last)
            if len(found) == limit:
                first = found[-1]["doc_id"] >> _BITS
            covered += last - first + 1
            self._a_span = len(found) / covered
            most = wide * wider
            last, wide = first - 1, min(max(wide, self._wide(limit - len(found))), most) if found else most
        if len(found) < limit:
            found += self._ask(_SOME, limit - len(found), below, _CUSTOMERS, _CUSTOMERS)
        return found

    def number(self, cap: int) -> int:
        """How many documents there are, at most ``cap``; :data:`ENDLESS` for what is frequent.

        Of words that are neither frequent nor rare that is about as many; 0 is 0.
        """
        if not self._of_messages:
            found = self._counted_customers(RARE)
            self._few = found < _FEW
            return min(cap, found if found <= RARE else ENDLESS)
        oldest, newest, density = self._extent()
        sampled = self._sample(oldest, newest, density)
        self._sure = sampled >= _SURE
        about = max(sampled, round(self._a_span * (newest - oldest + 1)))
        if self._sure:
            return min(cap, about if about <= (_DEAR if self._compares else RARE) else ENDLESS)
        most = min(RARE + 1, cap)
        if self._gathers or self._compares:
            return self._gathered(most, cap)
        found = int(self._tx.query(_NUMBER, {"match": self._searched, "limit": most})[0][0])
        self._few = found < min(most, _FEW)
        return found if found <= RARE else min(cap, ENDLESS)

    def _gathered(self, most: int, cap: int) -> int:
        """The same of what is dear to find: it is found once."""
        found = self._ask(_ALL, most, TOP)
        if len(found) < most:
            self._known, self._few = found, True
        return len(found) if len(found) <= RARE else min(cap, ENDLESS)

    def _sample(self, oldest: int, newest: int, density: float) -> int:
        """How many of some of the newest documents match."""
        hits = 0
        if self._gathers:
            values: dict[str, Any] = {"match": self._searched, "below": TOP, "looked_at": _LOOKED_AT}
            hits, looked_at = map(int, self._tx.query(_NUMBER_OF_NEXT, values)[0])
            rate = hits / max(1, looked_at)
            self._rate, self._a_span = rate if rate >= _FREQUENT else 0.0, rate * density
            return hits
        for sampled in (_SAMPLED, _SAMPLED * _MORE_SAMPLED):
            first = max(oldest, newest - round(sampled / density))
            values = {"match": self._searched, "first": first, "last": newest}
            hits = int(self._tx.query(_SAMPLE, values)[0][0])
            self._a_span = hits / (newest - first + 1)
            if hits >= _SURE:
                break
        return hits

    def conversations(self, name: str, values: dict[str, Any]) -> str:
        """A SELECT of the ids of all conversations that match, by a message or by their customer.

        Empty for few documents, which are quicker asked for first: PostgreSQL would guess that they are many.
        """
        if self._few:
            return ""
        values[f"{name}_all"] = self._searched
        return _OF_ALL.format(name=name)

    def newest_conversations(self, name: str, values: dict[str, Any], most: int) -> str:
        """A SELECT of the conversations of about the ``most`` newest messages; empty for what is not frequent."""
        if not self._a_span:
            return ""
        oldest, newest, _ = self._extent()
        values |= {
            f"{name}_match": self._searched,
            f"{name}_first": max(oldest, newest - self._wide(most) + 1),
            f"{name}_last": newest,
        }
        within = _WITHIN.replace(":first", f":{name}_first").replace(":last", f":{name}_last")
        return (
            "SELECT DISTINCT d.conversation_id AS id FROM (SELECT s.conversation_id FROM search_docs s"
            f" WHERE {_MATCHES.replace(':match', f':{name}_match')} AND {within} LIMIT {most}) d"
        )

    def number_between(self, first: int, last: int, cap: int) -> int:
        """How many documents numbered ``first`` to ``last`` there are, at most ``cap``; about so many, if they are more
        than can be counted quickly.
        """
        if self._known is not None:
            return min(cap, len([row for row in self._known if first <= row[0] <= last]))
        spans = self._spans(first, last)
        number = spans["last"] - spans["first"] + 1
        _oldest, newest, density = self._extent()
        if self._sure and spans["first"] > newest - _NEAR:
            return min(cap, round(self._a_span * number))
        some = max(_LEAST_SPANS, round(_SAMPLED / density))
        values: dict[str, Any] = {"match": self._searched, "limit": cap}
        if number < 2 * some:
            values |= {**spans, "from": first, "to": last}
            return int(self._tx.query(_NUMBER_BETWEEN, values)[0][0])
        # What some of them tell, from one end to the other.
        chosen = [spans["first"] + (2 * n + 1) * number // (2 * some) for n in range(some)]
        values |= {"spans": f"{{{','.join(map(str, chosen))}}}", "limit": ENDLESS}
        found = int(self._tx.query(_NUMBER_AMONG, values)[0][0])
        if found >= _TELLING and spans["first"] > newest - _NEAR:
            self._a_span, self._sure = found / some, True
        return min(cap, round(found * number / some))

    def between(self, name: str, values: dict[str, Any], first: int, last: int) -> str:
        """A SELECT of the conversations of these documents; it binds ``name_first`` and ``name_last``."""
        spans = self._spans(first, last)
        values |= {f"{name}_match": self._searched, f"{name}_first": first, f"{name}_last": last}
        at_once = max(_AT_ONCE, (spans["last"] - spans["first"]) // _PARTS + 1)
        values |= {f"{name}_from_span": spans["first"], f"{name}_to_span": spans["last"], f"{name}_spans": at_once}
        return _BETWEEN.format(name=name)

    def customers(self, name: str, values: dict[str, Any], most: int) -> str | None:
        """A SELECT of the ids of all customers that match; empty if none does, None if more than ``most`` do."""
        number = self._counted_customers(most)
        if number > most:
            return None
        values[f"{name}_customers"] = self._searched
        return _OF_CUSTOMERS.format(name=name) if number else ""

    def share_of_customers(self) -> float:
        """What share of all customers match, about: those of words that stand in no message."""
        number = self._counted_customers(RARE)
        in_all = int(self._tx.query(_CUSTOMERS_IN_ALL, {})[0][0])
        return min(1.0, number / in_all) if in_all > 0 else 1.0

    def _counted_customers(self, most: int) -> int:
        """How many customers match, counted as far as one beyond ``most``; more where they were counted further."""
        number, limit = self._of_customers
        if number >= limit and number <= most:
            sql, limit = (_NUMBER_OF_CUSTOMERS if self._of_messages else _NUMBER), most + 1
            number = int(self._tx.query(sql, {"match": self._searched, "limit": limit})[0][0])
            self._of_customers = number, limit
        return number

    def condition(self, name: str, values: dict[str, Any]) -> str:
        """The condition on ``search_docs s`` that it is one of them."""
        values[name] = self._match
        # The operator's function: the index is for other questions than one document at a time.
        return f"ts_match_vq(s.tokens, CAST(:{name} AS tsquery))"

    def scores(self, doc_ids: list[int]) -> dict[int, float]:
        """How well each of a few documents matches, by its number."""
        rows = self._tx.query(_RANK, {"match": self._match, "doc_ids": doc_ids})
        return {row[0]: row[1] for row in rows}

    def _ask(self, sql: str, limit: int, below: int, first: int = 0, last: int = 0) -> list[Row]:
        values = {"match": self._searched, "below": below, "limit": limit}
        return self._tx.query(sql, {**values, "first": first, "last": last} if sql is _SOME else values)

    def _spans(self, first: int, last: int) -> dict[str, int]:
        """The first and last span with messages numbered from ``first`` to ``last``."""
        oldest, newest, _ = self._extent()
        return {"first": max(oldest, first >> _BITS), "last": min(newest, last >> _BITS)}

    def _wide(self, limit: int) -> int:
        """How many spans are likely to have ``limit`` matches."""
        if not self._a_span:
            return _WIDER
        return max(1, min(int(limit / self._a_span * _AHEAD) + 1, 1 << 20))

    def _extent(self) -> tuple[int, int, float]:
        """The oldest and the newest span with messages, and how many of these lie in one, about."""
        if self._known_extent is None:
            oldest, newest, number = self._tx.query(_EXTENT, {})[0]
            first, last = (oldest or 0) >> _BITS, (newest or 0) >> _BITS
            self._known_extent = first, last, max(1.0, (number or 0) / (last - first + 1))
        return self._known_extent
