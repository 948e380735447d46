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

from omni_tui.store import gin_sql
from omni_tui.store.gin_sql import BITS, CUSTOMERS
from omni_tui.store.session import Row
from omni_tui.store.store import Tx

TOP = (1 << 63) - 1
"""Above every document."""
EXTENT = gin_sql.EXTENT
"""The question for the oldest and the newest message, and how many documents there have been."""
ENDLESS = 1 << 30
"""How many documents have words that are too frequent to be counted."""
RARE = 4000
"""Documents: words that stand in no more are looked up at once."""
_SAMPLED, _MORE_SAMPLED, _SURE = 2500, 4, 12
"""Documents that tell how frequent words are; so many times as many where fewer than this match."""
_TELLING = 100
"""Matches in some spans that tell how frequent words are in others."""
_GATHERED_FOR_ONE = 15
"""Documents with a beginning that the index gathers in the time in which one is looked at."""
_LOOKED_AT, _FREQUENT, _MOST_LOOKED_AT = 1200, 0.01, 20_000
"""Documents looked at one by one for a beginning: GIN gathers all that any of its words stand in before it skips.
Frequent ones are found by looking at the next documents, for no longer than gathering takes."""
_FEW = 500
"""Documents that are found all at once, whatever is asked for."""
_AHEAD = 1.3
"""So many times as many spans are asked for as should have what is looked for."""
_WIDER, _FURTHER = 4, 4
_FOR_EACH = 4.0
"""Documents with all words of a phrase for each that has the phrase, until it is known better."""
_LEAST_SPANS = 6
_LEAST_AT_ONCE, _AT_ONCE, _PARTS = 4, 16, 16
"""Spans that are taken from the index together at least, for the newest of them and for all, and how many times that is
done at most: PostgreSQL takes every part for as large as any, and would not put into a hash table what it takes for
too much."""
_NEAR = 1000
"""Spans, some two years: further back words are not taken to be as frequent as they are among the newest."""
_DEAR, _DEAREST = 300, 12_000
"""Documents: more than so many are rather looked for in the list than found all at once, where more than so many would
have to be looked at for it."""


