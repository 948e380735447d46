-- aside: exchanged with somebody beside the customer. Of ours it is the id of the message that is passed on, of theirs the id of
-- the message of ours that is answered; '' for what the customer and agents write to each other.
ALTER TABLE messages ADD COLUMN aside TEXT NOT NULL DEFAULT '';

-- fields: how a draft is to leave, as JSON: whom to, by which channel, when. A third mode is what is passed on.
CREATE TABLE drafts_with_fields (
  conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  agent_id TEXT NOT NULL REFERENCES agents(id), mode TEXT NOT NULL CHECK (mode IN ('reply','note','forward')),
  body TEXT NOT NULL, fields TEXT NOT NULL DEFAULT '{}', updated_at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, agent_id, mode)) /*strict*/;
INSERT INTO drafts_with_fields (conversation_id, agent_id, mode, body, updated_at)
SELECT conversation_id, agent_id, mode, body, updated_at FROM drafts;
DROP TABLE drafts;
ALTER TABLE drafts_with_fields RENAME TO drafts;
CREATE INDEX drafts_agent ON drafts (agent_id, updated_at);

-- What is to begin a conversation; the conversation gets the same id when it is sent.
CREATE TABLE new_drafts (
  id TEXT PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agents(id), body TEXT NOT NULL, fields TEXT NOT NULL DEFAULT '{}',
  updated_at BIGINT NOT NULL) /*strict*/;
CREATE INDEX new_drafts_agent ON new_drafts (agent_id, updated_at);
CREATE TABLE new_draft_files (
  id TEXT PRIMARY KEY, draft_id TEXT NOT NULL REFERENCES new_drafts(id) ON DELETE CASCADE, position BIGINT NOT NULL,
  name TEXT NOT NULL, mime TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL REFERENCES blobs(sha256)) /*strict*/;
CREATE INDEX new_draft_files_draft ON new_draft_files (draft_id, position);
CREATE INDEX new_draft_files_blob ON new_draft_files (sha256);

-- Whom a note names by @login.
CREATE TABLE mentions (
  message_id TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE, agent_id TEXT NOT NULL REFERENCES agents(id),
  at BIGINT NOT NULL, PRIMARY KEY (message_id, agent_id)) /*strict*/;
CREATE INDEX mentions_agent ON mentions (agent_id, at);

UPDATE counters SET value = 11 WHERE name = 'schema';
