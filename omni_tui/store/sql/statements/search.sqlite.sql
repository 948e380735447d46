-- name: insert_search_words
INSERT INTO search_fts (rowid, tokens) VALUES (:doc_id, :tokens);
