"""Words in each engine's own SQL: the one place where full-text search differs.

SQLite has the tokens as text and an FTS5 index beside them, whose row numbers run in time: matches come newest first
for as long as they are asked for, and whether a document that was found otherwise has the words is seen by looking at
its tokens. PostgreSQL has a tsvector and a GIN index of it (``gin.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_tui.store.beginnings import BEGINNINGS, SINGLES, anchor, as_indexed, begun, sieve, spelled_out
from omni_tui.store.expressions import fts5, in_tokens, tsquery
from omni_tui.store.gin import ENDLESS as ENDLESS
from omni_tui.store.gin import RARE, GinWords
from omni_tui.store.gin import TOP as TOP
from omni_tui.store.search_docs import segmentation
from omni_tui.store.session import Row
from omni_tui.store.store import Tx
from omni_tui.store.words import Words, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SAMPLE = 1200
"""Documents looked at one by one, the newest, to know how frequent words are that no index can tell it of quickly."""
_FREQUENT = 0.01
"""From this share on the newest matches are found by looking at one document after another."""
_MOST_LOOKED_AT = 20_000
_COUNTED, _COUNTED_LONG = 10_000, 3000
"""Documents that are counted: of one word, or of words that go together."""
_TELLING = 150
"""Documents, the oldest, that tell how frequent words that go together are."""
_SIFTED, _WORTH_SIFTING = 200, 0.03
_RARE = {"sqlite": 1500, "postgresql": RARE}
_RARE_TOGETHER = 500
"""The same of words that FTS5 compares the places of, or the documents, for a list whose every row is in its index."""

# What is asked of a document that matches stands in an index of its own: its row, with all its words, is another page.
_PLACE = """s.doc_id, CASE WHEN s.doc_id < 0 THEN 'customer' ELSE 'message' END AS kind,
       CASE WHEN s.doc_id < 0 THEN (SELECT c.entity_id FROM search_docs c WHERE c.doc_id = s.doc_id) ELSE '' END
         AS entity_id, s.conversation_id"""
_FTS5 = f"""
SELECT {_PLACE} FROM search_fts CROSS JOIN search_docs s INDEXED BY search_docs_places
 WHERE search_fts MATCH :match AND search_fts.rowid < :below AND s.doc_id = search_fts.rowid
 ORDER BY search_fts.rowid DESC LIMIT :limit
"""
_FTS5_NUMBERS = "SELECT count(*) FROM (SELECT rowid FROM search_fts WHERE search_fts MATCH :match LIMIT :limit)"
# Documents with the words that index alone can tell, of which those are kept whose tokens go on as asked.
_FTS5_SIFTED = """
SELECT s.doc_id, s.kind, s.entity_id, s.conversation_id FROM search_fts CROSS JOIN search_docs s
 WHERE search_fts MATCH :match AND search_fts.rowid < :below AND s.doc_id = search_fts.rowid AND {condition}
 ORDER BY search_fts.rowid DESC LIMIT :limit
"""
_FTS5_SIFTED_NUMBERS = """
SELECT count(*), COALESCE(sum({condition}), 0)
  FROM (SELECT f.rowid AS id FROM search_fts f WHERE f.search_fts MATCH :match ORDER BY f.rowid DESC LIMIT :limit) f
 CROSS JOIN search_docs s WHERE s.doc_id = f.id
"""
_FTS5_SIFTED_IDS = """
SELECT s.doc_id FROM search_fts CROSS JOIN search_docs s
 WHERE search_fts MATCH :match AND s.doc_id = search_fts.rowid AND {condition} ORDER BY search_fts.rowid DESC
"""
_FTS5_IDS = """
SELECT rowid FROM search_fts WHERE search_fts MATCH :match AND rowid > :above ORDER BY rowid LIMIT :limit
"""
_PLACES = f"""
SELECT {_PLACE} FROM json_each(:known) f CROSS JOIN search_docs s INDEXED BY search_docs_places
 WHERE s.doc_id = f.value ORDER BY s.doc_id DESC
"""
_SPAN = """
SELECT (SELECT doc_id FROM search_docs WHERE doc_id >= 0 ORDER BY doc_id LIMIT 1),
       (SELECT doc_id FROM search_docs ORDER BY doc_id DESC LIMIT 1)
