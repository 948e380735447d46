-- Settings of the index and no part of the schema (https://www.sqlite.org/fts5.html#configuration_options). As many parts
-- as FTS5 knows come to lie beside each other before a commit joins some of them, and never does one join all that there
-- are: store/index_parts.py does it before, when little comes in.
INSERT INTO search_fts (search_fts, rank) VALUES ('automerge', 64);
INSERT INTO search_fts (search_fts, rank) VALUES ('crisismerge', 400);
-- Bytes of words that are held in memory: those of one transaction, so that it adds one part and not two.
INSERT INTO search_fts (search_fts, rank) VALUES ('hashsize', 8000000);
