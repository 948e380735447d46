-- name: map_messages
SELECT v.ref, d.doc_id, CAST(d.tokens AS text) AS tokens
  FROM conversations v JOIN search_docs d ON d.conversation_id = v.id
 WHERE v.ref >= :first AND v.ref < :beyond AND (v.ref > :first OR d.doc_id > :behind) AND d.kind = 'message'
 ORDER BY v.ref, d.doc_id LIMIT :limit;

-- name: map_customers
SELECT v.ref, CAST(d.tokens AS text) AS tokens
  FROM conversations v JOIN customers c ON c.id = v.customer_id
  JOIN search_docs d ON d.kind = 'customer' AND d.entity_id = c.root_id
 WHERE v.ref >= :first AND v.ref < :beyond ORDER BY v.ref LIMIT :limit;
