-- One schema for SQLite and PostgreSQL. Rewritten per dialect: BIGINT, /*strict*/, /*pk*/, /*tsv*/, /*blob*/ (see dialect.py).
-- Times are epoch milliseconds in UTC; ids are UUIDv7 text made by the writer; booleans are 0/1; JSON is TEXT.

CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL) /*strict*/;
INSERT INTO counters (name, value) VALUES ('schema', 1), ('change', 0), ('conversation', 1000), ('doc', 0), ('act', 0);

-- Secrets the store itself needs, such as the key our Message-IDs are signed with.
CREATE TABLE store_keys (name TEXT PRIMARY KEY, value TEXT NOT NULL) /*strict*/;

CREATE TABLE changes (
  seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, entity TEXT NOT NULL, entity_id TEXT NOT NULL) /*strict*/;
CREATE INDEX changes_at ON changes (at);

CREATE TABLE leases (
  name TEXT PRIMARY KEY, owner TEXT NOT NULL, epoch BIGINT NOT NULL, until_at BIGINT NOT NULL) /*strict*/;

CREATE TABLE agents (
  id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at BIGINT NOT NULL) /*strict*/;

CREATE TABLE channels (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, address TEXT NOT NULL,
  capabilities TEXT NOT NULL DEFAULT '{}',
  health TEXT NOT NULL DEFAULT 'new' CHECK (health IN ('new','syncing','ok','failing')),
  error TEXT NOT NULL DEFAULT '', next_try_at BIGINT, checked_at BIGINT, removed_at BIGINT,
  created_at BIGINT NOT NULL) /*strict*/;

-- How far each stream was read; the cursor commits together with the messages it stands behind.
CREATE TABLE streams (
  channel_id TEXT NOT NULL REFERENCES channels(id) ON DELETE CASCADE, stream TEXT NOT NULL, cursor TEXT NOT NULL,
  done BIGINT NOT NULL DEFAULT 0, total BIGINT NOT NULL DEFAULT 0, updated_at BIGINT NOT NULL,
  PRIMARY KEY (channel_id, stream)) /*strict*/;

-- root_id = id unless merged into another customer; everything reads through root_id.
CREATE TABLE customers (
  id TEXT PRIMARY KEY, root_id TEXT NOT NULL REFERENCES customers(id), name TEXT NOT NULL DEFAULT '',
  notes TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL) /*strict*/;
CREATE INDEX customers_root ON customers (root_id);

CREATE TABLE identities (
  id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers(id) ON DELETE CASCADE,
  kind TEXT NOT NULL, value_norm TEXT NOT NULL, value TEXT NOT NULL, last_at BIGINT, created_at BIGINT NOT NULL,
  UNIQUE (kind, value_norm)) /*strict*/;
CREATE INDEX identities_customer ON identities (customer_id);

-- unread belongs to the conversation. settled = 0 while only a first sync has touched it.
CREATE TABLE conversations (
  id TEXT PRIMARY KEY, ref BIGINT NOT NULL UNIQUE, customer_id TEXT NOT NULL REFERENCES customers(id),
  channel_id TEXT NOT NULL REFERENCES channels(id), subject TEXT NOT NULL DEFAULT '', snippet TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('open','snoozed','resolved','spam','trash')),
  bulk BIGINT NOT NULL DEFAULT 0, unread BIGINT NOT NULL DEFAULT 0, settled BIGINT NOT NULL DEFAULT 1,
  assignee_id TEXT REFERENCES agents(id), last_at BIGINT NOT NULL,
  last_direction TEXT NOT NULL CHECK (last_direction IN ('inbound','outbound','note','event')),
  waiting_since BIGINT, snoozed_until BIGINT, resolved_at BIGINT, seen_at BIGINT,
  related_id TEXT REFERENCES conversations(id), created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL) /*strict*/;