"""
_FTS5_HELD = "SELECT f.rowid AS id FROM search_fts f WHERE f.search_fts MATCH :{name}"
_KNOWN = "SELECT f.value AS id FROM json_each(:{name}) f WHERE 1 = 1"
_FTS5_CONVERSATIONS = """
SELECT s.conversation_id AS id FROM ({held}) h CROSS JOIN search_docs s INDEXED BY search_docs_places
 WHERE s.doc_id = h.id AND s.conversation_id <> ''
UNION
SELECT v.id FROM ({held} AND {id} < 0) h CROSS JOIN search_docs s CROSS JOIN customers c
 CROSS JOIN conversations v
 WHERE s.doc_id = h.id AND s.kind = 'customer' AND c.root_id = s.entity_id AND v.customer_id = c.id
"""
_FTS5_NEWEST_CONVERSATIONS = """
SELECT s.conversation_id AS id FROM ({held} ORDER BY f.rowid DESC LIMIT {most}) h
 CROSS JOIN search_docs s INDEXED BY search_docs_places WHERE s.doc_id = h.id
"""
# Numbers are quicker put into a set, and looked for in it, than conversations' ids. The plus keeps SQLite from asking
# the index of words about each document by itself, which takes seconds.
_FTS5_BETWEEN = """
EXISTS (SELECT 1 FROM search_docs s INDEXED BY search_docs_conversation WHERE s.conversation_id = v.id AND CASE
 WHEN s.doc_id NOT BETWEEN :{name}_first AND :{name}_last THEN {outside}
 WHEN +s.doc_id IN (SELECT f.rowid FROM search_fts f WHERE f.search_fts MATCH :{name}_held
  AND f.rowid BETWEEN :{name}_first AND :{name}_last) THEN {inside} ELSE 0 END)
"""
_FTS5_NUMBER_BETWEEN = """
SELECT count(*) FROM (SELECT 1 FROM search_fts f WHERE f.search_fts MATCH :match AND f.rowid BETWEEN :first AND :last
 LIMIT :limit)
"""
_FTS5_CUSTOMERS = """
SELECT s.entity_id AS id FROM ({held} AND f.rowid < 0) h CROSS JOIN search_docs s INDEXED BY search_docs_customers
 WHERE s.doc_id = h.id AND s.kind = 'customer' AND {condition}
"""
_AND_THEIRS = """
SELECT r.id FROM ({roots}) r UNION ALL
SELECT c.id FROM customers c INDEXED BY customers_merged WHERE c.root_id <> c.id AND +c.root_id IN ({roots})
"""
_WALK = """
SELECT s.doc_id, s.kind, s.entity_id, s.conversation_id
  FROM (SELECT * FROM search_docs d WHERE d.doc_id < :below ORDER BY d.doc_id DESC LIMIT :looked_at) s
 WHERE {condition} ORDER BY s.doc_id DESC LIMIT :limit
