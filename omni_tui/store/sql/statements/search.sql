-- name: insert_search_doc
INSERT INTO search_docs (doc_id, kind, entity_id, conversation_id, seg_version, tokens)
VALUES (:doc_id, :kind, :entity_id, :conversation_id, :seg_version, :tokens);

-- name: insert_search_word
INSERT INTO search_words (word) VALUES (:word) ON CONFLICT (word) DO NOTHING;

-- name: search_words
SELECT word FROM search_words WHERE word >= :beginning AND word < :beyond ORDER BY word LIMIT :limit;

-- name: set_search_doc
UPDATE search_docs SET tokens = :tokens, seg_version = :seg_version WHERE doc_id = :doc_id;

-- name: delete_search_doc
DELETE FROM search_docs WHERE kind = :kind AND entity_id = :entity_id;

-- name: search_docs_below
SELECT doc_id, kind, entity_id, seg_version FROM search_docs WHERE doc_id < :below ORDER BY doc_id DESC LIMIT :limit;

-- name: seg_versions_below
SELECT seg_version FROM search_docs WHERE doc_id < :below ORDER BY doc_id DESC LIMIT :limit;

-- name: message_names_of_files
SELECT name FROM attachments WHERE message_id = :id ORDER BY position;

-- name: customer_words
SELECT r.name, i.value FROM customers c JOIN customers r ON r.id = c.root_id LEFT JOIN identities i ON i.customer_id = c.id
 WHERE c.root_id = :id ORDER BY i.value;