CREATE INDEX conversations_list ON conversations (status, bulk, last_at DESC, id DESC);
CREATE INDEX conversations_mine ON conversations (assignee_id, status, bulk, last_at DESC, id DESC);
CREATE INDEX conversations_all ON conversations (last_at DESC, id DESC);
CREATE INDEX conversations_waiting ON conversations (status, bulk, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE status = 'snoozed';
CREATE INDEX conversations_customer ON conversations (customer_id, last_at DESC);
CREATE INDEX conversations_related ON conversations (related_id) WHERE related_id IS NOT NULL;

-- Whose addresses take part, normalised: only they may join a conversation by naming one of its messages.
CREATE TABLE participants (
  conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, address TEXT NOT NULL,
  PRIMARY KEY (conversation_id, address)) /*strict*/;

CREATE TABLE messages (
  id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK (direction IN ('inbound','outbound','note','event')),
  channel_id TEXT REFERENCES channels(id), external_id TEXT, identity_id TEXT REFERENCES identities(id),
  agent_id TEXT REFERENCES agents(id), from_address TEXT NOT NULL DEFAULT '', from_name TEXT NOT NULL DEFAULT '',
  parties TEXT NOT NULL DEFAULT '{}', reply_keys TEXT NOT NULL DEFAULT '[]', subject TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '',
  notice TEXT NOT NULL DEFAULT '', automatic BIGINT NOT NULL DEFAULT 0, answered BIGINT NOT NULL DEFAULT 0,
  source_sha TEXT REFERENCES blobs(sha256), received_at BIGINT NOT NULL, sent_at BIGINT,
  delivered_at BIGINT, read_at BIGINT, edited_at BIGINT, deleted_at BIGINT, created_at BIGINT NOT NULL,
  UNIQUE (channel_id, external_id)) /*strict*/;
CREATE INDEX messages_timeline ON messages (conversation_id, received_at, id);
CREATE INDEX messages_source ON messages (source_sha) WHERE source_sha IS NOT NULL;

-- The names messages are replied to by (mail: Message-IDs): own = 1 for the message's own, 0 for one it mentions.
CREATE TABLE message_keys (
  channel_id TEXT NOT NULL REFERENCES channels(id) ON DELETE CASCADE, reply_key TEXT NOT NULL,
  message_id TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, own BIGINT NOT NULL,
  PRIMARY KEY (channel_id, reply_key, message_id)) /*strict*/;
CREATE INDEX message_keys_message ON message_keys (message_id);

-- Every place a channel showed us a message, so that server and store can be compared.
CREATE TABLE fetch_ledger (
  channel_id TEXT NOT NULL REFERENCES channels(id) ON DELETE CASCADE, stream TEXT NOT NULL, locator TEXT NOT NULL,
  message_id TEXT REFERENCES messages(id) ON DELETE SET NULL, source_sha TEXT REFERENCES blobs(sha256),
  error TEXT NOT NULL DEFAULT '', fetched_at BIGINT NOT NULL, PRIMARY KEY (channel_id, stream, locator)) /*strict*/;

CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, size BIGINT NOT NULL, created_at BIGINT NOT NULL) /*strict*/;
CREATE TABLE blob_chunks (
  sha256 TEXT NOT NULL REFERENCES blobs(sha256) ON DELETE CASCADE, n BIGINT NOT NULL, data /*blob*/ NOT NULL,
  PRIMARY KEY (sha256, n)) /*strict*/;

-- part: where the file lies in the message's source.
CREATE TABLE attachments (
  id TEXT PRIMARY KEY, message_id TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE, position BIGINT NOT NULL,
  name TEXT NOT NULL, mime TEXT NOT NULL, size BIGINT NOT NULL, part TEXT NOT NULL,
  content_id TEXT NOT NULL DEFAULT '') /*strict*/;
CREATE INDEX attachments_message ON attachments (message_id, position);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY, message_id TEXT NOT NULL UNIQUE REFERENCES messages(id) ON DELETE CASCADE,
  conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  channel_id TEXT NOT NULL REFERENCES channels(id), kind TEXT NOT NULL DEFAULT 'send',
  state TEXT NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued','sending','sent','failed','uncertain','cancelled')),
  not_before BIGINT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0, epoch BIGINT NOT NULL DEFAULT 0,
  claimed_until BIGINT NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL) /*strict*/;
CREATE INDEX outbox_ready ON outbox (not_before, id) WHERE state = 'queued';
CREATE INDEX outbox_claimed ON outbox (claimed_until) WHERE state = 'sending';
CREATE INDEX outbox_unsettled ON outbox (conversation_id, state) WHERE state IN ('queued','sending','failed','uncertain');

CREATE TABLE drafts (
  conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  agent_id TEXT NOT NULL REFERENCES agents(id), mode TEXT NOT NULL CHECK (mode IN ('reply','note')),
  body TEXT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (conversation_id, agent_id, mode)) /*strict*/;
CREATE INDEX drafts_agent ON drafts (agent_id, updated_at);

CREATE TABLE tags (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE) /*strict*/;
CREATE TABLE conversation_tags (
  conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  tag_id TEXT NOT NULL REFERENCES tags(id) ON DELETE CASCADE, created_at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, tag_id)) /*strict*/;
CREATE INDEX conversation_tags_tag ON conversation_tags (tag_id, conversation_id);

-- One act is one thing somebody did, over any number of conversations; undo and redo go by acts.
CREATE TABLE acts (
  id TEXT PRIMARY KEY, seq BIGINT NOT NULL UNIQUE, agent_id TEXT REFERENCES agents(id), actor TEXT NOT NULL,
  verb TEXT NOT NULL, at BIGINT NOT NULL, undone_at BIGINT) /*strict*/;
CREATE INDEX acts_agent ON acts (agent_id, seq);
-- One row per field an act changed. Tags are added (before '') or removed (after ''). Bodies are referenced by id.
CREATE TABLE journal (
  id TEXT PRIMARY KEY, act_id TEXT NOT NULL REFERENCES acts(id) ON DELETE CASCADE, at BIGINT NOT NULL,
  entity TEXT NOT NULL, entity_id TEXT NOT NULL, conversation_id TEXT NOT NULL, field TEXT NOT NULL,
  before_value TEXT, after_value TEXT, undone BIGINT NOT NULL DEFAULT 0) /*strict*/;
CREATE INDEX journal_conversation ON journal (conversation_id, at);
CREATE INDEX journal_act ON journal (act_id);

-- One row per searchable thing; tokens are segmented by text.segment. doc_id = received seconds << 20 | counter.
CREATE TABLE search_docs (
  doc_id /*pk*/, kind TEXT NOT NULL, entity_id TEXT NOT NULL, conversation_id TEXT NOT NULL,
  seg_version BIGINT NOT NULL, tokens /*tsv*/ NOT NULL, UNIQUE (kind, entity_id)) /*strict*/;
CREATE INDEX search_docs_conversation ON search_docs (conversation_id);
