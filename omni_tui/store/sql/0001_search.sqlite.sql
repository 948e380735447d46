CREATE VIRTUAL TABLE search_fts USING fts5(
  tokens, content='search_docs', content_rowid='doc_id', tokenize='unicode61 remove_diacritics 0');
-- Eight parts of the index become one (four unless said): in a first sync words are written half as often anew, and a
-- question looks at a few parts more. It is a setting of the index and no part of the schema (https://www.sqlite.org/
-- fts5.html#the_automerge_configuration_option): stores made without it go on with four.
INSERT INTO search_fts (search_fts, rank) VALUES ('automerge', 8);
-- Words come in by the statement insert_search_words, not by a trigger: see Writer.index.
CREATE TRIGGER search_docs_delete AFTER DELETE ON search_docs BEGIN
  INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', old.doc_id, old.tokens);
END;
CREATE TRIGGER search_docs_update AFTER UPDATE OF tokens ON search_docs BEGIN
  INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', old.doc_id, old.tokens);
  INSERT INTO search_fts (rowid, tokens) VALUES (new.doc_id, new.tokens);
END;
