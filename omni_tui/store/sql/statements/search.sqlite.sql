-- name: insert_search_words
INSERT INTO search_fts (rowid, tokens) VALUES (:doc_id, :tokens);

-- name: index_structure
SELECT block FROM search_fts_data WHERE id = 10;

-- name: index_pages
SELECT sum(length(d.block)) FROM json_each(:parts) p CROSS JOIN search_fts_data d
 WHERE d.id >= json_extract(p.value, '$[0]') AND d.id < json_extract(p.value, '$[0]') + json_extract(p.value, '$[1]');

-- name: join_index_parts
INSERT INTO search_fts (search_fts, rank) VALUES ('merge', :pages);
