-- name: agent_by_login
SELECT id, login, name FROM agents WHERE login = :login;

-- name: agents
SELECT id, login, name FROM agents ORDER BY login;

-- name: insert_agent
INSERT INTO agents (id, login, name, created_at) VALUES (:id, :login, :name, :now) ON CONFLICT (login) DO NOTHING;

-- name: rename_agent
UPDATE agents SET name = :name WHERE login = :login AND name <> :name;

-- name: identity
SELECT i.id, i.customer_id, c.root_id, r.name, i.blocked_at FROM identities i
  JOIN customers c ON c.id = i.customer_id JOIN customers r ON r.id = c.root_id
 WHERE i.kind = :kind AND i.value_norm = :value_norm;

-- name: insert_customer
INSERT INTO customers (id, root_id, name, created_at, updated_at) VALUES (:id, :id, :name, :now, :now);

-- name: name_customer
UPDATE customers SET name = :name, updated_at = :now WHERE id = :id AND name = '';

-- name: insert_identity
INSERT INTO identities (id, customer_id, kind, value_norm, value, last_at, created_at)
VALUES (:id, :customer_id, :kind, :value_norm, :value, :at, :now);

-- name: touch_identity
UPDATE identities SET last_at = :at WHERE id = :id AND (last_at IS NULL OR last_at < :at);

-- name: customer
SELECT r.id, r.name, r.notes FROM customers c JOIN customers r ON r.id = c.root_id WHERE c.id = :id;

-- name: customer_identities
-- Of everybody who is one with a customer.
SELECT i.kind, i.value, i.last_at FROM identities i JOIN customers c ON c.id = i.customer_id
 WHERE c.root_id = (SELECT k.root_id FROM customers k WHERE k.id = :id) ORDER BY COALESCE(i.last_at, 0) DESC, i.value;

-- name: customer_conversations
SELECT v.id, v.ref, h.kind, v.subject, v.status, v.last_at FROM conversations v
  JOIN customers c ON c.id = v.customer_id JOIN channels h ON h.id = v.channel_id
 WHERE c.root_id = (SELECT k.root_id FROM customers k WHERE k.id = :id) AND v.merged_into IS NULL
 ORDER BY v.last_at DESC, v.id DESC LIMIT :limit;

-- name: customer_conversation_count
SELECT count(*) FROM conversations v JOIN customers c ON c.id = v.customer_id
 WHERE c.root_id = (SELECT k.root_id FROM customers k WHERE k.id = :id) AND v.merged_into IS NULL;

-- name: customer_since
-- A conversation's first message is the first of an index. At 0 stands what only holds the files of a draft.
SELECT min((SELECT m.received_at FROM messages m WHERE m.conversation_id = v.id AND m.received_at > 0
    ORDER BY m.received_at LIMIT 1))
  FROM conversations v JOIN customers c ON c.id = v.customer_id
 WHERE c.root_id = (SELECT k.root_id FROM customers k WHERE k.id = :id);

-- name: customer_tags
SELECT DISTINCT t.name FROM conversation_tags ct JOIN tags t ON t.id = ct.tag_id
  JOIN conversations v ON v.id = ct.conversation_id JOIN customers c ON c.id = v.customer_id
 WHERE c.root_id = (SELECT k.root_id FROM customers k WHERE k.id = :id) ORDER BY t.name;

