-- No commit joins parts of the index, unless there are as many as 0016 says: store/index_parts.py does it all.
INSERT INTO search_fts (search_fts, rank) VALUES ('automerge', 0);
