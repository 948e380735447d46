-- name: map_messages
SELECT v.ref, d.doc_id, d.tokens FROM conversations v CROSS JOIN search_docs d
 WHERE v.ref >= :first AND v.ref < :beyond AND d.conversation_id = v.id AND (v.ref > :first OR d.doc_id > :behind)
   AND d.kind = 'message'
 ORDER BY v.ref, d.doc_id LIMIT :limit;

-- name: map_customers
SELECT v.ref, d.tokens FROM conversations v CROSS JOIN customers c CROSS JOIN search_docs d
 WHERE v.ref >= :first AND v.ref < :beyond AND c.id = v.customer_id AND d.kind = 'customer' AND d.entity_id = c.root_id
 ORDER BY v.ref LIMIT :limit;

-- name: unmap_conversations
-- Whoever reads their documents just now is to find that there are more.
INSERT INTO search_unmapped (ref) SELECT v.ref FROM json_each(:ids) e CROSS JOIN conversations v WHERE v.id = e.value
ON CONFLICT (ref) DO UPDATE SET lasting = lasting - 2 WHERE lasting > 1;

-- name: unmap_customers
INSERT INTO search_unmapped (ref)
SELECT v.ref FROM json_each(:ids) e CROSS JOIN customers c CROSS JOIN conversations v
 WHERE c.root_id = e.value AND v.customer_id = c.id
ON CONFLICT (ref) DO UPDATE SET lasting = lasting - 2 WHERE lasting > 1;
