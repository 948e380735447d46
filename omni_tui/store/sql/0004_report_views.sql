-- What "omni-tui sql" is documented to offer (docs/sql.md, column by column): stable names, whatever the tables become.
-- A customer is always the one they were merged into. Deleted messages are left out.

CREATE VIEW v_conversations AS
SELECT v.id, v.ref, v.subject, v.status, r.id AS customer_id, r.name AS customer, h.name AS channel, h.kind,
       g.login AS assignee, v.unread, v.bulk, v.last_direction, v.last_at, v.waiting_since, v.snoozed_until, v.resolved_at,
       v.created_at,
       (SELECT count(*) FROM messages m WHERE m.conversation_id = v.id AND m.deleted_at IS NULL) AS message_count
  FROM conversations v
  JOIN customers c ON c.id = v.customer_id JOIN customers r ON r.id = c.root_id
  JOIN channels h ON h.id = v.channel_id LEFT JOIN agents g ON g.id = v.assignee_id;

CREATE VIEW v_messages AS
SELECT m.id, m.conversation_id, v.ref, m.direction, r.id AS customer_id, r.name AS customer, h.name AS channel, h.kind,
       g.login AS agent, m.from_address, m.from_name, m.subject, m.body, m.automatic, m.received_at, m.sent_at, m.delivered_at,
       m.read_at, o.state AS outbox_state,
       (SELECT count(*) FROM attachments a WHERE a.message_id = m.id) AS attachment_count
  FROM messages m
  JOIN conversations v ON v.id = m.conversation_id
  JOIN customers c ON c.id = v.customer_id JOIN customers r ON r.id = c.root_id
  LEFT JOIN channels h ON h.id = m.channel_id LEFT JOIN agents g ON g.id = m.agent_id
  LEFT JOIN outbox o ON o.message_id = m.id
 WHERE m.deleted_at IS NULL;

CREATE VIEW v_customers AS
SELECT r.id, r.name, r.notes, r.created_at,
       (SELECT count(*) FROM conversations v JOIN customers c ON c.id = v.customer_id WHERE c.root_id = r.id) AS conversation_count,
       (SELECT max(v.last_at) FROM conversations v JOIN customers c ON c.id = v.customer_id WHERE c.root_id = r.id) AS last_at
  FROM customers r WHERE r.root_id = r.id;

CREATE VIEW v_identities AS
SELECT i.id, r.id AS customer_id, r.name AS customer, i.kind, i.value, i.last_at, i.created_at
  FROM identities i JOIN customers c ON c.id = i.customer_id JOIN customers r ON r.id = c.root_id;

CREATE VIEW v_tags AS
SELECT t.name AS tag, ct.conversation_id, v.ref, ct.created_at
  FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id JOIN conversations v ON v.id = ct.conversation_id;

CREATE VIEW v_attachments AS
SELECT a.id, a.message_id, v.ref, a.name, a.mime, a.size, m.received_at
  FROM attachments a JOIN messages m ON m.id = a.message_id JOIN conversations v ON v.id = m.conversation_id
 WHERE m.deleted_at IS NULL;

CREATE VIEW v_outbox AS
SELECT o.id, o.message_id, v.ref, h.name AS channel, o.state, o.attempts, o.error, o.not_before, o.created_at, o.updated_at
  FROM outbox o JOIN conversations v ON v.id = o.conversation_id JOIN channels h ON h.id = o.channel_id;

CREATE VIEW v_journal AS
SELECT j.id, j.at, s.actor, s.verb, v.ref, j.conversation_id, j.entity, j.field, j.before_value, j.after_value, j.undone
  FROM journal j JOIN acts s ON s.id = j.act_id LEFT JOIN conversations v ON v.id = j.conversation_id;

UPDATE counters SET value = 4 WHERE name = 'schema';