"""


class Matcher:
    """A group of words as this transaction's engine says it."""

    def __init__(self, tx: Tx, words: Words) -> None:
        from omni_tui.text.segment import CUSTOMER, SENDER, Term, begun_by

        self._tx = tx
        self.words = words
        self.dialect = tx.dialect
        self.rare = _RARE[tx.dialect]
        """Documents: words that stand in no more are looked up at once."""
        marks = {term.tokens[0][0] for term in terms(words)}
        self.of_messages = marks != {CUSTOMER}
        """Whether a message may have the words, and not a customer alone."""
        self.of_customers = marks != {SENDER}
        """Whether a customer may have the words, and not a message alone."""
        self._sqlite = tx.dialect == "sqlite"
        self._rate = 0.0
        self._known: list[int] | None = None
        self._sampled: list[Row] = []
        self._anchor = self._whole_anchor = ""
        self._sifted_out = False
        if self._sqlite:
            known = segmentation(tx)
            self._words = words if known >= SINGLES else as_indexed(words)
            told = begun(words) if known >= BEGINNINGS else self._words
            spelled = spelled_out(tx, told, known) if known >= SINGLES else told
            self._match = self._searched = fts5(spelled)
            self._together = any(term.prefix for term in terms(spelled))
            if self._together:
                self._anchor, self._whole_anchor = (
                    fts5(found) if (found := anchor(spelled, known, whole=whole)) is not None else ""
                    for whole in (False, True)
                )
            self._figures = all(begun_by(term.tokens[-1]) for term in terms(spelled) if term.prefix)
            self._single = isinstance(words, Term) and len(words.tokens) == 1
            self._most = _COUNTED if self._single else _COUNTED_LONG
        else:
            told = begun(words)
            begins = any(term.prefix for term in terms(words))
            known = segmentation(tx) if begins else BEGINNINGS
            if known < BEGINNINGS:
                told = words
            self._words, self._match, self._most = told, tsquery(told), self.rare
            # There are few customers beside all messages: those of any beginning are quickly gathered.
            self._together = self.of_messages and any(term.prefix for term in terms(told))
            held, left = sieve(told, known) if self.of_messages else (None, None)
            self._gin = GinWords(
                tx,
                self._match,
                anchor=tsquery(held) if held is not None else "",
                beginnings=tsquery(left) if left is not None else "",
                of_messages=self.of_messages,
            )

    @property
    def ordered(self) -> bool:
        """Whether the index tells any part of its documents at once, or of some more among which they are."""
        return not self.gathered or bool(self._anchor)

    def lack(self, others: Iterable[Matcher]) -> None:
        """Look for no documents that have the words of ``others`` besides: theirs is no conversation that is wanted."""
        found = [other._match for other in others if not other._together]
        if not self._sqlite:
            self._gin.lack(found)
        elif not self._together:
            self._searched = f"({self._match} NOT ({' OR '.join(found)}))" if found else self._match

    def walk(self) -> None:
        """Be looked for in a list whose rows cost next to nothing: what takes long to gather is rare only if few.

        Names are quickly gathered, of whatever parts.
        """
        if self._sqlite and self.of_messages and self.of_customers and not self._single:
            self.rare = min(self.rare, _RARE_TOGETHER)

    @property
    def anchored(self) -> bool:
        """Whether the index tells of more documents than have the words, and these must be looked at."""
        return bool(self._anchor)

    @property
    def plain(self) -> bool:
        """Whether the index holds its documents as they are: those of one word."""
        return self._sqlite and self._single and not self._together and self._searched == self._match

    @property
    def gathered(self) -> bool:
        """Whether its documents come only with effort, as those of a short beginning do."""
        return self._together if self._sqlite else self._gin.gathers

    @property
    def looked_at(self) -> float:
        """How many documents are looked at for each that is taken from the index, about."""
        return 0.0 if self._sqlite else self._gin.looked_at

    def newest(self, limit: int, below: int = TOP) -> list[Row]:
        """Up to ``limit`` documents that have the words, the newest first, numbered below ``below``."""
        if not self._sqlite:
            return self._gin.newest(limit, below)
        values: dict[str, Any] = {"match": self._searched, "below": below, "limit": limit}
        if self._known is not None:
            known = [id for id in self._known if id < below][:limit]
            return self._tx.query(_PLACES, {"known": str(known)}) if known else []
        if not self._together:
            return self._tx.query(_FTS5, values)
        if self._anchor and not self._sifted_out:
            values["match"] = self._anchor
            return self._tx.query(_FTS5_SIFTED.format(condition=self.condition("w", values)), values)
        found = [doc for doc in self._sampled if doc[0] < below][:limit]
        return (
            found + self._walked(limit - len(found), found[-1][0] if found else below) if len(found) < limit else found
        )

    def _walked(self, limit: int, below: int) -> list[Row]:
        """The same by looking at one document after another, where enough of them match."""
        values: dict[str, Any] = {"match": self._searched, "below": below, "limit": limit}
        if self._rate and limit / self._rate < _MOST_LOOKED_AT:
            values["looked_at"] = _SAMPLE + round(limit / self._rate * 1.5)
            found = self._tx.query(_WALK.format(condition=self.condition("w", values)), values)
            if len(found) == limit:
                return found
        return self._tx.query(_FTS5, values)

    def number(self, cap: int = ENDLESS) -> int:
        """How many documents have the words, at most ``cap``; :data:`ENDLESS` for what is frequent."""
        if not self._sqlite:
            return self._gin.number(cap)
        most = min(self._most + 1, cap)
        if not self._together and self._single and self._searched == self._match:
            found = self._numbers(_FTS5_NUMBERS, self._searched, most)
        elif not self._together:
            found = self._number_together(most)
        elif self._anchor and (sifted := self._sifted()) is not None:
            return min(cap, sifted)
        else:
            values: dict[str, Any] = {"below": TOP, "limit": _SAMPLE, "looked_at": _SAMPLE}
            # Too few of these go on as asked to be met by looking at them; in some part of the list they still tell.
            self._sifted_out = True
            sample = self._tx.query(_WALK.format(condition=self.condition("w", values)), values)
            if len(sample) >= _SAMPLE * _FREQUENT:
                self._rate, self._sampled = len(sample) / _SAMPLE, sample
                return min(cap, ENDLESS)
            found = self._numbers(_FTS5_NUMBERS, self._match, most)
        return found if found <= self._most else min(cap, ENDLESS)

    def _numbers(self, sql: str, match: str, most: int) -> int:
        return int(self._tx.query(sql, {"match": match, "limit": most})[0][0])

    def _number_together(self, most: int) -> int:
        """The same of words that FTS5 compares the places of, or the documents: which is slow, so it does so once."""
        # FTS5 finds those without a match in half the time from the oldest on.
        found = self._ids(_TELLING, -TOP)
        if len(found) == _TELLING:
            oldest, last = self._tx.query(_SPAN, {})[0]
            if found[-1] >= 0 and _TELLING * (last - oldest) > self.rare * (found[-1] - oldest):
                return ENDLESS
            found += self._ids(most - _TELLING, found[-1])
        if len(found) < most:
            self._known = found[::-1]
        return min(most, len(found))

    def _ids(self, limit: int, above: int) -> list[int]:
        values = {"match": self._searched, "above": above, "limit": max(0, limit)}
        return [row[0] for row in self._tx.query(_FTS5_IDS, values)]

    def _sifted(self) -> int | None:
        """How many of the documents with the other words go on as asked, :data:`ENDLESS` where that was not looked at
        to the end; None if few of them do.
        """
        values: dict[str, Any] = {"match": self._anchor, "below": TOP, "limit": _SIFTED}
        sql = _FTS5_SIFTED_NUMBERS.format(condition=self.condition("w", values))
        looked_at, found = map(int, self._tx.query(sql, values)[0])
        if looked_at < _SIFTED:
            return found
        return ENDLESS if found >= _SIFTED * _WORTH_SIFTING else None

    def number_between(self, first: int, last: int, cap: int) -> int:
        """How many documents numbered ``first`` to ``last`` may have these :attr:`ordered` words, at most ``cap``."""
        if not self._sqlite:
            return self._gin.number_between(first, last, cap)
        values = {"match": self._anchor or self._searched, "first": first, "last": last, "limit": cap}
        return int(self._tx.query(_FTS5_NUMBER_BETWEEN, values)[0][0])

    def near(self, name: str, values: dict[str, Any], first: int, last: int) -> str:
        """The condition that ``conversations v`` has a document with the words, which most likely is one of these."""
        having = self.condition(name, values)
        if self._sqlite:
            # One look at a conversation's documents: each more is another search for where they begin.
            values |= {f"{name}_held": self._anchor or self._searched, f"{name}_first": first, f"{name}_last": last}
            return _FTS5_BETWEEN.format(name=name, outside=having, inside=having if self._anchor else "1")
        found = [f"v.id IN ({self._gin.between(name, values, first, last)})"]
        beyond = [f"s.doc_id < :{name}_first"] * (first > 0) + [f"s.doc_id > :{name}_last"] * (last < TOP)
        found += [
            f"(SELECT 1 FROM search_docs s WHERE s.conversation_id = v.id AND {there} AND {having} LIMIT 1) IS NOT NULL"
            for there in beyond
        ]
        return " OR ".join(found)

    def conversations(self, name: str, values: dict[str, Any]) -> str:
        """A SELECT of the ids of all conversations with a document that has the words; empty where it is quicker to ask
        for the documents first.
        """
        if not self._sqlite:
            return self._gin.conversations(name, values)
        # Of figures FTS5 gathers all documents in less time than it takes to look at those among which they are; of the
        # first letters of thousands of words it does not.
        if self._known is None and self._anchor and not self._figures:
            condition = self.condition("w", bound := {"match": self._anchor})
            self._known = [row[0] for row in self._tx.query(_FTS5_SIFTED_IDS.format(condition=condition), bound)]
        if self._known is not None:
            values[f"{name}_all"] = str(self._known)
            return _FTS5_CONVERSATIONS.format(held=_KNOWN.format(name=f"{name}_all"), id="f.value")
        values[f"{name}_all"] = self._searched
        return _FTS5_CONVERSATIONS.format(held=_FTS5_HELD.format(name=f"{name}_all"), id="f.rowid")

    def newest_conversations(self, name: str, values: dict[str, Any], most: int) -> str:
        """A SELECT of the conversations of the ``most`` newest messages with the words; empty as above."""
        if not self._sqlite:
            return self._gin.newest_conversations(name, values, most)
        if self._together:
            return ""
        values[f"{name}_newest"] = self._searched
        return _FTS5_NEWEST_CONVERSATIONS.format(held=_FTS5_HELD.format(name=f"{name}_newest"), most=most)

    def customers(self, name: str, values: dict[str, Any], most: int) -> str | None:
        """A SELECT of the ids of all customers that have the words; empty if none has, None if more than ``most`` have,
        or it cannot be told quickly.
        """
        if not self.ordered:
            return None
        if not self._sqlite:
            return self._gin.customers(name, values, most)
        held = _FTS5_HELD.format(name=f"{name}_customers")
        bound = {f"{name}_customers": self._whole_anchor or self._match}
        sql = f"SELECT count(*) FROM ({held} AND f.rowid < 0 LIMIT {most + 1})"
        number = int(self._tx.query(sql, bound)[0][0])
        if number > most:
            return None
        values |= bound
        condition = self.condition(f"{name}s", values) if self._anchor and number else "1"
        return _AND_THEIRS.format(roots=_FTS5_CUSTOMERS.format(held=held, condition=condition)) if number else ""

    def having(self) -> float:
        """The share of conversations that have words which only customers have, by a guess."""
        return 0.5 if self._sqlite else self._gin.share_of_customers()

    def condition(self, name: str, values: dict[str, Any]) -> str:
        """The condition on ``search_docs s`` that it has the words; what it binds, as ``name``…, goes to ``values``."""
        if self._sqlite:
            return in_tokens(self._words, name, values)
        return self._gin.condition(name, values)

    def scores(self, doc_ids: list[int]) -> dict[int, float]:
        """How well each of a few documents matches, by its number; comparable within one question only."""
        if not doc_ids:
            return {}
        if not self._sqlite:
            return self._gin.scores(doc_ids)
        from omni_tui.store.ranking import bm25

        marks = ", ".join(map(str, map(int, doc_ids)))
        rows = self._tx.query(f"SELECT doc_id, tokens FROM search_docs WHERE doc_id IN ({marks})", {})
        return bm25({row[0]: row[1] for row in rows}, list(terms(self.words)))


def listed(tx: Tx, name: str) -> str:
    """A table ``j`` of one column ``id`` from the value ``name`` bound by :func:`listing`."""
    if tx.dialect == "sqlite":
        return f"(SELECT value AS id FROM json_each(:{name})) j"
    return f"unnest(CAST(:{name} AS text[])) AS j(id)"


def listing(tx: Tx, ids: Sequence[str]) -> str:
    """``ids`` as one value: of PostgreSQL's an array's literal."""
    if tx.dialect == "sqlite":
        import json

        return json.dumps(ids)
    # https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO
    quoted = '","'.join([id.replace("\\", "\\\\").replace('"', '\\"') for id in ids])
    return f'{{"{quoted}"}}' if ids else "{}"
