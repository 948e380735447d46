-- name: insert_search_words
INSERT INTO search_fts (rowid, tokens) VALUES (:doc_id, :tokens);

-- name: index_structure
SELECT block FROM search_fts_data WHERE id = 10;

-- name: join_index_parts
INSERT INTO search_fts (search_fts, rank) VALUES ('merge', :pages);
