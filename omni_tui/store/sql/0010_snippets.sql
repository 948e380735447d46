-- Snippets: texts with a name, an agent's own or shared with everyone.
CREATE TABLE snippets (
  id TEXT PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agents(id), name TEXT NOT NULL, name_key TEXT NOT NULL,
  body TEXT NOT NULL, shared BIGINT NOT NULL DEFAULT 0, deleted_at BIGINT,
  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL) /*strict*/;
CREATE UNIQUE INDEX snippets_own ON snippets (agent_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX snippets_shared ON snippets (name_key) WHERE shared = 1 AND deleted_at IS NULL;

UPDATE counters SET value = 10 WHERE name = 'schema';
