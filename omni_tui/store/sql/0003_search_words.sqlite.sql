-- The index must know every document it may be told to forget.
INSERT INTO search_fts (rowid, tokens) SELECT doc_id, tokens FROM search_docs WHERE kind = 'customer';
