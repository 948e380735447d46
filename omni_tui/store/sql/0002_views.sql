-- Views: a query with a name, an agent's own or shared with everyone. The built-in ones are no rows: they are always there.
CREATE TABLE saved_views (
  id TEXT PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agents(id), name TEXT NOT NULL, name_key TEXT NOT NULL,
  query TEXT NOT NULL, sort TEXT NOT NULL, shared BIGINT NOT NULL DEFAULT 0, deleted_at BIGINT,
  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL) /*strict*/;
CREATE UNIQUE INDEX saved_views_own ON saved_views (agent_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX saved_views_shared ON saved_views (name_key) WHERE shared = 1 AND deleted_at IS NULL;

-- Where an agent put a view (NULL: where it stands by itself), and whether they hid it. view_id may name a built-in one.
CREATE TABLE view_places (
  agent_id TEXT NOT NULL REFERENCES agents(id), view_id TEXT NOT NULL, position BIGINT, hidden BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (agent_id, view_id)) /*strict*/;

UPDATE counters SET value = 2 WHERE name = 'schema';
