-- The tokens come cut and folded (text/segment.py): 'ascii' takes each as it stands. Stores made before have
-- 'unicode61 remove_diacritics 0', which looks every letter up again, and knows none of the newest scripts'.
CREATE VIRTUAL TABLE search_fts USING fts5(tokens, content='search_docs', content_rowid='doc_id', tokenize='ascii');
-- Words come in by the statement insert_search_words, not by a trigger: see Writer.index.
CREATE TRIGGER search_docs_delete AFTER DELETE ON search_docs BEGIN
  INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', old.doc_id, old.tokens);
END;
CREATE TRIGGER search_docs_update AFTER UPDATE OF tokens ON search_docs BEGIN
  INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', old.doc_id, old.tokens);
  INSERT INTO search_fts (rowid, tokens) VALUES (new.doc_id, new.tokens);
END;