-- name: customers_matching
-- Each by itself, the quickest first: where few are wanted and many match, the rest is not looked at.
SELECT DISTINCT m.id FROM (
  SELECT c.root_id AS id FROM customers c WHERE c.id = :exact
  UNION ALL
  SELECT c.root_id FROM identities i CROSS JOIN customers c
   WHERE (i.value_norm = :norm OR i.value_norm LIKE :like ESCAPE '\') AND c.id = i.customer_id
  UNION ALL
  SELECT c.root_id FROM customers c WHERE lower(c.name) LIKE :like ESCAPE '\') m
 LIMIT :limit;

-- name: identity_by_id
SELECT * FROM identities WHERE id = :id;

-- name: writer_of
-- Who wrote last in a conversation; a robot only where no person did.
SELECT i.id, i.kind, i.value, i.blocked_at FROM messages m JOIN identities i ON i.id = m.identity_id
 WHERE m.conversation_id = :id AND m.direction = 'inbound' AND m.aside = ''
 ORDER BY m.automatic, m.received_at DESC, m.id DESC LIMIT 1;

-- name: set_blocked
UPDATE identities SET blocked_at = :at WHERE id = :id;

-- name: blocked_identities
SELECT i.id, i.kind, i.value, i.blocked_at, r.name FROM identities i
  JOIN customers c ON c.id = i.customer_id JOIN customers r ON r.id = c.root_id
 WHERE i.blocked_at IS NOT NULL ORDER BY i.blocked_at DESC, i.id;

-- name: identity_known_since
SELECT i.value, i.created_at, c.root_id FROM identities i JOIN customers c ON c.id = i.customer_id
 WHERE i.kind = 'email' AND i.value_norm = :value_norm;

-- name: claims
-- Who named an address as their own, and where.
SELECT k.message_id, k.conversation_id, m.received_at, c.root_id FROM message_keys k
  JOIN messages m ON m.id = k.message_id JOIN conversations v ON v.id = k.conversation_id
  JOIN customers c ON c.id = v.customer_id
 WHERE k.channel_id = :channel_id AND k.reply_key = :reply_key ORDER BY m.received_at LIMIT 50;

-- name: claimed_by
-- The addresses a customer named as their own.
SELECT DISTINCT k.reply_key FROM customers c JOIN conversations v ON v.customer_id = c.id
  JOIN messages m ON m.conversation_id = v.id JOIN message_keys k ON k.message_id = m.id
 WHERE c.root_id = :root_id AND k.own = 0 AND k.reply_key LIKE :pattern;

-- name: mailed_in
-- The mail addresses from which something came into a conversation.
SELECT DISTINCT i.value FROM messages m JOIN identities i ON i.id = m.identity_id
 WHERE m.conversation_id = :id AND m.direction = 'inbound' AND i.kind = 'email' AND m.aside = '';

-- name: forget_claims
DELETE FROM message_keys WHERE own = 0 AND reply_key LIKE :pattern AND message_id IN (
  SELECT m.id FROM messages m JOIN conversations v ON v.id = m.conversation_id WHERE v.customer_id = :customer_id);

-- name: forget_claim
DELETE FROM message_keys WHERE own = 0 AND reply_key = :reply_key AND message_id IN (
  SELECT m.id FROM messages m JOIN conversations v ON v.id = m.conversation_id WHERE v.customer_id = :customer_id);

-- name: customers_of_root
SELECT id FROM customers WHERE root_id = :root_id ORDER BY id;

-- name: set_root
UPDATE customers SET root_id = :root_id, updated_at = :now WHERE id = :id;

-- name: conversations_of_root
SELECT v.id FROM conversations v JOIN customers c ON c.id = v.customer_id WHERE c.root_id = :root_id
 ORDER BY v.last_at DESC, v.id LIMIT :limit;

-- name: customer_itself
SELECT id, root_id, name, notes FROM customers WHERE id = :id;

-- name: identities_of_root
SELECT i.id, i.customer_id, i.kind, i.value_norm, i.value FROM identities i JOIN customers c ON c.id = i.customer_id
 WHERE c.root_id = :root_id ORDER BY i.id;

-- name: newest_conversation_of_customer
SELECT id FROM conversations WHERE customer_id = :id AND merged_into IS NULL ORDER BY last_at DESC, id DESC LIMIT 1;

-- name: set_customer_name
UPDATE customers SET name = :value, updated_at = :now WHERE id = :id;

-- name: set_customer_notes
UPDATE customers SET notes = :value, updated_at = :now WHERE id = :id;

-- name: mail_identities_lately
-- Only who was heard of since the last activity of the oldest of the newest conversations: nobody comes before them.
WITH lately AS (SELECT customer_id, last_at FROM conversations ORDER BY last_at DESC, id DESC LIMIT :most)
SELECT DISTINCT i.value, r.name, i.last_at
  FROM lately v CROSS JOIN customers o CROSS JOIN customers r CROSS JOIN customers c CROSS JOIN identities i
 WHERE o.id = v.customer_id AND r.id = o.root_id AND c.root_id = r.id AND i.customer_id = c.id AND i.kind = 'email'
   AND (i.value_norm LIKE :like ESCAPE '\' OR lower(r.name) LIKE :like ESCAPE '\')
   AND i.last_at > (SELECT min(last_at) FROM lately)
 ORDER BY i.last_at DESC, i.value LIMIT :limit;

-- name: mail_identities_like
-- Addresses and names are gone through each by themselves, and only what matches is joined.
SELECT i.value, r.name
  FROM (SELECT id FROM identities WHERE kind = 'email' AND value_norm LIKE :like ESCAPE '\'
        UNION
        SELECT i.id FROM customers r CROSS JOIN customers c CROSS JOIN identities i
         WHERE lower(r.name) LIKE :like ESCAPE '\' AND r.root_id = r.id AND c.root_id = r.id AND i.customer_id = c.id
           AND i.kind = 'email') m
 CROSS JOIN identities i CROSS JOIN customers c CROSS JOIN customers r
 WHERE i.id = m.id AND c.id = i.customer_id AND r.id = c.root_id
 ORDER BY COALESCE(i.last_at, 0) DESC, i.value LIMIT :limit;
