-- priority: 1 low, 2 normal, 3 high, 4 urgent. merged_into: the conversation all messages of this one are in now; it is kept
-- for its number, which customers may name, with status 'trash' that no list shows.
ALTER TABLE conversations ADD COLUMN priority BIGINT NOT NULL DEFAULT 2;
ALTER TABLE conversations ADD COLUMN merged_into TEXT REFERENCES conversations(id);
CREATE INDEX conversations_merged ON conversations (merged_into) WHERE merged_into IS NOT NULL;
-- The most urgent first, and among them by activity: 2^43 is beyond every time in milliseconds.
CREATE INDEX conversations_urgent ON conversations (bulk, (priority * 8796093022208 + last_at) DESC, id DESC)
 WHERE status = 'open';

-- Conversations an agent tied together; the smaller id is a_id.
CREATE TABLE conversation_links (
  a_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  b_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL, PRIMARY KEY (a_id, b_id)) /*strict*/;
CREATE INDEX conversation_links_b ON conversation_links (b_id);

-- Since when an address is blocked: what comes from it arrives as spam.
ALTER TABLE identities ADD COLUMN blocked_at BIGINT;
CREATE INDEX identities_blocked ON identities (blocked_at) WHERE blocked_at IS NOT NULL;

-- Recorded actions an agent replays by @ and a letter: a JSON list of lines such as "tag refund".
CREATE TABLE macros (
  agent_id TEXT NOT NULL REFERENCES agents(id), letter TEXT NOT NULL, steps TEXT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (agent_id, letter)) /*strict*/;

DROP VIEW v_conversations;
CREATE VIEW v_conversations AS
SELECT v.id, v.ref, v.subject, v.status, r.id AS customer_id, r.name AS customer, h.name AS channel, h.kind,
       g.login AS assignee, v.unread, v.bulk, v.last_direction, v.last_at, v.waiting_since, v.snoozed_until, v.resolved_at,
       v.created_at,
       (SELECT count(*) FROM messages m WHERE m.conversation_id = v.id AND m.deleted_at IS NULL) AS message_count,
       v.priority
  FROM conversations v
  JOIN customers c ON c.id = v.customer_id JOIN customers r ON r.id = c.root_id
  JOIN channels h ON h.id = v.channel_id LEFT JOIN agents g ON g.id = v.assignee_id
 WHERE v.merged_into IS NULL;

DROP VIEW v_customers;
CREATE VIEW v_customers AS
SELECT r.id, r.name, r.notes, r.created_at,
       (SELECT count(*) FROM conversations v JOIN customers c ON c.id = v.customer_id
         WHERE c.root_id = r.id AND v.merged_into IS NULL) AS conversation_count,
       (SELECT max(v.last_at) FROM conversations v JOIN customers c ON c.id = v.customer_id
         WHERE c.root_id = r.id AND v.merged_into IS NULL) AS last_at
  FROM customers r WHERE r.root_id = r.id;

DROP VIEW v_tags;
CREATE VIEW v_tags AS
SELECT t.name AS tag, ct.conversation_id, v.ref, ct.created_at
  FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id JOIN conversations v ON v.id = ct.conversation_id
 WHERE v.merged_into IS NULL;

UPDATE counters SET value = 9 WHERE name = 'schema';