class GinWords:
    """The documents with the words of ``match``, a tsquery literal.

    ``anchor`` is what the index is asked for instead, if it is not empty: words as they are that every such document
    has, each of which is then looked at. ``beginnings`` are those of ``match`` that the anchor does not stand for: the
    index gathers all that begins so, unless to look at what has the anchor is found to be less.
    ``of_messages``: not only customers may have the words.
    """

    def __init__(self, tx: Tx, match: str, *, anchor: str = "", beginnings: str = "", of_messages: bool = True) -> None:
        self._tx = tx
        self._match = match
        self._anchor = anchor
        self._beginnings = beginnings
        self._lacked = ""
        self.gathers = bool(beginnings)
        """Whether the index goes through all that begins so, whatever else is asked for."""
        self._gathers_all = False
        """Whether it does where all documents are asked for."""
        self.looked_at = _FOR_EACH if self._sifts else 0.0
        """Documents that are looked at for each that matches, about; 0 where the index tells."""
        self._of_messages = of_messages
        self._known: list[Row] | None = None
        """All documents, the newest first, where they are few and dear to find."""
        self._numbered = False
        """Whether it was asked how many there are."""
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
        self._lacked = " | ".join(others)

    @property
    def _sifts(self) -> bool:
        """Whether documents with the anchor are taken from the index, and looked at."""
        return bool(self._anchor) and not self.gathers

    @property
    def _searched(self) -> str:
        """What the index is asked for."""
        return self._but_lacked(self._anchor if self._sifts else self._match)

    @property
    def _exactly(self) -> str:
        """The documents as a tsquery alone."""
        return self._but_lacked(self._match)

    def _but_lacked(self, asked: str) -> str:
        return f"({asked} & !({self._lacked}))" if self._lacked else asked

    def _matches(self, name: str, values: dict[str, Any]) -> str:
        """The condition on ``search_docs s`` by which the index finds them; what it binds as ``name``… is added."""
        values[name] = self._searched
        asked = gin_sql.ASKED.format(name=name)
        if not self._sifts:
            return asked
        values[f"{name}_exact"] = self._match
        return f"{asked} AND {gin_sql.LOOKED.format(name=f'{name}_exact')}"

    def _query(self, sql: str, values: dict[str, Any]) -> list[Row]:
        """The rows of ``sql``, in which ``{matches}`` stands for the condition."""
        bound = dict(values)
        return self._tx.query(sql.format(matches=self._matches("match", bound)), bound)

    def newest(self, limit: int, below: int = TOP) -> list[Row]:
        """Up to ``limit`` documents, the newest first, numbered below ``below``."""
        if not self._numbered and (self._anchor or self.gathers):
            # Rare ones are dear to find span by span, and there may be none.
            self.number(ENDLESS)
        if self._known is not None:
            return [row for row in self._known if row[0] < below][:limit]
        if self._few or limit > RARE:
            return self._query(gin_sql.ALL, {"limit": limit, "below": below})
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
                    (gin_sql.WALK, {"match": self._exactly, "below": below, "limit": wanted, "looked_at": step}),
                    (gin_sql.WALKED_TO, {"below": below, "skipped": step - 1}),
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
        wider = _WIDER * _WIDER if self.gathers else _WIDER
        last, covered, wide = min(newest, (below - 1) >> BITS), 0, self._wide(limit)
        while self._of_messages and len(found) < limit and last >= oldest:
            # Each part gathers anew, and goes through all words up to a match, wherever that is: each should have some.
            in_parts = bool(self._a_span) and not self.gathers
            # Where it ends as soon as it has enough, more may be asked for than should do.
            first = max(oldest, last - (wide * _FURTHER if in_parts else wide) + 1)
            spans = max(min(wide, _LEAST_AT_ONCE), wide // _PARTS) if in_parts else last - first + 1
            found += self._some(limit - len(found), below, first, last, spans)
            if len(found) == limit:
                first = found[-1]["doc_id"] >> BITS
            covered += last - first + 1
            self._a_span = len(found) / covered
            most = wide * wider
            last, wide = first - 1, min(max(wide, self._wide(limit - len(found))), most) if found else most
        if len(found) < limit:
            found += self._some(limit - len(found), below, CUSTOMERS, CUSTOMERS, 1)
        return found

    def _some(self, limit: int, below: int, first: int, last: int, spans: int) -> list[Row]:
        """The newest of some spans, so many of them at a time."""
        values = {"below": below, "limit": limit, "first": first, "last": last, "spans": spans}
        return self._query(gin_sql.SOME, values)

    def number(self, cap: int) -> int:
        """How many documents there are, at most ``cap``; :data:`ENDLESS` for what is frequent.

        Of words that are neither frequent nor rare that is about as many; 0 is 0.
        """
        self._numbered = True
        if not self._of_messages:
            found = self._counted_customers(RARE)
            self._few = found < _FEW
            return min(cap, found if found <= RARE else ENDLESS)
        oldest, newest, density = self._extent()
        sampled = self._sample(oldest, newest, density)
        self._sure = sampled >= _SURE
        about = max(sampled, round(self._a_span * (newest - oldest + 1)))
        if self._sure:
            all_at_once = about <= RARE and (about <= _DEAR or about * self.looked_at <= _DEAREST)
            return min(cap, about if all_at_once else ENDLESS)
        most = min(RARE + 1, cap)
        if self.gathers or self._sifts:
            return self._gathered(most, cap)
        found = int(self._query(gin_sql.NUMBER, {"limit": most})[0][0])
        self._few = found < min(most, _FEW)
        return found if found <= RARE else min(cap, ENDLESS)

    def _gathered(self, most: int, cap: int) -> int:
        """The same of what is dear to find: it is found once."""
        found = self._query(gin_sql.GATHERED, {"limit": most})
        if len(found) < most:
            self._known, self._few = sorted(found, key=lambda row: -int(row["doc_id"])), True
        else:
            oldest, newest, _ = self._extent()
            self._a_span = max(self._a_span, len(found) / (newest - oldest + 1))
        return len(found) if len(found) <= RARE else min(cap, ENDLESS)

    def _sample(self, oldest: int, newest: int, density: float) -> int:
        """How many of some of the newest documents match."""
        if self.gathers:
            hits, anchored = self._look_at_next(density)
            if self.gathers or not anchored:
                return hits
        matches = gin_sql.ASKED.format(name="match")
        looked = gin_sql.LOOKED.format(name="exact") if self._sifts else "true"
        hits = 0
        for sampled in (_SAMPLED, _SAMPLED * _MORE_SAMPLED):
            first = max(oldest, newest - round(sampled / density))
            values = {"match": self._searched, "exact": self._match, "first": first, "last": newest}
            sql = gin_sql.SAMPLE.format(matches=matches, looked=looked)
            hits, found = map(int, self._tx.query(sql, values)[0])
            self._a_span = hits / (newest - first + 1)
            self.looked_at = found / max(1, hits) if self._sifts else 0.0
            if hits >= _SURE:
                break
        return hits

    def _look_at_next(self, density: float) -> tuple[int, int]:
        """How many of the newest documents match, and how many have the anchor: how they are found is told by that."""
        values: dict[str, Any] = {
            "match": self._exactly,
            "anchor": self._anchor or self._match,
            "beginnings": self._beginnings,
            "below": TOP,
            "looked_at": _LOOKED_AT,
        }
        hits, anchored, begun, looked_at = map(int, self._tx.query(gin_sql.NUMBER_OF_NEXT, values)[0])
        # What few words begin with is gathered in no time; to do so with others again and again is not worth it.
        self.gathers = not self._anchor or begun <= looked_at * _FREQUENT
        self._gathers_all = begun <= _GATHERED_FOR_ONE * anchored
        self.looked_at = _FOR_EACH if self._sifts else 0.0
        rate = hits / max(1, looked_at)
        self._rate, self._a_span = rate if self.gathers and rate >= _FREQUENT else 0.0, rate * density
        return hits, anchored

    def conversations(self, name: str, values: dict[str, Any]) -> str:
        """A SELECT of the ids of all conversations that match, by a message or by their customer.

        Empty for few documents, which are quicker asked for first: PostgreSQL would guess that they are many.
        """
        if self._few:
            return ""
        if self._gathers_all:
            values[f"{name}_all"] = self._exactly
            return gin_sql.OF_ALL.format(matches=gin_sql.ASKED.format(name=f"{name}_all"))
        return gin_sql.OF_ALL.format(matches=self._matches(f"{name}_all", values))

    def newest_conversations(self, name: str, values: dict[str, Any], most: int) -> str:
        """A SELECT of the conversations of about the ``most`` newest messages; empty for what is not frequent."""
        if not self._a_span:
            return ""
        oldest, newest, _ = self._extent()
        values |= {f"{name}_first": max(oldest, newest - self._wide(most) + 1), f"{name}_last": newest}
        matches = self._matches(f"{name}_match", values)
        within = gin_sql.WITHIN.replace(":first", f":{name}_first").replace(":last", f":{name}_last")
        return (
            "SELECT DISTINCT d.conversation_id AS id FROM (SELECT s.conversation_id FROM search_docs s"
            f" WHERE {matches} AND {within} LIMIT {most}) d"
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
        values: dict[str, Any] = {"limit": cap}
        if number < 2 * some:
            values |= {**spans, "from": first, "to": last}
            return int(self._query(gin_sql.NUMBER_BETWEEN, values)[0][0])
        # What some of them tell, from one end to the other.
        chosen = [spans["first"] + (2 * n + 1) * number // (2 * some) for n in range(some)]
        values |= {"spans": f"{{{','.join(map(str, chosen))}}}", "limit": ENDLESS}
        found = int(self._query(gin_sql.NUMBER_AMONG, values)[0][0])
        if found >= _TELLING and spans["first"] > newest - _NEAR:
            self._a_span, self._sure = found / some, True
        return min(cap, round(found * number / some))

    def between(self, name: str, values: dict[str, Any], first: int, last: int) -> str:
        """A SELECT of the conversations of these documents; it binds ``name_first`` and ``name_last``."""
        spans = self._spans(first, last)
        values |= {f"{name}_first": first, f"{name}_last": last}
        at_once = max(_AT_ONCE, (spans["last"] - spans["first"]) // _PARTS + 1)
        values |= {f"{name}_from_span": spans["first"], f"{name}_to_span": spans["last"], f"{name}_spans": at_once}
        return gin_sql.BETWEEN.format(name=name, matches=self._matches(f"{name}_match", values))

    def customers(self, name: str, values: dict[str, Any], most: int) -> str | None:
        """A SELECT of the ids of all customers that match; empty if none does, None if more than ``most`` do."""
        number = self._counted_customers(most)
        if number > most:
            return None
        return gin_sql.OF_CUSTOMERS.format(matches=self._matches(f"{name}_customers", values)) if number else ""

    def share_of_customers(self) -> float:
        """What share of all customers match, about: those of words that stand in no message."""
        number = self._counted_customers(RARE)
        in_all = int(self._tx.query(gin_sql.CUSTOMERS_IN_ALL, {})[0][0])
        return min(1.0, number / in_all) if in_all > 0 else 1.0

    def _counted_customers(self, most: int) -> int:
        """How many customers match, counted as far as one beyond ``most``; more where they were counted further."""
        number, limit = self._of_customers
        if number >= limit and number <= most:
            sql, limit = (gin_sql.NUMBER_OF_CUSTOMERS if self._of_messages else gin_sql.NUMBER), most + 1
            number = int(self._query(sql, {"limit": limit})[0][0])
            self._of_customers = number, limit
        return number

    def condition(self, name: str, values: dict[str, Any]) -> str:
        """The condition on ``search_docs s`` that it is one of them."""
        values[name] = self._match
        return gin_sql.LOOKED.format(name=name)

    def scores(self, doc_ids: list[int]) -> dict[int, float]:
        """How well each of a few documents matches, by its number."""
        rows = self._tx.query(gin_sql.RANK, {"match": self._match, "doc_ids": doc_ids})
        return {row[0]: row[1] for row in rows}

    def _spans(self, first: int, last: int) -> dict[str, int]:
        """The first and last span with messages numbered from ``first`` to ``last``."""
        oldest, newest, _ = self._extent()
        return {"first": max(oldest, first >> BITS), "last": min(newest, last >> BITS)}

    def _wide(self, limit: int) -> int:
        """How many spans are likely to have ``limit`` matches."""
        if not self._a_span:
            return _WIDER
        return max(1, min(int(limit / self._a_span * _AHEAD) + 1, 1 << 20))

    def _extent(self) -> tuple[int, int, float]:
        """The oldest and the newest span with messages, and how many of these lie in one, about."""
        if self._known_extent is None:
            oldest, newest, number = self._tx.query(gin_sql.EXTENT, {})[0]
            first, last = (oldest or 0) >> BITS, (newest or 0) >> BITS
            self._known_extent = first, last, max(1.0, (number or 0) / (last - first + 1))
        return self._known_extent
