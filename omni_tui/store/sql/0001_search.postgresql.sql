CREATE INDEX search_docs_tokens ON search_docs USING gin (tokens) WITH (fastupdate = on, gin_pending_list_limit = 256);

-- The newest write of each writer, stored with it: when the answer to a commit was lost, this tells what became of it.
-- (A transaction's number would not: a standby that took over gives the same numbers to others.)
CREATE TABLE write_marks (writer TEXT PRIMARY KEY, mark BIGINT NOT NULL, at BIGINT NOT NULL);
