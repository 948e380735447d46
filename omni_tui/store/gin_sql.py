"""What PostgreSQL's index of words is asked for, as SQL.

``{matches}`` stands for the condition on ``search_docs s`` by which the index finds documents: :data:`ASKED`, and
:data:`LOOKED` where the index tells of more than match. ``{name}`` begins what a part of a larger question binds.
"""

from __future__ import annotations

BITS = 36
"""A span is 2^16 seconds, 18 hours; customers, who have negative numbers, lie in one span of their own."""
CUSTOMERS = -1

_SPAN = f"ARRAY[greatest(s.doc_id >> {BITS}, {CUSTOMERS})]"
WITHIN = f"{_SPAN} && ARRAY(SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)))"
ASKED = "s.tokens @@ CAST(:{name} AS tsquery)"
# The operator's function: the index is for other questions than one document at a time.
LOOKED = "ts_match_vq(s.tokens, CAST(:{name} AS tsquery))"
# The addition keeps PostgreSQL from walking all documents in the hope of an early match.
_ORDER = "ORDER BY s.doc_id + 0 DESC LIMIT :limit"
_COLUMNS = "SELECT s.doc_id, s.kind, s.entity_id, s.conversation_id FROM search_docs s"
ALL = f"{_COLUMNS} WHERE {{matches}} AND s.doc_id < :below {_ORDER}"
# A row of the series after the other, and no further than it takes: the newest spans come first. Of many spans at once
# GIN looks at every one for each document; few at a time are skipped through.
SOME = f"""
SELECT b.doc_id, b.kind, b.entity_id, b.conversation_id
  FROM generate_series(CAST(:last AS bigint), CAST(:first AS bigint), -CAST(:spans AS bigint)) AS p(last)
 CROSS JOIN LATERAL (
  {_COLUMNS}
   WHERE {{matches}} AND s.doc_id < :below
     AND {_SPAN} && ARRAY(SELECT generate_series(greatest(p.last - :spans + 1, :first), p.last))
   {_ORDER}) b LIMIT :limit
"""
# Materialized: planned as if all were wanted, so by the index. With a limit PostgreSQL takes words that are frequent
# somewhere for frequent here, and reads the whole table in the hope of an early end.
_COUNT = """
WITH d AS MATERIALIZED (SELECT 1 FROM search_docs s WHERE {condition})
SELECT count(*) FROM (SELECT 1 FROM d LIMIT :limit) c
"""
NUMBER = _COUNT.format(condition="{matches}")
NUMBER_BETWEEN = _COUNT.format(condition=f"{{matches}} AND {WITHIN} AND s.doc_id BETWEEN :from AND :to")
NUMBER_AMONG = _COUNT.format(condition=f"{{matches}} AND {_SPAN} && CAST(:spans AS bigint[])")
NUMBER_OF_CUSTOMERS = _COUNT.format(condition=f"{{matches}} AND {_SPAN} && ARRAY[CAST({CUSTOMERS} AS bigint)]")
GATHERED = f"WITH d AS MATERIALIZED ({_COLUMNS} WHERE {{matches}}) SELECT * FROM d LIMIT :limit"
BETWEEN = f"""
SELECT b.conversation_id
  FROM generate_series(
   CAST(:{{name}}_from_span AS bigint), CAST(:{{name}}_to_span AS bigint), CAST(:{{name}}_spans AS bigint)) AS p(first)
 CROSS JOIN LATERAL (
  SELECT s.conversation_id FROM search_docs s
   WHERE {{matches}} AND s.doc_id + 0 BETWEEN :{{name}}_first AND :{{name}}_last
     AND {_SPAN} && ARRAY(SELECT generate_series(
      p.first, least(p.first + :{{name}}_spans - 1, CAST(:{{name}}_to_span AS bigint)))) OFFSET 0) b
"""
OF_CUSTOMERS = f"""
SELECT c.id FROM search_docs s JOIN customers c ON c.root_id = s.entity_id
 WHERE {{matches}} AND {_SPAN} && ARRAY[CAST({CUSTOMERS} AS bigint)]
"""
OF_ALL = """
WITH d AS MATERIALIZED (
  SELECT s.kind, s.entity_id, s.conversation_id FROM search_docs s WHERE {matches})
SELECT d.conversation_id AS id FROM d WHERE d.kind <> 'customer'
UNION
SELECT v.id FROM d JOIN customers c ON c.root_id = d.entity_id JOIN conversations v ON v.customer_id = c.id
 WHERE d.kind = 'customer'
"""
SAMPLE = f"SELECT count(*) FILTER (WHERE {{looked}}), count(*) FROM search_docs s WHERE {{matches}} AND {WITHIN}"
_NEXT = "(SELECT * FROM search_docs d WHERE d.doc_id < :below ORDER BY d.doc_id DESC LIMIT :looked_at) s"
_LOOK = LOOKED.format(name="match")
NUMBER_OF_NEXT = f"""
SELECT count(*) FILTER (WHERE {_LOOK}), count(*) FILTER (WHERE {LOOKED.format(name="anchor")}),
       count(*) FILTER (WHERE {LOOKED.format(name="beginnings")}), count(*)
  FROM {_NEXT}
"""
WALK = f"""
SELECT s.doc_id, s.kind, s.entity_id, s.conversation_id FROM {_NEXT} WHERE {_LOOK} ORDER BY s.doc_id DESC LIMIT :limit
"""
WALKED_TO = "SELECT d.doc_id FROM search_docs d WHERE d.doc_id < :below ORDER BY d.doc_id DESC LIMIT 1 OFFSET :skipped"
EXTENT = """
SELECT (SELECT d.doc_id FROM search_docs d WHERE d.doc_id >= 0 ORDER BY d.doc_id LIMIT 1),
       (SELECT d.doc_id FROM search_docs d WHERE d.doc_id >= 0 ORDER BY d.doc_id DESC LIMIT 1),
       (SELECT k.value FROM counters k WHERE k.name = 'doc')
"""
CUSTOMERS_IN_ALL = "SELECT CAST(c.reltuples AS bigint) FROM pg_class c WHERE c.oid = CAST('customers' AS regclass)"
# 1: a long text needs more matches to count as much.
RANK = """
SELECT s.doc_id, ts_rank_cd(s.tokens, CAST(:match AS tsquery), 1) FROM search_docs s
 WHERE s.doc_id = ANY(CAST(:doc_ids AS bigint[]))
"""
